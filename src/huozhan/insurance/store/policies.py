"""Policies, their moves, claims, and what is asked of the insurer about them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from huozhan.insurance.policy import Claim, ClaimState, DeedKind, DeedState, Payer, Policy, PolicyState
from huozhan.kernel.work import Work

Row = Mapping[str, Any]

_FIELDS = ", ".join(f"p.{name}" for name in Policy.__struct_fields__)
_CLAIM = ", ".join(f"c.{name}" for name in Claim.__struct_fields__)


def _policy(row: Row) -> Policy:
    facts = {name: row[name] for name in Policy.__struct_fields__}
    return Policy(**(facts | {"state": PolicyState(row["state"]), "payer": Payer(row["payer"])}))


def _claim(row: Row) -> Claim:
    facts = {name: row[name] for name in Claim.__struct_fields__}
    return Claim(**(facts | {"state": ClaimState(row["state"])}))


async def add(work: Work, one: Policy) -> bool:
    """Writes a new policy with its first move; tells whether its order had none."""
    is_new = await work.db.fetchval(
        "INSERT INTO insurance_policy (order_id, order_number, buyer_id, seller_id, payment_id, payer, state, premium_minor,"
        " premium_bp, rule_version, sum_minor, taken_minor, asked_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT DO NOTHING RETURNING true",
        one.order_id, one.order_number, one.buyer_id, one.seller_id, one.payment_id, one.payer, one.state,
        one.premium_minor, one.premium_bp, one.rule_version, one.sum_minor, one.taken_minor, one.asked_at,
    )  # fmt: skip
    if is_new:
        await _note_move(work, one, "ask")
    return bool(is_new)


async def lock(work: Work, order_id: int) -> Policy | None:
    """The policy of an order, locked; not scoped, because ordering and the worker ask."""
    row = await work.db.fetchrow(
        f"SELECT {_FIELDS} FROM insurance_policy p WHERE order_id = $1 FOR UPDATE", order_id
    )
    return _policy(row) if row else None


async def save(work: Work, one: Policy, event: str = "") -> None:
    """Writes what changed, and the move where it is one."""
    await work.db.execute(
        "UPDATE insurance_policy SET state = $2, taken_minor = $3, handed_minor = $4, back_minor = $5, paid_minor = $6,"
        " is_due = $7, why = $8, bound_at = $9, ended_at = $10 WHERE order_id = $1",
        one.order_id, one.state, one.taken_minor, one.handed_minor, one.back_minor, one.paid_minor, one.is_due, one.why,
        one.bound_at, one.ended_at,
    )  # fmt: skip
    if event:
        await _note_move(work, one, event)


async def _note_move(work: Work, one: Policy, event: str) -> None:
    await work.db.execute(
        "INSERT INTO insurance_move (order_id, move_id, event, state, moved_at) VALUES ($1, $2, $3, $4, $5)",
        one.order_id, work.new_id(), event, one.state, work.now,
    )  # fmt: skip


async def of_order(work: Work, order_id: int) -> Policy | None:
    """The policy of an order that the actor's organisation bought or sold."""
    row = await work.db.fetchrow(
        f"SELECT {_FIELDS} FROM insurance_policy p WHERE order_id = $1 AND $2 IN (buyer_id, seller_id)",
        order_id, work.actor.org_id,
    )  # fmt: skip
    return _policy(row) if row else None


async def of_seller(work: Work, before: int, limit: int) -> list[Policy]:
    """Policies of orders that the actor's organisation sold, the newest order's first."""
    rows = await work.db.fetch(
        f"SELECT {_FIELDS} FROM insurance_policy p WHERE seller_id = $1 AND order_id < $2 ORDER BY order_id DESC LIMIT $3",
        work.actor.org_id, before, limit,
    )  # fmt: skip
    return [_policy(row) for row in rows]


async def of_market(work: Work, before: int, limit: int) -> list[Policy]:
    """All policies, the newest order's first; for the market's operator."""
    rows = await work.db.fetch(
        f"SELECT {_FIELDS} FROM insurance_policy p WHERE order_id < $1 ORDER BY order_id DESC LIMIT $2",
        before,
        limit,
    )
    return [_policy(row) for row in rows]


