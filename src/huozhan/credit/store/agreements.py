"""Agreements, their terms, and the orders that stand on them."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from huozhan.credit.agreement import Agreement, AgreementState, OrgSize, Terms
from huozhan.credit.term import TermKind
from huozhan.kernel.work import Work

Row = Mapping[str, Any]

_ROOT = (
    "a.agreement_id, a.seller_id, a.buyer_id, a.state, a.version, a.offered_version, t.limit_minor, t.term_kind,"
    " t.term_day, t.grace_days, t.expires_on, t.seller_size, t.custom"
)
_FROM = "FROM credit_agreement a LEFT JOIN credit_terms t ON t.agreement_id = a.agreement_id AND t.version = a.version"


def as_terms(row: Row) -> Terms:
    """Terms from a row."""
    return Terms(
        limit_minor=row["limit_minor"],
        term_kind=TermKind(row["term_kind"]),
        term_day=row["term_day"],
        grace_days=row["grace_days"],
        expires_on=row["expires_on"],
        seller_size=OrgSize(row["seller_size"]),
        custom=row["custom"],
    )


def _agreement(row: Row) -> Agreement:
    return Agreement(
        agreement_id=row["agreement_id"],
        seller_id=row["seller_id"],
        buyer_id=row["buyer_id"],
        state=AgreementState(row["state"]),
        version=row["version"],
        offered_version=row["offered_version"],
        terms=as_terms(row) if row["version"] else None,
    )


def _scope(side: str) -> str:
    """The condition that only lets an agreement's own sides see it; $2 is the actor's organisation."""
    if side == "either":
        return "(a.buyer_id = $2 OR a.seller_id = $2)"
    assert side in {"buyer", "seller"}
    return f"a.{side}_id = $2"


async def lock(work: Work, agreement_id: int, side: str = "") -> Agreement | None:
    """One agreement, locked; with a side, only where the actor's organisation has it."""
    scope, arguments = (f" AND {_scope(side)}", [work.actor.org_id]) if side else ("", [])
    row = await work.db.fetchrow(
        f"SELECT {_ROOT} {_FROM} WHERE a.agreement_id = $1{scope} FOR UPDATE OF a", agreement_id, *arguments
    )
    return _agreement(row) if row else None


async def lock_pair(work: Work, seller_id: int, buyer_id: int) -> Agreement | None:
    """The agreement between a seller and a buyer, locked."""
    row = await work.db.fetchrow(
        f"SELECT {_ROOT} {_FROM} WHERE a.seller_id = $1 AND a.buyer_id = $2 FOR UPDATE OF a",
        seller_id,
        buyer_id,
    )
    return _agreement(row) if row else None


async def of_buyer(work: Work, buyer_id: int, seller_ids: Collection[int]) -> list[Agreement]:
    """The agreements that a buyer has with these sellers."""
    rows = await work.db.fetch(
        f"SELECT {_ROOT} {_FROM} WHERE a.buyer_id = $1 AND a.seller_id = ANY ($2::bigint[])",
        buyer_id, list(seller_ids),
    )  # fmt: skip
    return [_agreement(row) for row in rows]


async def add(work: Work, agreement_id: int, seller_id: int, buyer_id: int) -> None:
    """A new agreement, without terms."""
    await work.db.execute(
        "INSERT INTO credit_agreement (agreement_id, seller_id, buyer_id, state, made_at)"
        " VALUES ($1, $2, $3, 'offered', $4)",
        agreement_id, seller_id, buyer_id, work.now,
    )  # fmt: skip


_OFFER = """
WITH replaced AS (
    UPDATE credit_terms SET answer = 'replaced', answered_at = $10, answered_by = $11
     WHERE agreement_id = $1 AND answer = ''
), offered AS (
    INSERT INTO credit_terms (agreement_id, version, limit_minor, term_kind, term_day, grace_days, expires_on,
                              seller_size, custom, offered_at, offered_by)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
)
UPDATE credit_agreement SET offered_version = $2 WHERE agreement_id = $1
"""


async def offer(work: Work, agreement_id: int, version: int, terms: Terms) -> None:
    """Writes terms that wait for the buyer's yes, in place of those that waited before."""
    await work.db.execute(
        _OFFER, agreement_id, version, terms.limit_minor, terms.term_kind, terms.term_day, terms.grace_days,
        terms.expires_on, terms.seller_size, terms.custom, work.now, work.actor.person_id,
    )  # fmt: skip


async def last_version(work: Work, agreement_id: int) -> int:
    """The number of the newest terms, whatever became of them."""
    return int(
        await work.db.fetchval(
            "SELECT coalesce(max(version), 0) FROM credit_terms WHERE agreement_id = $1", agreement_id
        )
    )


async def terms_of(work: Work, agreement_id: int, version: int) -> Terms:
    """One version of an agreement's terms."""
    row = await work.db.fetchrow(
        "SELECT * FROM credit_terms WHERE agreement_id = $1 AND version = $2", agreement_id, version
    )
    return as_terms(row)


