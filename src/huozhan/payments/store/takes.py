"""What is taken from suppliers, and what they owe, as rows; the callers hold the order and name whose they ask for."""

from collections.abc import Mapping
from typing import Any

from huozhan.kernel.work import Work

Row = Mapping[str, Any]


async def find(work: Work, order_id: int, cause: str) -> Row | None:
    """What was taken for a cause."""
    row: Row | None = await work.db.fetchrow(
        "SELECT * FROM supplier_take WHERE order_id = $1 AND cause = $2", order_id, cause
    )
    return row


async def of_order(work: Work, order_id: int) -> list[Row]:
    """All that was taken for an order, the first first."""
    rows: list[Row] = await work.db.fetch(
        "SELECT * FROM supplier_take WHERE order_id = $1 ORDER BY taken_at, cause", order_id
    )
    return rows


async def add(
    work: Work, *, order_id: int, cause: str, seller_id: int, buyer_id: int, parts: Mapping[str, int],
    commission_minor: int = 0, vat_minor: int = 0, refund_id: int = 0, coupon_minor: int = 0,
) -> None:  # fmt: skip
    """Writes what was taken from whom; what becomes debt is added to what the supplier owes."""
    available, deposit, pool, debt = (parts[name] for name in ("available", "deposit", "pool", "debt"))
    await work.db.execute(
        "WITH owed AS (INSERT INTO seller_debt (seller_id, owed_minor, since) SELECT $3::bigint, $8::bigint, $12::timestamptz WHERE $8::bigint > 0"
        "  ON CONFLICT (seller_id) DO UPDATE SET owed_minor = seller_debt.owed_minor + EXCLUDED.owed_minor,"
        "   since = CASE WHEN seller_debt.owed_minor = seller_debt.repaid_minor THEN EXCLUDED.since"
        "    ELSE seller_debt.since END)"
        " INSERT INTO supplier_take (order_id, cause, seller_id, buyer_id, available_minor, deposit_minor, pool_minor,"
        "  debt_minor, commission_minor, vat_minor, refund_id, taken_at, amount_minor, coupon_minor)"
        " VALUES ($1, $2, $3::bigint, $4, $5, $6, $7, $8::bigint, $9, $10, $11, $12::timestamptz, $13, $14)",
        order_id, cause, seller_id, buyer_id, available, deposit, pool, debt, commission_minor, vat_minor, refund_id,
        work.now, available + deposit + pool + debt, coupon_minor,
    )  # fmt: skip


async def reverse(work: Work, order_id: int, cause: str) -> int:
    """Writes that what was taken for a cause was given back, so that it may be taken again; tells how often it was."""
    times: int = await work.db.fetchval(
        "UPDATE supplier_take SET reversed_at = $3, cause = cause || ':' || (1 + (SELECT count(*) FROM supplier_take r"
        "  WHERE r.order_id = $1 AND r.reversed_at IS NOT NULL AND starts_with(r.cause, $2 || ':')))"
        " WHERE order_id = $1 AND cause = $2 RETURNING split_part(cause, ':', 2)::int",
        order_id, cause, work.now,
    )  # fmt: skip
    return times


async def times_reversed(work: Work, order_id: int, cause: str) -> int:
    """How often what was taken for a cause was given back."""
    times: int = await work.db.fetchval(
        "SELECT count(*) FROM supplier_take WHERE order_id = $1 AND reversed_at IS NOT NULL"
        " AND starts_with(cause, $2 || ':')",
        order_id, cause,
    )  # fmt: skip
    return times


async def owe(work: Work, seller_id: int, amount_minor: int) -> None:
    """Adds to what a supplier owes."""
    await work.db.execute(
        "INSERT INTO seller_debt (seller_id, owed_minor, since) VALUES ($1, $2, $3)"
        " ON CONFLICT (seller_id) DO UPDATE SET owed_minor = seller_debt.owed_minor + EXCLUDED.owed_minor,"
        "  since = CASE WHEN seller_debt.owed_minor = seller_debt.repaid_minor THEN EXCLUDED.since"
        "   ELSE seller_debt.since END",
        seller_id, amount_minor, work.now,
    )  # fmt: skip


async def repay(work: Work, seller_id: int, amount_minor: int) -> None:
    """Writes that so much of what a supplier owes was paid."""
    await work.db.execute(
        "UPDATE seller_debt SET repaid_minor = repaid_minor + $2 WHERE seller_id = $1",
        seller_id,
        amount_minor,
    )


async def owed_since(work: Work, seller_id: int) -> Row | None:
    """What a supplier owes, and since when; None where it owes nothing."""
    row: Row | None = await work.db.fetchrow(
        "SELECT owed_minor - repaid_minor AS amount_minor, since FROM seller_debt"
        " WHERE seller_id = $1 AND owed_minor > repaid_minor",
        seller_id,
    )
    return row


async def lock_clawed(
    work: Work, order_id: int, *, goods_minor: int, freight_minor: int, commission_minor: int, vat_minor: int
) -> Row:
    """How much of an order has gone back already, locked; what was earned and charged is brought up to date."""
    row: Row = await work.db.fetchrow(
        "INSERT INTO order_clawed (order_id, earned_goods_minor, earned_freight_minor, charged_commission_minor,"
        " charged_vat_minor) VALUES ($1, $2, $3, $4, $5)"
        " ON CONFLICT (order_id) DO UPDATE SET earned_goods_minor = EXCLUDED.earned_goods_minor,"
        "  earned_freight_minor = EXCLUDED.earned_freight_minor,"
        "  charged_commission_minor = EXCLUDED.charged_commission_minor,"
        "  charged_vat_minor = EXCLUDED.charged_vat_minor RETURNING *",
        order_id, goods_minor, freight_minor, commission_minor, vat_minor,
    )  # fmt: skip
    return row


async def clawed(work: Work, order_id: int) -> Row | None:
    """How much of an order has gone back already."""
    row: Row | None = await work.db.fetchrow("SELECT * FROM order_clawed WHERE order_id = $1", order_id)
    return row


async def claw(
    work: Work, order_id: int, *, goods_minor: int, freight_minor: int, commission_minor: int, vat_minor: int
) -> None:
    """Adds to what of an order has gone back."""
    await work.db.execute(
        "UPDATE order_clawed SET goods_minor = goods_minor + $2, freight_minor = freight_minor + $3,"
        " commission_minor = commission_minor + $4, vat_minor = vat_minor + $5 WHERE order_id = $1",
        order_id, goods_minor, freight_minor, commission_minor, vat_minor,
    )  # fmt: skip


async def debts(work: Work) -> dict[int, int]:
    """What every supplier owes; the whole market's, so not scoped."""
    rows = await work.db.fetch(
        "SELECT seller_id, owed_minor - repaid_minor AS amount_minor FROM seller_debt WHERE owed_minor > repaid_minor"
    )
    return {row["seller_id"]: row["amount_minor"] for row in rows}
