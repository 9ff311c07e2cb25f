"""Offers from the Icecat products that state a minimum quantity or a carton size."""

import json
import re
from collections import Counter
from functools import cache
from typing import Final

from offers import attribute, ladder, offer, skus, yuan
from sources import USD_CNY_E4, Record, rng, rows, table, word_list
from suppliers import of_trade

OFFERS_MAX: Final = 1000
# The list price falls by these shares at a carton, five cartons and a pallet.
STEP_DISCOUNTS_BP: Final = (400, 800, 1200)
CARTONS_MIDDLE: Final = 5
LOT_MAX: Final = 100
BRANDS: Final = {
    "Epson": "爱普生Epson", "Tripp Lite": "Tripp Lite", "Newstar": "Newstar", "StarTech.com": "StarTech", "CHERRY": "CHERRY樱桃",
    "Samsung": "三星Samsung", "Kensington": "肯辛通Kensington", "Braun": "博朗Braun", "Sylvanian Families": "森贝儿Sylvanian",
    "Logitech": "罗技Logitech", "HP": "惠普HP", "Lexmark": "利盟Lexmark", "Netgear": "网件Netgear", "Sharp": "夏普Sharp",
}  # fmt: skip
COLOURS: Final = {
    "Photo Black": "照片黑", "Matte Black": "粗面黑", "Light Light Black": "淡灰", "Light Black": "浅黑", "Light Cyan": "浅青",
    "Vivid Light Magenta": "鲜浅红", "Vivid Magenta": "鲜洋红", "Light Magenta": "浅洋红", "Black": "黑色", "Cyan": "青色",
    "Magenta": "洋红", "Yellow": "黄色", "Blue": "蓝色", "Red": "红色", "Green": "绿色", "White": "白色", "Orange": "橙色",
    "Grey": "灰色", "Gray": "灰色", "Aqua": "水蓝", "Purple": "紫色", "Pink": "粉色", "Silver": "银色",
}  # fmt: skip
MEMORY: Final = re.compile(r"^HX4(\d\d)([CS])(\d\d).*?(?:K(\d))?/(\d+)$")
METRES: Final = re.compile(r"(?<![A-Za-z\d.])(\d+(?:\.\d+)?) ?[mM]\b(?!/)")
FEET: Final = re.compile(r"(\d+(?:\.\d+)?)[ -]?(?:ft\b|-ft)")
PLUGS: Final = re.compile(r"\(((?:LC|SC|ST|MTRJ|FC)/(?:LC|SC|ST|MTRJ|FC))\)")
GLASS: Final = re.compile(r"\b(62\.5/125|50/125|8\.3/125)\b")
INK_CODE: Final = re.compile(r"\b(T\d{3,4}[A-Z0-9]*|C13[A-Z]\d{6}|S0\d{5}|SJIC\d+\(\w+\))\b")
PIECES: Final = re.compile(r"\b(\d+(?:XL)?) pieces\b")
PAGES: Final = re.compile(r"\b(\d+(?:\.\d+)?)k\b")
SHEETS: Final = re.compile(r"(\d+) (?:Blatt|Sheets|sheets)")
PAPER: Final = re.compile(
    r"\b(?:DIN )?(A[2-6]\+?)(?![\w])|(\d+)\" x ([\d.,]+) ?m\b|\b(10 ?x ?15 ?cm|13 ?x ?18 ?cm)"
)
GRAMS: Final = re.compile(r"(\d+) ?g/m²")
TAGS_EN: Final = (
    ("Blatt", "sheets"),
    ("  ", " "),
    ("", " "),
    ("，", ", "),
    ("“", '"'),
    ("”", '"'),
    ("″", '"'),
)


def metres(name: str, attributes: Record) -> str:
    """The length of a cable as a trader writes it."""
    if match := METRES.search(name):
        return f"{float(match[1]):g}米"
    if match := FEET.search(name):
        return f"{round(float(match[1]) * 0.3048, 2):g}米"
    length = attributes.get("n_cable_length")
    return f"{length:g}米" if isinstance(length, int | float) and 0 < length <= 100 else ""


def colour_of(name: str) -> str:
    """The first colour a name tells."""
    return next((zh for en, zh in COLOURS.items() if re.search(rf"\b{en}\b", name)), "")


