"""Quoting: what a purchase would cost now, and the hash by which it can be placed."""

import hashlib
from collections.abc import Iterable, Sequence

import msgspec

from huozhan import catalogue, finance, insurance, parties, payments, pricebook, promotion, staging
from huozhan.kernel.refusals import Refusal
from huozhan.kernel.work import Work, use_case
from huozhan.ordering import showing
from huozhan.ordering.asks import QuoteAsk, TradeTypeChoice, WantedLine
from huozhan.ordering.choosing import with_choices
from huozhan.ordering.insured import with_covers
from huozhan.ordering.order import TradeType
from huozhan.ordering.purchase import Quote, assemble, region_of, sort_out, wanted_lines
from huozhan.ordering.sampling import sample_troubles
from huozhan.ordering.store import carts
from huozhan.ordering.views import QuoteView

RULES_PINNED = (
    "pay_close.spot",
    "pay_close.negotiated",
    "pay_close.bank",
    "pay_late.reopen",
    "refund_answer.auto_within",
    "refund_answer.auto_up_to",
    "refund_answer.unshipped",
    "compensation.late_bp",
    "compensation.late_least",
    "compensation.late_most",
    "compensation.no_stock_bp",
    "compensation.no_stock_least",
    "compensation.no_stock_most",
    "compensation.pool_promise",
    "auto_refund.unshipped",
    "disruption.grace",
    "pickup.within",
    "no_track.after",
    "auto_confirm.signed_within",
    "auto_confirm.after_ship",
    "auto_confirm.after_signed",
    "auto_confirm.tracked_within",
    "auto_confirm.untracked",
    "auto_confirm.late_word",
    "extend.buyer",
    "extend.buyer_times",
    "extend.seller_short",
    "extend.seller_middle",
    "extend.seller_long",
    "extend.seller_longest",
    "extend.seller_times",
    "extend.total",
    *payments.PINNED_RULES,
    *staging.PINNED_RULES,
    *finance.PINNED_RULES,
    *finance.FAST_RULES,
    *insurance.PINNED_RULES,
)
"""Rules that an order keeps as they were when it was placed, for whoever acts on it later."""


class NoSuchCoupon(Refusal):
    """A coupon that is to be used is not the buyer's, not for these goods, spent, or over."""

    code = "ordering.no_such_coupon"


@use_case("order.place", writes=False)
async def quote(work: Work, ask: QuoteAsk) -> QuoteView:
    """Say what a purchase would cost at an address, order by order, and what stands against it."""
    address = await parties.delivery_address(work, int(ask.address_id))
    made = await make_quote(work, ask.lines, address, ask.trade_types, ask.coupons, ask.insure)
    faces = await parties.org_faces(work, {share.seller_id for share in made.shares})
    return showing.quote_view(work, ask.address_id, made, quote_hash(work, made, address), faces)


async def make_quote(
    work: Work,
    lines: Sequence[WantedLine],
    address: parties.DeliveryAddress,
    trade_types: Sequence[TradeTypeChoice],
    coupons: Sequence[str] | None = None,
    insure: Sequence[str] = (),
) -> Quote:
    """Loads what the wanted lines (or the cart) need and quotes them, each supplier's part under the trade type chosen for it.

    `insure` are the suppliers of whose parts the buyer buys freight insurance.
    """
    chosen = {int(one.seller_id): TradeType(one.trade_type) for one in trade_types}
    wanted = wanted_lines(lines) if lines else await carts.lines(work)
    goods, templates = await catalogue.goods_with_freight(work, {line.sku_id for line in wanted})
    prices = await pricebook.prices_for(work, goods.values())
    hand = await at_hand(work, goods.values())
    must_hold(hand, coupons)
    picked = None if coupons is None else {int(coupon_id) for coupon_id in coupons}
    made = assemble(wanted, goods, templates, region_of(address), chosen, hand, picked, prices)
    if any(line.is_sample for line in wanted):
        troubles = await sample_troubles(work, sort_out(wanted, goods)[0])
        made = msgspec.structs.replace(made, troubles=made.troubles + troubles)
    plans = {int(one.seller_id): one.plan_code or "" for one in trade_types}
    shares = [
        msgspec.structs.replace(share, plan_code=plans.get(share.seller_id, "")) for share in made.shares
    ]
    shares = list(with_covers(work, shares, insure))
    return msgspec.structs.replace(made, shares=await with_choices(work, shares))


async def at_hand(work: Work, goods: Iterable[catalogue.Goods]) -> promotion.AtHand:
    """What lowers the price of these goods now; where nobody promotes them nothing is asked."""
    promoted = {one.seller_id for one in goods if one.promoted_until and one.promoted_until > work.now}
    return await promotion.at_hand(work, promoted) if promoted else promotion.NOTHING


def must_hold(hand: promotion.AtHand, coupons: Sequence[str] | None) -> None:
    """Refuses coupons that the buyer does not hold for these goods, or that are spent or over."""
    held = {one.coupon_id for one in hand.coupons}
    for coupon_id in coupons or ():
        if int(coupon_id) not in held:
            raise NoSuchCoupon(coupon_id=coupon_id)


def quote_hash(work: Work, made: Quote, address: parties.DeliveryAddress) -> str:
    """The hash of all that a buyer agreed to: goods by version, quantities, prices and their source, freight, place and rules.

    Free stock and moments are left out: they change without changing the bargain.
    """
    bargain = (
        work.actor.org_id,
        address.address_id,
        region_of(address),
        [
            (
                share.seller_id,
                share.freight_template_id,
                share.trade_type,
                share.choice.plan,
                share.freight_minor,
                share.promise_hours,
                share.services,
                (share.cover.payer, share.cover.premium_minor, share.cover.sum_minor),
                [
                    (
                        line.goods.sku_id,
                        line.goods.offer_version,
                        line.is_sample,
                        line.priced.quantity,
                        line.priced.price_e4,
                        line.priced.amount_minor,
                        book_of(line.priced),
                        line.freight_minor,
                        [(cut.step, cut.promotion_id, cut.amount_minor) for cut in line.cuts],
                    )
                    for line in share.lines
                ],
            )
            for share in made.shares
        ],
        sorted(pins(work).items()),
    )
    return hashlib.sha256(msgspec.json.encode(bargain)).hexdigest()


def book_of(line: catalogue.PricedLine) -> tuple[str, int, int] | None:
    """Which version of which price book a line was priced by."""
    return (line.book.source, line.book.book_id, line.book.version) if line.book else None


def pins(work: Work) -> dict[str, int]:
    """The rule versions that an order placed now keeps."""
    return work.rules.pins(RULES_PINNED, work.now)
