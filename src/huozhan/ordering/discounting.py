"""Discounting: what promotions take off a purchase is kept line by line with the order, and followed to its end."""

from collections.abc import Sequence

from huozhan import promotion
from huozhan.kernel.work import Work
from huozhan.ordering.order import Order
from huozhan.ordering.purchase import Share
from huozhan.ordering.store import discounts
from huozhan.ordering.store.discounts import Discount
from huozhan.ordering.store.log import Amendment


async def keep_discounts(work: Work, placed: Sequence[Order], shares: Sequence[Share]) -> None:
    """Writes what the lines of new orders were lowered by; nothing where nothing was taken off."""
    taken = [
        promotion.Taken(
            order_id=order.order_id,
            cuts=line.cuts,
            goods_minor=line.goods_minor,
            takes_coupons=line.priced.book is None or line.priced.book.takes_coupons,
        )
        for order, share in zip(placed, shares, strict=True)
        if any(line.cuts for line in share.lines)
        for line in share.lines
        if not line.is_sample
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


async def subsidy_under(work: Work, order: Order, line_goods: Sequence[int]) -> int:
    """What the market pays of an order whose goods cost so much now: as much as before and as they can bear.

    Goods that were made cheaper may reach no longer what the market's coupon asks for; then it falls away, as it would
    from a new quote, and the buyer has it back (domain rule B1.2: discounts are allocated anew).
    """
    if not order.subsidy_minor:
        return 0
    counted = _counted(order, line_goods)
    is_cheaper = sum(counted) < sum(_counted(order, [line.goods_minor for line in order.lines]))
    if is_cheaper and not await promotion.reaches_market_coupon(work, order.order_id, sum(counted)):
        return 0
    return sum(promotion.allocate(order.subsidy_minor, counted))


def subsidies_of(order: Order, amendment: Amendment) -> list[int]:
    """The market's part of each line under an amendment, shared by what they cost."""
    return promotion.allocate(amendment.subsidy_minor, _counted(order, amendment.line_goods))


def _counted(order: Order, line_goods: Sequence[int]) -> list[int]:
    """What lines cost for the market's coupon: samples take no part, nor what a contract priced that takes no coupons."""
    return [
        0 if line.is_sample or not line.takes_coupons else goods
        for line, goods in zip(order.lines, line_goods, strict=True)
    ]


def amended_minor(order: Order, amendment: Amendment) -> int:
    """What the buyer pays for an order under an amendment; a premium stays as it was agreed."""
    return amendment.goods_minor + amendment.freight_minor - amendment.subsidy_minor + order.premium_minor


async def follow_amendment(work: Work, order: Order, amended: Order) -> None:
    """A line whose price the seller named costs that: what promotions took off it is gone, the market's part is shared anew,
    and promotions are told what is left of them.
    """
    if not order.is_promoted:
        return
    folded = [
        line.line_no
        for line in amended.lines
        if order.line(line.line_no).discount_minor and not line.discount_minor
    ]
    if folded:
        await discounts.fold(work, order.order_id, folded)
    if order.subsidy_minor:
        await discounts.subsidise(
            work, order.order_id, [(line.line_no, line.subsidy_minor) for line in amended.lines]
        )
    await promotion.order_amended(work, order.order_id, await _kept(work, amended))


async def _kept(work: Work, order: Order) -> list[promotion.Kept]:
    """What is left of each promotion in an order; the market's coupon is measured by all goods but samples."""
    found: dict[int, promotion.Kept] = {}
    whole_minor = sum(_counted(order, [line.goods_minor for line in order.lines]))
    for off in await discounts.of_order(work, order.order_id):
        known = found.get(off.promotion_id)
        goods_minor = order.line(off.line_no).goods_minor + (known.goods_minor if known else 0)
        found[off.promotion_id] = promotion.Kept(
            promotion_id=off.promotion_id,
            amount_minor=off.amount_minor + (known.amount_minor if known else 0),
            goods_minor=whole_minor if off.funder == promotion.Funder.market else goods_minor,
        )
    return list(found.values())


async def give_subsidy_back(work: Work, order: Order, key: str, amount_minor: int) -> None:
    """The market has its part of a refund back."""
    if amount_minor:
        await discounts.give_subsidy_back(work, order.order_id, amount_minor)
        await promotion.give_subsidy_back(work, order.order_id, key, amount_minor)


async def restore_subsidy(work: Work, order_id: int, key: str, amount_minor: int) -> int:
    """The market has its part of a refund after release back; tells which campaign paid it, 0 where it paid none."""
    if not amount_minor:
        return 0
    await discounts.give_subsidy_back(work, order_id, amount_minor)
    return await promotion.restore_subsidy(work, order_id, key, amount_minor)