def details(name: str, attributes: Record, noun: str) -> list[str]:
    """What sets this product apart, in Chinese."""
    found: list[str] = []
    if any(mark in noun for mark in ("线", "跳线", "网线", "延长")):
        found += [match[1].replace("/", "-") for match in [PLUGS.search(name)] if match]
        found += [match[1] for match in [GLASS.search(name)] if match]
        found.append(metres(name, attributes))
    if any(mark in noun for mark in ("墨", "碳粉", "色带", "组件", "维护")):
        found += [match[1] for match in [INK_CODE.search(name)] if match]
        found += [f"{match[1]}千页" for match in [PAGES.search(name)] if match]
    if match := PIECES.search(name):
        found.append(f"{match[1]}片")
    if "纸" in noun or "画布" in noun or "海报" in noun:
        if size := PAPER.search(name):
            found.append(
                size[1]
                or (f"{size[2]}英寸×{size[3].replace(',', '.')}米" if size[2] else size[4].replace(" ", ""))
            )
        found += [f"{match[1]}g" for match in [GRAMS.search(name)] if match]
        found += [f"{match[1]}张" for match in [SHEETS.search(name)] if match]
    if "支架" in noun or "壁挂" in noun or "落地" in noun or "吊" in noun:
        size, load = (
            attributes.get("n_maximum_screen_size_compatibility"),
            attributes.get("n_maximum_weight_capacity"),
        )
        found += [f"适用{size:g}英寸内"] if isinstance(size, int | float) and 10 <= size <= 120 else []
        found += [f"承重{load:g}kg"] if isinstance(load, int | float) and 1 <= load <= 200 else []
    found.append(
        "" if any(mark in noun for mark in ("玩", "娃娃", "拼图", "剃须", "修须")) else colour_of(name)
    )
    return list(dict.fromkeys(part for part in found if part))


def memory(name: str) -> tuple[str, str] | None:
    """Titles of a memory module, read from its part number."""
    match = MEMORY.match(name)
    if not match:
        return None
    speed = {
        "37": "3733",
        "36": "3600",
        "34": "3466",
        "32": "3200",
        "30": "3000",
        "29": "2933",
        "26": "2666",
        "24": "2400",
    }
    rate, kit, size = speed.get(match[1], match[1] + "00"), int(match[4] or 1), match[5]
    place_zh, place_en = ("笔记本", "laptop") if match[2] == "S" else ("台式机", "desktop")
    kit_zh = f" {kit}条套装" if kit > 1 else ""
    kit_en = f", kit of {kit}" if kit > 1 else ""
    return (
        f"HyperX DDR4 {rate} {size}GB {place_zh}内存条 CL{match[3]}{kit_zh} {name}",
        f"HyperX DDR4-{rate} {size} GB {place_en} memory, CL{match[3]}{kit_en}, {name}",
    )


@cache
def rules() -> list[list[str]]:
    """How to recognise what a product is, the more exact signs first."""
    return table("icecat_rules.tsv")


def rule_for(name: str) -> list[str] | None:
    """The first rule whose sign stands in the name."""
    return next(
        (
            rule
            for rule in rules()
            if re.search(
                rf"(?<![A-Za-z]){re.escape(rule[0].strip())}(?:s?(?![A-Za-z])|(?<=-))", name, re.IGNORECASE
            )
        ),
        None,
    )


def english(brand: str, name: str) -> str:
    """The English title: brand and name, in plain signs."""
    for found, wanted in TAGS_EN:
        name = name.replace(found, wanted) if found else name
    name = re.sub(r"[^\x20-\x7e²°±×–—®™µ]", "", name).strip(" -,")
    name = re.sub(r"(\d),(\d) m\b", r"\1.\2 m", name)
    title = name if name.lower().startswith(brand.lower()) else f"{brand} {name[:1].upper()}{name[1:]}"
    return title if len(title) <= 118 else title[:115].rsplit(" ", 1)[0] + " …"


def grams(value: object) -> int:
    """A weight in grams; the source has kilograms where the figure is very small."""
    weight = float(str(value)) if value is not None else 0.0
    return max(10, round(weight * 1000 if 0 < weight < 8 else weight)) if weight else 250


def side(attributes: Record, name: str, fallback: int) -> int:
    """One side of the package in millimetres."""
    value = attributes.get(f"n_package_{name}")
    return max(1, min(3000, round(value))) if isinstance(value, int | float) and value >= 1 else fallback


def quantities(row: Record) -> tuple[int, int, list[int]]:
    """Smallest order, lot and the quantities at which the price falls, from what the maker states."""
    moq = max(1, round(row["moq"] or 1))
    carton = max(1, round(row["qty_per_carton"] or moq))
    pallet = round(row["qty_per_pallet"] or 0)
    lot = moq if moq > 1 and carton == moq and moq <= LOT_MAX else 1
    steps = [moq]
    for quantity in (carton, carton * CARTONS_MIDDLE, pallet):
        if quantity > steps[-1] and quantity > 1:
            steps.append(quantity)
    return moq, lot, steps


