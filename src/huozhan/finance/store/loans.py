"""Loans, their moves, and what is asked of the lender about them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from huozhan.finance.loan import DeedKind, DeedState, Loan, LoanEvent, LoanState
from huozhan.kernel.work import Work

Row = Mapping[str, Any]

OWED = "captured_minor - refunded_minor - repaid_minor - written_minor"
"""What of a loan its buyer owes the lender."""
_FIELDS = ", ".join(f"l.{name}" for name in Loan.__struct_fields__)


def _loan(row: Row) -> Loan:
    facts = {name: row[name] for name in Loan.__struct_fields__}
    return Loan(**(facts | {"state": LoanState(row["state"])}))


async def add(work: Work, loan: Loan, event: str) -> None:
    """Writes a new loan with its first move."""
    await work.db.execute(
        "WITH l AS (INSERT INTO loan (order_id, payment_id, order_number, buyer_id, seller_id, state, authorised_minor,"
        "  voided_minor, fee_bp, authorised_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10))"
        " INSERT INTO loan_move (order_id, payment_id, move_id, event, state, moved_at) VALUES ($1, $2, $11, $12, $6, $10)",
        loan.order_id, loan.payment_id, loan.order_number, loan.buyer_id, loan.seller_id, loan.state,
        loan.authorised_minor, loan.voided_minor, loan.fee_bp, work.now, work.new_id(), event,
    )  # fmt: skip


async def lock_live(work: Work, order_id: int) -> Loan | None:
    """The loan of an order that was not given free whole, locked; the caller knows whose the order is."""
    row = await work.db.fetchrow(
        f"SELECT {_FIELDS} FROM loan l WHERE order_id = $1 AND state <> 'voided' FOR UPDATE", order_id
    )
    return _loan(row) if row else None


async def lock(work: Work, order_id: int, payment_id: int) -> Loan | None:
    """One loan, locked; not scoped, because the worker asks."""
    row = await work.db.fetchrow(
        f"SELECT {_FIELDS} FROM loan l WHERE order_id = $1 AND payment_id = $2 FOR UPDATE",
        order_id, payment_id,
    )  # fmt: skip
    return _loan(row) if row else None


async def lock_own(work: Work, order_id: int) -> Loan | None:
    """The live loan of an order that the actor's organisation bought, locked."""
    row = await work.db.fetchrow(
        f"SELECT {_FIELDS} FROM loan l WHERE order_id = $1 AND buyer_id = $2 AND state <> 'voided' FOR UPDATE",
        order_id, work.actor.org_id,
    )  # fmt: skip
    return _loan(row) if row else None


async def save(work: Work, loan: Loan, event: LoanEvent | None = None) -> None:
    """Writes what changed; with an event, the move too."""
    await work.db.execute(
        "UPDATE loan SET state = $3, voided_minor = $4, captured_minor = $5, refunded_minor = $6, repaid_minor = $7,"
        " service_minor = $8, stage = $9, due_at = $10, version = $11, told_captured_minor = $12, paying_id = $13,"
        " written_minor = $14, debit_at = $15, debits = $16, recovered_minor = $17"
        " WHERE order_id = $1 AND payment_id = $2",
        loan.order_id, loan.payment_id, loan.state, loan.voided_minor, loan.captured_minor, loan.refunded_minor,
        loan.repaid_minor, loan.service_minor, loan.stage, loan.due_at, loan.version, loan.told_captured_minor,
        loan.paying_id, loan.written_minor, loan.debit_at, loan.debits, loan.recovered_minor,
    )  # fmt: skip
    if event:
        await work.db.execute(
            "INSERT INTO loan_move (order_id, payment_id, move_id, event, state, moved_at) VALUES ($1, $2, $3, $4, $5, $6)",
            loan.order_id, loan.payment_id, work.new_id(), event, loan.state, work.now,
        )  # fmt: skip


async def recover(work: Work, loan: Loan, amount_minor: int) -> None:
    """Writes that a refund brought back so much of what was written off; the loan is locked."""
    await work.db.execute(
        "UPDATE loan SET recovered_minor = recovered_minor + $3 WHERE order_id = $1 AND payment_id = $2",
        loan.order_id, loan.payment_id, amount_minor,
    )  # fmt: skip


async def of_buyer(work: Work, before: int, limit: int) -> list[tuple[Loan, int]]:
    """Loans of the actor's organisation, the newest order first, each with what is on its way to the lender."""
    rows = await work.db.fetch(
        f"SELECT {_FIELDS}, (SELECT coalesce(sum(amount_minor), 0) FROM loan_deed d"
        "  WHERE (d.order_id, d.payment_id) = (l.order_id, l.payment_id) AND d.state = 'asked'"
        "    AND d.kind IN ('refunds', 'repayments'))::bigint AS under_way"
        "  FROM loan l WHERE buyer_id = $1 AND order_id < $2 AND state <> 'voided' ORDER BY order_id DESC LIMIT $3",
        work.actor.org_id, before, limit,
    )  # fmt: skip
    return [(_loan(row), row["under_way"]) for row in rows]


