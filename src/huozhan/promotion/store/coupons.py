"""Rows of coupons that buyers claimed."""

from typing import Any

from huozhan.kernel.work import Work
from huozhan.promotion.promotion import PromotionState


async def count_claim(work: Work, promotion_id: int) -> Any:
    """Counts one more claim of a promotion that gives coupons now and has some left; None where it does not.

    Its row is locked from here on, so that the claims of one buyer are counted one after the other.
    """
    return await work.db.fetchrow(
        "UPDATE promotion SET claimed = claimed + 1 WHERE promotion_id = $1 AND state = $3 AND starts_at <= $2"
        " AND ends_at > $2 AND claimed < coupons_total RETURNING per_buyer, usable_until",
        promotion_id, work.now, PromotionState.open,
    )  # fmt: skip


async def look(work: Work, promotion_id: int) -> Any:
    """What a promotion gives, for whoever could not claim."""
    return await work.db.fetchrow(
        "SELECT state, starts_at, ends_at, coupons_total, claimed FROM promotion"
        " WHERE promotion_id = $1 AND coupons_total IS NOT NULL",
        promotion_id,
    )  # fmt: skip


async def held(work: Work, promotion_id: int) -> int:
    """How many coupons of a promotion the actor's organisation has claimed."""
    return int(
        await work.db.fetchval(
            "SELECT count(*) FROM coupon WHERE buyer_id = $1 AND promotion_id = $2",
            work.actor.org_id,
            promotion_id,
        )
    )


async def add(work: Work, coupon_id: int, promotion_id: int, place: int, row: Any) -> None:
    """Writes a claimed coupon."""
    await work.db.execute(
        "INSERT INTO coupon (buyer_id, coupon_id, promotion_id, place, per_buyer, usable_until, claimed_at, claimed_by)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        work.actor.org_id, coupon_id, promotion_id, place, row["per_buyer"], row["usable_until"], work.now,
        work.actor.person_id,
    )  # fmt: skip


async def own(work: Work, before: int, limit: int) -> list[Any]:
    """The organisation's coupons, those claimed last first."""
    rows: list[Any] = await work.db.fetch(
        "SELECT c.coupon_id, c.promotion_id, c.usable_until, p.seller_id, p.name, p.terms, s.coupon_id IS NOT NULL AS is_spent"
        "  FROM coupon c JOIN promotion p USING (promotion_id) LEFT JOIN coupon_spent s USING (buyer_id, coupon_id)"
        " WHERE c.buyer_id = $1 AND c.coupon_id < $2 ORDER BY c.coupon_id DESC LIMIT $3",
        work.actor.org_id, before, limit,
    )  # fmt: skip
    return rows
