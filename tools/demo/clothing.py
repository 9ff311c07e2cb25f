"""Offers for the clothing photos: one photo, one garment, written as a Chinese clothes wholesaler writes."""

import random
import tomllib
from pathlib import Path
from typing import Final

from offers import Axis, attribute, ladder, offer, options, skus, yuan
from pictures import Picture
from sources import Record, pick, rng, table, word_list
from suppliers import of_trade

TAILS_ZH: Final = (
    "一件代发",
    "厂家批发",
    "工厂直销",
    "现货批发",
    "源头厂家",
    "支持混批",
    "批发",
    "厂家现货",
    "直播货源",
)
MEN: Final = ("S", "M", "L", "XL", "2XL", "3XL")
CHILDREN: Final = ("90", "100", "110", "120", "130", "140", "150", "160")
ADULT_SHOES: Final = {"m": range(38, 46), "w": range(34, 41), "u": range(35, 46), "k": range(24, 36)}
WHO: Final = {
    "m": (("男士", "男装", "男款"), "Men's", ("男性", "Male")),
    "w": (("女士", "女装", "女"), "Women's", ("女性", "Female")),
    "u": (("男女同款", "情侣款", "中性"), "Unisex", ("男女通用", "Unisex")),
    "k": (("儿童", "童装", "中大童", "男女童"), "Children's", ("男女通用", "Unisex")),
}
CHILD_COLOURS: Final = ("鹅黄", "天蓝", "樱花粉", "白色", "薄荷绿", "红色", "藏青", "浅灰")
ADULT_COLOURS: Final = (
    "黑色", "白色", "米色", "杏色", "藏青", "酒红", "军绿", "雾霾蓝", "奶茶色", "燕麦色", "咖色", "深灰",
    "焦糖色", "豆绿", "香芋紫", "卡其", "浅灰", "橄榄绿", "樱花粉", "可可棕",
)  # fmt: skip
# Goods known by their pattern come in that pattern, not in eight plain colours.
PATTERNED: Final = {"彩色", "豹纹", "迷彩", "黑白", "蓝白", "蓝绿"}
BIG_MATRIX: Final = {("t-shirt", "m", 40, 12), ("longsleeve", "w", 40, 12)}
BIG_SIZES: Final = ("XS", "S", "M", "L", "XL", "2XL", "3XL", "4XL", "5XL", "6XL", "7XL", "8XL")
WASH: Final = (
    ("建议30℃以下轻柔水洗，深浅分开", "Wash gently below 30 °C, dark and light apart"),
    ("不可漂白，悬挂晾干", "Do not bleach; line dry"),
    ("反面低温熨烫", "Iron inside out at low heat"),
    ("首次清洗有轻微浮色属正常", "Slight loose colour in the first wash is normal"),
)
PACKING: Final = (
    ("一件一袋，箱内附装箱单", "One piece to a bag, packing list in the carton"),
    ("独立包装，整箱防潮", "Individually packed in a damp-proof carton"),
    ("透明自封袋包装，可换吊牌", "Clear zip bag; hang tags can be changed"),
)


def size_values(kind: str, who: str) -> list[tuple[str, str]]:
    """The sizes this garment is sold in."""
    if kind == "shoes":
        return [(f"{size}码", f"EU {size}") for size in ADULT_SHOES[who]]
    if kind == "hat":
        return [("均码", "One size")]
    if who == "k":
        return [(f"{size}cm", f"{size} cm") for size in CHILDREN]
    return [(size, size) for size in MEN]


def colour_values(colour: str, who: str, chance: random.Random) -> list[tuple[str, str]]:
    """The photo's colour first, then some others it is also dyed in."""
    names = word_list("colours.tsv")
    if colour in PATTERNED:
        return [(colour, names[colour])]
    others = [name for name in (CHILD_COLOURS if who == "k" else ADULT_COLOURS) if name != colour]
    chosen = [colour, *pick(chance, others, chance.choice((1, 2, 2, 3, 4, 5, 7)))]
    return [(name, names[name]) for name in chosen]


def title_zh(spec: Record, who: str, fabric: str, core: str, chance: random.Random) -> str:
    """A title as found on a wholesale list: season, whose, what of, what, why, how sold; about 30 characters."""
    opening = chance.choice(spec["openings"])
    people = [word for word in WHO[who][0] if not set(word) & set(core)]
    parts = [opening, *([chance.choice(people)] if people else [])]
    if not any(
        mark in core
        for mark in (fabric[-1], "棉", "绒", "毛", "皮", "牛仔", "雪纺", "纱", "缎", "麻", "丝", "呢", "草")
    ):
        parts.append(fabric)
    parts.append(core)
    room = 30 - len("".join(parts))
    said = "".join(parts)
    grown = ("大码", "显腿", "情侣", "遮肉", "通勤", "女神", "气质", "热裤", "防走光")
    sells = [
        word
        for word in spec["sells"]
        if len(word) <= room
        and not any(word[at : at + 2] in said for at in range(len(word) - 1))
        and not (who == "k" and any(mark in word for mark in grown))
        and not (who in "mu" and any(mark in word for mark in ("显", "高腰", "热裤", "洋气", "女")))
    ]
    if sells:
        parts.append(chance.choice(sells))
    room = 30 - len("".join(parts))
    tails = [word for word in TAILS_ZH if len(word) <= room]
    if tails and chance.random() < 0.8:
        parts.append(chance.choice(tails))
    return "".join(parts)


