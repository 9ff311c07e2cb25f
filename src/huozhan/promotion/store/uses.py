"""Rows of what orders took of promotions, and of coupons: claimed, spent, and given back where no order came of them."""

from collections.abc import Collection, Sequence
from typing import Any

import msgspec

from huozhan.kernel.work import Work


class Use(msgspec.Struct, frozen=True, kw_only=True):
    """What one order takes of one promotion; `goods_minor` is what the lines it lowers cost in the end."""

    promotion_id: int
    order_id: int
    coupon_id: int
    is_market: bool
    amount_minor: int
    goods_minor: int


_ADD = """
INSERT INTO promotion_use (promotion_id, order_id, buyer_id, state, coupon_id, is_market, purchase_id, amount_minor,
                           goods_minor, used_at)
SELECT promotion_id, order_id, $1, $2, coupon_id, is_market, $3, amount_minor, goods_minor, $4
  FROM unnest($5::bigint[], $6::bigint[], $7::bigint[], $8::boolean[], $9::bigint[], $10::bigint[])
    AS u(promotion_id, order_id, coupon_id, is_market, amount_minor, goods_minor)
"""


async def add(work: Work, state: str, purchase_id: int, uses: Sequence[Use]) -> None:
    """Writes what orders that are being placed together take of promotions."""
    await work.db.execute(
        _ADD, work.actor.org_id, state, purchase_id, work.now, [u.promotion_id for u in uses],
        [u.order_id for u in uses], [u.coupon_id for u in uses], [u.is_market for u in uses],
        [u.amount_minor for u in uses], [u.goods_minor for u in uses],
    )  # fmt: skip


async def move(work: Work, order_id: int, before: str, state: str) -> list[Any]:
    """Moves what an order used, and tells the coupons among it; the caller holds the order's lock."""
    rows: list[Any] = await work.db.fetch(
        "UPDATE promotion_use SET state = $3 WHERE order_id = $1 AND state = $2"
        " RETURNING promotion_id, buyer_id, coupon_id, is_market, purchase_id, amount_minor, shrunk",
        order_id, before, state,
    )  # fmt: skip
    return rows


async def spend(work: Work, buyer_id: int, purchase_id: int, coupon_ids: Collection[int]) -> set[int]:
    """Spends coupons of a buyer on a purchase; tells which it could: not those that are spent by now, or over."""
    rows = await work.db.fetch(
        "INSERT INTO coupon_spent (buyer_id, coupon_id, purchase_id, spent_at)"
        " SELECT buyer_id, coupon_id, $3, $4 FROM coupon"
        "  WHERE buyer_id = $1 AND coupon_id = ANY ($2::bigint[]) AND usable_until > $4 ORDER BY coupon_id"
        " ON CONFLICT (buyer_id, coupon_id) DO NOTHING RETURNING coupon_id",
        buyer_id, sorted(coupon_ids), purchase_id, work.now,
    )  # fmt: skip
    return {row["coupon_id"] for row in rows}


async def spent_on(work: Work, buyer_id: int, coupon_id: int) -> int | None:
    """The purchase that a coupon is spent on, its row locked; None while it is free."""
    purchase_id: int | None = await work.db.fetchval(
        "SELECT purchase_id FROM coupon_spent WHERE buyer_id = $1 AND coupon_id = $2 FOR UPDATE",
        buyer_id,
        coupon_id,
    )
    return purchase_id


async def is_used(
    work: Work, buyer_id: int, coupon_id: int, purchase_id: int, states: Collection[str]
) -> bool:
    """Tells whether any order of a purchase still has what a coupon took off."""
    found: bool = await work.db.fetchval(
        "SELECT EXISTS (SELECT 1 FROM promotion_use"
        " WHERE buyer_id = $1 AND coupon_id = $2 AND purchase_id = $3 AND state = ANY ($4::text[]))",
        buyer_id, coupon_id, purchase_id, list(states),
    )  # fmt: skip
    return found


async def free(work: Work, buyer_id: int, coupon_id: int) -> None:
    """Gives a spent coupon back to its buyer."""
    await work.db.execute(
        "DELETE FROM coupon_spent WHERE buyer_id = $1 AND coupon_id = $2", buyer_id, coupon_id
    )


