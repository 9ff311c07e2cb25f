"""What promotions take off lines that are bought together, step by step (domain rule B2.2, step 6). Pure.

Each step works on what the one before has left. What is taken off several lines at once is shared among them by
largest remainder over what they cost by then, ties by their place. No line falls below one minor unit.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import TypeVar

import msgspec

from huozhan.kernel.money import BASIS_POINTS, line_amount_minor, share_bp, split
from huozhan.kernel.shapes import Bilingual
from huozhan.promotion.promotion import Promotion, Step

LINE_LEAST_MINOR = 1


class Bought(msgspec.Struct, frozen=True, kw_only=True):
    """A line as promotions see it: how much of what, and what it costs by the price books; samples take no part."""

    seller_id: int
    offer_id: int
    quantity: int
    amount_minor: int
    takes_part: bool = True
    takes_coupons: bool = True
    takes_market_coupons: bool = True


class Coupon(msgspec.Struct, frozen=True, kw_only=True):
    """A coupon that a buyer holds, with the promotion it came of."""

    coupon_id: int
    promotion: Promotion
    usable_until: datetime


Own = TypeVar("Own", Promotion, Coupon)


class Cut(msgspec.Struct, frozen=True, kw_only=True):
    """So much off one line, by one promotion, in one step."""

    line: int
    step: Step
    promotion_id: int
    name: Bilingual
    amount_minor: int
    coupon_id: int = 0


class Nudge(msgspec.Struct, frozen=True, kw_only=True):
    """So much more of a shop's goods, and so much is taken off."""

    seller_id: int
    promotion_id: int
    from_minor: int
    off_minor: int
    missing_minor: int


def cut(
    lines: Sequence[Bought], promotions: Collection[Promotion], coupons: Collection[Coupon] = ()
) -> tuple[Cut, ...]:
    """Everything that is taken off these lines, in the order of the steps; `coupons` are those to be used.

    A shop takes one coupon, and one of the market is taken on all shops together: of several the best.
    """
    till = Till(lines)
    till.take_promotions(promotions)
    for _, own in by_seller(coupons, lines):
        till.take_coupon(own)
    till.take_coupon([one for one in coupons if not one.promotion.seller_id])
    return tuple(till.cuts)


def nudges(lines: Sequence[Bought], promotions: Collection[Promotion]) -> list[Nudge]:
    """For each shop the step of a full reduction that is nearest, where one is left."""
    till = Till(lines)
    till.take_items([p for p in promotions if p.kind is Step.item])
    found = []
    for seller_id, own in by_seller([p for p in promotions if p.kind is Step.full], lines):
        reached = max((till.full_off(one) for one in own), default=0)
        ahead = [
            Nudge(
                seller_id=seller_id,
                promotion_id=one.promotion_id,
                from_minor=step.from_minor,
                off_minor=step.off_minor,
                missing_minor=step.from_minor - till.worth_of(one),
            )
            for one in own
            for step in one.terms.steps
            if step.from_minor > till.worth_of(one) and step.off_minor > reached
        ]
        if ahead:
            found.append(min(ahead, key=lambda nudge: (nudge.missing_minor, nudge.promotion_id)))
    return found


def allocate(off_minor: int, nets: Sequence[int]) -> list[int]:
    """Shares an amount among lines by what they cost: largest remainder, ties by place, no line below the least."""
    room = [max(0, net - LINE_LEAST_MINOR) for net in nets]
    left = min(off_minor, sum(room))
    parts = [0] * len(nets)
    while left:
        open_ = [place for place, (part, most) in enumerate(zip(parts, room, strict=True)) if part < most]
        for place, share in zip(open_, split(left, [nets[place] for place in open_]), strict=True):
            parts[place] += min(share, room[place] - parts[place])
        left = min(off_minor, sum(room)) - sum(parts)
    return parts