async def under_way(work: Work, org_id: int) -> int:
    """How many policies may still bring an organisation money, or cost it some, once the insurer or a person answers.

    A claim that the insurer refused waits for a person, who may have it paid after all.
    """
    count: int = await work.db.fetchval(
        "SELECT count(*) FROM insurance_policy p WHERE p.buyer_id = $1 AND (p.payer = 'buyer' AND p.state = 'asked'"
        "   OR EXISTS (SELECT FROM insurance_claim c WHERE c.order_id = p.order_id AND c.state IN ('filed', 'asked'))"
        "   OR EXISTS (SELECT FROM insurance_deed d WHERE d.order_id = p.order_id AND d.kind = 'claims' AND d.state = 'refused'))"
        "  OR p.seller_id = $1 AND p.is_due",
        org_id,
    )
    return count


async def sums_of_seller(work: Work) -> Row:
    """What the actor's organisation has paid in premiums, and what buyers of its goods were paid."""
    row: Row = await work.db.fetchrow(
        "SELECT count(*) FILTER (WHERE state = 'bound')::int AS policies,"
        " coalesce(sum(taken_minor - back_minor) FILTER (WHERE payer = 'seller'), 0)::bigint AS premiums_minor,"
        " coalesce(sum(paid_minor), 0)::bigint AS paid_minor FROM insurance_policy WHERE seller_id = $1",
        work.actor.org_id,
    )
    return row


# Claims


async def claims_of(work: Work, order_ids: Sequence[int]) -> list[Claim]:
    """The claims of some policies; the caller has these within reach."""
    rows = await work.db.fetch(
        f"SELECT {_CLAIM} FROM insurance_claim c WHERE order_id = ANY ($1::bigint[]) ORDER BY order_id, case_id",
        list(order_ids),
    )
    return [_claim(row) for row in rows]


async def lock_claims(work: Work, order_id: int) -> list[Claim]:
    """The claims of a policy, locked; the policy is locked before them."""
    rows = await work.db.fetch(
        f"SELECT {_CLAIM} FROM insurance_claim c WHERE order_id = $1 ORDER BY case_id FOR UPDATE", order_id
    )
    return [_claim(row) for row in rows]


async def add_claim(work: Work, one: Claim) -> None:
    """Writes a new claim."""
    await work.db.execute(
        "INSERT INTO insurance_claim (order_id, case_id, case_number, state, carrier_code, waybill, weight_g, most_minor, filed_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        one.order_id, one.case_id, one.case_number, one.state, one.carrier_code, one.waybill, one.weight_g, one.most_minor,
        one.filed_at,
    )  # fmt: skip


async def save_claim(work: Work, one: Claim) -> None:
    """Writes how a claim stands."""
    await work.db.execute(
        "UPDATE insurance_claim SET state = $3, paid_minor = $4, why = $5, asked_at = $6, pays_by = $7, ended_at = $8,"
        " carrier_code = $9, waybill = $10, most_minor = $11, taken_back_at = $12 WHERE order_id = $1 AND case_id = $2",
        one.order_id, one.case_id, one.state, one.paid_minor, one.why, one.asked_at, one.pays_by, one.ended_at,
        one.carrier_code, one.waybill, one.most_minor, one.taken_back_at,
    )  # fmt: skip


# What is asked of the insurer


async def ask(
    work: Work, one: Policy, kind: DeedKind, key: str, amount_minor: int, ask_at: datetime, case_id: int
) -> bool:
    """Writes down what is to be asked; tells whether it was new."""
    return bool(
        await work.db.fetchval(
            "INSERT INTO insurance_deed (order_id, deed_id, kind, deed_key, case_id, amount_minor, state, asked_at, ask_at)"
            " VALUES ($1, $2, $3, $4, $5, $6, 'asked', $7, $8) ON CONFLICT (order_id, kind, deed_key) DO NOTHING RETURNING true",
            one.order_id, work.new_id(), kind, key, case_id, amount_minor, work.now, ask_at,
        )
    )  # fmt: skip