def describe(
    core: tuple[str, str], fabric: list[str], sizes: list[tuple[str, str]], chance: random.Random
) -> tuple[str, str]:
    """A short honest description in both languages."""
    wash, pack = chance.choice(WASH), chance.choice(PACKING)
    many = len(sizes) > 1
    span_zh = f"尺码{sizes[0][0]}至{sizes[-1][0]}。" if many else "均码，可调节。"
    span_en = f"Sizes {sizes[0][1]} to {sizes[-1][1]}. " if many else "One size, adjustable. "
    weight_zh = f"，克重约{fabric[4]}g/㎡" if fabric[4] else ""
    weight_en = f", about {fabric[4]} g/m²" if fabric[4] else ""
    made_zh = "材质" if not fabric[4] else "面料"
    made_en = "Upper" if not fabric[4] else "Fabric"
    return (
        (
            f"{core[0]}，{made_zh}{fabric[2]}{weight_zh}。{span_zh}{wash[0]}。{pack[0]}。"
            "平铺测量，允许1–3cm误差；颜色以实物为准，大货前可先拿样。"
        ),
        (
            f"{core[1]}. {made_en}: {fabric[3]}{weight_en}. {span_en}{wash[1]}. {pack[1]}. "
            "Measured flat, 1–3 cm tolerance; colours as the real goods, samples before bulk on request."
        ),
    )


def fabric_for(core: str, fabrics: list[list[str]], chance: random.Random) -> list[str]:
    """A fabric that does not contradict what the garment is called."""
    told = {
        "真皮": "头层牛皮", "牛皮": "头层牛皮", "飞织": "网布", "跑步鞋": "网布", "绒": "绒面", "皮": "超纤皮", "棉": "纯棉",
        "羊毛": "羊毛混纺", "毛衣": "包芯纱", "卫衣": "大毛圈棉", "速干": "速干", "雪纺": "雪纺", "牛仔": "弹力棉",
        "莫代尔": "莫代尔", "针织帽": "腈纶", "冷帽": "腈纶", "钩织": "腈纶",
    }  # fmt: skip
    names = {fabric[0]: fabric for fabric in fabrics}
    for mark, name in told.items():
        if mark in core and name in names:
            return names[name]
    return chance.choice(fabrics)


def title_en(who: str, core: str, fabric: str, colours: int, sizes: list[tuple[str, str]]) -> str:
    """The English title: whose, what, of what, and the grid."""
    plain = core if core[:2].isupper() or core[1] == "-" else core[0].lower() + core[1:]
    parts = [f"{WHO[who][1]} {plain}"]
    if not any(word in core.lower() for word in fabric.lower().replace("-", " ").split()):
        parts.append(fabric)
    if colours > 1:
        parts.append(f"{colours} colours")
    first, last = sizes[0][1], sizes[-1][1].removeprefix("EU ")
    parts.append(f"{first.removesuffix(' cm')}–{last}" if len(sizes) > 1 else "one size")
    return ", ".join(parts)


def attributes_of(
    kind: str, who: str, spec: Record, core: str, fabric: list[str], chance: random.Random
) -> list[Record]:
    """The attributes that buyers filter by."""
    shoes = kind == "shoes"
    found = [attribute("target-gender", *WHO[who][2])]
    found.append(attribute("age-group", *(("儿童", "Kids") if who == "k" else ("成年人", "Adults"))))
    found.append(attribute("upper-material" if shoes else "fabric-composition", fabric[2], fabric[3]))
    if shoes:
        found.append(
            attribute(
                "sole-material", *chance.choice((("橡胶", "Rubber"), ("EVA", "EVA"), ("TPR牛筋", "TPR")))
            )
        )
    else:
        found.append(attribute("fabric-weight", f"{fabric[4]}g/㎡", f"{fabric[4]} g/m²"))
        loose = "宽松" in core or chance.random() < 0.4
        if kind != "hat":
            found.append(attribute("garment-fit", *(("宽松", "Loose") if loose else ("常规", "Regular"))))
    necks = [neck for neck in spec["necks"] if neck[0] in core] or spec["necks"]
    if necks:
        found.append(attribute("neckline", *necks[0]))
    found.append(attribute("season", *spec["season"]))
    return found


def price_range(spec: Record, who: str, chance: random.Random) -> float:
    """The price of one piece, in 1/10 000 yuan."""
    low, high = spec["price"]
    return chance.uniform(low, high) * (70 if who == "k" else 100)


