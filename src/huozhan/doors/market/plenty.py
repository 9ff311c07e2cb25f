"""Plenty of made-up goods: any number of plausible offers from the category tree, its attributes and words of the trade,
or with titles and prices of real goods where a folder of data sets is given.

Each shop is made from its number alone, so that a load may stop anywhere and go on, and every load makes the same market.
Firms are fictional and say so; their credit codes are marked DEM.
"""

import gzip
import math
import random
from collections.abc import Iterator, Sequence
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import Any

import msgspec
from stdnum.cn import uscc as credit_code

from huozhan.catalogue import Customisation, CustomKind, Packing, QuoteType, Step, Unit
from huozhan.doors.market.real_titles import RealTitles
from huozhan.doors.market.records import (
    AttributeRecord,
    AxisRecord,
    OfferRecord,
    SkuRecord,
    SupplierRecord,
    ValueRecord,
)
from huozhan.kernel.shapes import Bilingual

OFFERS_A_SHOP = 250
"""The middle of what shops have; small ones have tens, a few thousands."""
COLOURS_MAX, SIZES_MAX = 6, 4
REAL_FROM = 1_000_000
"""Shops with real titles are numbered from here, so that they are other shops than those without."""
_POPULAR = 1.1
"""How steeply categories differ: the exponent of Zipf's law over their ranks."""
_PRICES = {"el": 60, "fr": 120, "vp": 90, "ha": 25, "sg": 40, "aa": 35, "bi": 150, "so": 80, "ma": 60}
"""Middle prices in yuan by vertical, of pieces bought in tens; other verticals 15."""
_STYLES = (
    ("新款", "new"), ("加厚", "thick"), ("便携", "portable"), ("大容量", "large"), ("简约", "simple"), ("可折叠", "folding"),
    ("防水", "waterproof"), ("家用", "household"), ("商用", "commercial"), ("户外", "outdoor"), ("迷你", "mini"),
    ("升级款", "improved"), ("高档", "premium"), ("创意", "creative"), ("复古", "vintage"), ("ins风", "trendy"), ("耐磨", "durable"),
    ("可调节", "adjustable"), ("多功能", "multifunctional"), ("环保", "eco-friendly"), ("轻薄", "slim"),
)  # fmt: skip
_SELLING = (
    ("源头工厂", "factory direct"), ("一件代发", "dropshipping"), ("跨境专供", "for export"), ("支持定制", "custom made"),
    ("现货速发", "in stock"), ("厂家直销", "from the maker"), ("小额混批", "mixed batches"), ("来图定制", "made to drawing"),
    ("", ""), ("", ""), ("", ""),
)  # fmt: skip
_DROPSHIPPED, _CUSTOMISED = 0.5, 0.2
"""Of the goods sold from one piece; of all."""
_SIZES = (("S", "S"), ("M", "M"), ("L", "L"), ("XL", "XL"), ("2XL", "2XL"), ("3XL", "3XL"))
_AMOUNTS = (
    "300ml",
    "500ml",
    "750ml",
    "1L",
    "5cm",
    "10cm",
    "20cm",
    "1.5m",
    "12V",
    "24V",
    "M4",
    "M6",
    "M8",
    "",
)
_FIRMS = "恒顺泰瑞华盛金宏博达永佳美源兴隆嘉益信诚德利丰裕昌明远东方新天鸿"
_FIRMS_EN = (
    "Heng",
    "Shun",
    "Tai",
    "Rui",
    "Hua",
    "Sheng",
    "Jin",
    "Hong",
    "Bo",
    "Da",
    "Yong",
    "Jia",
    "Mei",
    "Yuan",
    "Xing",
)
_GB_11714 = (3, 7, 9, 10, 5, 8, 4, 2)
_SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class _Category(msgspec.Struct, frozen=True):
    category_id: str
    parent_id: str | None
    level: int
    name_zh: str
    name_en: str
    attributes: list[str]


class _Attribute(msgspec.Struct, frozen=True):
    handle: str
    name_zh: str
    name_en: str
    values: list[ValueRecord]


class Shop(msgspec.Struct, frozen=True):
    """One made-up shop with its goods."""

    supplier: SupplierRecord
    offers: list[OfferRecord]