async def next_deed(work: Work, order_id: int) -> Row | None:
    """The oldest thing that is still asked about a policy, with what the insurer has to know: nothing overtakes the policy itself."""
    row: Row | None = await work.db.fetchrow(
        "SELECT d.deed_id, d.kind, d.amount_minor, d.case_id, p.order_number, p.premium_minor, p.sum_minor, p.payer,"
        "       c.carrier_code, c.waybill, c.weight_g"
        "  FROM insurance_deed d JOIN insurance_policy p USING (order_id)"
        "  LEFT JOIN insurance_claim c ON c.order_id = d.order_id AND c.case_id = d.case_id"
        " WHERE d.order_id = $1 AND d.state = 'asked' ORDER BY d.deed_id LIMIT 1",
        order_id,
    )
    return row


async def lock_deed(work: Work, order_id: int, deed_id: int) -> Row | None:
    """One deed, locked; its policy is locked before it."""
    row: Row | None = await work.db.fetchrow(
        "SELECT deed_id, kind, deed_key, case_id, amount_minor, state, why FROM insurance_deed"
        " WHERE order_id = $1 AND deed_id = $2 FOR UPDATE",
        order_id, deed_id,
    )  # fmt: skip
    return row


async def end_deed(
    work: Work, order_id: int, deed_id: int, state: DeedState, *, why: str = "", done_minor: int = 0
) -> None:
    """Writes what became of it, or why it never will be done."""
    await work.db.execute(
        "UPDATE insurance_deed SET state = $3, ended_at = $4, why = $5, done_minor = $6, ask_at = NULL"
        " WHERE order_id = $1 AND deed_id = $2",
        order_id, deed_id, state, work.now, why, done_minor,
    )  # fmt: skip


async def ask_deed_again(work: Work, order_id: int, deed_id: int, state: DeedState, ask_at: datetime) -> None:
    """Puts a deed back among what is asked."""
    await work.db.execute(
        "UPDATE insurance_deed SET state = $4, ended_at = NULL, ask_at = $3, why = '' WHERE order_id = $1 AND deed_id = $2",
        order_id, deed_id, ask_at, state,
    )  # fmt: skip


async def find_deed(work: Work, deed_id: int) -> int | None:
    """The order of a deed that waits for a person; for the market's operator."""
    order_id: int | None = await work.db.fetchval(
        "SELECT order_id FROM insurance_deed WHERE deed_id = $1 AND (state = 'odd' OR state = 'refused' AND kind = 'claims')",
        deed_id,
    )
    return order_id


async def take_to_ask(work: Work, until: datetime, limit: int) -> list[int]:
    """Policies about which something has waited too long; each is asked again when that time has passed once more."""
    rows = await work.db.fetch(
        "UPDATE insurance_deed SET ask_at = $2 WHERE (order_id, deed_id) IN ("
        " SELECT order_id, deed_id FROM insurance_deed WHERE ask_at <= $1"
        "  ORDER BY ask_at LIMIT $3 FOR UPDATE SKIP LOCKED) RETURNING order_id",
        work.now, until, limit,
    )  # fmt: skip
    return sorted({row["order_id"] for row in rows})


async def open_deeds(work: Work, limit: int) -> Sequence[Row]:
    """What is asked and not done, was answered otherwise, or is a claim that was refused; the market's operator sees all."""
    rows: Sequence[Row] = await work.db.fetch(
        "SELECT d.deed_id, d.order_id, p.order_number, c.case_number, d.kind, d.amount_minor, d.state, d.why, d.asked_at, c.pays_by"
        "  FROM insurance_deed d JOIN insurance_policy p USING (order_id)"
        "  LEFT JOIN insurance_claim c ON c.order_id = d.order_id AND c.case_id = d.case_id"
        " WHERE d.state IN ('asked', 'odd') OR d.state = 'refused' AND d.kind = 'claims' ORDER BY d.deed_id LIMIT $1",
        limit,
    )
    return rows
