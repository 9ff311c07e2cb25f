"""What is written beside an order: payments that were opened, amendments, refunds, notes. The caller holds its lock."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import asyncpg
import msgspec

from huozhan.kernel.work import Work
from huozhan.ordering.order import Order
from huozhan.ordering.refund import RefundState


async def payment_opened(work: Work, payment_id: int, parts: Sequence[tuple[int, int, int]]) -> None:
    """Notes which orders a payment was opened for, with their amounts and the stages at hand (0 for none)."""
    await work.db.execute(
        "INSERT INTO order_payment (order_id, payment_id, amount_minor, stage_no, state, opened_at)"
        " SELECT order_id, $1, amount_minor, stage_no, 'open', $2"
        "   FROM unnest($3::bigint[], $4::bigint[], $5::int[]) AS p(order_id, amount_minor, stage_no)",
        payment_id, work.now, *zip(*parts, strict=True),
    )  # fmt: skip


async def stage_of_payment(work: Work, order_id: int, payment_id: int) -> int | None:
    """The stage of an order that an open payment was opened for."""
    stage_no: int | None = await work.db.fetchval(
        "SELECT stage_no FROM order_payment WHERE order_id = $1 AND payment_id = $2 AND state = 'open'",
        order_id, payment_id,
    )  # fmt: skip
    return stage_no


async def open_payment_of(work: Work, order_ids: Collection[int]) -> int:
    """The payment that is open for exactly these orders; 0 where there is none."""
    found = await work.db.fetchval(
        "SELECT payment_id FROM order_payment WHERE payment_id IN ("
        " SELECT payment_id FROM order_payment WHERE order_id = ANY ($1::bigint[]) AND state = 'open')"
        " GROUP BY payment_id HAVING array_agg(order_id ORDER BY order_id) = $1::bigint[]"
        " AND bool_and(state = 'open') LIMIT 1",
        sorted(order_ids),
    )
    return int(found or 0)


async def bank_term(work: Work, order_id: int) -> datetime:
    """When a bank transfer was first chosen for an order; now, where it never was."""
    begun_at: datetime = await work.db.fetchval(
        "WITH begun AS (INSERT INTO order_bank_term (order_id, begun_at) VALUES ($1, $2) ON CONFLICT DO NOTHING"
        "  RETURNING begun_at)"
        " SELECT begun_at FROM begun UNION ALL SELECT begun_at FROM order_bank_term WHERE order_id = $1 LIMIT 1",
        order_id, work.now,
    )  # fmt: skip
    return begun_at


async def renew_bank_terms(work: Work, order_ids: Collection[int]) -> int:
    """Notes that orders were given more time, and tells for how many it was the first time."""
    rows = await work.db.fetch(
        "UPDATE order_bank_term SET renewed_at = $2 WHERE order_id = ANY ($1::bigint[]) AND renewed_at IS NULL"
        " RETURNING 1",
        list(order_ids), work.now,
    )  # fmt: skip
    return len(rows)


async def orders_of_payment(work: Work, payment_id: int) -> list[int]:
    """The orders a payment was opened for; asked by the market's own hand only."""
    rows = await work.db.fetch(
        "SELECT order_id FROM order_payment WHERE payment_id = $1 ORDER BY order_id", payment_id
    )
    return [row["order_id"] for row in rows]


async def end_payment(work: Work, order_id: int, payment_id: int, state: str) -> None:
    """Notes how a payment ended for an order; once it is paid, nothing is left to amend."""
    await work.db.execute(
        "WITH dropped AS (UPDATE order_amendment SET state = 'dropped', ended_at = $4, ended_by = $5"
        "  WHERE order_id = $1 AND $3 = 'paid' AND state IN ('offered', 'closing'))"
        " UPDATE order_payment SET state = $3, ended_at = $4 WHERE order_id = $1 AND payment_id = $2",
        order_id, payment_id, state, work.now, work.actor.person_id,
    )  # fmt: skip


class Amendment(msgspec.Struct, frozen=True, kw_only=True):
    """A change of an unpaid order's amounts."""

    amendment_id: int
    state: str
    goods_minor: int
    freight_minor: int
    was_minor: int
    line_goods: tuple[int, ...]
    subsidy_minor: int
    """What the market pays of it, as it was decided when the seller named these amounts."""
    is_abnormal: bool
    reason: str
    amended_at: datetime
    amended_by: int


_AMENDMENT = ", ".join(Amendment.__struct_fields__)


