"""Making and stopping promotions: their terms never change, so that every order knows under which it was placed."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

from huozhan import catalogue
from huozhan.kernel.refusals import NotFound, Refusal, Sort
from huozhan.kernel.shapes import Bilingual
from huozhan.kernel.work import Work, use_case
from huozhan.promotion.asks import MakeMarketCoupon, MakePromotion, StopPromotion
from huozhan.promotion.facts import PromotionsChanged
from huozhan.promotion.promotion import MOVES, FullStep, Issue, Promotion, PromotionState, Step, Terms
from huozhan.promotion.store import promotions
from huozhan.promotion.views import Made


class NoName(Refusal):
    """A promotion is called something, in one of the languages at least."""

    code = "promotion.no_name"
    sort = Sort.invalid


class NothingOff(Refusal):
    """It must take something off, in the one way that its kind has: a rate or so much per piece, steps, or an amount."""

    code = "promotion.nothing_off"
    sort = Sort.invalid


class StepsDoNotRise(Refusal):
    """Each step of a full reduction asks for more than the one before, takes more off, and less than it asks for."""

    code = "promotion.steps_do_not_rise"
    sort = Sort.invalid


class NoCoupons(Refusal):
    """It says of how many coupons it consists."""

    code = "promotion.no_coupons"
    sort = Sort.invalid


class BadUsableUntil(Refusal):
    """A coupon is good at least until no more are given out, and so many days after that at most."""

    code = "promotion.bad_usable_until"
    sort = Sort.invalid


class OffTooLarge(Refusal):
    """A coupon takes off less than the amount from which on it is good."""

    code = "promotion.off_too_large"
    sort = Sort.invalid


class BadPeriod(Refusal):
    """It ends after it begins, in the future, and within the longest time a promotion may run."""

    code = "promotion.bad_period"
    sort = Sort.invalid


class TooManyOpen(Refusal):
    """A shop has so many promotions at once and no more."""

    code = "promotion.too_many_open"


class NotYourOffers(Refusal):
    """A shop lowers the price of its own goods only."""

    code = "promotion.not_your_offers"
    sort = Sort.invalid


@use_case("offer.edit", writes=True)
async def make_promotion(work: Work, ask: MakePromotion) -> Made:
    """Make a promotion of the shop; between its dates it lowers every quote it covers."""
    _must_be_sound(work, ask)
    offer_ids = tuple(dict.fromkeys(int(offer_id) for offer_id in ask.offer_ids))
    await _must_be_own(work, offer_ids)
    made = Promotion(
        promotion_id=work.new_id(),
        seller_id=work.actor.org_id,
        kind=Step(ask.kind),
        state=MOVES.first,
        name=Bilingual(ask.name_zh.strip(), ask.name_en.strip()),
        terms=Terms(
            offer_ids=offer_ids,
            off_bp=ask.off_bp,
            off_e4=ask.off_e4,
            steps=ask.steps,
            least_minor=ask.least_minor,
            off_minor=ask.off_minor,
        ),
        starts_at=ask.starts_at.astimezone(work.now.tzinfo),
        ends_at=ask.ends_at.astimezone(work.now.tzinfo),
        issue=issue_of(work, ask) if ask.kind == Step.shop_coupon else None,
    )
    return await add(work, made)


async def add(work: Work, made: Promotion) -> Made:
    """Writes a promotion of a shop, or of the market (seller 0), that has been judged."""
    await promotions.add(work, made)
    open_most = work.rule("promotion.open_most").value
    if await note_promoted(work, made.seller_id) > open_most:
        raise TooManyOpen(most=open_most)
    return Made(promotion_id=str(made.promotion_id), phase=made.phase(work.now))


def issue_of(work: Work, ask: MakePromotion | MakeMarketCoupon, budget_minor: int | None = None) -> Issue:
    """How the coupons that are asked for are given out; they are good until the promotion's end at least."""
    usable_until = ask.usable_until or ask.ends_at
    most = work.rule("promotion.usable_most")
    if ask.coupons_total is None:
        raise NoCoupons(field="coupons_total")
    if not ask.ends_at <= usable_until <= ask.ends_at + most.span:
        raise BadUsableUntil(field="usable_until", days=most.value)
    return Issue(
        total=ask.coupons_total,
        per_buyer=ask.per_buyer,
        usable_until=usable_until.astimezone(work.now.tzinfo),
        budget_minor=budget_minor,
    )


@use_case("offer.edit", writes=True)
async def stop_promotion(work: Work, ask: StopPromotion) -> Made:
    """Stop a promotion of the shop for good; orders that used it keep what they got."""
    return await stop(work, int(ask.promotion_id), work.actor.org_id, ask.reason)


async def stop(work: Work, promotion_id: int, seller_id: int, reason: str) -> Made:
    """Stops a promotion of a shop, or of the market (seller 0)."""
    found = await promotions.for_update(work, promotion_id, seller_id)
    if found is None:
        raise NotFound(promotion_id=str(promotion_id))
    state = MOVES.after(found.state, "stop")
    await promotions.stop(work, promotion_id, state, reason)
    await note_promoted(work, seller_id)
    return Made(promotion_id=str(promotion_id), phase=PromotionState.stopped)


async def note_promoted(work: Work, seller_id: int) -> int:
    """Tells the catalogue until when quotes must ask for a shop's promotions; says how many are not over."""
    await catalogue.lock_shop(work, seller_id)
    open_, until = await promotions.open_until(work, seller_id)
    await catalogue.note_promoted(work, seller_id, until)
    work.record(PromotionsChanged(seller_id=seller_id))
    return open_


def _must_be_sound(work: Work, ask: MakePromotion) -> None:
    if not (ask.name_zh.strip() or ask.name_en.strip()):
        raise NoName(field="name_zh")
    given = {
        Step.item: bool(ask.off_bp) + bool(ask.off_e4),
        Step.full: bool(ask.steps),
        Step.shop_coupon: bool(ask.off_minor),
    }
    if given[Step(ask.kind)] != 1 or sum(given.values()) != given[Step(ask.kind)]:
        raise NothingOff(field=_FIELDS[Step(ask.kind)])
    if ask.least_minor and ask.off_minor >= ask.least_minor:
        raise OffTooLarge(field="off")
    _must_rise(ask.steps)
    must_fit(work, ask.starts_at, ask.ends_at)


def _must_rise(steps: Sequence[FullStep]) -> None:
    rises = all(a.from_minor < b.from_minor and a.off_minor < b.off_minor for a, b in pairwise(steps))
    if not rises or any(step.off_minor >= step.from_minor for step in steps):
        raise StepsDoNotRise(field="step[0-from]")


def must_fit(work: Work, starts_at: datetime, ends_at: datetime) -> None:
    """Refuses a period that is over, ends before it begins, or is longer than a promotion may run."""
    most = work.rule("promotion.span_most")
    if not (starts_at < ends_at and work.now < ends_at and ends_at - starts_at <= most.span):
        raise BadPeriod(field="ends_at", days=most.value)


_FIELDS = {Step.item: "off_rate", Step.full: "step[0-from]", Step.shop_coupon: "off"}


async def _must_be_own(work: Work, offer_ids: Sequence[int]) -> None:
    owners = await catalogue.offer_names(work, offer_ids)
    if len(owners) != len(offer_ids) or any(one.seller_id != work.actor.org_id for one in owners.values()):
        raise NotYourOffers(field="offer_ids")
