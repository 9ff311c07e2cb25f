"""Discounting: what promotions take off a purchase is kept line by line with the order, and followed to its end."""

from collections.abc import Sequence

from huozhan import promotion
from huozhan.kernel.work import Work
from huozhan.ordering.order import Line, Order
from huozhan.ordering.purchase import Share
from huozhan.ordering.store import discounts
from huozhan.ordering.store.discounts import Discount
from huozhan.ordering.store.log import Amendment


async def keep_discounts(work: Work, placed: Sequence[Order], shares: Sequence[Share]) -> None:
    """Writes what the lines of new orders were lowered by; nothing where nothing was taken off."""
    taken = [
        promotion.Taken(order_id=order.order_id, cuts=line.cuts, goods_minor=line.goods_minor)
        for order, share in zip(placed, shares, strict=True)
        for line in share.lines
        if line.cuts
    ]
    if not taken:
        return
    await discounts.add(
        work,
        [
            Discount(
                order_id=order.order_id,
                line_no=line_no,
                step=cut.step,
                promotion_id=cut.promotion_id,
                coupon_id=cut.coupon_id,
                funder=promotion.funder_of(cut.step),
                name=cut.name,
                amount_minor=cut.amount_minor,
            )
            for order, share in zip(placed, shares, strict=True)
            for line_no, line in enumerate(share.lines, start=1)
            for cut in line.cuts
        ],
    )
    await promotion.note_taken(work, taken)


async def follow(work: Work, order: Order, event: str) -> None:
    """Tells promotions what became of an order that used them: `pay`, `close` or `reopen`."""
    if order.is_promoted:
        await promotion.order_moved(work, order.order_id, event)


async def fold_discounts(work: Work, order: Order, amended: Sequence[Line]) -> None:
    """A line whose price the seller named costs that; what promotions took off it before is gone."""
    folded = [
        line.line_no
        for line in amended
        if order.line(line.line_no).discount_minor and not line.discount_minor
    ]
    if folded:
        await discounts.fold(work, order.order_id, folded)


def subsidy_for(order: Order, line_goods: Sequence[int]) -> list[int]:
    """The market's part of each line where their goods cost so much: as much as before, shared anew by what they cost."""
    return (
        promotion.allocate(order.subsidy_minor, line_goods) if order.subsidy_minor else [0] * len(line_goods)
    )


def amended_minor(order: Order, amendment: Amendment) -> int:
    """What the buyer pays for an order under an amendment."""
    subsidy_minor = sum(subsidy_for(order, amendment.line_goods))
    return amendment.goods_minor + amendment.freight_minor - subsidy_minor


async def subsidise_anew(work: Work, order: Order, amended: Order) -> None:
    """Keeps the market's part of an amended order, line by line; where its goods can bear less, less is taken."""
    if not order.subsidy_minor:
        return
    await discounts.subsidise(
        work, order.order_id, [(line.line_no, line.subsidy_minor) for line in amended.lines]
    )
    if amended.subsidy_minor != order.subsidy_minor:
        await promotion.shrink_subsidy(work, order.order_id, amended.subsidy_minor)


async def give_subsidy_back(work: Work, order: Order, key: str, amount_minor: int) -> None:
    """The market has its part of a refund back."""
    if amount_minor:
        await discounts.give_subsidy_back(work, order.order_id, amount_minor)
        await promotion.give_subsidy_back(work, order.order_id, key, amount_minor)
