"""The price of what is demanded together, and why (domain rules B2.1 and B2.2, steps 1 to 5). Pure.

Pieces of one SKU count together however many lines carry them, and their amount is rounded once: splitting a
line never beats the rule. Samples stand apart: they count for no minimum and for no ladder.
"""

from collections import defaultdict
from collections.abc import Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

from huozhan.catalogue.booked import book_for, booked_e4
from huozhan.catalogue.goods import (
    Basis,
    BookPrice,
    Demand,
    Goods,
    MixRule,
    NextStep,
    Priced,
    PricedLine,
    QuoteType,
    Step,
    Trouble,
    TroubleKind,
    Way,
    WayKind,
)
from huozhan.kernel.money import line_amount_minor, split

WAYS_MAX = 2


def price(demands: Sequence[Demand]) -> Priced:
    """Prices demands together and says why each price is what it is and what stands against ordering."""
    assert all(demand.quantity > 0 for demand in demands)
    basket = _Basket(demands)
    units = [basket.unit_of(demand) for demand in demands]
    amounts = _amounts(demands, [unit.price_e4 for unit in units])
    lines = [basket.line(*one) for one in zip(demands, units, amounts, strict=True)]
    return Priced(lines=tuple(lines), troubles=tuple(basket.troubles(lines)))


def step_at(steps: Sequence[Step], quantity: int) -> Step:
    """The step that so many pieces reach; the first one where they reach none."""
    return next((step for step in reversed(steps) if step.from_quantity <= quantity), steps[0])


def ladder_is_sound(steps: Sequence[Step]) -> bool:
    """Tells whether quantities rise strictly and prices never do."""
    return all(a.from_quantity < b.from_quantity and a.price_e4 >= b.price_e4 for a, b in pairwise(steps))


def _amounts(demands: Sequence[Demand], prices_e4: Sequence[int]) -> list[int]:
    """Each line's share of its SKU's amount: rounded once per SKU and price, then split by pieces."""
    amounts = [0] * len(demands)
    order = sorted(range(len(demands)), key=lambda i: (demands[i].goods.sku_id, prices_e4[i], i))
    for (_, price_e4), group in groupby(order, key=lambda i: (demands[i].goods.sku_id, prices_e4[i])):
        positions = list(group)
        quantities = [demands[i].quantity for i in positions]
        total_minor = line_amount_minor(price_e4, sum(quantities))
        for position, part in zip(positions, split(total_minor, quantities), strict=True):
            amounts[position] = part
    return amounts


class _Unit(NamedTuple):
    """What a piece costs, by what, and what it costs everybody else."""

    price_e4: int
    basis: Basis
    list_price_e4: int
    book: BookPrice | None = None