async def placed(work: Work, order_id: int) -> list[Any]:
    """What an unpaid order uses; the caller holds the order's lock."""
    rows: list[Any] = await work.db.fetch(
        "SELECT promotion_id, buyer_id, coupon_id, is_market, purchase_id, amount_minor, shrunk FROM promotion_use"
        " WHERE order_id = $1 AND state = 'placed' ORDER BY promotion_id",
        order_id,
    )
    return rows


async def of_market(work: Work, order_id: int) -> Any:
    """The market's coupon that an unpaid order uses, with the amount from which on it is good; None without one."""
    return await work.db.fetchrow(
        "SELECT u.promotion_id, u.buyer_id, u.coupon_id, u.purchase_id,"
        "       coalesce((p.terms->>'least_minor')::bigint, 0) AS least_minor"
        "  FROM promotion_use u JOIN promotion p USING (promotion_id)"
        " WHERE u.order_id = $1 AND u.is_market AND u.state = 'placed'",
        order_id,
    )


async def goods_beside(work: Work, promotion_id: int, coupon_id: int, purchase_id: int, order_id: int) -> int:
    """What the goods of a purchase cost that a coupon lowers beside those of one order."""
    minor: int = await work.db.fetchval(
        "SELECT coalesce(sum(goods_minor), 0)::bigint FROM promotion_use"
        " WHERE promotion_id = $1 AND coupon_id = $2 AND purchase_id = $3 AND order_id <> $4",
        promotion_id, coupon_id, purchase_id, order_id,
    )  # fmt: skip
    return minor


async def keep(
    work: Work, order_id: int, promotion_id: int, amount_minor: int, goods_minor: int, *, shrinks: bool
) -> None:
    """Writes what an amended order takes of a promotion now; where the market holds less for it, that is counted."""
    await work.db.execute(
        "UPDATE promotion_use SET amount_minor = $3, goods_minor = $4, shrunk = shrunk + $5::int"
        " WHERE order_id = $1 AND promotion_id = $2",
        order_id, promotion_id, amount_minor, goods_minor, int(shrinks),
    )  # fmt: skip


async def drop(work: Work, order_id: int, promotion_id: int, state: str) -> None:
    """Writes that nothing of a promotion is left in an order."""
    await work.db.execute(
        "UPDATE promotion_use SET state = $3 WHERE order_id = $1 AND promotion_id = $2",
        order_id, promotion_id, state,
    )  # fmt: skip


async def give_back(work: Work, order_id: int, amount_minor: int) -> int:
    """Adds to what an order gave back of the market's part, and tells whose budget that is."""
    promotion_id: int = await work.db.fetchval(
        "UPDATE promotion_use SET back_minor = back_minor + $2 WHERE order_id = $1 AND is_market RETURNING promotion_id",
        order_id, amount_minor,
    )  # fmt: skip
    return promotion_id


_BUDGETS = """
SELECT p.promotion_id, p.budget_minor,
       coalesce(sum(u.amount_minor - u.back_minor) FILTER (WHERE u.state = 'paid'), 0)::bigint AS spent_minor,
       coalesce(sum(u.amount_minor) FILTER (WHERE u.state = 'placed'), 0)::bigint AS held_minor
  FROM promotion p LEFT JOIN promotion_use u USING (promotion_id)
 WHERE p.budget_minor IS NOT NULL AND p.promotion_id > $1 GROUP BY p.promotion_id ORDER BY p.promotion_id LIMIT $2
"""


async def budgets(work: Work, after: int, limit: int) -> list[Any]:
    """The market's budgets and what orders say was spent and is spoken for of each; the whole market is read."""
    rows: list[Any] = await work.db.fetch(_BUDGETS, after, limit)
    return rows


async def claims_apart(work: Work, limit: int) -> list[Any]:
    """Promotions that counted another number of claims than there are coupons."""
    rows: list[Any] = await work.db.fetch(
        "SELECT p.promotion_id, p.claimed, count(c.coupon_id) AS coupons FROM promotion p LEFT JOIN coupon c USING (promotion_id)"
        " WHERE p.coupons_total IS NOT NULL GROUP BY p.promotion_id HAVING p.claimed <> count(c.coupon_id) LIMIT $1",
        limit,
    )  # fmt: skip
    return rows
