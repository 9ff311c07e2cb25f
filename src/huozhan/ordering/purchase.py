"""A purchase before it is placed: what is wanted, priced together, split into shares, with freight. Pure."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType

import msgspec

from huozhan import catalogue, parties, promotion
from huozhan.catalogue import Demand, FreightLot, FreightTemplate, Goods, PricedLine, Trouble, Undeliverable
from huozhan.insurance import Cover, Payer
from huozhan.kernel.money import split
from huozhan.ordering.asks import WantedLine
from huozhan.ordering.order import TradeType
from huozhan.ordering.store.carts import CartLine
from huozhan.pricebook import PricesOf
from huozhan.promotion import AtHand, Bought, Coupon, Cut, Funder, Nudge, funder_of
from huozhan.staging import Plan

NO_PRICES: PricesOf = MappingProxyType({})
"""What price books say of goods where nobody has any."""

SELLER_PAYS = 0
"""The freight template of goods whose freight the seller bears."""


class InvalidLine(msgspec.Struct, frozen=True, kw_only=True):
    """A wanted line that cannot be bought at all, and why."""

    wanted: CartLine
    goods: Goods | None
    why: str


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """A trade type that a share may have; `why` says what stands against it now, with the numbers."""

    trade_type: TradeType
    why: str = ""
    facts: Mapping[str, int | str] = {}
    plan: Plan | None = None
    """The plan of stages that it stands for."""


class ShareLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a share: goods, price and its part of the freight."""

    goods: Goods
    is_sample: bool
    priced: PricedLine
    freight_minor: int
    cuts: tuple[Cut, ...] = ()

    @property
    def discount_minor(self) -> int:
        """What the seller's promotions take off."""
        return sum(cut.amount_minor for cut in self.cuts if funder_of(cut.step) is Funder.seller)

    @property
    def goods_minor(self) -> int:
        """What the goods cost after the seller's promotions."""
        return self.priced.amount_minor - self.discount_minor

    @property
    def subsidy_minor(self) -> int:
        """What the market pays of that."""
        return sum(cut.amount_minor for cut in self.cuts if funder_of(cut.step) is Funder.market)


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes one order: one supplier, one freight template, one trade type."""

    seller_id: int
    freight_template_id: int
    trade_type: TradeType
    lines: tuple[ShareLine, ...]
    freight_minor: int
    choices: tuple[Choice, ...] = ()
    """The trade types among which the buyer chooses."""
    plan_code: str = ""
    """The plan that was chosen, where it is paid in stages."""
    cover: Cover = Cover()
    """What can be insured of its freight back, and who pays for it."""

    @property
    def amount_minor(self) -> int:
        """What its buyer will pay: goods and freight, less what the market pays of them, and a premium."""
        return self.goods_minor + self.freight_minor - self.subsidy_minor + self.cover.buyer_minor

    @property
    def choice(self) -> Choice:
        """What is known of the trade type that was chosen."""
        chosen = [
            choice
            for choice in self.choices
            if choice.trade_type is self.trade_type
            and (choice.plan is None or choice.plan.plan_code == self.plan_code)
        ]
        return chosen[0] if chosen else Choice(trade_type=self.trade_type, why="not_offered")

    @property
    def goods_minor(self) -> int:
        """The sum of the lines."""
        return sum(line.goods_minor for line in self.lines)

    @property
    def subsidy_minor(self) -> int:
        """What the market pays of the goods."""
        return sum(line.subsidy_minor for line in self.lines)

    @property
    def promised(self) -> tuple[str, ...]:
        """What its shop promises for all of its goods."""
        return self.lines[0].goods.services

    @property
    def services(self) -> tuple[str, ...]:
        """What is promised of these goods: freight insurance only where its supplier can give it."""
        if self.cover.payer is Payer.seller:
            return self.promised
        return tuple(one for one in self.promised if one != catalogue.Service.freight_insurance)

    @property
    def promise_hours(self) -> int:
        """All of it leaves within the longest promise among its goods."""
        return max(line.goods.promise_hours for line in self.lines)


class Quote(msgspec.Struct, frozen=True, kw_only=True):
    """A whole purchase: its shares, and everything that stands against placing it."""

    shares: tuple[Share, ...]
    troubles: tuple[Trouble, ...]
    undeliverable: tuple[int, ...]
    invalid: tuple[InvalidLine, ...]
    nudges: tuple[Nudge, ...] = ()
    coupons: tuple[promotion.views.CouponChoice, ...] = ()
    """The coupons that the buyer holds for it, used or not."""

    @property
    def amount_minor(self) -> int:
        """What the buyer will pay for all shares."""
        return sum(share.amount_minor for share in self.shares)


def wanted_lines(lines: Sequence[WantedLine]) -> list[CartLine]:
    """Wanted lines as the cart would hold them: one per SKU and kind."""
    quantities: dict[tuple[int, bool], int] = defaultdict(int)
    for line in lines:
        quantities[int(line.sku_id), line.is_sample] += line.quantity
    return [CartLine(sku_id, is_sample, quantity) for (sku_id, is_sample), quantity in quantities.items()]


def region_of(address: parties.DeliveryAddress) -> str:
    """The region that freight is counted by: a division code at home, a country abroad."""
    return address.division_code or address.country


def why_invalid(wanted: CartLine, goods: Goods | None) -> str:
    """Why a line cannot be bought whatever its quantity; empty where it can."""
    if goods is None:
        return "gone"
    if not goods.on_sale:
        return "not_on_sale"
    if wanted.is_sample and goods.sample_price_e4 is None:
        return "no_sample"
    if goods.free <= 0:
        return "sold_out"
    return ""


def sort_out(
    wanted: Sequence[CartLine], goods: Mapping[int, Goods], prices: PricesOf = NO_PRICES
) -> tuple[list[Demand], tuple[InvalidLine, ...]]:
    """Sets apart what cannot be bought, and turns the rest into demands with what price books say of them."""
    demands, invalid = [], []
    for line in wanted:
        one = goods.get(line.sku_id)
        why = why_invalid(line, one)
        if one is None or why:
            invalid.append(InvalidLine(wanted=line, goods=one, why=why))
        else:
            books = prices.get(line.sku_id, ())
            demands.append(Demand(goods=one, quantity=line.quantity, sample=line.is_sample, books=books))
    return demands, tuple(invalid)


def assemble(
    wanted: Sequence[CartLine],
    goods: Mapping[int, Goods],
    templates: Mapping[int, FreightTemplate],
    region: str,
    chosen: Mapping[int, TradeType],
    hand: AtHand = promotion.NOTHING,
    picked: Collection[int] | None = None,
    prices: PricesOf = NO_PRICES,
) -> Quote:
    """Prices everything together, lowers it by promotions, splits it into shares, and adds freight. Pure.

    `chosen` are the trade types by seller, `picked` the coupons to use (None uses those that take off most), `prices`
    what price books say.
    """
    demands, invalid = sort_out(wanted, goods, prices)
    priced = catalogue.price(demands)
    groups: dict[tuple[int, int, TradeType], list[tuple[Demand, PricedLine]]] = defaultdict(list)
    for demand, line in zip(demands, priced.lines, strict=True):
        seller_id = demand.goods.seller_id
        key = (seller_id, demand.goods.freight_template_id, chosen.get(seller_id, TradeType.escrow))
        groups[key].append((demand, line))
    ordered = [(key, line) for key, lines in sorted(groups.items()) for line in lines]
    bought = [bought_line(*line, trade_type) for (_, _, trade_type), line in ordered]
    cuts: dict[int, list[Cut]] = defaultdict(list)
    used = _coupons_to_use(bought, hand, picked)
    all_cuts = promotion.cut(bought, hand.promotions, used)
    for cut in all_cuts:
        cuts[cut.line].append(cut)
    lines_of: dict[tuple[int, int, TradeType], list[ShareLine]] = defaultdict(list)
    for place, (key, (demand, line)) in enumerate(ordered):
        lines_of[key].append(
            ShareLine(
                goods=demand.goods,
                is_sample=demand.sample,
                priced=line,
                freight_minor=0,
                cuts=tuple(cuts[place]),
            )
        )
    shares, undeliverable = [], []
    for (seller_id, template_id, trade_type), lines in lines_of.items():
        freight_minor = 0
        try:
            if template_id != SELLER_PAYS:
                freight_minor = catalogue.freight_fee(
                    templates[template_id], region, [_lot(line) for line in lines]
                )
        except Undeliverable:
            undeliverable.append(seller_id)
        if not all(catalogue.is_sold_to(line.goods.not_sold_to, region) for line in lines):
            undeliverable.append(seller_id)
        shares.append(_share(seller_id, template_id, trade_type, lines, freight_minor))
    return Quote(
        shares=tuple(shares),
        troubles=priced.troubles,
        undeliverable=tuple(dict.fromkeys(undeliverable)),
        invalid=invalid,
        nudges=tuple(promotion.nudges(bought, hand.promotions)),
        coupons=tuple(promotion.coupon_choices(bought, hand, used, all_cuts)),
    )


def _coupons_to_use(
    bought: Sequence[Bought], hand: AtHand, picked: Collection[int] | None
) -> Sequence[Coupon]:
    if picked is None:
        return promotion.best(bought, hand.promotions, hand.coupons)
    return [one for one in hand.coupons if one.coupon_id in picked]


def bought_line(demand: Demand, line: PricedLine, trade_type: TradeType = TradeType.escrow) -> Bought:
    """A priced line as promotions see it; a sample has a price of its own and takes no part.

    A contract price takes coupons where the contract says so (domain rule B2.2, step 2). The market adds its coupons
    to money in escrow, so they are for orders that are paid into it.
    """
    takes_coupons = line.book is None or line.book.takes_coupons
    return Bought(
        seller_id=demand.goods.seller_id,
        offer_id=demand.goods.offer_id,
        quantity=demand.quantity,
        amount_minor=line.amount_minor,
        takes_part=not demand.sample,
        takes_coupons=takes_coupons,
        takes_market_coupons=takes_coupons and trade_type in (TradeType.escrow, TradeType.pay_later),
    )


def _lot(line: ShareLine) -> FreightLot:
    return FreightLot(
        weight_g=line.goods.weight_g * line.priced.quantity,
        volume_cm3=line.goods.volume_cm3 * line.priced.quantity,
        pieces=line.priced.quantity,
        amount_minor=line.goods_minor,
    )


def _share(
    seller_id: int,
    template_id: int,
    trade_type: TradeType,
    lines: Sequence[ShareLine],
    freight_minor: int,
) -> Share:
    """A share whose freight is allocated to its lines by what their goods cost; refunds use this allocation."""
    parts = split(freight_minor, [line.goods_minor for line in lines])
    return Share(
        seller_id=seller_id,
        freight_template_id=template_id,
        trade_type=trade_type,
        freight_minor=freight_minor,
        lines=tuple(
            msgspec.structs.replace(line, freight_minor=part) for line, part in zip(lines, parts, strict=True)
        ),
    )
