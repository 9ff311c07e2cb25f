"""The file of past invoices: every row is played or has a reason why not, and its totals are counted here in decimals."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from itertools import groupby
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import msgspec

LONDON = ZoneInfo("Europe/London")
WALK_IN = ""
"""The customer of invoices that name none: one walk-in buyer."""
_ROWS_AT_ONCE = 20_000


class Kind(StrEnum):
    """How a row that is played is played."""

    goods = "goods"
    freight = "freight"
    service = "service"


class Special(msgspec.Struct, frozen=True):
    """A stock code that names no goods: what it is, and so how it is played."""

    kind: Kind
    why: str


_CARRIAGE = "carriage that the seller adds to the order's freight before payment"
_BY_HAND = "an amount written by hand: a line of its own at a price the seller names"
_FEE = "a fee passed on: a line of its own at a price the seller names"

SPECIAL: dict[str, Special] = {
    "POST": Special(Kind.freight, _CARRIAGE),
    "DOT": Special(Kind.freight, _CARRIAGE),
    "C2": Special(Kind.freight, _CARRIAGE),
    "M": Special(Kind.service, _BY_HAND),
    "D": Special(Kind.service, "a discount taken back: a line of its own at a price the seller names"),
    "S": Special(Kind.service, "samples charged as a lump sum: a line of its own"),
    "ADJUST": Special(Kind.service, _BY_HAND),
    "ADJUST2": Special(Kind.service, _BY_HAND),
    "B": Special(Kind.service, _BY_HAND),
    "BANK CHARGES": Special(Kind.service, _FEE),
    "AMAZONFEE": Special(Kind.service, _FEE),
    "CRUK": Special(Kind.service, "a donation passed on: a line of its own"),
}
"""Everything else is goods: also gift vouchers, cushion pads and test articles, which were sold by the piece."""


class InvoiceLine(msgspec.Struct, frozen=True):
    """All rows of one stock code in one invoice: pieces together, amounts rounded row by row."""

    code: str
    quantity: int
    amount_minor: int
    rows: int


class Invoice(msgspec.Struct, frozen=True, kw_only=True):
    """One invoice as it is played: goods as lines, carriage as freight."""

    invoice_no: str
    at: datetime
    customer: str
    country: str
    lines: tuple[InvoiceLine, ...]
    freight_minor: int
    freight_rows: int

    @property
    def amount_minor(self) -> int:
        """What the buyer pays."""
        return sum(line.amount_minor for line in self.lines) + self.freight_minor


class CreditNote(msgspec.Struct, frozen=True, kw_only=True):
    """One credit note: pieces and amounts that a customer gets money back for, both counted upwards."""

    invoice_no: str
    at: datetime
    customer: str
    country: str
    lines: tuple[InvoiceLine, ...]

    @property
    def on(self) -> date:
        """Its local day."""
        return self.at.astimezone(LONDON).date()


class Sold(msgspec.Struct, frozen=True):
    """So many pieces of a SKU in one invoice at one price, over so many rows."""

    quantity: int
    price_e4: int
    rows: int


class Season(msgspec.Struct, frozen=True, order=True):
    """Half a year: as long as one price list is in force."""

    year: int
    half: int

    @property
    def name(self) -> str:
        """As people call it: 2010 H1."""
        return f"{self.year} H{self.half}"


class Totals(msgspec.Struct, frozen=True, kw_only=True):
    """Sales per invoice, per customer and per month, in pence."""

    invoices: dict[str, int]
    customers: dict[str, int]
    months: dict[str, int]
    lines: dict[tuple[str, str], int]
    """Per invoice and stock code, carriage under its own empty code."""
    credits: dict[str, int]
    """What each credit note gives back."""
    credit_months: dict[str, int]


def season_of(day: date) -> Season:
    """The season of a day."""
    return Season(day.year, 1 if day.month <= 6 else 2)


_FREIGHT_CODES = tuple(code for code, special in SPECIAL.items() if special.kind is Kind.freight)

_READ = """
CREATE TABLE line AS
SELECT file_row_number + 1 AS row_no, invoice_no, stock_code, description, quantity, invoice_ts, unit_price_gbp,
       customer_id, country, upper(trim(stock_code)) AS code, round(unit_price_gbp * 10000)::bigint AS price_e4,
       invoice_no LIKE 'C%' AND coalesce(quantity, 0) < 0 AS is_credit,
       CASE WHEN invoice_no LIKE 'C%' AND coalesce(quantity, 0) >= 0 THEN 'credit_note_that_charges'
            WHEN invoice_no LIKE 'A%' THEN 'bad_debt_adjustment'
            WHEN trim(coalesce(stock_code, '')) = '' THEN 'no_stock_code'
            WHEN NOT is_credit AND coalesce(quantity, 0) <= 0 THEN 'quantity_not_above_zero'
            WHEN coalesce(unit_price_gbp, 0) <= 0 AND trim(coalesce(description, '')) = '' THEN 'no_price_no_description'
            WHEN coalesce(unit_price_gbp, 0) <= 0 THEN 'price_not_above_zero'
            WHEN abs(unit_price_gbp * 10000 - round(unit_price_gbp * 10000)) > 0.001 THEN 'price_finer_than_a_hundredth_of_a_penny'
            ELSE '' END AS why_not
  FROM read_parquet($path, file_row_number = true)
