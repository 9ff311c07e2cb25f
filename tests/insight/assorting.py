"""The oracle of assortments: every way of choosing is tried, and the catalogue itself says what each costs."""

from collections.abc import Mapping
from itertools import product

from huozhan import catalogue
from huozhan.catalogue import Demand, FreightTemplate
from huozhan.insight.assortment import Candidate, Option, Problem, lot_of
from huozhan.kernel.money import BASIS_POINTS

Choice = Mapping[int, Option]


def best_profit(problem: Problem, templates: Mapping[int, FreightTemplate]) -> int | None:
    """What the best assortment earns; None where nothing meets all wishes."""
    profits = [
        profit
        for picks in product(*[(None, *one.options) for one in problem.candidates])
        if (profit := profit_of(problem, templates, dict(enumerate(picks)))) is not None
    ]
    return max(profits, default=None)


def profit_of(
    problem: Problem, templates: Mapping[int, FreightTemplate], picks: Mapping[int, Option | None]
) -> int | None:
    """What one choice earns by the catalogue's own prices and freight; None where it breaks a rule or a wish."""
    ask = problem.ask
    chosen: list[tuple[Candidate, Option]] = [
        (problem.candidates[place], option) for place, option in picks.items() if option is not None
    ]
    priced = catalogue.price(
        [Demand(goods=one.goods, quantity=option.quantity, books=one.books) for one, option in chosen]
    )
    if priced.troubles or not ask.offers_least <= len(chosen) <= ask.offers_most:
        return None
    if len({one.goods.seller_id for one, _ in chosen}) > ask.suppliers_most:
        return None
    freight_minor = 0
    for template_id in {one.goods.freight_template_id for one, _ in chosen} - {0}:
        lots = [
            lot_of(one.goods, line.quantity, line.amount_minor)
            for (one, _), line in zip(chosen, priced.lines, strict=True)
            if one.goods.freight_template_id == template_id
        ]
        freight_minor += catalogue.freight_fee(templates[template_id], ask.to, lots)
    cost_minor = priced.amount_minor + freight_minor
    retail_minor = sum(option.retail_minor for _, option in chosen)
    if cost_minor > ask.budget_minor:
        return None
    if retail_minor * (BASIS_POINTS - ask.margin_bp) < cost_minor * BASIS_POINTS:
        return None
    for place, wish in enumerate(ask.categories):
        if not wish.least <= sum(place in one.wishes for one, _ in chosen) <= wish.most:
            return None
    for band in ask.bands:
        if sum(band.from_e4 <= line.price_e4 <= band.to_e4 for line in priced.lines) < band.least:
            return None
    return retail_minor - cost_minor
