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
    amount_minor: int
    goods_minor: int


_ADD = """
INSERT INTO promotion_use (promotion_id, order_id, buyer_id, state, coupon_id, purchase_id, amount_minor, goods_minor, used_at)
SELECT promotion_id, order_id, $1, $2, coupon_id, $3, amount_minor, goods_minor, $4
  FROM unnest($5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[])
    AS u(promotion_id, order_id, coupon_id, amount_minor, goods_minor)
"""


async def add(work: Work, state: str, purchase_id: int, uses: Sequence[Use]) -> None:
    """Writes what orders that are being placed together take of promotions."""
    await work.db.execute(
        _ADD, work.actor.org_id, state, purchase_id, work.now, [u.promotion_id for u in uses],
        [u.order_id for u in uses], [u.coupon_id for u in uses], [u.amount_minor for u in uses],
        [u.goods_minor for u in uses],
    )  # fmt: skip


async def move(work: Work, order_id: int, before: str, state: str) -> list[Any]:
    """Moves what an order used, and tells the coupons among it; the caller holds the order's lock."""
    rows: list[Any] = await work.db.fetch(
        "UPDATE promotion_use SET state = $3 WHERE order_id = $1 AND state = $2"
        " RETURNING promotion_id, buyer_id, coupon_id, purchase_id, amount_minor",
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


async def is_used(work: Work, buyer_id: int, coupon_id: int, purchase_id: int, closed: str) -> bool:
    """Tells whether any order of a purchase still has what a coupon took off."""
    found: bool = await work.db.fetchval(
        "SELECT EXISTS (SELECT 1 FROM promotion_use"
        " WHERE buyer_id = $1 AND coupon_id = $2 AND purchase_id = $3 AND state <> $4)",
        buyer_id, coupon_id, purchase_id, closed,
    )  # fmt: skip
    return found


async def free(work: Work, buyer_id: int, coupon_id: int) -> None:
    """Gives a spent coupon back to its buyer."""
    await work.db.execute(
        "DELETE FROM coupon_spent WHERE buyer_id = $1 AND coupon_id = $2", buyer_id, coupon_id
    )
