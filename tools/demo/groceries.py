"""Offers for the grocery pictures, written for a Chinese food wholesaler."""

from typing import Final

from offers import attribute, ladder, offer, skus, yuan
from pictures import Picture
from sources import Record, rng, rows, table
from suppliers import of_trade

STORED: Final = {
    "chilled": ("冷藏0–4℃", "Chilled, 0–4 °C", "cold", 48),
    "cool": ("阴凉通风处", "Cool and airy", "express", 24),
    "dry": ("常温干燥避光", "Dry and dark at room temperature", "express", 48),
    "ambient": ("常温保存", "Room temperature", "express", 72),
}
IMPORTED: Final = ("grocery-dairy", "grocery-juice")


def keeps(days: int) -> tuple[str, str]:
    """A shelf life in both languages."""
    return (f"{days // 30}个月", f"{days // 30} months") if days >= 90 else (f"{days}天", f"{days} days")


def contents(grams: int) -> tuple[str, str]:
    """A net content in both languages."""
    return (f"{grams / 1000:g}kg", f"{grams / 1000:g} kg") if grams >= 1000 else (f"{grams}g", f"{grams} g")


def grocery(row: list[str], number: int, pictures: dict[str, list[str]]) -> Record:
    """One grocery with its catalogue picture and two shelf photos."""
    (
        name,
        category_id,
        title_zh,
        title_en,
        unit,
        fen,
        grams,
        from_zh,
        from_en,
        days,
        stored,
        grade_zh,
        grade_en,
        trade,
    ) = row
    chance = rng("grocery", name)
    firm = of_trade(trade)[0]
    life, net = keeps(int(days)), contents(int(grams))
    storage_zh, storage_en, freight, hours = STORED[stored]
    code = f"{firm['supplier_code'][:2]}F{number:03d}"
    top = int(fen) * 100
    steps = (1, 10, 50, 200) if trade not in IMPORTED else (1, 5, 20, 100)
    weight = round(int(grams) * 1.06)
    kind_zh, kind_en = ("口味", "Flavour") if trade in IMPORTED else ("规格", "Grade")
    return offer(
        firm, code, chance,
        category_id=category_id,
        title_zh=title_zh,
        title_en=title_en,
        description_zh=f"产地{from_zh}，{kind_zh}：{grade_zh}，净含量{net[0]}。保质期{life[0]}，{storage_zh}。"
        + ("全程冷链发货，收货请当面验温，破损凭照片包赔。" if stored == "chilled" else "坏果破损凭照片包赔，餐饮门店可签长期供货。"),
        description_en=f"From {from_en}; {kind_en.lower()}: {grade_en}; net content {net[1]}. Keeps {life[1]}; {storage_en.lower()}. "
        + ("Shipped chilled; check the temperature on receipt, damage made good on a photo."
           if stored == "chilled" else "Damage made good on a photo; standing supply for caterers."),
        attributes=[
            attribute("place-of-origin", from_zh, from_en),
            attribute("shelf-life", *life),
            attribute("net-content", *net),
            attribute("storage-method", storage_zh, storage_en),
            attribute("flavor" if trade in IMPORTED else "product-grade", grade_zh, grade_en),
        ],
        unit=unit,
        quote_type="fixed",
        ladder=ladder(top, steps, (chance.randrange(300, 500), chance.randrange(600, 900), chance.randrange(1000, 1500))),
        skus=skus(chance, code, (), moq=1, weight_g=weight),
        moq=1,
        sample_price_e4=yuan(top * 1.2) if chance.random() < 0.5 else None,
        weight_g=weight,
        length_mm=360 if int(grams) >= 4000 else 280,
        width_mm=260 if int(grams) >= 4000 else 200,
        height_mm=220 if int(grams) >= 4000 else 140,
        promise_hours=hours,
        freight_code=freight,
        pictures=[Picture.of_grocery(member).name for member in pictures[name]],
        source="grocery",
    )  # fmt: skip


def groceries() -> list[Record]:
    """All groceries of the word list."""
    shelf = rows(
        "select file, class_name from {index} order by file", index="product-photos-grocery/index.csv"
    )
    pictures: dict[str, list[str]] = {}
    for row in table("groceries.tsv"):
        photos = [photo["file"] for photo in shelf if photo["class_name"] == row[0]]
        pictures[row[0]] = [f"iconic/{row[0]}_Iconic.jpg", *photos[1:3]]
    return [grocery(row, number, pictures) for number, row in enumerate(table("groceries.tsv"), start=1)]
