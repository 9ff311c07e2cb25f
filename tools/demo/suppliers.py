"""Make the demo suppliers: invented firms, each marked as demo, in the towns real belts are known for."""

from functools import cache
from typing import Final

import beyond
from sources import DEMO, REFERENCE, Record, read, rng, table, write

CREDIT_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CREDIT_WEIGHTS: Final = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
BODY_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
BODY_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)
REMOTE: Final = ["65", "54"]
FAR: Final = ["15", "62", "63", "64"]
ABROAD: Final = ["71", "81", "82"]
HABITS_ZH: Final = (
    "支持一件代发与小额混批",
    "现货当日发出",
    "来样来图可定制",
    "老客户返单率高",
    "常备现货，补货稳定",
)
HABITS_EN: Final = (
    "Dropshipping and small mixed batches welcome",
    "Stock leaves the same day",
    "Made to sample or drawing",
    "Most customers order again",
    "Steady stock and quick replenishment",
)


def organisation_check(body: str) -> str:
    """The check character of an organisation code (GB 11714)."""
    total = sum(BODY_ALPHABET.index(c) * w for c, w in zip(body, BODY_WEIGHTS, strict=True))
    return "0123456789X0"[(11 - total % 11) % 11] if total % 11 != 1 else "X"


def credit_code(code6: str, number: int) -> str:
    """A credit code with valid check characters (GB 32100) whose organisation part says DEM, for demo."""
    body = f"DEM{number:05d}"
    text = "91" + code6 + body + organisation_check(body)
    total = sum(CREDIT_ALPHABET.index(c) * w for c, w in zip(text, CREDIT_WEIGHTS, strict=True))
    return text + CREDIT_ALPHABET[(31 - total % 31) % 31]


def region(codes: list[str], first_fee: int, next_fee: int) -> Record:
    """One row of a freight template for the provinces that begin with these codes."""
    return {"codes": codes, "first_fee_minor": first_fee, "next_fee_minor": next_fee}


def express(free_over_minor: int | None) -> Record:
    """Parcel freight by weight, dearer towards the west."""
    return {
        "code": "express",
        "name_zh": "快递（按重量）",
        "name_en": "Express by weight",
        "charge_by": "weight",
        "first_unit": 1000,
        "first_fee_minor": 600,
        "next_unit": 1000,
        "next_fee_minor": 150,
        "least_minor": 0,
        "regions": [region(REMOTE, 1800, 1200), region(FAR, 1000, 500)],
        "undeliverable": ABROAD,
        "free_over_minor": free_over_minor,
        "free_over_pieces": None,
    }


def by_piece(free_over_pieces: int | None) -> Record:
    """Parcel freight by piece, for light goods."""
    return {
        "code": "piece",
        "name_zh": "快递（按件）",
        "name_en": "Express by piece",
        "charge_by": "piece",
        "first_unit": 10,
        "first_fee_minor": 500,
        "next_unit": 10,
        "next_fee_minor": 200,
        "least_minor": 0,
        "regions": [region(REMOTE, 1500, 1000), region(FAR, 800, 400)],
        "undeliverable": ABROAD,
        "free_over_minor": None,
        "free_over_pieces": free_over_pieces,
    }


def road(least_minor: int) -> Record:
    """Road freight by volume in cubic centimetres, for cartons and bulky goods."""
    return {
        "code": "road",
        "name_zh": "物流（按体积）",
        "name_en": "Road freight by volume",
        "charge_by": "volume",
        "first_unit": 100_000,
        "first_fee_minor": 2500,
        "next_unit": 100_000,
        "next_fee_minor": 1800,
        "least_minor": least_minor,
        "regions": [region(REMOTE, 6000, 4500), region(FAR, 4000, 3000)],
        "undeliverable": ABROAD,
        "free_over_minor": None,
        "free_over_pieces": None,
    }


