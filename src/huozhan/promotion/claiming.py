"""Claiming: a buyer takes a coupon, within what is left and what one buyer may have; and sees those it holds."""

import msgspec

from huozhan.kernel.paging import Page, before_in, write_cursor
from huozhan.kernel.refusals import NotFound, Refusal
from huozhan.kernel.shapes import Bilingual
from huozhan.kernel.work import Work, use_case
from huozhan.promotion.asks import ClaimCoupon, MyCoupons
from huozhan.promotion.promotion import PromotionState, Terms
from huozhan.promotion.store import coupons
from huozhan.promotion.views import CouponView


class CouponsGone(Refusal):
    """All coupons of this promotion are claimed."""

    code = "promotion.coupons_gone"


class NotGivenNow(Refusal):
    """Coupons are given out between a promotion's dates, and not once it is stopped."""

    code = "promotion.not_given_now"


class ClaimedAll(Refusal):
    """One buyer may have so many of these coupons, and has them."""

    code = "promotion.claimed_all"


@use_case("cart.use", writes=True)
async def claim_coupon(work: Work, ask: ClaimCoupon) -> CouponView:
    """Take a coupon for the organisation; the last one goes to one buyer, whoever asks at the same time."""
    promotion_id, coupon_id = int(ask.promotion_id), work.new_id()
    counted = await coupons.count_claim(work, promotion_id)
    if counted is None:
        raise await _why_not(work, promotion_id)
    held = await coupons.held(work, promotion_id)
    if held >= counted["per_buyer"]:
        raise ClaimedAll(per_buyer=counted["per_buyer"])
    await coupons.add(work, coupon_id, promotion_id, held + 1, counted)
    return (await _own(work, coupon_id + 1, 1))[0]


async def _why_not(work: Work, promotion_id: int) -> Refusal:
    found = await coupons.look(work, promotion_id)
    if found is None:
        return NotFound(promotion_id=str(promotion_id))
    runs = found["state"] == PromotionState.open and found["starts_at"] <= work.now < found["ends_at"]
    return CouponsGone(total=found["coupons_total"]) if runs else NotGivenNow()


@use_case("cart.use", writes=False)
async def my_coupons(work: Work, ask: MyCoupons) -> Page[CouponView]:
    """List the organisation's coupons, those claimed last first."""
    found = await _own(work, before_in(ask.cursor), ask.size + 1)
    shown = found[: ask.size]
    return Page(shown, write_cursor(int(shown[-1].coupon_id)) if len(found) > ask.size else None)


async def _own(work: Work, before: int, limit: int) -> list[CouponView]:
    views = []
    for row in await coupons.own(work, before, limit):
        terms = msgspec.json.decode(row["terms"], type=Terms)
        is_over = row["usable_until"] <= work.now
        views.append(
            CouponView(
                coupon_id=str(row["coupon_id"]),
                promotion_id=str(row["promotion_id"]),
                seller_id=str(row["seller_id"]),
                name=msgspec.json.decode(row["name"], type=Bilingual),
                least_minor=terms.least_minor,
                off_minor=terms.off_minor,
                is_for_all=not terms.offer_ids,
                usable_until=row["usable_until"],
                phase="spent" if row["is_spent"] else "over" if is_over else "usable",
            )
        )
    return views