class _Basket:
    """All demands at once: what counts together for ladders, minimums and mixed batches."""

    def __init__(self, demands: Sequence[Demand]) -> None:
        self.demands = demands
        self.of_sku: dict[int, int] = defaultdict(int)
        self.of_offer: dict[int, int] = defaultdict(int)
        self.goods: dict[int, dict[int, Goods]] = defaultdict(dict)
        for demand in demands:
            if not demand.sample:
                self.of_sku[demand.goods.sku_id] += demand.quantity
                self.of_offer[demand.goods.offer_id] += demand.quantity
                self.goods[demand.goods.offer_id][demand.goods.sku_id] = demand.goods

    def counted(self, goods: Goods) -> int:
        """The pieces that count for this SKU's ladder: its own, or all of its offer."""
        if goods.quote_type is QuoteType.sku_ladder:
            return self.of_sku[goods.sku_id]
        return self.of_offer[goods.offer_id]

    def unit_of(self, demand: Demand, more: int = 0) -> _Unit:
        """The unit price of a demand and what it rests on, with so many more pieces of it."""
        goods = demand.goods
        if demand.sample:
            price_e4 = goods.sample_price_e4 or 0
            return _Unit(price_e4, Basis.sample, price_e4)
        by_ladder = self._on_ladder(goods, more)
        book = book_for(demand.books, self.of_sku[goods.sku_id] + more)
        if book is None:
            return by_ladder
        return _Unit(
            booked_e4(book.price_e4, book.off_bp, by_ladder.price_e4),
            Basis(book.source),
            by_ladder.price_e4,
            book,
        )

    def _on_ladder(self, goods: Goods, more: int) -> _Unit:
        """What everybody pays: the SKU's one price, or the step that is reached."""
        if goods.quote_type is QuoteType.sku_price:
            return _Unit(goods.steps[0].price_e4, Basis.sku, goods.steps[0].price_e4)
        counted = self.counted(goods) + more
        step = step_at(goods.steps, counted)
        below = self.of_offer[goods.offer_id] + more < goods.moq and counted < step.from_quantity
        basis = Basis.mixed_first_step if below and goods.mixable else Basis.ladder
        return _Unit(step.price_e4, basis, step.price_e4)

    def line(self, demand: Demand, unit: _Unit, amount_minor: int) -> PricedLine:
        """A demand with its price, the step it stands on and the next one in reach."""
        goods, on_ladder = demand.goods, unit.basis in {Basis.ladder, Basis.mixed_first_step}
        counted = demand.quantity if demand.sample else self.counted(goods)
        step_from = step_at(goods.steps, counted).from_quantity if on_ladder else 0
        return PricedLine(
            sku_id=goods.sku_id,
            quantity=demand.quantity,
            price_e4=unit.price_e4,
            amount_minor=amount_minor,
            step_from=unit.book.from_quantity if unit.book else step_from,
            counted_quantity=counted,
            next_step=None if demand.sample else self._next_step(demand, unit.price_e4),
            basis=unit.basis,
            list_price_e4=unit.list_price_e4,
            book=unit.book,
        )

    def _next_step(self, demand: Demand, price_e4: int) -> NextStep | None:
        """The nearest quantity of whole lots at which a piece costs less, be it by a book or by the ladder under it."""
        goods = demand.goods
        own, counted = self.of_sku[goods.sku_id], self.counted(goods)
        missing = {step.from_quantity - counted for step in goods.steps}
        missing |= {book.from_quantity - own for book in demand.books}
        for pieces in sorted(one for one in missing if one > 0):
            more = _whole_lots(goods, own, pieces)
            cheaper_e4 = self.unit_of(demand, more).price_e4
            if cheaper_e4 < price_e4:
                return NextStep(more, cheaper_e4)
        return None

    def troubles(self, lines: Sequence[PricedLine]) -> list[Trouble]:
        """Everything that stands against ordering, in the order of the demands."""
        found: list[Trouble] = []
        seen: set[tuple[int, bool]] = set()
        for demand in self.demands:
            key = (demand.goods.sku_id, demand.sample)
            if key in seen:
                continue
            seen.add(key)
            found.extend(self._sample_troubles(demand) if demand.sample else self._sku_troubles(demand.goods))
        mix = _mixed(self.demands, lines)
        for offer_id, by_sku in self.goods.items():
            found.extend(self._minimum_trouble(offer_id, list(by_sku.values()), mix, lines))
        return found

    def _sample_troubles(self, demand: Demand) -> list[Trouble]:
        goods, leave = demand.goods, _set_to(demand.goods, 0)
        if not goods.on_sale:
            return [_trouble(TroubleKind.not_on_sale, goods, leave)]
        if goods.sample_price_e4 is None:
            return [_trouble(TroubleKind.no_sample, goods, leave)]
        if demand.quantity > goods.free:
            return [
                _trouble(TroubleKind.out_of_stock, goods, leave, quantity=demand.quantity, free=goods.free)
            ]
        return []

    def _sku_troubles(self, goods: Goods) -> list[Trouble]:
        if not goods.on_sale:
            return [_trouble(TroubleKind.not_on_sale, goods, _set_to(goods, 0))]
        quantity, found = self.of_sku[goods.sku_id], []
        if over := quantity % goods.lot:
            lower, upper = _set_to(goods, quantity - over), _set_to(goods, quantity - over + goods.lot)
            found.append(
                _trouble(TroubleKind.not_whole_lots, goods, lower, upper, quantity=quantity, lot=goods.lot)
            )
        if quantity > goods.free:
            left = max(0, goods.free - goods.free % goods.lot)
            ways = (_set_to(goods, left), _set_to(goods, 0)) if left else (_set_to(goods, 0),)
            found.append(_trouble(TroubleKind.out_of_stock, goods, *ways, quantity=quantity, free=goods.free))
        return found

    def _minimum_trouble(
        self, offer_id: int, goods: Sequence[Goods], mix: dict[int, "_Mixed"], lines: Sequence[PricedLine]
    ) -> list[Trouble]:
        first, quantity = goods[0], self.of_offer[offer_id]
        if quantity >= first.moq or not first.on_sale:
            return []
        rule = first.shop_mix if first.mixable else None
        if rule is not None and mix[first.seller_id].meets(rule):
            return []
        ways = self._pieces_ways(goods, first.moq - quantity, lines)
        if rule is not None:
            ways += mix[first.seller_id].ways(rule, first.seller_id)
        ways.sort(key=lambda way: way.cost_minor)
        ways.append(Way(kind=WayKind.remove, offer_id=offer_id))
        facts = {"quantity": quantity, "moq": first.moq}
        return [
            Trouble(
                code=TroubleKind.below_minimum, offer_id=offer_id, facts=facts, ways=tuple(ways[:WAYS_MAX])
            )
        ]

    def _pieces_ways(self, goods: Sequence[Goods], missing: int, lines: Sequence[PricedLine]) -> list[Way]:
        """Adding the missing pieces of that SKU of the offer for which it costs least and which has them."""
        prices = {line.sku_id: line.price_e4 for line in lines if line.basis is not Basis.sample}
        ways = []
        for one in goods:
            more = _whole_lots(one, self.of_sku[one.sku_id], missing)
            if self.of_sku[one.sku_id] + more <= one.free:
                cost = line_amount_minor(prices[one.sku_id], more)
                ways.append(
                    Way(
                        kind=WayKind.add_pieces,
                        offer_id=one.offer_id,
                        sku_id=one.sku_id,
                        quantity=more,
                        cost_minor=cost,
                    )
                )
        return sorted(ways, key=lambda way: way.cost_minor)[:1]


