"""What orders take of promotions: asked for by quotes, noted when orders are placed, and followed to their end."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec

from huozhan.kernel.refusals import Refusal
from huozhan.kernel.work import Work
from huozhan.promotion import budget
from huozhan.promotion.cutting import Coupon, Cut
from huozhan.promotion.promotion import USE_MOVES, Funder, Promotion, UseState, funder_of
from huozhan.promotion.store import promotions, uses
from huozhan.promotion.store.uses import Use

MARKET = 0


class CouponSpent(Refusal):
    """A coupon was spent on another purchase meanwhile, or its time is over."""

    code = "promotion.coupon_spent"


class AtHand(msgspec.Struct, frozen=True, kw_only=True):
    """What lowers a quote made now: what runs in its shops, and the coupons that the buyer holds for them."""

    promotions: Sequence[Promotion] = ()
    coupons: Sequence[Coupon] = ()


NOTHING = AtHand()


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """What one line of an order was lowered by, if by anything, and what it costs after all of it; no samples."""

    order_id: int
    cuts: Sequence[Cut]
    goods_minor: int
    takes_coupons: bool = True


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What is left of one promotion in an amended order, and what the lines it lowers cost now."""

    promotion_id: int
    amount_minor: int
    goods_minor: int


async def at_hand(work: Work, seller_ids: Collection[int]) -> AtHand:
    """What lowers a quote of these shops' goods for the actor's organisation, in one question."""
    running, held = await promotions.at_hand(work, {*seller_ids, MARKET})
    of_market = {one.promotion.promotion_id for one in held if one.promotion.seller_id == MARKET}
    left = await budget.left(work, of_market)
    covered = [
        one
        for one in held
        if left.get(one.promotion.promotion_id, one.promotion.terms.off_minor)
        >= one.promotion.terms.off_minor
    ]
    return AtHand(promotions=running, coupons=covered)


async def note_taken(work: Work, lines: Sequence[Taken]) -> None:
    """Notes what the orders of one purchase, being placed now, were lowered by, and spends the coupons among it."""
    off: dict[tuple[int, int, int, bool], tuple[int, int]] = {}
    worth: dict[int, int] = defaultdict(int)
    for line in lines:
        worth[line.order_id] += line.goods_minor if line.takes_coupons else 0
        for one in line.cuts:
            is_market = funder_of(one.step) is Funder.market
            key = (one.promotion_id, line.order_id, one.coupon_id, is_market)
            amount, goods = off.get(key, (0, 0))
            off[key] = (amount + one.amount_minor, goods + line.goods_minor)
    purchase_id = min(line.order_id for line in lines)
    spent = {coupon_id for _, _, coupon_id, _ in off if coupon_id}
    if spent:
        await _spend(work, work.actor.org_id, purchase_id, spent)
    found = [
        Use(
            promotion_id=promotion_id,
            order_id=order_id,
            coupon_id=coupon_id,
            is_market=is_market,
            amount_minor=amount,
            goods_minor=worth[order_id] if is_market else goods,
        )
        for (promotion_id, order_id, coupon_id, is_market), (amount, goods) in sorted(off.items())
    ]
    await uses.add(work, USE_MOVES.first, purchase_id, found)
    for use in found:
        if use.is_market:
            await budget.hold(work, use.promotion_id, use.order_id, use.amount_minor)


async def _spend(work: Work, buyer_id: int, purchase_id: int, coupon_ids: Collection[int]) -> None:
    if await uses.spend(work, buyer_id, purchase_id, coupon_ids) != set(coupon_ids):
        raise CouponSpent


_BEFORE: Mapping[str, UseState] = {
    "pay": UseState.placed, "close": UseState.placed, "reopen": UseState.closed
}  # fmt: skip


