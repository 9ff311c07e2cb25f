"""What runs in a shop, for everybody; and what a shop has made, with its use so far, for itself."""

from huozhan.kernel.paging import Page, before_in, write_cursor
from huozhan.kernel.work import Work, use_case
from huozhan.promotion.asks import MyPromotions, ShopPromotions
from huozhan.promotion.promotion import Promotion
from huozhan.promotion.store import promotions
from huozhan.promotion.using import MARKET
from huozhan.promotion.views import Faces, PromotionFace, PromotionView, UseSoFar


@use_case("public", writes=False)
async def shop_promotions(work: Work, ask: ShopPromotions) -> Faces:
    """Say what a shop takes off right now, and until when."""
    found = await promotions.shown(work, [int(ask.seller_id), MARKET])
    offer_id = int(ask.offer_id) if ask.offer_id else None
    return Faces(
        items=[
            face(one, i_hold)
            for one, i_hold in found
            if offer_id is None or one.covers(one.seller_id, offer_id)
        ]
    )


@use_case("offer.view", writes=False)
async def my_promotions(work: Work, ask: MyPromotions) -> Page[PromotionView]:
    """List the shop's promotions, the newest first, each with its use so far."""
    return await made_by(work, work.actor.org_id, ask.cursor, ask.size)


@use_case("market.view", writes=False)
async def market_promotions(work: Work, ask: MyPromotions) -> Page[PromotionView]:
    """List the market's own coupons, the newest first, each with its budget and what orders took of it."""
    return await made_by(work, MARKET, ask.cursor, ask.size)


async def made_by(work: Work, seller_id: int, cursor: str, size: int) -> Page[PromotionView]:
    """A page of what a shop (or, as seller 0, the market) has made."""
    found = await promotions.made(work, seller_id, before_in(cursor), size + 1)
    shown = found[:size]
    next_cursor = write_cursor(shown[-1][0].promotion_id) if len(found) > size else None
    return Page([_view(work, one, use) for one, use in shown], next_cursor)


def face(one: Promotion, i_hold: int) -> PromotionFace:
    """A promotion as buyers see it."""
    return PromotionFace(
        promotion_id=str(one.promotion_id),
        seller_id=str(one.seller_id),
        kind=one.kind,
        name=one.name,
        off_bp=one.terms.off_bp,
        off_e4=one.terms.off_e4,
        steps=list(one.terms.steps),
        least_minor=one.terms.least_minor,
        off_minor=one.terms.off_minor,
        is_for_all=not one.terms.offer_ids,
        ends_at=one.ends_at,
        coupons_left=one.issue.total - one.issue.claimed if one.issue else None,
        i_hold=i_hold,
        per_buyer=one.issue.per_buyer if one.issue else 0,
    )


def _view(work: Work, one: Promotion, use: UseSoFar) -> PromotionView:
    return PromotionView(
        promotion_id=str(one.promotion_id),
        kind=one.kind,
        name=one.name,
        phase=one.phase(work.now),
        offer_ids=[str(offer_id) for offer_id in one.terms.offer_ids],
        off_bp=one.terms.off_bp,
        off_e4=one.terms.off_e4,
        steps=list(one.terms.steps),
        least_minor=one.terms.least_minor,
        off_minor=one.terms.off_minor,
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        coupons_total=one.issue.total if one.issue else None,
        per_buyer=one.issue.per_buyer if one.issue else 0,
        claimed=one.issue.claimed if one.issue else 0,
        usable_until=one.issue.usable_until if one.issue else None,
        budget_minor=one.issue.budget_minor if one.issue else None,
        stop_reason=one.stop_reason,
        use=use,
    )