class Plenty:
    """The shops that hold `scale` offers together; `models` lend them places, belts and freight, a folder of data real titles."""

    def __init__(
        self, scale: int, models: Sequence[SupplierRecord], *, seed: int = 1, data: Path | None = None
    ) -> None:
        self._models, self._seed = models, seed
        real = RealTitles(data, self._leaves) if data else None
        self._real = real if real and real.pools else None
        self.name = f"{scale} of {self._real.digest}" if self._real else str(scale)
        """Of all markets that are made alike."""
        self.sizes = list(_sizes(scale, random.Random(f"{seed}:sizes")))

    def shop(self, number: int) -> Shop:
        """The shop of this number, from 0."""
        chance = random.Random(f"{self._seed}:shop:{number}")
        supplier = self._supplier(number, chance)
        shelf = self._shelf(chance)
        offers = [self._offer(supplier, at, chance.choice(shelf), chance) for at in range(self.sizes[number])]
        return Shop(supplier, offers)

    def category_names(self) -> dict[str, Bilingual]:
        """The names of all categories that goods lie in."""
        return {one.category_id: Bilingual(one.name_zh, one.name_en) for one in self._leaves}

    def _supplier(self, number: int, chance: random.Random) -> SupplierRecord:
        model = chance.choice(self._models)
        number += REAL_FROM if self._real else 0
        sign = "".join(chance.sample(_FIRMS, 2))
        sign_en = "".join(chance.sample(_FIRMS_EN, 2)).capitalize()
        works, works_en = ("制品厂", "Works") if model.kind == "factory" else ("商贸有限公司", "Trading")
        return msgspec.structs.replace(
            model,
            supplier_code=f"P{number:06d}",
            name_zh=f"{sign}{works} {number + 1} 号（演示）",
            name_en=f"{sign_en} {works_en} No. {number + 1} (demo)",
            years=chance.randint(1, 25),
            uscc=_credit_code(model.city_code6, number),
            certificates=[],
        )

    def _shelf(self, chance: random.Random) -> list[_Category]:
        """The few neighbouring categories that a shop deals in."""
        leaves, ranked = self._traded, self._by_rank
        middle = min(int(chance.paretovariate(_POPULAR) * 40) - 40, len(ranked) * 4) % len(ranked)
        start = leaves.index(ranked[middle])
        return leaves[max(0, start - 3) : start + 4]

    @cached_property
    def _traded(self) -> list[_Category]:
        """The leaves of the tree that goods lie in: those with real titles, or all."""
        return [one for one in self._leaves if not self._real or one.category_id in self._real.pools]

    @cached_property
    def _by_rank(self) -> list[_Category]:
        """The same, the most traded first: which they are is drawn once."""
        ranked = list(self._traded)
        random.Random(f"{self._seed}:ranks").shuffle(ranked)
        return ranked

    @cached_property
    def _leaves(self) -> list[_Category]:
        read = msgspec.json.Decoder(_Category).decode_lines(_reference("categories.jsonl.gz"))
        parents = {one.parent_id for one in read}
        return sorted(
            (one for one in read if one.category_id not in parents), key=lambda one: one.category_id
        )

    @cached_property
    def _attributes(self) -> dict[str, _Attribute]:
        read = msgspec.json.Decoder(_Attribute).decode_lines(_reference("attributes.jsonl.gz"))
        return {one.handle: one for one in read if one.values}

    def _offer(
        self, supplier: SupplierRecord, at: int, category: _Category, chance: random.Random
    ) -> OfferRecord:
        code = f"{supplier.supplier_code}-{at + 1}"
        said = self._said(category, chance)
        title_zh, title_en = _titles(category, said, chance)
        if self._real and (real := self._real.titles(category.category_id, chance)):
            title_zh, title_en = _as_sold(real[0], chance)[:100] or title_zh, real[1] or title_en
        axes = _axes(self._attributes.get("color"), category, chance)
        cells: list[tuple[int, ...]] = [()]
        for axis in axes:
            cells = [(*cell, value) for cell in cells for value in range(len(axis.values))]
        middle = self._real.middle_yuan(category.category_id) if self._real else None
        ladder = _ladder(middle or _PRICES.get(category.category_id.partition("-")[0], 15), chance)
        weight_g = max(5, int(chance.lognormvariate(5.5, 1.0)))
        return OfferRecord(
            supplier_code=supplier.supplier_code,
            offer_code=code,
            category_id=category.category_id,
            title_zh=title_zh,
            title_en=title_en,
            description_zh=f"{title_zh}。{ladder[0].from_quantity}件起批，{'、'.join(one.zh for one in said)}。",
            description_en=f"{title_en}. From {ladder[0].from_quantity} pieces.",
            attributes=said,
            unit=Unit.piece,
            quote_type=QuoteType.offer_ladder,
            ladder=ladder,
            options=axes,
            skus=[
                SkuRecord(f"{code}-{n + 1}", cell, None, None, chance.randint(0, 3_000), None)
                for n, cell in enumerate(cells)
            ],
            moq=ladder[0].from_quantity,
            lot=1,
            mixable=supplier.mixed_batch is not None,
            sample_price_e4=None,
            origin_code6=supplier.city_code6,
            weight_g=weight_g,
            length_mm=0,
            width_mm=0,
            height_mm=0,
            promise_hours=chance.choice((24, 48, 48, 72, 120)),
            freight_code=supplier.freight[0].code if supplier.freight else "",
            pictures=[],
            source="plenty",
            **_beyond(code, ladder[0].from_quantity),
        )

    def _said(self, category: _Category, chance: random.Random) -> list[AttributeRecord]:
        """A value for up to four attributes of the category's template; colours are options."""
        known = [self._attributes[h] for h in category.attributes if h in self._attributes and h != "color"]
        return [
            AttributeRecord(one.handle, value.zh, value.en)
            for one in chance.sample(known, min(len(known), 4))
            for value in [chance.choice(one.values)]
        ]


