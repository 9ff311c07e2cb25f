"""Offers from the invoices of the UK wholesaler: real codes, and ladders made of the prices really charged."""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Final

from offers import attribute, offer, stock_for
from sources import GBP_CNY_E4, Record, rng, rows
from suppliers import of_trade
from uk_titles import (
    COLOURS,
    SIZES,
    Reading,
    attributes_of,
    cleaned,
    count_words,
    phrase,
    read_description,
    title_en,
    title_zh,
)

LINES: Final = "online-retail-uk/lines.parquet"
LINES_MIN: Final = 20
OFFERS_MAX: Final = 2500
GOODS_CODE: Final = re.compile(r"^\d{5}[A-Z]{0,3}$")
# A break counts when at least so many lines, and such a share of all, were charged at its price.
BREAK_LINES_MIN: Final = 6
BREAK_SHARE_BP: Final = 80
LOTS: Final = (48, 36, 24, 20, 16, 12, 10, 8, 6, 5, 4, 3, 2)
LOT_SHARE_BP: Final = 8500
VARIANTS_MIN: Final = 2
VARIANTS_MAX: Final = 12
FEN_E4: Final = 100
COLOUR_ZH: Final = {
    "WHITE": "白色", "RED": "红色", "PINK": "粉色", "BLUE": "蓝色", "GREEN": "绿色", "BLACK": "黑色", "CREAM": "米白色", "IVORY": "象牙白",
    "SILVER": "银色", "GOLD": "金色", "PURPLE": "紫色", "YELLOW": "黄色", "ORANGE": "橙色", "BROWN": "棕色", "GREY": "灰色",
    "TURQUOISE": "绿松石色", "MINT": "薄荷绿", "LILAC": "丁香紫", "CLEAR": "透明", "AMBER": "琥珀色", "NATURAL": "原色",
    "PISTACHIO": "开心果绿",
}  # fmt: skip
SIZE_ZH: Final = {
    "SMALL": "小号",
    "MEDIUM": "中号",
    "LARGE": "大号",
    "MINI": "迷你",
    "JUMBO": "超大",
    "GIANT": "巨型",
}


@dataclass(frozen=True)
class Good:
    """One stock code: what it is, and at which prices it went from which quantities."""

    code: str
    description: str
    reading: Reading
    lines: int
    ladder: tuple[tuple[int, int], ...]
    lot: int
    moq: int


def charged() -> dict[str, Counter[tuple[int, int]]]:
    """How often each code went at each (quantity, price in pence)."""
    found: dict[str, Counter[tuple[int, int]]] = defaultdict(Counter)
    sql = (
        "select stock_code, quantity, cast(round(unit_price_gbp * 100) as int) as pence, count(*) as lines from {lines} "
        "where quantity > 0 and unit_price_gbp >= 0.01 and invoice_no not like 'C%' "
        "group by all order by stock_code, quantity, pence"
    )
    for row in rows(sql, lines=LINES):
        found[row["stock_code"]][row["quantity"], row["pence"]] += row["lines"]
    return found


def descriptions() -> dict[str, str]:
    """The commonest description of each code."""
    sql = (
        "select stock_code, trim(description) as description, count(*) as lines from {lines} "
        "where description is not null and quantity > 0 and unit_price_gbp > 0 "
        "group by all order by stock_code, lines desc, description"
    )
    found: dict[str, str] = {}
    for row in rows(sql, lines=LINES):
        found.setdefault(row["stock_code"], row["description"])
    return found


def breaks(sold: Counter[tuple[int, int]]) -> list[tuple[int, int]]:
    """The quantity breaks: the usual price, then every lower price at the quantity it was mostly charged for.

    Retail prices (about double, from the web shop) lie above the usual price and fall out; a price that was only lower
    for a while was charged at small quantities too, and falls out because its commonest quantity is no larger.
    """
    total = sum(sold.values())
    by_price: dict[int, Counter[int]] = defaultdict(Counter)
    for (quantity, pence), lines in sold.items():
        by_price[pence][quantity] += lines
    usual = max(by_price, key=lambda pence: (sum(by_price[pence].values()), -pence))
    small = min(by_price[usual], key=lambda quantity: (-by_price[usual][quantity], quantity))
    steps = [(small, usual)]
    for pence in sorted((p for p in by_price if p < usual), reverse=True):
        lines = sum(by_price[pence].values())
        if lines < BREAK_LINES_MIN or lines * 10_000 < BREAK_SHARE_BP * total or pence * 3 < usual:
            continue
        quantity = min(by_price[pence], key=lambda q: (-by_price[pence][q], q))
        if quantity > steps[-1][0]:
            steps.append((quantity, pence))
    return steps


