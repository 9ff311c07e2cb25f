"""An assortment 组货 before it is made: candidates, the quantities each may come in, and what each of these costs. Pure."""

from collections.abc import Mapping, Sequence
from itertools import pairwise, repeat

import msgspec

from huozhan import catalogue
from huozhan.catalogue import (
    QUANTITY_MAX,
    BookPrice,
    Demand,
    FreightLot,
    FreightTemplate,
    Goods,
    Reckoning,
    Undeliverable,
)
from huozhan.insight.asks import BuildAssortment
from huozhan.kernel.money import BASIS_POINTS, divide_half_up, line_amount_minor

QUANTITIES_MAX = 12
"""Quantities in which one offer may come: its minimum, its steps, its most, and some between."""
SELLER_PAYS = 0


class Option(msgspec.Struct, frozen=True, kw_only=True):
    """So many pieces of a candidate, with what the catalogue asks for them and what they would sell for."""

    quantity: int
    price_e4: int
    amount_minor: int
    retail_minor: int
    billable: int
    needs_mix: bool


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """One SKU that may be bought; `wishes` are the places of the wished categories that it belongs to."""

    goods: Goods
    books: tuple[BookPrice, ...] = ()
    wishes: frozenset[int] = frozenset()
    retail_e4: int
    options: tuple[Option, ...]


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that decides about an assortment; `freight` says by template how freight to the door is reckoned."""

    ask: BuildAssortment
    candidates: tuple[Candidate, ...]
    freight: Mapping[int, Reckoning]
    seconds: int = 5


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """What was found: the option of each candidate by its place. `is_best` tells that nothing earns more."""

    options: Mapping[int, Option]
    is_best: bool
    profit_minor: int


def make_problem(
    ask: BuildAssortment,
    goods: Sequence[Goods],
    templates: Mapping[int, FreightTemplate],
    books: Mapping[int, tuple[BookPrice, ...]],
    wishes: Mapping[int, frozenset[int]],
    seconds: int = 5,
) -> Problem:
    """The candidates that can be delivered, each with the table of its quantities; `wishes` is by offer."""
    freight = {one.template_id: how for one in templates.values() if (how := _reckoning(one, ask.to))}
    retail = {int(one.offer_id): one.price_e4 for one in ask.retail}
    candidates = []
    for one in goods:
        has_way = one.freight_template_id == SELLER_PAYS or one.freight_template_id in freight
        if not (one.on_sale and has_way and catalogue.is_sold_to(one.not_sold_to, ask.to)):
            continue
        retail_e4 = retail.get(one.offer_id) or marked_up_e4(one.steps[0].price_e4, ask.markup_bp)
        template = templates.get(one.freight_template_id)
        options = _options(one, books.get(one.sku_id, ()), retail_e4, template, ask)
        if options:
            candidates.append(
                Candidate(
                    goods=one,
                    books=books.get(one.sku_id, ()),
                    wishes=wishes.get(one.offer_id, frozenset()),
                    retail_e4=retail_e4,
                    options=options,
                )
            )
    return Problem(ask=ask, candidates=tuple(candidates), freight=freight, seconds=seconds)


def _reckoning(template: FreightTemplate, region: str) -> Reckoning | None:
    try:
        return catalogue.reckoning(template, region)
    except Undeliverable:
        return None


def marked_up_e4(price_e4: int, markup_bp: int) -> int:
    """What goods sell for at a mark-up on what a single one costs."""
    return divide_half_up(price_e4 * (BASIS_POINTS + markup_bp), BASIS_POINTS)


def _options(
    goods: Goods,
    books: tuple[BookPrice, ...],
    retail_e4: int,
    template: FreightTemplate | None,
    ask: BuildAssortment,
) -> tuple[Option, ...]:
    most_minor = divide_half_up(ask.budget_minor * ask.share_bp, BASIS_POINTS)
    options = []
    for quantity in quantities(goods, ask.pieces_most):
        priced = catalogue.price([Demand(goods=goods, quantity=quantity, books=books)])
        line = priced.lines[0]
        if line.amount_minor > most_minor:
            continue
        options.append(
            Option(
                quantity=quantity,
                price_e4=line.price_e4,
                amount_minor=line.amount_minor,
                retail_minor=line_amount_minor(retail_e4, quantity),
                billable=catalogue.billable(template, lot_of(goods, quantity, line.amount_minor))
                if template
                else 0,
                needs_mix=quantity < goods.moq,
            )
        )
    return tuple(options)


def lot_of(goods: Goods, quantity: int, amount_minor: int) -> FreightLot:
    """So many pieces as freight sees them."""
    return FreightLot(
        weight_g=goods.weight_g * quantity,
        volume_cm3=goods.volume_cm3 * quantity,
        pieces=quantity,
        amount_minor=amount_minor,
    )


def quantities(goods: Goods, pieces_most: int) -> list[int]:
    """Quantities worth looking at: whole lots, enough in stock; below the minimum only where the shop mixes."""
    lot = goods.lot
    most = min(goods.free, pieces_most) // lot * lot
    may_mix = goods.mixable and goods.shop_mix is not None
    least = lot if may_mix else goods.moq + -goods.moq % lot
    if most < least:
        return []
    marks = {least, most, *(step.from_quantity + -step.from_quantity % lot for step in goods.steps)}
    marks.add(goods.moq + -goods.moq % lot)
    found = sorted(one for one in marks if least <= one <= most)
    while len(found) < QUANTITIES_MAX and (
        middles := [one for one in map(_middle, pairwise(found), repeat(lot)) if one]
    ):
        found = sorted({*found, max(middles)[1]})
    return found[:QUANTITIES_MAX]


def _middle(pair: tuple[int, int], lot: int) -> tuple[int, int] | None:
    """How far apart two quantities are for their size, and the whole lots in their middle; None where nothing lies between."""
    low, high = pair
    middle = (low + high) // 2 // lot * lot
    return (high * QUANTITY_MAX // low, middle) if low < middle < high else None