"""

_INVOICES = """
CREATE TABLE invoice AS
SELECT invoice_no, min(invoice_ts) AS sold_at, coalesce(min(customer_id)::text, '') AS customer, min(country) AS country,
       bool_and(list_contains($freight, code)) AS only_freight
  FROM line WHERE why_not = '' AND NOT is_credit GROUP BY invoice_no
"""

_PLAYED = """
CREATE TABLE played AS
SELECT l.invoice_no, l.code, i.sold_at, l.quantity, l.price_e4,
       (2 * l.quantity::bigint * l.price_e4 + 100) // 200 AS amount_minor,
       list_contains($freight, l.code) AND NOT i.only_freight AS is_freight,
       year(i.sold_at) AS year, (month(i.sold_at) + 5) // 6 AS half
  FROM line l JOIN invoice i USING (invoice_no) WHERE l.why_not = ''
"""

_CREDITED = """
CREATE TABLE credited AS
SELECT invoice_no, code, min(invoice_ts) OVER (PARTITION BY invoice_no) AS credited_at, -quantity AS quantity,
       coalesce(min(customer_id) OVER (PARTITION BY invoice_no)::text, '') AS customer,
       min(country) OVER (PARTITION BY invoice_no) AS country, (2 * -quantity::bigint * price_e4 + 100) // 200 AS amount_minor
  FROM line WHERE why_not = '' AND is_credit