async def order_moved(work: Work, order_id: int, event: str) -> None:
    """An order that used promotions was paid (`pay`), closed unpaid (`close`), or goes on after all (`reopen`).

    A coupon goes back to its buyer once no order of its purchase is left; an order that goes on needs it again.
    """
    before = _BEFORE[event]
    for row in await uses.move(work, order_id, before, USE_MOVES.after(before, event)):
        coupon = (row["buyer_id"], row["coupon_id"], row["purchase_id"])
        if row["coupon_id"] and event == "close":
            await _give_back(work, *coupon)
        elif row["coupon_id"] and event == "reopen":
            await _take_again(work, *coupon)
        if row["is_market"]:
            await _move_budget(work, event, row, order_id)


async def _move_budget(work: Work, event: str, row: Any, order_id: int) -> None:
    promotion_id, amount_minor = row["promotion_id"], row["amount_minor"]
    if event == "pay":
        await budget.spend(work, promotion_id, order_id, row["shrunk"], amount_minor)
    elif event == "close":
        await budget.let_go(work, order_id, row["shrunk"], "closed")
    else:
        await budget.spend_again(work, promotion_id, order_id, amount_minor)


async def reaches_market_coupon(work: Work, order_id: int, goods_minor: int) -> bool:
    """Tells whether a purchase still reaches what the market's coupon in it asks for, were this order's goods to cost so much.

    Orders of it that were closed meanwhile count as they stood: their end is no reason to ask more for the others.
    """
    row = await uses.of_market(work, order_id)
    if row is None:
        return True
    await uses.spent_on(work, row["buyer_id"], row["coupon_id"])
    others_minor = await uses.goods_beside(
        work, row["promotion_id"], row["coupon_id"], row["purchase_id"], order_id
    )
    return bool(others_minor + goods_minor >= row["least_minor"])


async def order_amended(work: Work, order_id: int, kept: Collection[Kept]) -> None:
    """An unpaid order keeps only this of what it used: coupons of which nothing is left go back, budgets hold no more than is left."""
    left = {one.promotion_id: one for one in kept}
    for row in await uses.placed(work, order_id):
        one = left.get(row["promotion_id"])
        if one is None:
            await _drop(work, order_id, row)
            continue
        shrinks = row["is_market"] and one.amount_minor < row["amount_minor"]
        await uses.keep(work, order_id, one.promotion_id, one.amount_minor, one.goods_minor, shrinks=shrinks)
        if shrinks:
            await budget.let_go(work, order_id, row["shrunk"], "amended")
            await budget.hold(work, one.promotion_id, order_id, one.amount_minor, row["shrunk"] + 1)


async def _drop(work: Work, order_id: int, row: Any) -> None:
    await uses.drop(work, order_id, row["promotion_id"], USE_MOVES.after(UseState.placed, "drop"))
    if row["coupon_id"]:
        await _give_back(work, row["buyer_id"], row["coupon_id"], row["purchase_id"])
    if row["is_market"]:
        await budget.let_go(work, order_id, row["shrunk"], "amended")


async def give_subsidy_back(work: Work, order_id: int, key: str, amount_minor: int) -> None:
    """A refund of a paid order gives the market its part back; once per key."""
    promotion_id = await uses.give_back(work, order_id, amount_minor)
    await budget.give_back(work, promotion_id, order_id, key, amount_minor)


async def restore_subsidy(work: Work, order_id: int, key: str, amount_minor: int) -> int:
    """A refund after release gives the market its part back out of what the seller has; tells whose budget has it again."""
    promotion_id = await uses.give_back(work, order_id, amount_minor)
    await budget.restore(work, promotion_id, order_id, key, amount_minor)
    return promotion_id


async def _give_back(work: Work, buyer_id: int, coupon_id: int, purchase_id: int) -> None:
    spent_on = await uses.spent_on(work, buyer_id, coupon_id)
    if spent_on == purchase_id and not await uses.is_used(
        work, buyer_id, coupon_id, purchase_id, (UseState.placed, UseState.paid)
    ):
        await uses.free(work, buyer_id, coupon_id)


async def _take_again(work: Work, buyer_id: int, coupon_id: int, purchase_id: int) -> None:
    if await uses.spent_on(work, buyer_id, coupon_id) != purchase_id:
        await _spend(work, buyer_id, purchase_id, {coupon_id})
