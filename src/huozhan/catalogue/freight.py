"""Freight templates and the fee they ask (domain rule B2.4). Pure."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Annotated

import msgspec

from huozhan.kernel.money import divide_half_up
from huozhan.kernel.refusals import Refusal
from huozhan.kernel.shapes import Bilingual

FREIGHT_FEE_MINOR_MAX = 100_000_000
FREIGHT_UNIT_MAX = 100_000_000
FREIGHT_CODES_MAX = 4_000
_MM3_PER_CM3 = 1_000

FreightFee = Annotated[int, msgspec.Meta(ge=0, le=FREIGHT_FEE_MINOR_MAX)]
FreightUnit = Annotated[int, msgspec.Meta(ge=1, le=FREIGHT_UNIT_MAX)]
RegionCode = Annotated[
    str, msgspec.Meta(pattern=r"^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12}|[A-Z]{2})(?!\n)$")
]
RegionCodes = Annotated[tuple[RegionCode, ...], msgspec.Meta(max_length=FREIGHT_CODES_MAX)]


class Undeliverable(Refusal):
    """The seller's freight template does not reach this region."""

    code = "catalogue.undeliverable"


class ChargeBy(StrEnum):
    """What freight is counted in: grams, pieces or cubic centimetres."""

    weight = "weight"
    piece = "piece"
    volume = "volume"


class Tariff(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """First unit and fee, each further unit begun and its fee, and the least that is charged."""

    first_unit: FreightUnit
    first_fee_minor: FreightFee
    next_unit: FreightUnit
    next_fee_minor: FreightFee
    least_minor: FreightFee = 0

    def fee(self, billable: int) -> int:
        """What so many billable units cost."""
        further = max(0, billable - self.first_unit)
        return max(
            self.least_minor, self.first_fee_minor + -(-further // self.next_unit) * self.next_fee_minor
        )


class FreightRegion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Regions with a tariff of their own."""

    codes: RegionCodes
    tariff: Tariff


class FreightTemplate(msgspec.Struct, frozen=True, kw_only=True):
    """A seller's freight: where goods go and what it costs.

    A region is a national division code of any level, or a country's two letters abroad. `tariff` is for every
    home region not named; without one, only named regions are delivered to. A foreign country must be named.
    """

    template_id: int
    seller_id: int = 0
    code: str = ""
    name: Bilingual = Bilingual()
    charge_by: ChargeBy = ChargeBy.weight
    volumetric_divisor: int = 0
    tariff: Tariff | None = None
    regions: tuple[FreightRegion, ...] = ()
    undeliverable: tuple[str, ...] = ()
    free_over_minor: int | None = None
    free_over_pieces: int | None = None
    never_free: tuple[str, ...] = ()


class FreightLot(msgspec.Struct, frozen=True, kw_only=True):
    """One line's whole weight, volume, pieces and amount (goods net of shop discounts)."""

    weight_g: int
    volume_cm3: int
    pieces: int
    amount_minor: int


class Reckoning(msgspec.Struct, frozen=True, kw_only=True):
    """How one template's freight to one region is reckoned, for whoever must reckon many baskets at once."""

    tariff: Tariff
    free_over_minor: int | None
    free_over_pieces: int | None

    def fee(self, billable: int, amount_minor: int, pieces: int) -> int:
        """What it costs to send so much together."""
        by_amount = self.free_over_minor is not None and amount_minor >= self.free_over_minor
        is_free = by_amount or (self.free_over_pieces is not None and pieces >= self.free_over_pieces)
        return 0 if is_free else self.tariff.fee(billable)


def volume_cm3(length_mm: int, width_mm: int, height_mm: int) -> int:
    """What one piece takes up."""
    return length_mm * width_mm * height_mm // _MM3_PER_CM3


def freight_fee(template: FreightTemplate, region: str, lots: Sequence[FreightLot]) -> int:
    """What it costs to send all lots together to a region (its division code, or a country abroad).

    The most specific region wins, also where it says that nothing is delivered.
    """
    return reckoning(template, region).fee(
        sum(billable(template, lot) for lot in lots),
        sum(lot.amount_minor for lot in lots),
        sum(lot.pieces for lot in lots),
    )


def reckoning(template: FreightTemplate, region: str) -> Reckoning:
    """How a template's freight to a region is reckoned; refuses a region that is not delivered to."""
    tariff = _tariff(template, region)
    if _depth(template.never_free, region):
        return Reckoning(tariff=tariff, free_over_minor=None, free_over_pieces=None)
    return Reckoning(
        tariff=tariff, free_over_minor=template.free_over_minor, free_over_pieces=template.free_over_pieces
    )


def _tariff(template: FreightTemplate, region: str) -> Tariff:
    is_home = not region or region.isdigit()
    best, tariff = (0, template.tariff) if is_home else (0, None)
    for row in template.regions:
        depth = _depth(row.codes, region)
        if depth > best:
            best, tariff = depth, row.tariff
    if tariff is None or ((depth := _depth(template.undeliverable, region)) and depth >= best):
        raise Undeliverable(region=region, template_id=template.template_id)
    return tariff


def _depth(codes: Iterable[str], region: str) -> int:
    """How specifically the codes name a region: the length of the longest that holds it; 0 for none."""
    prefixes = (prefix_of(code) for code in codes)
    return max((len(prefix) for prefix in prefixes if region.startswith(prefix)), default=0)


def prefix_of(code: str) -> str:
    """A division code without the zeros that fill it up: 650000 is 65, 330782 stays."""
    if len(code) > 6:
        return code.removesuffix("000") if len(code) == 12 else code
    while code.endswith("00") and len(code) > 2:
        code = code[:-2]
    return code


def is_sold_to(not_sold_to: Iterable[str], region: str) -> bool:
    """Tells whether a shop that does not sell to some regions sells to this one; a region that is not known is."""
    return not (region and _depth(not_sold_to, region))


def billable(template: FreightTemplate, lot: FreightLot) -> int:
    """What of a lot is charged: grams, pieces or cubic centimetres, as the template counts."""
    if template.charge_by is ChargeBy.piece:
        return lot.pieces
    if template.charge_by is ChargeBy.volume:
        return lot.volume_cm3
    if not template.volumetric_divisor:
        return lot.weight_g
    return max(lot.weight_g, divide_half_up(lot.volume_cm3 * 1_000, template.volumetric_divisor))