class _Mixed:
    """What one shop's mixable goods in the basket come to."""

    def __init__(self) -> None:
        self.amount_minor = 0
        self.pieces = 0

    def meets(self, rule: MixRule) -> bool:
        """Tells whether the rule's amount or its number of pieces is reached."""
        by_amount = rule.amount_minor is not None and self.amount_minor >= rule.amount_minor
        return by_amount or (rule.pieces is not None and self.pieces >= rule.pieces)

    def ways(self, rule: MixRule, seller_id: int) -> list[Way]:
        """What is missing of the amount, and of the pieces at the goods' average price."""
        ways = []
        if rule.amount_minor is not None:
            missing = rule.amount_minor - self.amount_minor
            ways.append(
                Way(
                    kind=WayKind.add_mixed_amount,
                    seller_id=seller_id,
                    amount_minor=missing,
                    cost_minor=missing,
                )
            )
        if rule.pieces is not None:
            pieces = rule.pieces - self.pieces
            cost = pieces * self.amount_minor // self.pieces
            ways.append(
                Way(kind=WayKind.add_mixed_pieces, seller_id=seller_id, quantity=pieces, cost_minor=cost)
            )
        return ways


def _mixed(demands: Sequence[Demand], lines: Sequence[PricedLine]) -> dict[int, _Mixed]:
    shops: dict[int, _Mixed] = defaultdict(_Mixed)
    for demand, line in zip(demands, lines, strict=True):
        goods = demand.goods
        if goods.mixable and goods.on_sale and not demand.sample:
            shops[goods.seller_id].amount_minor += line.amount_minor
            shops[goods.seller_id].pieces += line.quantity
    return shops


def _whole_lots(goods: Goods, quantity: int, more: int) -> int:
    """At least so many more pieces, such that all of them are whole lots."""
    return more + -(quantity + more) % goods.lot


def _set_to(goods: Goods, quantity: int) -> Way:
    if quantity == 0:
        return Way(kind=WayKind.remove, offer_id=goods.offer_id, sku_id=goods.sku_id)
    return Way(kind=WayKind.set_quantity, offer_id=goods.offer_id, sku_id=goods.sku_id, quantity=quantity)


def _trouble(code: TroubleKind, goods: Goods, *ways: Way, **facts: int) -> Trouble:
    return Trouble(code=code, offer_id=goods.offer_id, sku_id=goods.sku_id, facts=facts, ways=ways)
