"""What buyers filter by, read from an offer, its shop and its freight. Pure."""

from collections.abc import Iterable, Sequence

import msgspec

from huozhan.catalogue.freight import (
    FreightLot,
    FreightTemplate,
    Undeliverable,
    freight_fee,
    is_sold_to,
    prefix_of,
)
from huozhan.catalogue.goods import Step, read_ladder
from huozhan.catalogue.pricing import step_at
from huozhan.kernel.money import line_amount_minor

QUANTITIES = (1, 10, 50, 100, 500, 1_000)
"""The quantities whose price the index keeps; between two of them it knows the bounds."""
HOME = (
    "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41", "42", "43", "44", "45", "46", "50",
    "51", "52", "53", "54", "61", "62", "63", "64", "65", "71", "81", "82",
)  # fmt: skip
"""How the division codes of the provinces begin."""
ANYWHERE = "*"
"""Instead of the countries abroad where the seller pays the freight to wherever it is."""


class PriceModel(msgspec.Struct, frozen=True, kw_only=True):
    """Ladders that hold at once: the offer's own, or one for each SKU; a single price is a ladder of one step."""

    ladders: tuple[tuple[Step, ...], ...]

    def at(self, quantity: int) -> tuple[int, int]:
        """The lowest and the highest unit price of so many pieces."""
        prices = [step_at(steps, quantity).price_e4 for steps in self.ladders]
        return min(prices), max(prices)


def price_model(offer_ladder: str, sku_ladders: Iterable[str], sku_prices_e4: Iterable[int]) -> PriceModel:
    """An offer's prices as they are stored: its ladder, those of its SKUs, or their prices."""
    own = read_ladder(offer_ladder)
    ladders = [own] if own else [steps for steps in map(read_ladder, sku_ladders) if steps]
    ladders += [(Step(1, price_e4),) for price_e4 in (() if own else sku_prices_e4)]
    return PriceModel(ladders=tuple(ladders) or ((Step(1, 1),),))


def ships_free(
    template: FreightTemplate | None, *, pieces: int, weight_g: int, volume_cm3: int, price_e4: int
) -> bool:
    """Whether the least that can be ordered is sent free of charge to most of the country."""
    if template is None:
        return True
    lot = FreightLot(
        weight_g=weight_g * pieces,
        volume_cm3=volume_cm3 * pieces,
        pieces=pieces,
        amount_minor=line_amount_minor(price_e4, pieces),
    )
    try:
        return freight_fee(template, "", [lot]) == 0
    except Undeliverable:
        return False


def is_reached(not_sold_to: Sequence[str], template: FreightTemplate | None, region: str) -> bool:
    """Whether goods can be ordered to a region: its division code, or a country abroad."""
    if not is_sold_to(not_sold_to, region):
        return False
    if template is None:
        return True
    try:
        freight_fee(template, region, ())
    except Undeliverable:
        return False
    return True


def reach_terms(not_sold_to: Sequence[str], template: FreightTemplate | None) -> tuple[str, ...]:
    """Where goods can be ordered to, as the index keeps it.

    A `-` before the start of each division code that is not reached, and the countries abroad that are; a province of which
    a part is reached is not named. Goods without a template are sent anywhere at their seller's cost.
    """
    named = [code for region in (template.regions if template else ()) for code in region.codes]
    starts = {
        prefix_of(code)
        for code in (*not_sold_to, *(template.undeliverable if template else ()))
        if code.isdigit()
    }
    found = {
        f"-{start}"
        for start in (*HOME, *sorted(starts))
        if not is_reached(not_sold_to, template, start)
        and (not is_sold_to(not_sold_to, start) or not any(_is_inside(code, start) for code in named))
    }
    if template is None:
        found.add(ANYWHERE)
        found |= {f"-{code}" for code in not_sold_to if code.isalpha()}
    found |= {code for code in named if code.isalpha() and is_reached(not_sold_to, template, code)}
    return tuple(sorted(found))


def _is_inside(code: str, start: str) -> bool:
    prefix = prefix_of(code)
    return len(prefix) > len(start) and prefix.startswith(start)


def wanted_terms(region: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What `reach_terms` must have one of, and none of, for goods that can be ordered to a region."""
    if region.isalpha():
        return (region, ANYWHERE), (f"-{region}",)
    return (), tuple(f"-{region[:length]}" for length in (2, 4, 6, 9, 12) if length <= len(region))