def lot_of(sold: Counter[tuple[int, int]]) -> int:
    """The pack it mostly goes in: the largest usual pack that nearly all lines are multiples of."""
    total = sum(sold.values())
    for lot in LOTS:
        if (
            sum(lines for (quantity, _), lines in sold.items() if quantity % lot == 0) * 10_000
            >= LOT_SHARE_BP * total
        ):
            return lot
    return 1


def moq_of(sold: Counter[tuple[int, int]], lot: int, first_break: int) -> int:
    """The smallest usual quantity: what a quarter of the lines stay below, as a round pack."""
    places = sorted((quantity, lines) for (quantity, _), lines in sold.items())
    rest = sum(lines for _, lines in places) // 4
    quarter = 1
    for quantity, lines in places:
        rest -= lines
        if rest < 0:
            quarter = quantity
            break
    round_packs = [pack for pack in (1, *reversed(LOTS)) if pack <= quarter]
    return min(max(lot, round_packs[-1] // lot * lot), max(lot, (first_break - 1) // lot * lot))


def goods() -> list[Good]:
    """All stock codes that sold well and whose description can be put into good Chinese, best first."""
    names = descriptions()
    found = []
    for code, sold in charged().items():
        lines = sum(sold.values())
        if not GOODS_CODE.match(code) or lines < LINES_MIN or code not in names:
            continue
        reading = read_description(names[code])
        if reading is None:
            continue
        steps = breaks(sold)
        lot = lot_of(sold)
        moq = moq_of(sold, lot, steps[1][0] if len(steps) > 1 else 1_000_000)
        ladder = [(moq, steps[0][1]), *(step for step in steps[1:] if step[0] > moq)]
        found.append(Good(code, names[code], reading, lines, tuple(ladder), lot, moq))
    return sorted(found, key=lambda good: (-good.lines, good.code))


def design_of(good: Good) -> tuple[str, str]:
    """The design a code belongs to, and the colour or size that sets it apart."""
    words = cleaned(good.description).split()
    colours = [word for word in words if word in COLOURS]
    if len(colours) == 1 and not good.reading.slogan:
        return " ".join(word for word in words if word not in COLOURS) + " #colour", colours[0]
    sizes = [word for word in words if word in SIZES]
    if len(sizes) == 1 and not colours:
        return " ".join(word for word in words if word not in SIZES) + " #size", sizes[0]
    return good.code, ""


def grouped(found: list[Good]) -> list[list[tuple[Good, str]]]:
    """Codes that differ only in colour or size together, the others alone."""
    designs: dict[str, dict[str, Good]] = {}
    for good in found:
        design, mark = design_of(good)
        designs.setdefault(design, {}).setdefault(mark, good)
    groups = []
    for members in designs.values():
        listed = [(good, mark) for mark, good in members.items()][:VARIANTS_MAX]
        if len(listed) >= VARIANTS_MIN:
            groups.append(listed)
        else:
            groups.append([(listed[0][0], "")])
    return groups


def price_e4(pence: int) -> int:
    """Pence in 1/10 000 yuan at the printed rate, to the fen as goods like these are priced."""
    return (pence * GBP_CNY_E4 + FEN_E4 * 50) // (FEN_E4 * 100) * FEN_E4


def steps_of(good: Good) -> list[Record]:
    """The ladder of a good in yuan."""
    return [{"from_quantity": quantity, "price_e4": price_e4(pence)} for quantity, pence in good.ladder]


def neutral(text: str, mark: str) -> str:
    """A title without the colour or size that the buyer chooses."""
    return re.sub(r"\s+", " ", re.sub(rf"(?i)\b{mark}\b", "", text)).replace(" ,", ",").strip(" ,")


def describe(good: Good, english: str) -> tuple[str, str]:
    """What a wholesaler would add below the title."""
    head = good.reading.head
    breaks_zh = "，".join(f"{quantity}起批价更优" for quantity, _ in good.ladder[1:2])
    packed_zh = f"每{good.lot}件一包，按包起售。" if good.lot > 1 else f"起批{good.moq}件，可与同店商品混批。"
    packed_en = (
        f"Sold in packs of {good.lot}."
        if good.lot > 1
        else f"From {good.moq}; mixes with other goods of this shop."
    )
    zh = f"{phrase(good.reading)}，{'、'.join(head.uses)}适用。{packed_zh}" + (
        f"满{breaks_zh}。" if breaks_zh else ""
    )
    en = f"{english}. {packed_en} Giftware in demand with gift shops and homeware stores."
    return zh + "礼品店、家居店常备款，外贸品质，独立包装。", en


def variants(group: list[tuple[Good, str]], record: Record) -> None:
    """Put the members of a design on one axis, priced together where they cost the same."""
    by_size = group[0][1] in SIZE_ZH
    names = SIZE_ZH if by_size else COLOUR_ZH
    record["options"] = [
        {
            "name_zh": "尺寸" if by_size else "颜色",
            "name_en": "Size" if by_size else "Colour",
            "values": [{"zh": names[mark], "en": mark.capitalize()} for _, mark in group],
        }
    ]
    moq = max(good.moq for good, _ in group)
    lots = {good.lot for good, _ in group}
    record["lot"] = lots.pop() if len(lots) == 1 else 1
    record["moq"] = -(-moq // record["lot"]) * record["lot"]
    ladders = []
    for good, _mark in group:
        steps = [step for step in steps_of(good) if step["from_quantity"] > record["moq"]]
        ladders.append([{"from_quantity": record["moq"], "price_e4": steps_of(good)[0]["price_e4"]}, *steps])
    if all(ladder == ladders[0] for ladder in ladders):
        record["quote_type"], record["ladder"] = "offer_ladder", ladders[0]
    elif all(len(ladder) == 1 for ladder in ladders):
        record["quote_type"] = "sku_price"
    else:
        record["quote_type"] = "sku_ladder"
    for sku, ladder in zip(record["skus"], ladders, strict=True):
        sku["price_e4"] = ladder[0]["price_e4"] if record["quote_type"] == "sku_price" else None
        sku["ladder"] = ladder if record["quote_type"] == "sku_ladder" else None


def giftware_offer(group: list[tuple[Good, str]]) -> Record:
    """One offer for a design or a single code."""
    good, mark = group[0]
    chance = rng("uk", good.code)
    head = good.reading.head
    reading = good.reading
    if mark:
        reading = read_description(neutral(good.description, mark)) or reading
    firms = of_trade(head.trade)
    firm = chance.choice(firms)
    count = count_words(head, reading.count)
    english = title_en(neutral(good.description, mark) if mark else good.description, count[1])
    shown = [member for _, member in group]
    names = SIZE_ZH if mark in SIZE_ZH else COLOUR_ZH
    tail_zh = f" {len(group)}{'个尺寸' if mark in SIZE_ZH else '色'}可选" if mark else ""
    tail_en = f", {', '.join(word.lower() for word in shown[:3])}" if mark and len(shown) <= 3 else ""
    tail_en = tail_en or (f", {len(shown)} {'sizes' if mark in SIZE_ZH else 'colours'}" if mark else "")
    assert not mark or all(member in names for member in shown)
    described = Good(good.code, good.description, reading, good.lines, good.ladder, good.lot, good.moq)
    description_zh, description_en = describe(described, english)
    record = offer(
        firm, f"{good.code}-G" if mark else good.code, chance,
        category_id=head.category_id,
        title_zh=title_zh(reading, chance).strip() + tail_zh,
        title_en=english + tail_en,
        description_zh=description_zh,
        description_en=description_en,
        attributes=[
            *(attribute(**found) for found in attributes_of(reading)),
            *([attribute("pack-quantity", count[0], count[1])] if count[0] else []),
            attribute("product-code", good.code, good.code),
        ],
        unit=head.unit,
        quote_type="fixed",
        ladder=steps_of(good),
        skus=[
            {
                "sku_code": member.code,
                "choice": [place] if mark else [],
                "price_e4": None,
                "ladder": None,
                "stock": stock_for(chance, member.moq),
                "weight_g": head.weight_g,
            }
            for place, (member, _) in enumerate(group)
        ],
        moq=good.moq,
        lot=good.lot,
        mixable=firm["mixed_batch"] is not None and good.lot == 1,
        sample_price_e4=price_e4(good.ladder[0][1] * 2) if chance.random() < 0.4 else None,
        weight_g=head.weight_g,
        length_mm=head.size_mm[0],
        width_mm=head.size_mm[1],
        height_mm=head.size_mm[2],
        source="uk",
    )  # fmt: skip
    if mark:
        record["ladder"] = []
        variants(group, record)
    return record


def giftware() -> list[Record]:
    """The giftware, best-selling first; a Chinese title that would come a third time is left out."""
    records: list[Record] = []
    titles: Counter[str] = Counter()
    for group in grouped(goods()):
        record = giftware_offer(group)
        titles[record["title_zh"]] += 1
        if titles[record["title_zh"]] == 1 and len(records) < OFFERS_MAX:
            records.append(record)
    return records
