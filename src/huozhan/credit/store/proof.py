"""What `verify` asks the rows of all lines; it reads the whole market, so nothing is scoped by an organisation."""

from collections.abc import Mapping, Sequence
from typing import Any

from huozhan.kernel.work import Work

Row = Mapping[str, Any]


async def lines(work: Work, after: int, limit: int) -> Sequence[Row]:
    """Limit in force, what is held for orders and what is owed, by agreement, in order of id."""
    rows: Sequence[Row] = await work.db.fetch(
        "SELECT a.agreement_id, coalesce(t.limit_minor, 0) AS limit_minor,"
        " coalesce((SELECT sum(held_minor) FROM credit_order o WHERE o.agreement_id = a.agreement_id), 0)::bigint"
        "  AS held_minor,"
        " coalesce((SELECT sum(amount_minor - paid_minor - reduced_minor) FROM credit_bill b"
        "   WHERE b.agreement_id = a.agreement_id), 0)::bigint AS owed_minor"
        " FROM credit_agreement a LEFT JOIN credit_terms t"
        "   ON t.agreement_id = a.agreement_id AND t.version = a.version"
        " WHERE a.agreement_id > $1 ORDER BY a.agreement_id LIMIT $2",
        after, limit,
    )  # fmt: skip
    return rows


async def bills_apart(work: Work, limit: int) -> Sequence[Row]:
    """Orders whose bills are not what was billed of them."""
    rows: Sequence[Row] = await work.db.fetch(
        "SELECT o.order_id, o.billed_minor, coalesce(b.amount, 0)::bigint AS bills_minor FROM credit_order o"
        " LEFT JOIN (SELECT agreement_id, order_id, sum(amount_minor) AS amount FROM credit_bill"
        "   GROUP BY agreement_id, order_id) b USING (agreement_id, order_id)"
        " WHERE o.billed_minor <> coalesce(b.amount, 0) LIMIT $1",
        limit,
    )  # fmt: skip
    return rows


async def orders_on_credit(work: Work, after: int, limit: int) -> list[tuple[int, tuple[int, int, int]]]:
    """Orders on credit with what is held, billed and free again, in order of id."""
    rows = await work.db.fetch(
        "SELECT order_id, held_minor, billed_minor, freed_minor FROM credit_order WHERE order_id > $1"
        " ORDER BY order_id LIMIT $2",
        after, limit,
    )  # fmt: skip
    return [(row["order_id"], (row["held_minor"], row["billed_minor"], row["freed_minor"])) for row in rows]