def priced(record: Record, top: float, axes: list[Axis], chance: random.Random) -> None:
    """Give the offer one of the four ways of quoting, the commonest for clothes first."""
    roll = chance.random()
    steps = chance.choice(((3, 30, 100), (2, 20, 50, 200), (5, 50, 300), (1, 10, 100), (10, 100, 500)))
    cuts = [chance.randrange(300, 700), chance.randrange(800, 1300), chance.randrange(1400, 2000)][
        : len(steps) - 1
    ]
    sizes = len(axes[-1][2])
    if roll < 0.55:
        record["quote_type"], record["ladder"] = "offer_ladder", ladder(top, steps, cuts)
    elif roll < 0.75:
        record["quote_type"] = "sku_price"
        for sku in record["skus"]:
            large = sku["choice"][-1] >= sizes - 2 and sizes > 3
            sku["price_e4"] = yuan(top * (1.08 if large else 1))
    elif roll < 0.88:
        record["quote_type"] = "sku_ladder"
        for sku in record["skus"]:
            large = sku["choice"][-1] >= sizes - 2 and sizes > 3
            sku["ladder"] = ladder(top * (1.08 if large else 1), steps, cuts)
    else:
        record["quote_type"], record["ladder"] = "offer_ladder", ladder(top, (steps[0],), ())
    record["moq"] = steps[0]
    if chance.random() < 0.12:
        # A hand (手) is one full run of sizes, sold together.
        record["lot"] = 12
        record["moq"] = 12 * max(1, round(steps[0] / 12))
        for line in [record, *record["skus"]]:
            for number, step in enumerate(line["ladder"] or []):
                step["from_quantity"] = record["moq"] * (1, 4, 10, 25)[number]


def cloth(row: list[str], number: int, specs: dict[str, Record], big: tuple[int, int] | None) -> Record:
    """One garment from its photo."""
    photo, who, colour, core_zh, core_en = row
    kind = photo.split("/")[0]
    spec = specs[kind]
    chance = rng("clothing", photo)
    firms = of_trade(spec["trades"][who])
    if kind in ("pants", "skirt") and "牛仔" in core_zh:
        firms = of_trade("denim")
    if kind == "shoes" and any(mark in core_zh for mark in ("跑", "运动", "洞洞", "老爹", "徒步")):
        firms = of_trade("sports-shoes")
    firm = chance.choice(firms)
    code = f"{firm['supplier_code'][:2]}{kind[:2].upper()}{number:03d}"
    fabric = fabric_for(core_zh, spec["fabrics"], chance)
    colours, sizes = colour_values(colour, who, chance), size_values(kind, who)
    if big:
        names = word_list("colours.tsv")
        plain = [name for name in names if name not in PATTERNED and name != colour]
        colours = [(name, names[name]) for name in [colour, *plain][: big[0]]]
        sizes = [(size, size) for size in BIG_SIZES[: big[1]]]
    axes: list[Axis] = [("颜色", "Colour", colours), ("鞋码" if kind == "shoes" else "尺码", "Size", sizes)]
    description_zh, description_en = describe((core_zh, core_en), fabric, sizes, chance)
    special = [cat for mark, cat in spec["special"] if mark in core_zh]
    weight = int(spec["weight"] * (0.6 if who == "k" else 1))
    record = offer(
        firm, code, chance,
        category_id=special[0] if special else spec["category"],
        title_zh=title_zh(spec, who, fabric[0], core_zh, chance),
        title_en=title_en(who, core_en, fabric[1], len(colours), sizes),
        description_zh=description_zh,
        description_en=description_en,
        attributes=attributes_of(kind, who, spec, core_zh, fabric, chance),
        unit="pair" if kind == "shoes" else "piece",
        options=options(axes),
        skus=skus(chance, code, axes, moq=3, weight_g=weight, growth_g=0 if kind == "hat" else 10),
        mixable=firm["mixed_batch"] is not None and chance.random() < 0.8,
        weight_g=weight,
        length_mm=320 if kind != "hat" else 280,
        width_mm=250 if kind != "shoes" else 210,
        height_mm={"shoes": 120, "outwear": 90, "hat": 120}.get(kind, 30),
        pictures=[Picture.of_clothing(photo).name],
        source="clothing",
    )  # fmt: skip
    top = price_range(spec, who, chance)
    priced(record, top, axes, chance)
    if chance.random() < 0.6:
        record["sample_price_e4"] = yuan(top * 1.5)
    return record


def clothing() -> list[Record]:
    """All clothes, with two offers whose grid has 40 colours and 12 sizes."""
    specs = tomllib.loads((Path(__file__).parent / "words" / "clothing.toml").read_text(encoding="utf-8"))
    wanted = {(kind, who): (colours, sizes) for kind, who, colours, sizes in BIG_MATRIX}
    records = []
    for number, row in enumerate(table("photos.tsv"), start=1):
        kind = row[0].split("/")[0]
        plain = any(mark in row[3] for mark in ("纯色", "打底", "圆领精梳"))
        big = wanted.pop((kind, row[1]), None) if plain else None
        records.append(cloth(row, number, specs, big))
    assert not wanted, wanted
    return records