class Till:
    """The lines on their way down: what each costs by now, and what was taken off."""

    def __init__(self, lines: Sequence[Bought]) -> None:
        self.lines = lines
        self.nets = [line.amount_minor for line in lines]
        self.cuts: list[Cut] = []

    def take_promotions(self, promotions: Collection[Promotion]) -> None:
        """What everybody is given: sales first, then full reductions."""
        self.take_items([one for one in promotions if one.kind is Step.item])
        self.take_fulls([one for one in promotions if one.kind is Step.full])

    def take_items(self, promotions: Sequence[Promotion]) -> None:
        """The best promotion of each line, and no other."""
        for place in range(len(self.lines)):
            offs = [(self._item_off(one, place), one) for one in promotions if self._covers(one, place)]
            if offs:
                off, best = max(offs, key=lambda found: (found[0], -found[1].promotion_id))
                self._take(best, place, off)

    def _item_off(self, promotion: Promotion, place: int) -> int:
        terms, net = promotion.terms, self.nets[place]
        off = net - share_bp(net, BASIS_POINTS - terms.off_bp)
        if terms.off_e4:
            off = line_amount_minor(terms.off_e4, self.lines[place].quantity)
        return min(off, max(0, net - LINE_LEAST_MINOR))

    def take_fulls(self, promotions: Sequence[Promotion]) -> None:
        """The best full reduction of each shop, shared among the goods that it covers."""
        for _, own in by_seller(promotions, self.lines):
            best = max(own, key=lambda one: (self.full_off(one), -one.promotion_id))
            self._share(best, self.full_off(best))

    def take_coupon(self, coupons: Sequence[Coupon]) -> None:
        """One of these coupons, the one that takes off most, shared among the goods that take it."""
        if coupons:
            best = max(coupons, key=lambda one: (self.coupon_off(one.promotion), -one.coupon_id))
            self._share(best.promotion, self.coupon_off(best.promotion), best.coupon_id)

    def coupon_off(self, promotion: Promotion) -> int:
        """What a coupon takes off: nothing below its least amount, and never all of a line."""
        if self.worth_of(promotion) < promotion.terms.least_minor:
            return 0
        return min(promotion.terms.off_minor, self.room_of(promotion))

    def takes_market_coupon(self, seller_id: int) -> bool:
        """Tells whether a shop's goods take the market's coupons; its way to pay decides, so all of them do or none."""
        return any(line.takes_market_coupons for line in self.lines if line.seller_id == seller_id)

    def room_of(self, promotion: Promotion) -> int:
        """How much can be taken off the goods that it covers."""
        return sum(max(0, self.nets[place] - LINE_LEAST_MINOR) for place in self._places(promotion))

    def full_off(self, promotion: Promotion) -> int:
        """What the highest step that is reached takes off."""
        worth = self.worth_of(promotion)
        return max((step.off_minor for step in promotion.terms.steps if step.from_minor <= worth), default=0)

    def worth_of(self, promotion: Promotion) -> int:
        """What the goods that it covers cost by now."""
        return sum(self.nets[place] for place in self._places(promotion))

    def _share(self, promotion: Promotion, off_minor: int, coupon_id: int = 0) -> None:
        places = self._places(promotion)
        parts = allocate(off_minor, [self.nets[place] for place in places])
        for place, part in zip(places, parts, strict=True):
            self._take(promotion, place, part, coupon_id)

    def _take(self, promotion: Promotion, place: int, off_minor: int, coupon_id: int = 0) -> None:
        if off_minor > 0:
            self.nets[place] -= off_minor
            self.cuts.append(
                Cut(
                    line=place,
                    step=promotion.kind,
                    promotion_id=promotion.promotion_id,
                    name=promotion.name,
                    amount_minor=off_minor,
                    coupon_id=coupon_id,
                )
            )

    def _places(self, promotion: Promotion) -> list[int]:
        return [place for place in range(len(self.lines)) if self._covers(promotion, place)]

    def _covers(self, promotion: Promotion, place: int) -> bool:
        line = self.lines[place]
        takes = {Step.shop_coupon: line.takes_coupons, Step.platform_coupon: line.takes_market_coupons}
        return (
            line.takes_part
            and takes.get(promotion.kind, True)
            and promotion.covers(line.seller_id, line.offer_id)
        )


def by_seller(found: Collection[Own], lines: Sequence[Bought]) -> Iterator[tuple[int, list[Own]]]:
    """The promotions or coupons of each shop of which something is bought, in the order of the lines."""
    for seller_id in dict.fromkeys(line.seller_id for line in lines):
        own = [one for one in found if _seller_of(one) == seller_id]
        if own:
            yield seller_id, own


def _seller_of(one: Promotion | Coupon) -> int:
    return one.seller_id if isinstance(one, Promotion) else one.promotion.seller_id