async def add_amendment(work: Work, order_id: int, amendment: Amendment) -> None:
    """Writes an amendment; one that still waited is dropped for it."""
    await work.db.execute(
        "WITH dropped AS (UPDATE order_amendment SET state = 'dropped', ended_at = $9, ended_by = $10"
        "  WHERE order_id = $1 AND state IN ('offered', 'closing'))"
        f" INSERT INTO order_amendment (order_id, {_AMENDMENT})"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $12, $8, $11, $9, $10)",
        order_id, amendment.amendment_id, amendment.state, amendment.goods_minor, amendment.freight_minor,
        amendment.was_minor, list(amendment.line_goods), amendment.is_abnormal, amendment.amended_at,
        amendment.amended_by, amendment.reason, amendment.subsidy_minor,
    )  # fmt: skip


async def waiting_amendment(work: Work, order_id: int) -> Amendment | None:
    """The amendment that waits for the buyer's yes or for the payment channel."""
    row = await work.db.fetchrow(
        f"SELECT {_AMENDMENT} FROM order_amendment WHERE order_id = $1 AND state IN ('offered', 'closing')",
        order_id,
    )
    return _amendment(row) if row else None


async def set_amendment(work: Work, order_id: int, amendment_id: int, state: str) -> None:
    """Notes how an amendment went on."""
    await work.db.execute(
        "UPDATE order_amendment SET state = $3, ended_at = $4, ended_by = $5"
        " WHERE order_id = $1 AND amendment_id = $2",
        order_id, amendment_id, state, work.now, work.actor.person_id,
    )  # fmt: skip


async def drop_amendments(work: Work, order_id: int) -> None:
    """Drops what still waited, because the order was paid or closed."""
    await work.db.execute(
        "UPDATE order_amendment SET state = 'dropped', ended_at = $2, ended_by = $3"
        " WHERE order_id = $1 AND state IN ('offered', 'closing')",
        order_id, work.now, work.actor.person_id,
    )  # fmt: skip


def _amendment(row: asyncpg.Record) -> Amendment:
    return Amendment(**dict(row) | {"line_goods": tuple(row["line_goods"])})


class RefundRow(msgspec.Struct, frozen=True, kw_only=True):
    """A question for money back before shipment."""

    refund_id: int
    state: RefundState
    amount_minor: int
    line_nos: tuple[int, ...]
    quantities: tuple[int, ...]
    reason: str
    asked_at: datetime
    asked_by: int
    answer_due_at: datetime | None
    answered_at: datetime | None = None
    answered_by: str = ""
    answer: str = ""

    @property
    def wanted(self) -> dict[int, int]:
        """Quantities by line number."""
        return dict(zip(self.line_nos, self.quantities, strict=True))


_REFUND = ", ".join(RefundRow.__struct_fields__)


async def add_refund(work: Work, order: Order, refund: RefundRow) -> None:
    """Writes a refund that is asked for or agreed."""
    values = [getattr(refund, name) for name in RefundRow.__struct_fields__]
    marks = ", ".join(f"${i}" for i in range(4, 4 + len(values)))
    await work.db.execute(
        f"INSERT INTO order_refund (order_id, buyer_id, seller_id, {_REFUND}) VALUES ($1, $2, $3, {marks})",
        order.order_id, order.buyer_id, order.seller_id, *values,
    )  # fmt: skip


async def open_refund(work: Work, order_id: int) -> RefundRow | None:
    """The refund that waits for the seller's answer."""
    row = await work.db.fetchrow(
        f"SELECT {_REFUND} FROM order_refund WHERE order_id = $1 AND state = 'asked'", order_id
    )
    return _refund(row) if row else None


async def end_refund(work: Work, order_id: int, refund: RefundRow) -> None:
    """Writes how a question for a refund ended."""
    await work.db.execute(
        "UPDATE order_refund SET state = $3, amount_minor = $4, answered_at = $5, answered_by = $6, answer = $7"
        " WHERE order_id = $1 AND refund_id = $2",
        order_id, refund.refund_id, refund.state, refund.amount_minor, refund.answered_at, refund.answered_by,
        refund.answer,
    )  # fmt: skip


def _refund(row: asyncpg.Record) -> RefundRow:
    return RefundRow(
        **dict(row)
        | {
            "state": RefundState(row["state"]),
            "line_nos": tuple(row["line_nos"]),
            "quantities": tuple(row["quantities"]),
        }
    )


class ClaimRow(msgspec.Struct, frozen=True, kw_only=True):
    """What the seller owes the buyer for a breach, beside the order's own money."""

    cause: str
    goods_minor: int
    amount_minor: int
    made_at: datetime
    paid_at: datetime | None = None
    reversed_at: datetime | None = None


_CLAIM = ", ".join(ClaimRow.__struct_fields__)


