"""Files of invoices small enough to look through, and markets in GBP to play them in."""

import contextlib
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import duckdb

from huozhan.doors.hall import Hall
from huozhan.doors.market.replay import REPLAY_TERMS
from huozhan.doors.settings import Settings
from huozhan.main import found_market, open_hall

REAL = Path(__file__).parents[4] / "shared" / "data" / "online-retail-uk" / "lines.parquet"

Row = tuple[str, str, str | None, int, str, float, int | None, str]
"""invoice, stock code, description, quantity, local time, price, customer, country."""

SMALL: list[Row] = [
    # At one price for 1 and 2, at another from 10: a real quantity break.
    ("500001", "85123A", "HOLDER", 10, "2010-06-01 09:30", 2.10, 13085, "United Kingdom"),
    ("500001", "22423", "CAKESTAND", 1, "2010-06-01 09:30", 12.75, 13085, "United Kingdom"),
    ("500002", "85123A", "HOLDER", 2, "2010-06-01 10:00", 2.55, 13085, "United Kingdom"),
    ("500003", "85123a", "HOLDER", 12, "2010-06-01 10:00", 2.10, 12346, "EIRE"),
    ("500004", "85123A", "HOLDER", 24, "2010-06-02 11:00", 2.10, None, "United Kingdom"),
    ("500005", "85123A", "HOLDER", 1, "2010-06-02 11:05", 2.55, None, "United Kingdom"),
    ("500006", "85123A", "HOLDER", 2, "2010-06-02 11:06", 2.55, 12346, "EIRE"),
    # One SKU at two prices in one invoice, and the very same row twice.
    ("500007", "22423", "CAKESTAND", 3, "2010-06-03 08:00", 12.75, 12346, "EIRE"),
    ("500007", "22423", "CAKESTAND", 3, "2010-06-03 08:00", 10.95, 12346, "EIRE"),
    ("500007", "22423", "CAKESTAND", 3, "2010-06-03 08:00", 12.75, 12346, "EIRE"),
    # Carriage beside goods, twice; carriage alone.
    ("500008", "22423", "CAKESTAND", 1, "2010-06-03 12:00", 12.75, 12680, "France"),
    ("500008", "POST", "POSTAGE", 2, "2010-06-03 12:00", 18.00, 12680, "France"),
    ("500008", "C2", "CARRIAGE", 1, "2010-06-03 12:00", 15.00, 12680, "France"),
    ("500009", "DOT", "DOTCOM POSTAGE", 1, "2010-06-03 12:01", 28.50, None, "United Kingdom"),
    # Prices below a penny: each row is rounded half up by itself, 0.005 to a penny, 0.004 to nothing.
    ("500010", "PADS", "PADS", 5, "2010-07-01 13:00", 0.001, None, "Unspecified"),
    ("500010", "PADS", "PADS", 5, "2010-07-01 13:00", 0.001, None, "Unspecified"),
    ("500010", "PADS", "PADS", 4, "2010-07-01 13:00", 0.001, None, "Unspecified"),
    ("500010", "M", "Manual", 1, "2010-07-01 13:00", 300.25, None, "Unspecified"),
    # Credit notes: after release, partly dearer than sold; on the way, all of an order; more than sold; never sold; sub-penny.
    ("C500011", "22423", "CAKESTAND", -1, "2010-07-01 14:00", 12.75, 12346, "EIRE"),
    ("C500019", "85123A", "HOLDER", -4, "2010-06-02 15:00", 2.10, None, "United Kingdom"),
    ("C500019", "85123A", "HOLDER", -1, "2010-06-02 15:00", 2.60, None, "United Kingdom"),
    ("C500020", "22423", "CAKESTAND", -1, "2010-06-03 15:00", 12.75, 12680, "France"),
    ("C500020", "POST", "POSTAGE", -2, "2010-06-03 15:00", 18.00, 12680, "France"),
    ("C500021", "85123A", "HOLDER", -15, "2010-07-02 15:00", 2.10, 12346, "EIRE"),
    ("C500022", "M", "Manual", -1, "2010-06-08 10:00", 5.00, 15000, "Japan"),
    ("C500023", "PADS", "PADS", -5, "2010-07-02 13:00", 0.001, None, "Unspecified"),
    # What is not played.
    ("C500012", "M", "Manual", 1, "2010-07-01 14:00", 373.57, 12346, "EIRE"),
    ("A500013", "B", "Adjust bad debt", 1, "2010-07-01 14:00", 11062.06, None, "United Kingdom"),
    ("500014", "85123A", "HOLDER", 0, "2010-07-01 14:00", 2.55, None, "United Kingdom"),
    ("500015", "85123A", "damaged", -7, "2010-07-01 14:00", 0.0, None, "United Kingdom"),
    ("500016", "85123A", None, 7, "2010-07-01 14:00", 0.0, None, "United Kingdom"),
    ("500017", "85123A", "HOLDER", 7, "2010-07-01 14:00", 0.0, None, "United Kingdom"),
    ("500018", "85123A", "HOLDER", 1, "2010-07-01 14:00", 2.55001, None, "United Kingdom"),
]
SMALL_CREDIT_MINOR = 1275 + (840 + 260) + (1275 + 3600) + 3150 + 500 + 1
SMALL_MINOR = (
    2100
    + 1275
    + 510
    + 2520
    + 5040
    + 255
    + 510
    + (2 * 3825 + 3285)
    + (1275 + 3600 + 1500)
    + 2850
    + (1 + 1 + 30025)
)


def write_file(path: Path, rows: Sequence[Row]) -> Path:
    """Writes rows as the file has them."""
    db = duckdb.connect()
    db.execute(
        "CREATE TABLE t (invoice_no text, stock_code text, description text, quantity int, invoice_ts timestamp,"
        " unit_price_gbp double, customer_id int, country text)"
    )
    db.executemany("INSERT INTO t VALUES (?, ?, ?, ?, ?, ?, ?, ?)", [list(row) for row in rows])
    db.execute(f"COPY t TO '{path}' (FORMAT parquet)")
    return path


def write_slice(path: Path, invoices: int, seed: int) -> Path:
    """Writes a seeded handful of the real invoices, the longest among them, with the same share of credit notes."""
    db = duckdb.connect()
    db.execute("CREATE TABLE t AS SELECT * FROM read_parquet($real)", {"real": str(REAL)})
    db.execute(
        "CREATE TABLE chosen AS (SELECT invoice_no FROM t GROUP BY 1 ORDER BY md5(invoice_no || $seed) LIMIT $n)"
        " UNION (SELECT invoice_no FROM t GROUP BY 1 ORDER BY count(*) DESC LIMIT 1)",
        {"seed": str(seed), "n": invoices},
    )
    db.execute(f"COPY (SELECT t.* FROM t JOIN chosen USING (invoice_no)) TO '{path}' (FORMAT parquet)")
    return path


@contextlib.asynccontextmanager
async def gbp_market(dsn: str, home: Path) -> AsyncIterator[Hall]:
    """A market for a replay, as the command opens it."""
    home.mkdir(exist_ok=True)
    settings = Settings(home=home, database_url=dsn)
    await found_market(settings, REPLAY_TERMS)
    async with open_hall(settings) as hall:
        yield hall


def silent(*_: Any) -> None:
    """Shows no progress."""
