"""What was taken off some lines as people see it: summed by promotion, and how far the next step is."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Protocol

from huozhan.kernel.shapes import Bilingual
from huozhan.promotion.cutting import Bought, Coupon, Cut, Nudge, Till
from huozhan.promotion.promotion import Step, funder_of
from huozhan.promotion.using import AtHand
from huozhan.promotion.views import CouponChoice, NudgeView, OffView


class Lowered(Protocol):
    """Anything that says by how much a line was lowered, and by what."""

    @property
    def step(self) -> str:
        """The step in which it was taken off."""

    @property
    def promotion_id(self) -> int:
        """By which promotion."""

    @property
    def name(self) -> Bilingual:
        """How the promotion was called then."""

    @property
    def amount_minor(self) -> int:
        """How much."""


def off_views(cuts: Iterable[Lowered]) -> list[OffView]:
    """What was taken off some lines, summed by promotion, in the order of the steps."""
    sums: dict[tuple[Step, int], OffView] = {}
    for cut in cuts:
        step = Step(cut.step)
        known = sums.get((step, cut.promotion_id))
        sums[step, cut.promotion_id] = OffView(
            step=step,
            funder=funder_of(step),
            promotion_id=str(cut.promotion_id),
            name=cut.name,
            amount_minor=cut.amount_minor + (known.amount_minor if known else 0),
        )
    return sorted(sums.values(), key=lambda off: list(Step).index(Step(off.step)))


def nudge_of(nudges: Iterable[Nudge], seller_id: int) -> NudgeView | None:
    """How far a shop's next full reduction is."""
    for nudge in nudges:
        if nudge.seller_id == seller_id:
            return NudgeView(
                promotion_id=str(nudge.promotion_id),
                from_minor=nudge.from_minor,
                off_minor=nudge.off_minor,
                missing_minor=nudge.missing_minor,
            )
    return None


def coupon_choices(
    lines: Sequence[Bought], hand: AtHand, chosen: Collection[Coupon], cuts: Iterable[Cut]
) -> list[CouponChoice]:
    """The coupons that a buyer holds for a purchase: first those that take something off it, the nearest of the others then."""
    off: dict[int, int] = defaultdict(int)
    for taken in cuts:
        off[taken.coupon_id] += taken.amount_minor
    till = Till(lines)
    till.take_promotions(hand.promotions)
    picked = {one.coupon_id for one in chosen}
    views = []
    for one in hand.coupons:
        worth, terms = till.worth_of(one.promotion), one.promotion.terms
        views.append(
            CouponChoice(
                coupon_id=str(one.coupon_id),
                seller_id=str(one.promotion.seller_id),
                name=one.promotion.name,
                least_minor=terms.least_minor,
                off_minor=terms.off_minor,
                usable_until=one.usable_until,
                is_chosen=one.coupon_id in picked,
                off_now_minor=off[one.coupon_id] or till.coupon_off(one.promotion),
                missing_minor=max(0, terms.least_minor - worth),
            )
        )
    return sorted(views, key=lambda view: (-view.off_now_minor, view.missing_minor, view.usable_until))
