"""Offers without a photo that a Chinese market would miss: hardware, packaging, home textiles, socks, small commodities."""

from offers import Axis, attribute, ladder, offer, options, skus, yuan
from sources import Record, rng, table
from suppliers import of_trade

FACTS_MAX = 8


def axes_of(text: str) -> list[Axis]:
    """The choices of a row: `颜色=Colour:黑/Black,白/White;…`."""
    axes: list[Axis] = []
    for part in text.split(";"):
        names, values = part.split(":", 1)
        zh, en = names.split("=")
        pairs = [
            value.rsplit("/", 1) if value.count("/") == 1 else value.split("/", 1)
            for value in values.split(",")
        ]
        axes.append((zh, en, merged(pairs)))
    return axes


def merged(pairs: list[list[str]]) -> list[tuple[str, str]]:
    """Values whose English holds a comma come back together."""
    whole: list[tuple[str, str]] = []
    for pair in pairs:
        if len(pair) == 1:
            zh, en = whole.pop()
            whole.append((zh, f"{en},{' ' * (not pair[0].startswith(' '))}{pair[0].strip()}"))
        else:
            whole.append((pair[0], pair[1]))
    return whole


def facts_of(text: str) -> list[Record]:
    """The attributes of a row: `main-material:陶瓷/Ceramic;…`."""
    found = []
    for part in text.split(";")[:FACTS_MAX]:
        handle, value = part.split(":", 1)
        middle = len(value) // 2
        cuts = [place for place, sign in enumerate(value) if sign == "/"]
        cut = min(cuts, key=lambda place: abs(place - middle))
        found.append(attribute(handle, value[:cut], value[cut + 1 :]))
    return found


def own_offer(row: list[str], number: int) -> Record:
    """One offer of the list; the last choice decides the price where it is a size."""
    trade, category_id, title_zh, title_en, unit, fen, least, lot, weight, size, choices, facts = row
    chance = rng("own", title_en)
    firm = chance.choice(of_trade(trade))
    code = f"{firm['supplier_code'][:2]}G{number:03d}"
    axes = axes_of(choices)
    moq, top, grams = int(least), int(fen) * 100, int(weight)
    length, width, height = (int(side) for side in size.split("x"))
    record = offer(
        firm, code, chance,
        category_id=category_id,
        title_zh=title_zh,
        title_en=title_en,
        description_zh=f"{firm['belt_zh']}产业带现货，起批{moq}，支持打样与定制包装。"
        f"可选：{'；'.join('、'.join(zh for zh, _ in values) for _, _, values in axes)}。批量价请看阶梯报价，大货另议交期。",
        description_en=f"In stock in the {firm['belt_en']} belt, from {moq}; samples and custom packing available. "
        f"Choice of {'; '.join(', '.join(en for _, en in values) for _, _, values in axes)}. "
        "See the ladder for bulk prices; lead time of large orders by agreement.",
        attributes=facts_of(facts),
        unit=unit,
        options=options(axes),
        skus=skus(chance, code, axes, moq=moq, weight_g=grams),
        moq=moq,
        lot=int(lot),
        mixable=firm["mixed_batch"] is not None and int(lot) == 1,
        sample_price_e4=yuan(top * 1.5) if chance.random() < 0.7 else None,
        weight_g=grams,
        length_mm=length,
        width_mm=width,
        height_mm=height,
        source="own",
    )  # fmt: skip
    quantities = [moq, moq * 5, moq * 20, moq * 100]
    cuts = (chance.randrange(300, 600), chance.randrange(700, 1100), chance.randrange(1200, 1800))
    sized = any(
        axis[0] in ("尺寸", "容量", "规格", "件数", "长度", "直径", "功率", "宽度", "重量") for axis in axes
    )
    place = next(
        (
            n
            for n, axis in enumerate(axes)
            if axis[0] in ("尺寸", "容量", "规格", "件数", "长度", "直径", "功率", "宽度", "重量")
        ),
        0,
    )
    if not sized:
        record["ladder"] = ladder(top, quantities, cuts)
        return record
    record["quote_type"] = "sku_ladder" if number % 3 else "sku_price"
    for sku in record["skus"]:
        step = top * (100 + 28 * sku["choice"][place]) / 100
        sku["weight_g"] = round(grams * (100 + 25 * sku["choice"][place]) / 100)
        if record["quote_type"] == "sku_price":
            sku["price_e4"] = yuan(step)
        else:
            sku["ladder"] = ladder(step, quantities, cuts)
    return record


def own_goods() -> list[Record]:
    """All offers of the list."""
    return [own_offer(row, number) for number, row in enumerate(table("own_goods.tsv"), start=1)]