async def of_order(work: Work, order_id: int) -> tuple[Loan, int] | None:
    """The loan of an order that the actor's organisation bought, live or given free, and what is on its way."""
    row = await work.db.fetchrow(
        f"SELECT {_FIELDS}, (SELECT coalesce(sum(amount_minor), 0) FROM loan_deed d"
        "  WHERE (d.order_id, d.payment_id) = (l.order_id, l.payment_id) AND d.state = 'asked'"
        "    AND d.kind IN ('refunds', 'repayments'))::bigint AS under_way"
        "  FROM loan l WHERE order_id = $1 AND buyer_id = $2 ORDER BY state = 'voided', payment_id DESC LIMIT 1",
        order_id, work.actor.org_id,
    )  # fmt: skip
    return (_loan(row), row["under_way"]) if row else None


async def owed(work: Work, buyer_id: int) -> Row:
    """What an organisation owes the lender, and what of it is overdue."""
    row: Row = await work.db.fetchrow(
        f"SELECT coalesce(sum({OWED}), 0)::bigint AS owed_minor, coalesce(sum({OWED})"
        "  FILTER (WHERE state IN ('overdue', 'written_off', 'claimed')), 0)::bigint AS overdue_minor"
        " FROM loan WHERE buyer_id = $1",
        buyer_id,
    )
    return row


# What is asked of the lender


async def ask(
    work: Work, loan: Loan, kind: DeedKind, key: str, amount_minor: int, ask_at: datetime, about_id: int = 0
) -> bool:
    """Writes down what is to be asked; tells whether it was new."""
    return bool(
        await work.db.fetchval(
            "INSERT INTO loan_deed (order_id, payment_id, deed_id, kind, deed_key, amount_minor, state, about_id,"
            " asked_at, ask_at) VALUES ($1, $2, $3, $4, $5, $6, 'asked', $7, $8, $9)"
            " ON CONFLICT (order_id, payment_id, kind, deed_key) DO NOTHING RETURNING true",
            loan.order_id, loan.payment_id, work.new_id(), kind, key, amount_minor, about_id, work.now, ask_at,
        )
    )  # fmt: skip


async def next_deed(work: Work, order_id: int, payment_id: int) -> Row | None:
    """The oldest thing that is still asked about a loan: a refund must not overtake the capture it lessens."""
    row: Row | None = await work.db.fetchrow(
        "SELECT deed_id, kind, amount_minor FROM loan_deed WHERE order_id = $1 AND payment_id = $2 AND state = 'asked'"
        " ORDER BY deed_id LIMIT 1",
        order_id, payment_id,
    )  # fmt: skip
    return row


async def lock_deed(work: Work, order_id: int, payment_id: int, deed_id: int) -> Row | None:
    """One deed, locked; its loan is locked before it."""
    row: Row | None = await work.db.fetchrow(
        "SELECT deed_id, kind, deed_key, amount_minor, state, about_id, why FROM loan_deed"
        " WHERE order_id = $1 AND payment_id = $2 AND deed_id = $3 FOR UPDATE",
        order_id, payment_id, deed_id,
    )  # fmt: skip
    return row


async def end_deed(
    work: Work, loan: Loan, deed_id: int, state: DeedState, *, taken_minor: int | None = None, why: str = "",
    told: str = "",
) -> None:  # fmt: skip
    """Writes what became of it: how much was taken, or why it never will be and how that was answered."""
    await work.db.execute(
        "UPDATE loan_deed SET state = $7, taken_minor = $4, ended_at = $5, why = $6, ask_at = NULL,"
        " told = CASE WHEN $8 = '' THEN told ELSE $8 END"
        " WHERE order_id = $1 AND payment_id = $2 AND deed_id = $3",
        loan.order_id, loan.payment_id, deed_id, taken_minor, work.now, why, state, told,
    )  # fmt: skip


async def refunded_beyond_debt(work: Work, loan: Loan) -> int:
    """What of a loan's refunds the lender did not take, whoever had it then."""
    amount_minor: int = await work.db.fetchval(
        "SELECT coalesce(sum(amount_minor - taken_minor), 0)::bigint FROM loan_deed"
        " WHERE order_id = $1 AND payment_id = $2 AND kind = 'refunds' AND state = 'done'",
        loan.order_id, loan.payment_id,
    )  # fmt: skip
    return amount_minor


async def take_to_ask(work: Work, until: datetime, limit: int) -> list[tuple[int, int]]:
    """Loans about which something has waited too long; each is asked again when that time has passed once more."""
    rows = await work.db.fetch(
        "UPDATE loan_deed SET ask_at = $2 WHERE (order_id, payment_id, deed_id) IN ("
        " SELECT order_id, payment_id, deed_id FROM loan_deed WHERE ask_at <= $1"
        "  ORDER BY ask_at LIMIT $3 FOR UPDATE SKIP LOCKED) RETURNING order_id, payment_id",
        work.now, until, limit,
    )  # fmt: skip
    return sorted({(row["order_id"], row["payment_id"]) for row in rows})
