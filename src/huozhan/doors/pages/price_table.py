"""A carrier's price table as people type it: one row for each group of regions at the same price, none named for everywhere else."""

from collections.abc import Sequence
from typing import Any

import msgspec

from huozhan.doors.pages.amounts import minor, scaled
from huozhan.doors.pages.forms import Form
from huozhan.doors.pages.regions import read_regions, write_regions

GRAMS_PER_KG = 1_000
SPARE_ROWS = 2
ROWS_MAX = 60


class PriceRow(msgspec.Struct, frozen=True):
    """One row of the form or of the table: regions by name, weights in kilograms, fees in the major unit as they are typed."""

    regions: str
    first_kg: str = ""
    first: str = ""
    next_kg: str = ""
    next: str = ""
    first_g: int = 0
    first_minor: int = 0
    next_g: int = 0
    next_minor: int = 0


def rows_of(prices: Sequence[Any], lang: str) -> list[PriceRow]:
    """A table's rows: regions at the same price together, everywhere else first."""
    groups: dict[tuple[int, int, int, int], list[str]] = {}
    for price in sorted(prices, key=lambda one: (bool(one.region_code), one.region_code)):
        key = (price.first_g, price.first_minor, price.next_g, price.next_minor)
        groups.setdefault(key, []).append(price.region_code)
    rows = []
    for (first_g, first_minor, next_g, next_minor), codes in groups.items():
        row = PriceRow(
            regions="", first_kg=_typed(first_g, GRAMS_PER_KG), first=_typed(first_minor, 100),
            next_kg=_typed(next_g, GRAMS_PER_KG), next=_typed(next_minor, 100), first_g=first_g, first_minor=first_minor, next_g=next_g, next_minor=next_minor,
        )  # fmt: skip
        if "" in codes:
            rows.append(row)
        if named := [code for code in codes if code]:
            rows.append(msgspec.structs.replace(row, regions=write_regions(named, lang)))
    return rows


def typed_rows(form: Form) -> list[PriceRow]:
    """The rows as they were typed, to be shown again after a refusal."""
    return [
        PriceRow(
            regions=form.get(f"regions[{at}]"),
            first_kg=form.get(f"first_kg[{at}]"),
            first=form.get(f"first[{at}]"),
            next_kg=form.get(f"next_kg[{at}]"),
            next=form.get(f"next[{at}]"),
        )
        for at in range(_count(form))
    ]


def read_prices(form: Form) -> list[dict[str, Any]]:
    """The prices that were typed, one for each region; rows without any fee are left out."""
    prices = []
    for at in range(_count(form)):
        if not form.get(f"first[{at}]").strip():
            continue
        fees = {
            "first_g": scaled(form.get(f"first_kg[{at}]"), f"first_kg[{at}]", GRAMS_PER_KG),
            "first_minor": minor(form.get(f"first[{at}]"), f"first[{at}]"),
            "next_g": scaled(form.get(f"next_kg[{at}]"), f"next_kg[{at}]", GRAMS_PER_KG),
            "next_minor": minor(form.get(f"next[{at}]"), f"next[{at}]"),
        }
        codes = read_regions(form.get(f"regions[{at}]"), f"regions[{at}]") or [""]
        prices += [{"region_code": code, **fees} for code in codes]
    return prices


def _count(form: Form) -> int:
    return min(len(form.prefixed("first")), ROWS_MAX)


def _typed(amount: int, scale: int) -> str:
    whole, part = divmod(amount, scale)
    digits = len(str(scale)) - 1
    text = f"{part:0{digits}d}".rstrip("0") if scale == GRAMS_PER_KG else f"{part:0{digits}d}"
    return f"{whole}.{text}" if text else str(whole)