async def answer(work: Work, agreement_id: int, version: int, said: str, buyer_size: str = "") -> None:
    """Writes the buyer's yes or no to the terms that waited."""
    await work.db.execute(
        "UPDATE credit_terms SET answer = $3, buyer_size = $4, answered_at = $5, answered_by = $6"
        " WHERE agreement_id = $1 AND version = $2",
        agreement_id, version, said, buyer_size, work.now, work.actor.person_id,
    )  # fmt: skip


async def save(
    work: Work, agreement: Agreement, event: str, state: AgreementState, *, version: int, offered_version: int, reason: str
) -> None:  # fmt: skip
    """Moves a locked agreement and writes who, when and why."""
    await work.db.execute(
        "WITH moved AS (INSERT INTO credit_move (agreement_id, move_id, event, state, moved_at, org_id, person_id,"
        "  door, reason) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9))"
        " UPDATE credit_agreement SET state = $4, version = $10, offered_version = $11, reason = $9"
        "  WHERE agreement_id = $1",
        agreement.agreement_id, work.new_id(), event, state, work.now, work.actor.org_id, work.actor.person_id,
        work.actor.door or work.actor.kind, reason, version, offered_version,
    )  # fmt: skip


async def page(work: Work, side: str, before: int, limit: int) -> Sequence[Row]:
    """The agreements of one side of the actor's organisation, the newest first, with terms in force and waiting."""
    rows: Sequence[Row] = await work.db.fetch(
        f"SELECT {_ROOT}, a.reason, w.limit_minor AS w_limit_minor, w.term_kind AS w_term_kind,"
        " w.term_day AS w_term_day, w.grace_days AS w_grace_days, w.expires_on AS w_expires_on,"
        f" w.seller_size AS w_seller_size, w.custom AS w_custom {_FROM}"
        " LEFT JOIN credit_terms w ON w.agreement_id = a.agreement_id AND w.version = a.offered_version"
        f" WHERE a.{side}_id = $1 AND a.agreement_id < $2 ORDER BY a.agreement_id DESC LIMIT $3",
        work.actor.org_id, before, limit,
    )  # fmt: skip
    return rows


async def show(work: Work, agreement_id: int) -> Row | None:
    """One agreement of the actor's organisation, as a page of them shows it."""
    row: Row | None = await work.db.fetchrow(
        f"SELECT {_ROOT}, a.reason, w.limit_minor AS w_limit_minor, w.term_kind AS w_term_kind,"
        " w.term_day AS w_term_day, w.grace_days AS w_grace_days, w.expires_on AS w_expires_on,"
        f" w.seller_size AS w_seller_size, w.custom AS w_custom {_FROM}"
        " LEFT JOIN credit_terms w ON w.agreement_id = a.agreement_id AND w.version = a.offered_version"
        " WHERE a.agreement_id = $1 AND (a.buyer_id = $2 OR a.seller_id = $2)",
        agreement_id, work.actor.org_id,
    )  # fmt: skip
    return row


async def payment_of(work: Work, agreement_id: int) -> int:
    """The last payment that was opened for what is owed; 0 where there was none."""
    return int(
        await work.db.fetchval(
            "SELECT payment_id FROM credit_agreement WHERE agreement_id = $1", agreement_id
        )
    )


async def set_payment(work: Work, agreement_id: int, payment_id: int) -> None:
    """Notes the payment that was opened for what is owed."""
    await work.db.execute(
        "UPDATE credit_agreement SET payment_id = $2 WHERE agreement_id = $1", agreement_id, payment_id
    )


# ── Orders on credit ─────────────────────────────────────────────────────────────────────────────────


async def add_order(
    work: Work, agreement: Agreement, order_id: int, order_number: str, amount_minor: int
) -> None:
    """An order that the line carries."""
    await work.db.execute(
        "INSERT INTO credit_order (agreement_id, order_id, order_number, version, amount_minor, held_minor, taken_at)"
        " VALUES ($1, $2, $3, $4, $5, $5, $6)",
        agreement.agreement_id, order_id, order_number, agreement.version, amount_minor, work.now,
    )  # fmt: skip


async def order(work: Work, order_id: int) -> Row | None:
    """An order on credit; its caller has locked the order itself."""
    row: Row | None = await work.db.fetchrow("SELECT * FROM credit_order WHERE order_id = $1", order_id)
    return row


async def terms_of_order(work: Work, order_id: int) -> Row | None:
    """The version of the terms that an order was taken under."""
    row: Row | None = await work.db.fetchrow(
        "SELECT t.* FROM credit_order o JOIN credit_terms t ON t.agreement_id = o.agreement_id AND t.version = o.version"
        " WHERE o.order_id = $1",
        order_id,
    )
    return row


async def lessen_order(work: Work, row: Row, *, billed_minor: int = 0, freed_minor: int = 0) -> None:
    """Moves an amount of an order from what is held to what is billed or free again."""
    await work.db.execute(
        "UPDATE credit_order SET held_minor = held_minor - $3 - $4, billed_minor = billed_minor + $3,"
        " freed_minor = freed_minor + $4, hold_no = hold_no + 1 WHERE agreement_id = $1 AND order_id = $2",
        row["agreement_id"], row["order_id"], billed_minor, freed_minor,
    )  # fmt: skip