def product(row: Record) -> Record | None:
    """One offer, or none where the name does not tell what the thing is."""
    attributes = json.loads(row["attrs_json"])
    brand, name, number = str(row["supplier"]), str(row["name"]).strip(), str(row["ean"] or row["doc_id"])
    stick = memory(name)
    if stick:
        noun, category_id, trade, words = "内存条", "el-7-12-3", "icecat-digital", "游戏电竞|装机升级"
        title_zh, title_en = stick
    else:
        rule = rule_for(name)
        if rule is None or len(name) < 6:
            return None
        _sign, noun, category_id, trade, words = rule
        told = details(name, attributes, noun)
        brand_zh = BRANDS.get(brand, brand)
        quoted = re.sub(r"[,]? *\d+(XL)? pieces|Puzzle", "", name).strip(" -,")
        told += [f"「{quoted}」"] if trade == "toys" and re.fullmatch(r"[\w '&-]{4,40}", quoted) else []
        model = next(
            iter(
                re.findall(
                    r"\b[A-Z]{1,3}[0-9]{2,3}-[0-9]{4,5}\b|\bTM-[A-Z0-9]+\b|\bG8[0-9]-[0-9]{4,5}\b", name
                )
            ),
            "",
        )
        told += [model] if model and model not in "".join(told) else []
        if not told:
            return None
        title_zh = (
            f"{brand_zh} {noun} {' '.join(told)} {rng('icecat', row['doc_id']).choice(words.split('|'))}"
        )
        title_en = english(brand, name)
    firms = of_trade(trade)
    chance = rng("icecat-offer", row["doc_id"])
    firm = chance.choice(firms)
    moq, lot, steps = quantities(row)
    carton = max(1, round(row["qty_per_carton"] or moq))
    list_e4 = row["price_usd_cents"] * USD_CNY_E4 // 100
    weight = grams(row["weight_g"])
    origin = str(row["origin_country"]) if row["origin_country"] in ORIGINS else ""
    facts = [
        attribute("brand", BRANDS.get(brand, brand), brand),
        attribute("carton-quantity", f"{carton}件/箱", f"{carton} per carton"),
        *([attribute("place-of-origin", ORIGINS[origin], origin)] if origin else []),
        attribute("product-code", number, number),
    ]
    if colour := colour_of(name):
        facts.append(attribute("color", colour, next(en for en, zh in COLOURS.items() if zh == colour)))
    code = f"IC{row['doc_id']}"
    pallet_zh = f"，每托{round(row['qty_per_pallet'])}件" if row["qty_per_pallet"] else ""
    pallet_en = f", {round(row['qty_per_pallet'])} per pallet" if row["qty_per_pallet"] else ""
    return offer(
        firm, code, chance,
        category_id=category_id,
        title_zh=re.sub(r" +", " ", title_zh).strip(),
        title_en=title_en,
        description_zh=f"{noun}，{words.replace('|', '、')}。起批{moq}件，每箱{carton}件{pallet_zh}，整箱价更优。支持开票，售后按厂家规定。商品数据来源：Icecat。",
        description_en=f"{title_en}. From {moq}, {carton} per carton{pallet_en}; better prices by the carton. "
        "Invoice available, maker's warranty. Product data: Icecat.",
        attributes=facts,
        quote_type="fixed",
        ladder=ladder(list_e4, steps, STEP_DISCOUNTS_BP),
        skus=skus(chance, code, (), moq=moq, weight_g=weight),
        moq=moq,
        lot=lot,
        mixable=firm["mixed_batch"] is not None and lot == 1 and moq == 1,
        sample_price_e4=yuan(list_e4 * 1.1) if moq > 1 and chance.random() < 0.5 else None,
        weight_g=weight,
        length_mm=side(attributes, "depth", 220),
        width_mm=side(attributes, "width", 150),
        height_mm=side(attributes, "height", 60),
        source="icecat",
    )  # fmt: skip


ORIGINS: Final = word_list("countries.tsv")


def products() -> list[Record]:
    """The products whose titles read well, those with a stated minimum first; no title twice."""
    sql = (
        "select * from {products} where (moq is not null or qty_per_carton is not null) and price_usd_cents > 0 "
        "order by moq is null, supplier, doc_id"
    )
    found: list[Record] = []
    titles: Counter[str] = Counter()
    for row in rows(sql, products="icecat-search/products.parquet"):
        made = product(row)
        if made is None:
            continue
        for title in (made["title_zh"], made["title_en"]):
            titles[title] += 1
        if titles[made["title_zh"]] == 1 and titles[made["title_en"]] == 1:
            found.append(made)
    return found[:OFFERS_MAX]
