"""Whole data sets as records: the Icecat products and the British wholesaler's goods, with ladders from its invoices.

The shops are the demo's, dealt out by the goods' codes; stock is made up from the same codes, so that every load of a
set makes the same market. Only what the sets say in English is said: Chinese is left to whoever sells such goods.
"""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb

from huozhan.catalogue import QuoteType, Step, Unit
from huozhan.doors.market.records import OfferRecord, SkuRecord, SupplierRecord
from huozhan.kernel.money import PRICE_SCALE, divide_half_up

ICECAT = Path("icecat-search") / "products.parquet"
INVOICES = Path("online-retail-uk") / "lines.parquet"
_RATES_E4 = {"CNY": {"GBP": 92_000, "USD": 71_000}, "GBP": {"GBP": 10_000, "USD": 7_717}}
_STEPS_E4 = ((1, 10_000), (10, 9_600), (100, 9_200))
_ELECTRONICS, _HOME = "el", "hg"
_TITLE_MAX = 200

_PRODUCTS = """
SELECT doc_id, title, coalesce(short_description, '') AS about, price_usd_cents, coalesce(weight_g, 250) AS weight_g,
       coalesce(moq, 1) AS moq
  FROM read_parquet($1) WHERE price_usd_cents > 0 AND title <> '' ORDER BY doc_id
"""

# A price that takes a real share of a code's lines is a step of its ladder; it begins where buyers began to get it.
_LADDERS = """
WITH sold AS (
    SELECT upper(stock_code) AS code, (round(unit_price_gbp * 10000))::BIGINT AS price_e4, quantity, description
      FROM read_parquet($1)
     WHERE quantity > 0 AND unit_price_gbp > 0 AND regexp_full_match(stock_code, '[0-9]{5}[A-Za-z]*')
), priced AS (
    SELECT code, price_e4, count(*) AS lines, quantile_disc(quantity, 0.1) AS from_quantity
      FROM sold GROUP BY code, price_e4
)
SELECT code, any_value(title) AS title, list([from_quantity, price_e4] ORDER BY price_e4 DESC, from_quantity) AS steps
  FROM (SELECT *, sum(lines) OVER (PARTITION BY code) AS all_lines FROM priced)
  JOIN (SELECT code, mode(description) AS title FROM sold WHERE description IS NOT NULL GROUP BY code) USING (code)
 WHERE lines >= 3 AND lines * 20 >= all_lines
 GROUP BY code ORDER BY code
"""


def holds_sets(folder: Path) -> bool:
    """Tells whether a folder holds one of the sets we know."""
    return (folder / ICECAT).exists() or (folder / INVOICES).exists()


def digest_of(folder: Path) -> str:
    """What tells these sets from others."""
    digest = hashlib.sha256()
    for name in (ICECAT, INVOICES):
        if (folder / name).exists():
            with (folder / name).open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()


def offers_of(folder: Path, suppliers: Sequence[SupplierRecord], currency: str) -> Iterator[OfferRecord]:
    """Every offer of the sets in a folder, priced in the market's currency."""
    rates_e4 = _RATES_E4[currency]
    if (folder / ICECAT).exists():
        shops = _shops(suppliers, "electronics", "office")
        for row in _rows(_PRODUCTS, folder / ICECAT):
            unit_e4 = divide_half_up(row["price_usd_cents"] * rates_e4["USD"], 100)
            steps = [
                (quantity, divide_half_up(unit_e4 * share_e4, PRICE_SCALE))
                for quantity, share_e4 in _STEPS_E4
            ]
            yield _offer(f"IC-{row['doc_id']}", row["title"], row["about"], steps, shops, _ELECTRONICS, row)
    if (folder / INVOICES).exists():
        shops = _shops(suppliers, "small commodities")
        for row in _rows(_LADDERS, folder / INVOICES):
            steps = [(q, divide_half_up(price * rates_e4["GBP"], PRICE_SCALE)) for q, price in row["steps"]]
            yield _offer(f"UK-{row['code']}", row["title"].strip().capitalize(), "", steps, shops, _HOME, {})


def _shops(suppliers: Sequence[SupplierRecord], *trades: str) -> Sequence[SupplierRecord]:
    """The suppliers of belts that deal in such goods; all of them where none does."""
    belts = [s for s in suppliers if any(trade in f"{s.belt_en} {s.name_en}".lower() for trade in trades)]
    return belts or suppliers


def _rows(sql: str, file: Path) -> Iterator[dict[str, Any]]:
    with duckdb.connect() as db:
        answer = db.execute(sql, [str(file)])
        names = [column[0] for column in answer.description or ()]
        while rows := answer.fetchmany(1_000):
            yield from (dict(zip(names, row, strict=True)) for row in rows)


def _offer(
    code: str,
    title: str,
    about: str,
    steps: Sequence[tuple[int, int]],
    suppliers: Sequence[SupplierRecord],
    category_id: str,
    row: dict[str, Any],
) -> OfferRecord:
    seed = int.from_bytes(hashlib.sha256(code.encode()).digest()[:8], "big")
    supplier = suppliers[seed % len(suppliers)]
    return OfferRecord(
        supplier_code=supplier.supplier_code,
        offer_code=code,
        category_id=category_id,
        title_zh="",
        title_en=title[:_TITLE_MAX],
        description_zh="",
        description_en=about,
        attributes=[],
        unit=Unit.piece,
        quote_type=QuoteType.fixed,
        ladder=_ladder(steps),
        options=[],
        skus=[SkuRecord(code, (), None, None, seed % 5_000, None)],
        moq=max(1, min(int(row.get("moq", 1)), 1_000)),
        lot=1,
        mixable=supplier.mixed_batch is not None,
        sample_price_e4=None,
        origin_code6=supplier.city_code6,
        weight_g=max(1, int(row.get("weight_g", 250))),
        length_mm=0,
        width_mm=0,
        height_mm=0,
        promise_hours=(24, 48, 72)[seed % 3],
        freight_code=supplier.freight[0].code if supplier.freight else "",
        pictures=[],
        source="icecat" if code.startswith("IC-") else "uk",
    )


def _ladder(steps: Sequence[tuple[int, int]]) -> tuple[Step, ...]:
    """A sound ladder of these steps, dearest first: it begins at one piece and every later step is cheaper and further."""
    ladder: list[Step] = []
    for from_quantity, price_e4 in steps:
        begins = from_quantity if ladder else 1
        if not ladder or (begins > ladder[-1].from_quantity and price_e4 < ladder[-1].price_e4):
            ladder.append(Step(begins, max(1, price_e4)))
    return tuple(ladder[:10])
