"""Bills, statements, disputes, payments of bills, and reminders."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import msgspec

from huozhan.credit.bill import Bill, BillState
from huozhan.kernel.work import Work

Row = Mapping[str, Any]
_FIELDS = tuple(field.name for field in msgspec.structs.fields(Bill))
_COLUMNS = ", ".join(_FIELDS)


def _bill(row: Row) -> Bill:
    return Bill(**{name: row[name] for name in _FIELDS} | {"state": BillState(row["state"])})


async def add(work: Work, agreement_id: int, bill: Bill, key: str) -> None:
    """A new bill; one under the same key of the same order cannot be made twice."""
    await work.db.execute(
        "INSERT INTO credit_bill (agreement_id, bill_id, order_id, order_number, bill_key, state, amount_minor,"
        " commission_minor, vat_minor, received_on, due_on, interest_bp, interest_on, made_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        agreement_id, bill.bill_id, bill.order_id, bill.order_number, key, bill.state, bill.amount_minor,
        bill.commission_minor, bill.vat_minor, bill.received_on, bill.due_on, bill.interest_bp, bill.interest_on,
        work.now,
    )  # fmt: skip


async def open_bills(work: Work, agreement_id: int) -> list[Bill]:
    """What is not settled of an agreement, the oldest due first; its caller has locked the agreement or only reads."""
    rows = await work.db.fetch(
        f"SELECT {_COLUMNS} FROM credit_bill WHERE agreement_id = $1 AND state <> 'settled' ORDER BY due_on, bill_id",
        agreement_id,
    )  # fmt: skip
    return [_bill(row) for row in rows]


async def unpaid_of(work: Work, buyer_id: int) -> list[Bill]:
    """What a buyer has not settled, of all its agreements."""
    rows = await work.db.fetch(
        f"SELECT {_COLUMNS} FROM credit_bill WHERE state <> 'settled' AND agreement_id IN"
        " (SELECT agreement_id FROM credit_agreement WHERE buyer_id = $1)",
        buyer_id,
    )  # fmt: skip
    return [_bill(row) for row in rows]


async def bill(work: Work, agreement_id: int, bill_id: int) -> Bill | None:
    """One bill of an agreement that the caller has locked."""
    row = await work.db.fetchrow(
        f"SELECT {_COLUMNS} FROM credit_bill WHERE agreement_id = $1 AND bill_id = $2", agreement_id, bill_id
    )
    return _bill(row) if row else None


async def of_order(work: Work, agreement_id: int, order_id: int) -> list[Bill]:
    """The bills of one order."""
    rows = await work.db.fetch(
        f"SELECT {_COLUMNS} FROM credit_bill WHERE agreement_id = $1 AND order_id = $2 ORDER BY due_on, bill_id",
        agreement_id, order_id,
    )  # fmt: skip
    return [_bill(row) for row in rows]


_SAVE = """
UPDATE credit_bill b
   SET state = ($3::text[])[n.no], paid_minor = n.paid, reduced_minor = n.reduced, disputed_minor = n.disputed,
       interest_minor = n.interest, interest_paid_minor = n.interest_paid, interest_on = n.interest_on,
       settled_at = CASE WHEN n.is_settled THEN coalesce(b.settled_at, $2) END
  FROM unnest($4::bigint[], $5::boolean[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[],
              $11::date[]) WITH ORDINALITY
    AS n(bill_id, is_settled, paid, reduced, disputed, interest, interest_paid, interest_on, no)
 WHERE b.agreement_id = $1 AND b.bill_id = n.bill_id
"""


async def save(work: Work, agreement_id: int, bills: Collection[Bill]) -> None:
    """Writes bills of a locked agreement as they stand now."""
    rows = [
        (b.state, b.bill_id, b.state is BillState.settled, b.paid_minor, b.reduced_minor, b.disputed_minor,
         b.interest_minor, b.interest_paid_minor, b.interest_on)
        for b in bills
    ]  # fmt: skip
    if rows:
        await work.db.execute(_SAVE, agreement_id, work.now, *[[row[i] for row in rows] for i in range(9)])


async def state_bills(
    work: Work, agreement_id: int, statement_id: int, due_on: date, stated: Sequence[Bill]
) -> None:
    """Freezes bills into a statement: what is open of each now is what the statement says."""
    await work.db.execute(
        "WITH made AS (INSERT INTO credit_statement (agreement_id, statement_id, due_on, stated_at, amount_minor,"
        "  bills) VALUES ($1, $2, $3, $4, $5, $6))"
        " UPDATE credit_bill SET state = $8, statement_id = $2,"
        "  stated_minor = amount_minor - paid_minor - reduced_minor"
        "  WHERE agreement_id = $1 AND bill_id = ANY ($7::bigint[])",
        agreement_id, statement_id, due_on, work.now, sum(bill.open_minor for bill in stated), len(stated),
        [bill.bill_id for bill in stated], stated[0].state,
    )  # fmt: skip


async def statements(work: Work, agreement_id: int, limit: int) -> Sequence[Row]:
    """The newest statements of an agreement, with what has been paid and given back of them since."""
    rows: Sequence[Row] = await work.db.fetch(
        "SELECT s.statement_id, s.due_on, s.stated_at, s.amount_minor, s.bills,"
        " coalesce(sum(b.amount_minor - b.paid_minor - b.reduced_minor), 0)::bigint AS open_minor"
        " FROM credit_statement s LEFT JOIN credit_bill b"
        "   ON b.agreement_id = s.agreement_id AND b.statement_id = s.statement_id"
        " WHERE s.agreement_id = $1 GROUP BY s.statement_id, s.due_on, s.stated_at, s.amount_minor, s.bills"
        " ORDER BY s.statement_id DESC LIMIT $2",
        agreement_id, limit,
    )  # fmt: skip
    return rows


async def stated_at(work: Work, agreement_id: int, statement_id: int) -> datetime | None:
    """When a statement was frozen."""
    at: datetime | None = await work.db.fetchval(
        "SELECT stated_at FROM credit_statement WHERE agreement_id = $1 AND statement_id = $2",
        agreement_id, statement_id,
    )  # fmt: skip
    return at


async def shown_bills(work: Work, agreement_id: int, limit: int) -> Sequence[Row]:
    """Bills of an agreement with the question that is open about each, the newest first."""
    rows: Sequence[Row] = await work.db.fetch(
        f"SELECT {', '.join('b.' + name for name in _FIELDS)}, b.stated_minor, s.stated_at, d.dispute_id,"
        " d.reason AS dispute_reason, d.state AS dispute_state, d.amount_minor AS dispute_minor,"
        " d.answer AS dispute_answer"
        " FROM credit_bill b"
        " LEFT JOIN credit_statement s ON s.agreement_id = b.agreement_id AND s.statement_id = b.statement_id"
        " LEFT JOIN LATERAL (SELECT * FROM credit_dispute q WHERE q.agreement_id = b.agreement_id"
        "   AND q.bill_id = b.bill_id ORDER BY dispute_id DESC LIMIT 1) d ON true"
        " WHERE b.agreement_id = $1 ORDER BY b.bill_id DESC LIMIT $2",
        agreement_id, limit,
    )  # fmt: skip
    return rows


def as_bill(row: Row) -> Bill:
    """A bill from a row that holds more than it."""
    return _bill(row)


async def overdue(work: Work, agreement_ids: Collection[int], day: date) -> dict[int, Row]:
    """By agreement: what is past its due day and not disputed, since when, and how much of it there is."""
    rows = await work.db.fetch(
        "SELECT agreement_id, min(due_on) AS since_on,"
        " sum(amount_minor - paid_minor - reduced_minor - disputed_minor)::bigint AS overdue_minor"
        " FROM credit_bill WHERE agreement_id = ANY ($1::bigint[]) AND state <> 'settled' AND due_on < $2"
        " AND amount_minor > paid_minor + reduced_minor + disputed_minor GROUP BY agreement_id",
        list(agreement_ids), day,
    )  # fmt: skip
    return {row["agreement_id"]: row for row in rows}


# ── Payments of bills ────────────────────────────────────────────────────────────────────────────────


async def add_payment(
    work: Work, agreement_id: int, payment_id: int, *, principal_minor: int, interest_minor: int, excess_minor: int
) -> None:  # fmt: skip
    """What a payment did."""
    await work.db.execute(
        "INSERT INTO credit_payment (agreement_id, payment_id, amount_minor, principal_minor, interest_minor,"
        " excess_minor, paid_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        agreement_id, payment_id, principal_minor + interest_minor + excess_minor, principal_minor, interest_minor,
        excess_minor, work.now,
    )  # fmt: skip


async def payments(work: Work, agreement_id: int, limit: int) -> Sequence[Row]:
    """The newest payments of bills."""
    rows: Sequence[Row] = await work.db.fetch(
        "SELECT * FROM credit_payment WHERE agreement_id = $1 ORDER BY payment_id DESC LIMIT $2",
        agreement_id,
        limit,
    )
    return rows


# ── Disputes ─────────────────────────────────────────────────────────────────────────────────────────


async def add_dispute(
    work: Work, agreement_id: int, dispute_id: int, bill_id: int, amount_minor: int, reason: str
) -> None:
    """A question about a bill."""
    await work.db.execute(
        "INSERT INTO credit_dispute (agreement_id, dispute_id, bill_id, state, amount_minor, reason, opened_at,"
        " opened_by) VALUES ($1, $2, $3, 'open', $4, $5, $6, $7)",
        agreement_id, dispute_id, bill_id, amount_minor, reason, work.now, work.actor.person_id,
    )  # fmt: skip


async def open_dispute(work: Work, agreement_id: int, dispute_id: int) -> Row | None:
    """A question that waits for its answer."""
    row: Row | None = await work.db.fetchrow(
        "SELECT * FROM credit_dispute WHERE agreement_id = $1 AND dispute_id = $2 AND state = 'open'",
        agreement_id, dispute_id,
    )  # fmt: skip
    return row


async def end_dispute(work: Work, agreement_id: int, dispute_id: int, state: str, answer: str) -> None:
    """Writes the answer."""
    await work.db.execute(
        "UPDATE credit_dispute SET state = $3, answer = $4, answered_at = $5, answered_by = $6"
        " WHERE agreement_id = $1 AND dispute_id = $2",
        agreement_id, dispute_id, state, answer, work.now, work.actor.person_id,
    )  # fmt: skip


# ── Reminders ────────────────────────────────────────────────────────────────────────────────────────


async def remind(work: Work, agreement_id: int, due_on: date, days: int) -> bool:
    """Notes that a reminder goes out; tells whether it is the first of its kind for that day."""
    return bool(
        await work.db.fetchval(
            "INSERT INTO credit_reminder (agreement_id, due_on, days, told_at) VALUES ($1, $2, $3, $4)"
            " ON CONFLICT DO NOTHING RETURNING true",
            agreement_id, due_on, days, work.now,
        )
    )  # fmt: skip
