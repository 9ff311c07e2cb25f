"""Check every record of the demo market and the reference files: `python tools/demo/check.py`."""

import re
import sys
from collections import Counter
from itertools import pairwise, product
from typing import Final

from sources import DEMO, REFERENCE, Record, read
from stdnum.cn import uscc

BYTES_MAX: Final = 20 * 1024 * 1024
TITLE_MAX: Final = 120
CJK: Final = re.compile(r"[\u3400-\u9fff]")
FULL_WIDTH: Final = re.compile(r"[\u3000-\u303f\uff01-\uffee]")
CODE: Final = re.compile(r"^[0-9A-Za-z-]{1,40}$")
UNITS: Final = {"piece", "pair", "set", "box", "pack", "dozen", "kg", "metre", "roll", "bottle", "bag"}
SOURCES: Final = {"uk", "icecat", "clothing", "grocery", "own"}
PROMISES: Final = {24, 48, 72, 120, 168, 240, 360}

faults: Counter[str] = Counter()
shown: list[str] = []


def wrong(what: str, where: object) -> None:
    """Count a fault and keep the first few of each sort."""
    faults[what] += 1
    if faults[what] <= 5:
        shown.append(f"{what}: {where}")


def words(record: Record, where: str, *fields: str) -> None:
    """Both languages are there, the Chinese holds Chinese and the English none."""
    for field in fields:
        zh, en = record[f"{field}zh"], record[f"{field}en"]
        if not zh.strip() or not en.strip():
            wrong("empty text", f"{where} {field}")
        if CJK.search(en) or FULL_WIDTH.search(en):
            wrong("Chinese in the English", f"{where} {en}")


def ladder(steps: list[Record], where: str) -> None:
    """Quantities rise strictly and prices never."""
    if not steps:
        wrong("ladder empty", where)
    for low, high in pairwise(steps):
        if high["from_quantity"] <= low["from_quantity"] or high["price_e4"] > low["price_e4"]:
            wrong("ladder not monotone", where)
    if any(step["price_e4"] <= 0 or step["from_quantity"] < 1 for step in steps):
        wrong("ladder value", where)


def variants(offer: Record, where: str) -> None:
    """Every combination of the options stands for exactly one variant."""
    grid = set(product(*(range(len(option["values"])) for option in offer["options"])))
    found = [tuple(sku["choice"]) for sku in offer["skus"]]
    if set(found) != grid or len(found) != len(grid):
        wrong("variants incomplete", where)
    if len({sku["sku_code"] for sku in offer["skus"]}) != len(found):
        wrong("variant code twice", where)
    for sku in offer["skus"]:
        if sku["stock"] < 0 or sku["weight_g"] <= 0 or not CODE.match(sku["sku_code"]):
            wrong("variant value", f"{where} {sku}")
    for option in offer["options"]:
        words(option, where, "name_")
        for language in ("zh", "en"):
            if len({value[language] for value in option["values"]}) != len(option["values"]):
                wrong("option value twice", f"{where} {option['name_en']}")
        for value in option["values"]:
            words(value, where, "")


def quoting(offer: Record, where: str) -> None:
    """The prices stand where the quote type says."""
    kind = offer["quote_type"]
    if kind in ("fixed", "offer_ladder"):
        ladder(offer["ladder"], where)
    elif offer["ladder"]:
        wrong("ladder not of this quote type", where)
    if kind == "fixed" and offer["options"]:
        wrong("fixed offer with options", where)
    for sku in offer["skus"]:
        if (sku["price_e4"] is not None) != (kind == "sku_price") or (sku["ladder"] is not None) != (
            kind == "sku_ladder"
        ):
            wrong("variant price not of this quote type", where)
        if kind == "sku_ladder":
            ladder(sku["ladder"], where)
    if offer["moq"] < 1 or offer["lot"] < 1 or offer["moq"] % offer["lot"]:
        wrong("minimum not a multiple of the lot", f"{where} {offer['moq']} {offer['lot']}")


def offer_faults(
    offer: Record, firms: dict[str, Record], known: dict[str, set[str]], pictures: set[str]
) -> None:
    """Everything that can be wrong with one offer."""
    where = f"{offer['supplier_code']} {offer['offer_code']}"
    words(offer, where, "title_", "description_")
    if not CJK.search(offer["title_zh"]) or not CJK.search(offer["description_zh"]):
        wrong("no Chinese", where)
    if len(offer["title_zh"]) > TITLE_MAX or len(offer["title_en"]) > TITLE_MAX:
        wrong("title too long", f"{where} {offer['title_en']}")
    firm = firms.get(offer["supplier_code"])
    if firm is None:
        wrong("supplier unknown", where)
    elif offer["freight_code"] not in {template["code"] for template in firm["freight"]}:
        wrong("freight template unknown", where)
    if offer["mixable"] and firm is not None and firm["mixed_batch"] is None:
        wrong("mixable without a shop rule", where)
    if offer["category_id"] not in known["category"]:
        wrong("category unknown", f"{where} {offer['category_id']}")
    if offer["origin_code6"] not in known["division"]:
        wrong("origin unknown", where)
    if offer["unit"] not in UNITS or offer["source"] not in SOURCES or offer["promise_hours"] not in PROMISES:
        wrong("unit, source or promise", where)
    if offer["dropship"] and (offer["moq"], offer["lot"]) != (1, 1):
        wrong("dropshipped but not sold by the piece", where)
    if len({attribute["handle"] for attribute in offer["attributes"]}) != len(offer["attributes"]):
        wrong("attribute twice", where)
    for attribute in offer["attributes"]:
        words(attribute, where, "")
        if attribute["handle"] not in known["attribute"]:
            wrong("attribute unknown", f"{where} {attribute['handle']}")
    if set(offer["pictures"]) - pictures:
        wrong("picture missing", where)
    if min(offer["weight_g"], offer["length_mm"], offer["width_mm"], offer["height_mm"]) <= 0:
        wrong("size or weight", where)
    variants(offer, where)
    quoting(offer, where)