async def add_claim(work: Work, order_id: int, claim: ClaimRow) -> bool:
    """Writes a claim and tells whether it is new; the same breach gives one only, unless that was taken back."""
    return bool(
        await work.db.fetchval(
            f"INSERT INTO order_claim (order_id, {_CLAIM}) VALUES ($1, $2, $3, $4, $5, $6, NULL)"
            " ON CONFLICT (order_id, cause) DO UPDATE SET goods_minor = EXCLUDED.goods_minor,"
            "  amount_minor = EXCLUDED.amount_minor, made_at = EXCLUDED.made_at, paid_at = EXCLUDED.paid_at,"
            "  reversed_at = NULL WHERE order_claim.reversed_at IS NOT NULL RETURNING true",
            order_id, claim.cause, claim.goods_minor, claim.amount_minor, claim.made_at, claim.paid_at,
        )
    )  # fmt: skip


async def take_unpaid_claim(work: Work, order_id: int, cause: str) -> ClaimRow | None:
    """Marks a claim as paid; None where there is none or it was paid before."""
    row = await work.db.fetchrow(
        "UPDATE order_claim SET paid_at = $3 WHERE order_id = $1 AND cause = $2 AND paid_at IS NULL"
        " AND reversed_at IS NULL"
        f" RETURNING {_CLAIM}",
        order_id, cause, work.now,
    )  # fmt: skip
    return ClaimRow(**dict(row)) if row else None


async def standing_claim(work: Work, order_id: int, cause: str) -> ClaimRow | None:
    """The claim for a cause that was not taken back."""
    row = await work.db.fetchrow(
        f"SELECT {_CLAIM} FROM order_claim WHERE order_id = $1 AND cause = $2 AND reversed_at IS NULL",
        order_id, cause,
    )  # fmt: skip
    return ClaimRow(**dict(row)) if row else None


async def reverse_claim(work: Work, order_id: int, cause: str) -> None:
    """Writes that a claim was taken back. The order is locked by the caller."""
    await work.db.execute(
        "UPDATE order_claim SET reversed_at = $3 WHERE order_id = $1 AND cause = $2",
        order_id, cause, work.now,
    )  # fmt: skip


async def has_claim(work: Work, order_id: int, cause: str) -> bool:
    """Tells whether there is a claim for a cause."""
    return bool(
        await work.db.fetchval(
            "SELECT true FROM order_claim WHERE order_id = $1 AND cause = $2", order_id, cause
        )
    )


async def add_note(work: Work, order_id: int, text: str, *, private: bool) -> None:
    """Writes a note of the actor's organisation."""
    await work.db.execute(
        "INSERT INTO order_note (order_id, note_id, org_id, person_id, is_private, note, noted_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)",
        order_id, work.new_id(), work.actor.org_id, work.actor.person_id, private, text, work.now,
    )  # fmt: skip


async def last_event(work: Work, order_id: int) -> str:
    """What happened to an order last."""
    event: str = await work.db.fetchval(
        "SELECT event FROM order_move WHERE order_id = $1 ORDER BY move_id DESC LIMIT 1", order_id
    )
    return event


_STORY = """
SELECT (SELECT json_agg(to_json(m) ORDER BY m.move_id) FROM order_move m WHERE m.order_id = $1) AS moves,
       (SELECT json_agg(to_json(r) ORDER BY r.refund_id DESC) FROM order_refund r WHERE r.order_id = $1) AS refunds,
       (SELECT json_agg(to_json(a) ORDER BY a.amendment_id DESC) FROM order_amendment a
         WHERE a.order_id = $1) AS amendments,
       (SELECT json_agg(to_json(c) ORDER BY c.made_at) FROM order_claim c WHERE c.order_id = $1) AS claims,
       (SELECT json_agg(to_json(n) ORDER BY n.note_id) FROM order_note n
         WHERE n.order_id = $1 AND (NOT n.is_private OR n.org_id = $2)) AS notes
"""


class MoveRow(msgspec.Struct, frozen=True, kw_only=True):
    """One move of an order: who, when, why."""

    event: str
    state: str
    moved_at: datetime
    org_id: int
    person_id: int
    reason: str


class NoteRow(msgspec.Struct, frozen=True, kw_only=True):
    """A note on an order."""

    org_id: int
    is_private: bool
    note: str
    noted_at: datetime


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """All that happened around an order."""

    moves: list[MoveRow]
    refunds: list[RefundRow]
    amendments: list[Amendment]
    claims: list[ClaimRow]
    notes: list[NoteRow]


async def story(work: Work, order_id: int) -> Story:
    """All that happened around an order the caller has read within its reach; foreign memos are left out."""
    row = await work.db.fetchrow(_STORY, order_id, work.actor.org_id)

    def read(name: str, kind: Any) -> Any:
        return msgspec.json.decode(row[name] or "[]", type=kind)

    return Story(
        moves=read("moves", list[MoveRow]),
        refunds=read("refunds", list[RefundRow]),
        amendments=read("amendments", list[Amendment]),
        claims=read("claims", list[ClaimRow]),
        notes=read("notes", list[NoteRow]),
    )
