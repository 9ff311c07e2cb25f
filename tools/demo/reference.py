"""Build the reference files every market needs: categories, attributes, divisions and carriers."""

import re

from places import english_name
from sources import DATA, REFERENCE, Record, rows, table, word_list, write

VALUES_MAX = 60
CATEGORIES = "product-taxonomy/shopify_categories.parquet"
ATTRIBUTES = "product-taxonomy/shopify_attributes.parquet"
VALUES = "product-taxonomy/shopify_attribute_values.parquet"
SUBJECT = re.compile(r"^(?P<subject>.+) (?P<aspect>color|pattern|material|shape|features)$")
# Carriers abroad and the open entry, which the shared list does not hold.
OWN_CARRIERS = {"DHL", "UPS", "ROYALMAIL", "OTHER"}
ASPECTS = {"color": "颜色", "pattern": "图案", "material": "材质", "shape": "形状", "features": "特点"}
# Extended attributes whose base has no Chinese name, and names a trader would write another way.
ATTRIBUTE_NAMES = {
    "compatible-hair-color": "适用发色",
    "eyebrow-enhancer-color": "眉部产品颜色",
    "face-powder-color": "蜜粉色号",
    "fit": "版型",
    "waist-rise": "腰型",
    "neckline": "领型",
    "pattern": "花型图案",
    "closure-type": "开合方式",
    "scent": "香型",
    "sport": "适用运动",
    "ink-color": "墨水颜色",
    "customization": "定制方式",
    "suitable-for-bug-type": "适用虫类",
    "suitable-for-gas-type": "适用气源",
    "charging-method": "充电方式",
    "bulb-type": "灯泡类型",
    "coverage-area": "覆盖地区",
}


def handle_of(name: str) -> str:
    """The one spelling of an attribute handle; the source uses three."""
    return name.replace("_", "-").replace("/", "-")


def trade_attributes() -> list[tuple[Record, str | None]]:
    """Attributes a wholesale listing needs and the taxonomy lacks, each with the category it hangs under."""
    listed = []
    for handle, name_zh, name_en, *rest in table("trade_attributes.tsv"):
        root, values = (*rest, "", "")[:2]
        pairs = [pair.split("=") for pair in values.split(";") if pair]
        record = {
            "handle": handle,
            "name_zh": name_zh,
            "name_en": name_en,
            "values": [{"zh": zh, "en": en} for zh, en in pairs],
        }
        listed.append((record, root or None))
    return listed


def categories() -> list[Record]:
    """The category tree, parents before children, with Chinese names that a wholesaler would use."""
    better = word_list("category_names.tsv")
    hung = [(record["handle"], root) for record, root in trade_attributes() if root]
    found = rows("select * from {tree} order by level, category_id", tree=CATEGORIES)
    records = []
    for row in found:
        own = [handle_of(name) for name in (row["attributes"] or "").split(";") if name]
        extra = [h for h, root in hung if (row["category_id"] + "-").startswith(root + "-")]
        records.append(
            {
                "category_id": row["category_id"],
                "parent_id": row["parent_id"] or None,
                "level": row["level"],
                "name_zh": better.get(row["category_id"], row["name_zh"]),
                "name_en": row["name_en"],
                "attributes": list(dict.fromkeys(own + extra)),
            }
        )
    return records


def attribute_name(row: Record, base: Record | None, subjects: dict[str, str]) -> str:
    """The Chinese name of an attribute; extended ones get their subject's word before the aspect."""
    handle = handle_of(row["handle"])
    if handle in ATTRIBUTE_NAMES:
        return ATTRIBUTE_NAMES[handle]
    if row["name_zh"]:
        return str(row["name_zh"])
    match = SUBJECT.match(row["name_en"])
    if match and match["subject"] in subjects:
        return subjects[match["subject"]] + ASPECTS[match["aspect"]]
    assert base is not None, f"no base for attribute {row['name_en']}"
    assert base["name_zh"], f"no Chinese name for attribute {row['name_en']}"
    return str(base["name_zh"])


def attributes() -> list[Record]:
    """Every attribute with its names and its first values; extended ones take the values of their base."""
    found = rows(
        "select * from {names} order by cast(attribute_id as int) nulls last, handle", names=ATTRIBUTES
    )
    better = {(attribute, value): zh for attribute, value, zh in table("attribute_values.tsv")}
    values: dict[str, list[Record]] = {}
    for row in rows("select * from {values} order by attribute_en, cast(value_id as int)", values=VALUES):
        attribute, value = row["attribute_en"], row["value_en"]
        zh = better.get((attribute, value)) or better.get(("*", value)) or row["value_zh"]
        values.setdefault(attribute, []).append({"zh": zh, "en": value})
    base_by_handle = {handle_of(row["handle"]): row for row in found if not row["values_from"]}
    subjects = word_list("attribute_subjects.tsv")
    records: dict[str, Record] = {}
    for row in found:
        base = base_by_handle.get(handle_of(row["values_from"])) if row["values_from"] else None
        source = base["name_en"] if base else row["name_en"]
        handle = handle_of(row["handle"])
        records.setdefault(
            handle,
            {
                "handle": handle,
                "name_zh": attribute_name(row, base, subjects),
                "name_en": row["name_en"],
                "values": values.get(source, [])[:VALUES_MAX],
            },
        )
    for record, _root in trade_attributes():
        assert record["handle"] not in records, record["handle"]
        records[record["handle"]] = record
    return list(records.values())


def divisions() -> list[Record]:
    """Provinces, prefectures and counties with their English names."""
    found = rows(
        "select code6, level, name, left(parent_code, 6) as parent "
        "from {places} where level <= 3 order by level, code6",
        places="cn-divisions/divisions.parquet",
    )
    return [
        {
            "code6": row["code6"],
            "parent_code6": row["parent"],
            "level": row["level"],
            "name": row["name"],
            "name_en": english_name(row["name"], row["level"]),
        }
        for row in found
    ]


def towns() -> list[Record]:
    """Townships and streets under their county."""
    found = rows(
        "select left(code, 9) as code9, name, left(parent_code, 6) as parent "
        "from {places} where level = 4 order by code",
        places="cn-divisions/divisions.parquet",
    )
    return [{"code9": row["code9"], "parent_code6": row["parent"], "name": row["name"]} for row in found]


def carriers() -> list[Record]:
    """The carriers a supplier picks from, the common ones first, each with the shape of its waybill numbers."""
    known = {
        row["code"] for row in rows("select code from read_csv({list})", list="cn-carriers/carriers.csv")
    }
    records = []
    for code, name_zh, name_en, pattern in table("carriers.tsv"):
        assert code in known or code in OWN_CARRIERS, f"carrier {code} is not in the list"
        re.compile(pattern)
        records.append(
            {"carrier_code": code, "name_zh": name_zh, "name_en": name_en, "waybill_pattern": pattern}
        )
    return records


def build() -> None:
    """Write every reference file and say how many records each holds."""
    made = {
        "categories.jsonl.gz": categories(),
        "attributes.jsonl.gz": attributes(),
        "divisions.jsonl.gz": divisions(),
        "towns.jsonl.gz": towns(),
        "carriers.jsonl": carriers(),
    }
    known = {record["handle"] for record in made["attributes.jsonl.gz"]}
    for category in made["categories.jsonl.gz"]:
        category["attributes"] = [handle for handle in category["attributes"] if handle in known]
    for name, records in made.items():
        print(f"{name}: {write(REFERENCE / name, records)} records")


if __name__ == "__main__":
    assert DATA.is_dir(), f"the shared sets are not at {DATA}"
    build()