"""


class File:
    """The file, sorted into what is played and what is not."""

    def __init__(self, path: Path) -> None:
        self._db = duckdb.connect(config={"threads": 2})
        self._db.execute(_READ, {"path": str(path)})
        self._db.execute(_INVOICES, {"freight": list(_FREIGHT_CODES)})
        self._db.execute(_PLAYED, {"freight": list(_FREIGHT_CODES)})
        self._db.execute(_CREDITED)

    def counts(self) -> dict[str, int]:
        """Rows by why they are not played; played ones under an empty reason."""
        return dict(self._rows("SELECT why_not, count(*) FROM line GROUP BY 1 ORDER BY 1"))

    def credit_rows(self) -> int:
        """How many rows of credit notes are played."""
        return int(self._one("SELECT count(*) FROM credited"))

    def credits(self) -> list[CreditNote]:
        """The credit notes in order of time."""
        rows = self._rows(
            "SELECT invoice_no, credited_at, customer, country, code, sum(quantity)::bigint, sum(amount_minor)::bigint,"
            " count(*) FROM credited GROUP BY ALL ORDER BY credited_at, invoice_no, code"
        )
        notes = (list(group) for _, group in groupby(rows, key=lambda row: row[0]))
        return [
            CreditNote(
                invoice_no=note[0][0],
                at=note[0][1].replace(tzinfo=LONDON).astimezone(UTC),
                customer=note[0][2],
                country=note[0][3],
                lines=tuple(InvoiceLine(code, int(n), int(minor), rows) for *_, code, n, minor, rows in note),
            )
            for note in notes
        ]

    def invoices_total(self) -> int:
        """How many invoices have a row that is played."""
        return int(self._one("SELECT count(*) FROM invoice"))

    def first_day(self) -> date:
        """The day of the first invoice."""
        return self._one("SELECT min(sold_at)::date FROM invoice")  # type: ignore[no-any-return]

    def last_day(self) -> date:
        """The day of the last invoice."""
        return self._one("SELECT max(sold_at)::date FROM invoice")  # type: ignore[no-any-return]

    def rows_of(self, lines: set[tuple[str, str]]) -> int:
        """How many played rows stand behind these lines of invoices."""
        rows = self._rows("SELECT invoice_no, code, count(*) FROM played WHERE NOT is_freight GROUP BY 1, 2")
        return sum(int(count) for invoice_no, code, count in rows if (invoice_no, code) in lines)

    def kinds(self) -> dict[str, int]:
        """Played rows by how they are played."""
        services = [code for code, special in SPECIAL.items() if special.kind is not Kind.goods]
        rows = self._rows(
            "SELECT CASE WHEN is_freight THEN 'freight' WHEN list_contains($codes, code) THEN 'service'"
            " ELSE 'goods' END, count(*) FROM played GROUP BY 1 ORDER BY 1",
            {"codes": services},
        )
        return dict(rows)

    def write_unplayed(self, path: Path) -> None:
        """Writes every row that is not played, with its number in the file and the reason."""
        self._db.execute(
            "COPY (SELECT row_no, why_not AS reason, invoice_no, stock_code, description, quantity, invoice_ts,"
            " unit_price_gbp, customer_id, country FROM line WHERE why_not <> '' ORDER BY row_no)"
            f" TO '{str(path).replace(chr(39), chr(39) * 2)}' (HEADER)"
        )

    def seasons(self) -> list[Season]:
        """The half-years in which something was sold, in order."""
        return [Season(*row) for row in self._rows("SELECT DISTINCT year, half FROM played ORDER BY 1, 2")]

    def sold(self, season: Season) -> Iterator[tuple[str, list[Sold]]]:
        """What was sold of each SKU in a season, invoice by invoice; where one names two prices, at neither."""
        rows = self._stream(
            "SELECT code, sum(quantity)::bigint, CASE WHEN min(price_e4) = max(price_e4) THEN min(price_e4) ELSE 0 END,"
            " count(*) FROM played WHERE NOT is_freight AND year = $year AND half = $half"
            " GROUP BY code, invoice_no ORDER BY code, 2, 3",
            season,
        )
        for code, group in groupby(rows, key=lambda row: str(row[0])):
            yield (
                code,
                [Sold(int(quantity), int(price_e4), int(count)) for _, quantity, price_e4, count in group],
            )

    def titles(self) -> dict[str, str]:
        """What each stock code is called most often."""
        return dict(
            self._rows(
                "SELECT code, coalesce(mode(trim(description)) FILTER (WHERE trim(description) <> ''), code)"
                " FROM line WHERE why_not = '' AND NOT is_credit GROUP BY code"
            )
        )

    def highest_prices_e4(self, season: Season) -> dict[str, int]:
        """The highest price of each SKU in a season: what an offer asks where no price can be made out."""
        return dict(
            self._rows(
                "SELECT code, max(price_e4) FROM played WHERE year = $year AND half = $half GROUP BY code",
                {"year": season.year, "half": season.half},
            )
        )

    def days(self, season: Season) -> Iterator[tuple[date, list[Invoice]]]:
        """The season's invoices, day by day, each day in order of time."""
        rows = self._stream(
            "SELECT p.invoice_no, i.sold_at, i.customer, i.country, p.is_freight, p.code, sum(p.quantity)::bigint,"
            " sum(p.amount_minor)::bigint, count(*) FROM played p JOIN invoice i USING (invoice_no)"
            " WHERE p.year = $year AND p.half = $half GROUP BY ALL ORDER BY i.sold_at, p.invoice_no, p.is_freight, p.code",
            season,
        )
        invoices = (_invoice(list(group)) for _, group in groupby(rows, key=lambda row: row[0]))
        for day, group in groupby(invoices, key=lambda invoice: invoice.at.astimezone(LONDON).date()):
            yield day, list(group)

    def totals(self) -> Totals:
        """The file's own sums, computed in decimals and by nothing that the market is played with."""
        amount = "100 * sum(round(unit_price_gbp::decimal(18, 4) * quantity::decimal(18, 0), 2))"
        rows = "FROM line l JOIN invoice i USING (invoice_no) WHERE l.why_not = '' GROUP BY ALL ORDER BY ALL"
        back = "-(100 * sum(round(unit_price_gbp::decimal(18, 4) * quantity::decimal(18, 0), 2)))"
        credit = "FROM line WHERE why_not = '' AND is_credit GROUP BY ALL ORDER BY ALL"
        by_code = "CASE WHEN list_contains($freight, l.code) AND NOT i.only_freight THEN '' ELSE l.code END"
        lines = self._rows(
            f"SELECT l.invoice_no, {by_code}, {amount} {rows}", {"freight": list(_FREIGHT_CODES)}
        )
        return Totals(
            invoices=_pence(self._rows(f"SELECT l.invoice_no, {amount} {rows}")),
            customers=_pence(self._rows(f"SELECT i.customer, {amount} {rows}")),
            months=_pence(self._rows(f"SELECT strftime(i.sold_at, '%Y-%m'), {amount} {rows}")),
            lines={(invoice_no, code): int(pence) for invoice_no, code, pence in lines},
            credits=_pence(self._rows(f"SELECT invoice_no, {back} {credit}")),
            credit_months=_pence(self._rows(f"SELECT strftime(invoice_ts, '%Y-%m'), {back} {credit}")),
        )

    def _one(self, sql: str) -> Any:
        return self._rows(sql)[0][0]

    def _rows(self, sql: str, values: dict[str, Any] | None = None) -> list[Any]:
        return self._db.cursor().execute(sql, values or {}).fetchall()

    def _stream(self, sql: str, season: Season) -> Iterator[Any]:
        found = self._db.cursor().execute(sql, {"year": season.year, "half": season.half})
        while rows := found.fetchmany(_ROWS_AT_ONCE):
            yield from rows


def _invoice(rows: list[Any]) -> Invoice:
    invoice_no, at, customer, country = rows[0][:4]
    goods = [row for row in rows if not row[4]]
    freight = [row for row in rows if row[4]]
    return Invoice(
        invoice_no=invoice_no,
        at=at.replace(tzinfo=LONDON).astimezone(UTC),
        customer=customer,
        country=country,
        lines=tuple(
            InvoiceLine(code, int(quantity), int(minor), n) for *_, code, quantity, minor, n in goods
        ),
        freight_minor=sum(int(row[7]) for row in freight),
        freight_rows=sum(int(row[8]) for row in freight),
    )


def _pence(rows: list[tuple[str, Decimal]]) -> dict[str, int]:
    assert all(pence == int(pence) for _, pence in rows), "sums of rounded amounts are whole pence"
    return {name: int(pence) for name, pence in rows}