def _beyond(code: str, moq: int) -> dict[str, Any]:
    """What a shop does beyond selling as it is, drawn apart from the rest, which stays as it always was."""
    chance = random.Random(f"beyond {code}")
    said: dict[str, Any] = {}
    if moq == 1 and chance.random() < _DROPSHIPPED:
        said["dropship"] = chance.choice(list(Packing))
    if chance.random() < _CUSTOMISED:
        said["customisation"] = Customisation(
            kinds=tuple(sorted(chance.sample(list(CustomKind), chance.randint(1, 3)))),
            from_pieces=max(moq, chance.choice((50, 100, 300, 1_000))),
            days=chance.choice((3, 7, 10, 15)),
        )
    return said


def _titles(category: _Category, said: Sequence[AttributeRecord], chance: random.Random) -> tuple[str, str]:
    """What sellers write: style, a value or two, the thing, an amount, how it is sold."""
    style, selling = chance.choice(_STYLES), chance.choice(_SELLING)
    amount, year = chance.choice(_AMOUNTS), chance.choice(("", "2026"))
    shown = said[: chance.randint(0, 2)]
    # A category of several names is called by one of them.
    zh = chance.choice(category.name_zh.split("/"))
    zh_title = [
        year,
        style[0],
        *(one.zh for one in shown),
        zh,
        f" {amount}" if amount else "",
        f" {selling[0]}",
    ]
    en_title = [
        style[1].capitalize(),
        *(one.en for one in shown),
        category.name_en,
        amount,
        f"- {selling[1]}" if selling[1] else "",
    ]
    return "".join(zh_title).strip()[:100], " ".join(filter(None, en_title))[:200]


def _as_sold(title: str, chance: random.Random) -> str:
    """A real title as another seller of such goods writes it: an amount and how it is sold behind it, now and then a style before."""
    if not title:
        return ""
    style, selling = chance.choice(_STYLES)[0], chance.choice(_SELLING)[0]
    amount = chance.choice(_AMOUNTS)
    return " ".join(filter(None, [f"{style if chance.randrange(3) == 0 else ''}{title}", amount, selling]))


def _axes(colours: _Attribute | None, category: _Category, chance: random.Random) -> list[AxisRecord]:
    axes = []
    if colours and "color" in category.attributes and chance.random() < 0.7:
        values = chance.sample(colours.values, min(len(colours.values), chance.randint(2, COLOURS_MAX)))
        axes.append(AxisRecord("颜色", "Colour", values))
    if "size" in category.attributes and chance.random() < 0.7:
        first = chance.randint(0, 2)
        sizes = _SIZES[first : first + chance.randint(2, SIZES_MAX)]
        axes.append(AxisRecord("尺码", "Size", [ValueRecord(zh, en) for zh, en in sizes]))
    return axes


def _ladder(middle_yuan: int, chance: random.Random) -> tuple[Step, ...]:
    """One to three steps; the first begins at the minimum."""
    price_e4 = max(500, round(chance.lognormvariate(math.log(middle_yuan), 0.9) * 100) * 100)
    begins = chance.choice((1, 1, 2, 3, 5, 10, 20, 50, 100))
    steps = [Step(begins, price_e4)]
    for _ in range(chance.randint(0, 2)):
        begins *= chance.choice((3, 5, 10))
        steps.append(Step(begins, max(100, steps[-1].price_e4 * chance.randint(88, 97) // 10_000 * 100)))
    return tuple(steps)


def _sizes(scale: int, chance: random.Random) -> Iterator[int]:
    """How many offers each shop has, `scale` in all."""
    while scale > 0:
        size = min(scale, max(5, int(chance.lognormvariate(math.log(OFFERS_A_SHOP), 0.8))))
        scale -= size
        yield size


def _credit_code(code6: str, number: int) -> str:
    """A credit code (GB 32100) with sound check characters whose organisation part (GB 11714) begins with D."""
    body = f"D{number:07d}"
    rest = 11 - sum(_SIGNS.index(sign) * weight for sign, weight in zip(body, _GB_11714, strict=True)) % 11
    text = f"91{code6}{body}{'X' if rest == 10 else 0 if rest == 11 else rest}"
    return text + credit_code.calc_check_digit(text)


def _reference(name: str) -> bytes:
    return gzip.decompress((resources.files("huozhan.reference") / name).read_bytes())
