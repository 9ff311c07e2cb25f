"""The market's custody account day by day: what it opened and closed with, in each currency."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from typing import Protocol

import msgspec

from huozhan_outside.store import Store

SCHEMA = """
CREATE TABLE IF NOT EXISTS custody_opened (only_one INTEGER PRIMARY KEY CHECK (only_one = 1), on_day TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS custody_day (
    on_day TEXT NOT NULL,
    currency TEXT NOT NULL,
    closing_minor INTEGER NOT NULL,
    PRIMARY KEY (on_day, currency)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS custody_closed (on_day TEXT PRIMARY KEY) WITHOUT ROWID;
"""


class Line(Protocol):
    """A movement, as far as a balance needs it."""

    @property
    def direction(self) -> str:
        """In or out."""
        ...

    @property
    def currency(self) -> str:
        """Its currency."""
        ...

    @property
    def amount_minor(self) -> int:
        """How much, always more than nothing."""
        ...


class DayTotal(msgspec.Struct, frozen=True, kw_only=True):
    """The last lines of a closed day's file, one per currency."""

    kind: str = "total"
    currency: str
    count: int
    opening_minor: int
    in_minor: int
    out_minor: int
    closing_minor: int


class Custody:
    """Balances of closed days: each is worked out once, from the day before and its lines, and kept."""

    def __init__(self, store: Store, today: date, lines_of: Callable[[date], Iterable[Line]]) -> None:
        self._store = store
        self._lines_of = lines_of
        store.write(
            "INSERT OR IGNORE INTO custody_opened (only_one, on_day) VALUES (1, ?)", today.isoformat()
        )

    def totals(self, day: date) -> list[DayTotal]:
        """What a closed day began with, moved and ended with; only currencies that ever moved."""
        opening = self._closing(day - timedelta(days=1))
        lines = list(self._lines_of(day))
        closing = self._closing(day)
        return [
            DayTotal(
                currency=currency,
                count=sum(line.currency == currency for line in lines),
                opening_minor=opening.get(currency, 0),
                in_minor=_sum(lines, currency, "in"),
                out_minor=_sum(lines, currency, "out"),
                closing_minor=closing[currency],
            )
            for currency in sorted(closing)
        ]

    def _closing(self, day: date) -> Mapping[str, int]:
        """The balances at the end of a day, and of every day before it that nobody asked for yet."""
        (opened,) = self._store.row("SELECT on_day FROM custody_opened") or ("",)
        known = self._store.row("SELECT max(on_day) FROM custody_closed WHERE on_day <= ?", day.isoformat())
        last = (
            known[0] if known and known[0] else (date.fromisoformat(opened) - timedelta(days=1)).isoformat()
        )
        balances = Counter[str](
            dict(self._store.rows("SELECT currency, closing_minor FROM custody_day WHERE on_day = ?", last))
        )
        on = date.fromisoformat(last)
        while on < day:
            on += timedelta(days=1)
            for line in self._lines_of(on):
                balances[line.currency] += line.amount_minor if line.direction == "in" else -line.amount_minor
            self._keep(on, balances)
        return dict(balances)

    def _keep(self, on: date, balances: Mapping[str, int]) -> None:
        with self._store.writing():
            self._store.write("INSERT INTO custody_closed (on_day) VALUES (?)", on.isoformat())
            for currency, closing_minor in balances.items():
                self._store.write(
                    "INSERT INTO custody_day (on_day, currency, closing_minor) VALUES (?, ?, ?)",
                    on.isoformat(),
                    currency,
                    closing_minor,
                )


def _sum(lines: Iterable[Line], currency: str, direction: str) -> int:
    return sum(
        line.amount_minor for line in lines if line.currency == currency and line.direction == direction
    )