def firm_faults(firm: Record, divisions: set[str]) -> None:
    """Everything that can be wrong with one supplier."""
    where = firm["supplier_code"]
    words(firm, where, "name_", "about_", "belt_")
    if "演示" not in firm["name_zh"] or "demo" not in firm["name_en"]:
        wrong("supplier not marked as demo", where)
    if not uscc.is_valid(firm["uscc"]):
        wrong("credit code", where)
    if {firm["province_code6"], firm["city_code6"], firm["county_code6"]} - divisions:
        wrong("division unknown", where)
    for template in firm["freight"]:
        words(template, where, "name_")


def reference_faults() -> dict[str, set[str]]:
    """Check the reference files and return the keys that offers may name."""
    categories, attributes = read(REFERENCE / "categories.jsonl.gz"), read(REFERENCE / "attributes.jsonl.gz")
    divisions = {record["code6"]: record for record in read(REFERENCE / "divisions.jsonl.gz")}
    seen: set[str] = set()
    handles = {record["handle"] for record in attributes}
    for record in categories:
        words(record, record["category_id"], "name_")
        if record["parent_id"] and record["parent_id"] not in seen:
            wrong("category before its parent", record["category_id"])
        if set(record["attributes"]) - handles:
            wrong("category names an unknown attribute", record["category_id"])
        seen.add(record["category_id"])
    for record in attributes:
        words(record, record["handle"], "name_")
        for value in record["values"]:
            words(value, record["handle"], "")
    for record in divisions.values():
        if (record["level"] > 1 and record["parent_code6"] not in divisions) or not record["name_en"]:
            wrong("division", record["code6"])
    for record in read(REFERENCE / "towns.jsonl.gz"):
        if record["parent_code6"] not in divisions:
            wrong("town without a county", record["code9"])
    for record in read(REFERENCE / "carriers.jsonl"):
        words(record, record["carrier_code"], "name_")
        re.compile(record["waybill_pattern"])
    return {"category": seen, "attribute": handles, "division": set(divisions)}


def main() -> None:
    """Check everything, print what was counted, and fail on any fault."""
    known = reference_faults()
    firms = {firm["supplier_code"]: firm for firm in read(DEMO / "suppliers.jsonl")}
    for firm in firms.values():
        firm_faults(firm, known["division"])
    pictures = {path.relative_to(DEMO).as_posix() for path in (DEMO / "pictures").rglob("*.webp")}
    offers = read(DEMO / "offers.jsonl.gz")
    for offer in offers:
        offer_faults(offer, firms, known, pictures)
    codes = Counter((offer["supplier_code"], offer["offer_code"]) for offer in offers)
    for code, times in codes.items():
        if times > 1:
            wrong("offer code twice", code)
    for title, times in Counter(offer["title_zh"] for offer in offers).items():
        if times > 2:
            wrong("Chinese title more than twice", f"{title} {times}")
    if unused := pictures - {name for offer in offers for name in offer["pictures"]}:
        wrong("picture that nothing shows", sorted(unused)[0])
    size = sum(path.stat().st_size for path in DEMO.rglob("*") if path.is_file())
    if size > BYTES_MAX:
        wrong("demo folder too large", size)
    print("offers by source:", dict(Counter(offer["source"] for offer in offers)))
    print("offers by quote type:", dict(Counter(offer["quote_type"] for offer in offers)))
    print("variants:", sum(len(offer["skus"]) for offer in offers))
    print("with lots:", sum(offer["lot"] > 1 for offer in offers), end="; ")
    print("mixable:", sum(offer["mixable"] for offer in offers), end="; ")
    print("with samples:", sum(offer["sample_price_e4"] is not None for offer in offers), end="; ")
    print("dropshipped:", sum(bool(offer["dropship"]) for offer in offers), end="; ")
    print("customised:", sum(bool(offer["customisation"]) for offer in offers))
    print(f"pictures: {len(pictures)}; demo folder: {size / 1_048_576:.1f} MiB")
    for line in shown:
        print("wrong:", line)
    print("faults:", dict(faults) or "none")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