def cold(least_minor: int) -> Record:
    """Chilled freight by weight; it does not reach the far west."""
    return express(None) | {
        "code": "cold",
        "name_zh": "冷链（按重量）",
        "name_en": "Cold chain by weight",
        "first_unit": 3000,
        "first_fee_minor": 1800,
        "next_fee_minor": 300,
        "least_minor": least_minor,
        "regions": [region(FAR, 3600, 800)],
        "undeliverable": ABROAD + REMOTE,
    }


def freight(trades: list[str], number: int) -> list[Record]:
    """The freight templates that a supplier of these trades would keep."""
    if any(trade.startswith("grocery") for trade in trades):
        return [express(None), cold(1800)]
    templates = [express((None, 19900, 29900, None)[number % 4]), by_piece((None, 50, None)[number % 3])]
    return [*templates, road(3000)] if number % 2 == 0 else templates


def place_of(code6: str) -> tuple[str, str, Record]:
    """The province and prefecture codes over a division, and the town whose name a firm there bears."""
    found = {record["code6"]: record for record in read(REFERENCE / "divisions.jsonl.gz")}
    here = found[code6]
    above = found[here["parent_code6"]]
    town = above if here["level"] == 3 and here["name"].endswith("区") else here
    if here["level"] == 2:
        return above["code6"], code6, town
    return (above["parent_code6"] or above["code6"]), above["code6"], town


def firm_names(short_zh: str, short_en: str, town: Record) -> tuple[str, str]:
    """The registered name in both languages, with the mark that says it is not a real firm."""
    town_en = town["name_en"].removesuffix(" County")
    return f"{town['name']}{short_zh}有限公司（演示）", f"{town_en} {short_en} Co., Ltd. (demo)"


def role(kind: str, *, grocery: bool) -> tuple[str, str]:
    """What a supplier calls itself."""
    if grocery:
        return "基地直供商", "A grower's direct seller"
    return ("源头工厂", "A factory") if kind == "factory" else ("批发商", "A wholesaler")


def suppliers() -> list[Record]:
    """All demo suppliers in the order of the list."""
    records = []
    for number, row in enumerate(table("suppliers.tsv"), start=1):
        code, short_zh, short_en, kind, code6, belt_zh, belt_en, years, trades = row
        province, city, town = place_of(code6)
        name_zh, name_en = firm_names(short_zh, short_en, town)
        chance = rng("supplier", code)
        habit = chance.randrange(len(HABITS_ZH))
        grocery = "grocery" in trades
        role_zh, role_en = role(kind, grocery=grocery)
        records.append(
            {
                "supplier_code": code,
                "name_zh": name_zh,
                "name_en": name_en,
                "kind": kind,
                "province_code6": province,
                "city_code6": city,
                "county_code6": code6,
                "belt_zh": belt_zh,
                "belt_en": belt_en,
                "years": int(years),
                "uscc": credit_code(code6, number),
                "about_zh": f"{belt_zh}产业带{role_zh}，经营{years}年。{HABITS_ZH[habit]}。演示店铺，企业信息均为虚构。",
                "about_en": f"{role_en} in the {belt_en} belt, {years} years in trade. {HABITS_EN[habit]}. "
                "A demo shop; the firm is invented.",
                "mixed_batch": None
                if grocery or number % 5 == 0
                else {"amount_minor": (30000, 20000, 50000)[number % 3], "pieces": (30, 20, 50)[number % 3]},
                "freight": freight(trades.split(), number),
            }
        )
    return records


@cache
def of_trade(trade: str) -> tuple[Record, ...]:
    """The suppliers that deal in a trade."""
    codes = [row[0] for row in table("suppliers.tsv") if trade in row[8].split()]
    return tuple(record for record in suppliers() if record["supplier_code"] in codes)


def build() -> None:
    """Write the suppliers."""
    print(f"suppliers.jsonl: {write(DEMO / 'suppliers.jsonl', map(beyond.granted, suppliers()))} records")


if __name__ == "__main__":
    build()
