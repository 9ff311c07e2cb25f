"""How an offer record is put together, whatever set its goods come from."""

import random
from collections.abc import Sequence
from functools import cache
from typing import Final

from sources import REFERENCE, Record, read

SELL_CODES_MAX: Final = 500
E4: Final = 10_000
PROMISES: Final = (24, 48, 48, 48, 72, 72, 120, 168)
BIG_CARTON_G: Final = 3000

Pair = tuple[str, str]
Axis = tuple[str, str, Sequence[Pair]]
Step = tuple[int, int]


@cache
def category_paths() -> dict[str, str]:
    """Category ids by their English path."""
    records = {record["category_id"]: record for record in read(REFERENCE / "categories.jsonl.gz")}
    paths: dict[str, str] = {}
    names: dict[str, str] = {}
    for record in records.values():
        above = names.get(record["parent_id"] or "", "")
        names[record["category_id"]] = f"{above} > {record['name_en']}" if above else record["name_en"]
        paths[names[record["category_id"]]] = record["category_id"]
    return paths


def category(path: str) -> str:
    """The id of the category with this English path."""
    return category_paths()[path]


@cache
def handles() -> frozenset[str]:
    """All attribute handles."""
    return frozenset(record["handle"] for record in read(REFERENCE / "attributes.jsonl.gz"))


def attribute(handle: str, zh: str, en: str) -> Record:
    """One attribute of an offer in both languages."""
    assert handle in handles(), f"no attribute {handle}"
    return {"handle": handle, "zh": zh, "en": en}


def yuan(price_e4: float, *, cents: int = 5) -> int:
    """A price as a trader would write it: whole fen steps, coarser when it is large."""
    fen = price_e4 / 100
    step = 1 if fen < 100 else cents if fen < 2_000 else 10 if fen < 10_000 else 100
    return max(1, round(fen / step) * step) * 100


def ladder(top_e4: float, quantities: Sequence[int], discounts_bp: Sequence[int]) -> list[Record]:
    """A price ladder: the top price less a discount at each further quantity, never rising."""
    steps: list[Record] = []
    for quantity, discount in zip(quantities, (0, *discounts_bp), strict=False):
        price = yuan(top_e4 * (E4 - discount) / E4)
        if steps:
            price = min(price, steps[-1]["price_e4"])
            if price == steps[-1]["price_e4"]:
                continue
        steps.append({"from_quantity": quantity, "price_e4": price})
    return steps


def stock_for(chance: random.Random, moq: int) -> int:
    """Stock of one variant: usually plenty, sometimes little, now and then none."""
    roll = chance.random()
    if roll < 0.02:
        return 0
    if roll < 0.10:
        return chance.randrange(1, 5 * moq + 10)
    return chance.randrange(40, 400) * max(5, min(moq, 60))


def options(axes: Sequence[Axis]) -> list[Record]:
    """The choices a buyer makes before a variant is known."""
    return [
        {
            "name_zh": zh,
            "name_en": en,
            "values": [{"zh": value_zh, "en": value_en} for value_zh, value_en in values],
        }
        for zh, en, values in axes
    ]


def choices(axes: Sequence[Axis]) -> list[list[int]]:
    """Every combination of the choices, as positions."""
    grid: list[list[int]] = [[]]
    for _zh, _en, values in axes:
        grid = [[*row, position] for row in grid for position in range(len(values))]
    return grid


def skus(
    chance: random.Random,
    offer_code: str,
    axes: Sequence[Axis],
    *,
    moq: int,
    weight_g: int,
    growth_g: int = 0,
) -> list[Record]:
    """The variants of an offer, one for each combination; weight may grow along the last axis."""
    records = []
    for choice in choices(axes):
        suffix = "".join(f"-{position + 1:02d}" for position in choice)
        records.append(
            {
                "sku_code": f"{offer_code}{suffix}",
                "choice": choice,
                "price_e4": None,
                "ladder": None,
                "stock": stock_for(chance, moq),
                "weight_g": weight_g + growth_g * (choice[-1] if choice else 0),
            }
        )
    return records


def freight_of(chance: random.Random, supplier: Record, weight_g: int) -> str:
    """The freight template that suits the weight."""
    codes = [template["code"] for template in supplier["freight"]]
    if weight_g >= BIG_CARTON_G and "road" in codes:
        return "road"
    if weight_g <= 60 and "piece" in codes:
        return "piece"
    return "express" if "express" in codes and chance.random() < 0.85 else codes[0]


def offer(supplier: Record, offer_code: str, chance: random.Random, **fields: object) -> Record:
    """A whole offer record with the usual values where none are given."""
    weight_g = int(str(fields["weight_g"]))
    record: Record = {
        "supplier_code": supplier["supplier_code"],
        "offer_code": offer_code,
        "category_id": "",
        "title_zh": "",
        "title_en": "",
        "description_zh": "",
        "description_en": "",
        "attributes": [],
        "unit": "piece",
        "quote_type": "offer_ladder",
        "ladder": [],
        "options": [],
        "skus": [],
        "moq": 1,
        "lot": 1,
        "mixable": False,
        "sample_price_e4": None,
        "origin_code6": supplier["county_code6"],
        "weight_g": weight_g,
        "length_mm": 0,
        "width_mm": 0,
        "height_mm": 0,
        "promise_hours": chance.choice(PROMISES),
        "freight_code": freight_of(chance, supplier, weight_g),
        "pictures": [],
        "source": "",
    }
    assert not set(fields) - set(record), set(fields) - set(record)
    return record | fields
