"""What the drills of reconciliation share: how much is spoilt, what was found, and how that is told and kept.

None of it uses anything of the matching: the names of the sorts stand here once more.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from bench.drills.patient import DrillFailed
from bench.figures import circumstances, show
from huozhan import ledger
from huozhan.doors.hall import Hall
from huozhan.kernel.actor import system
from huozhan.ledger import Entry

FIRST_DAY = date(2026, 3, 2)
ERRORS_PER_MILLE = 20
SORTS = {
    "amount": "amount_differs", "state": "state_differs", "long": "only_channel", "short": "only_ours",
    "twice": "twice", "cut_off": "cut_off", "fee": "fee_differs", "currency": "currency_differs",
    "merchant": "merchant_differs",
}  # fmt: skip
_POSTED_AT_ONCE = 250


class Spoilt:
    """What was spoilt on purpose, by day, name and sort."""

    def __init__(self) -> None:
        self.named: set[tuple[str, str, str]] = set()
        self.kinds: Counter[str] = Counter()

    def note(self, on: date, name: str, kind: str) -> None:
        """One error, under the day and the name that a difference of it must have."""
        self.named.add((on.isoformat(), name, SORTS[kind]))
        self.kinds[kind] += 1


async def post_all(hall: Hall, entries: Sequence[Entry]) -> None:
    """Books many entries, some at a time."""
    for start in range(0, len(entries), _POSTED_AT_ONCE):
        async with hall.working(system()) as work:
            await ledger.post(work, entries[start : start + _POSTED_AT_ONCE])


async def seal_all(hall: Hall) -> None:
    """Seals the whole chain, so that the book can be verified."""
    async with hall.working(system()) as work:
        while await ledger.seal_chain(work):
            pass


async def must_be_found(hall: Hall, spoilt: Spoilt, *sources: str) -> None:
    """Every error under its name and nothing else; what fell near midnight has ended by itself."""
    async with hall.pool.acquire() as db:
        rows = await db.fetch(
            "SELECT on_day, name, sort, state FROM channel_difference WHERE source = ANY ($1::text[])",
            sources,
        )
    states = {row["state"] for row in rows if row["sort"] == "cut_off"}
    if states - {"explained"}:
        raise DrillFailed(f"what fell near midnight ended {states}")
    found = {(row["on_day"].isoformat(), row["name"], row["sort"]) for row in rows}
    missed, made_up = spoilt.named - found, found - spoilt.named
    if missed or made_up or len(rows) != len(found):
        raise DrillFailed(
            f"missed {list(missed)[:5]}, made up {list(made_up)[:5]}, told twice {len(rows) - len(found)}"
        )


def figures_of(
    what: str, *, seed: int, days: int, lines: tuple[int, int], spoilt: Spoilt, closings: Sequence[float]
) -> dict[str, Any]:
    """The figures, after everything was found; `lines` are those of a day and those of all days."""
    return {
        "what": what, "seed": seed, "days": days, "lines_a_day": lines[0], "lines": lines[1],
        "errors": dict(sorted(spoilt.kinds.items())), "found": len(spoilt.named), "missed": 0, "false_alarms": 0,
        "unexplained_minor": 0, "day_closes_seconds_max": round(max(closings), 2),
        "day_closes_seconds_median": round(sorted(closings)[len(closings) // 2], 2),
    }  # fmt: skip


def keep_source(source: str, figures: Mapping[str, Any], file: Path) -> None:
    """Writes a source's figures down with date, commit and machine; those of the other sources stay as they are."""
    known = msgspec.json.decode(file.read_bytes())["sources"] if file.exists() else {}
    sources = {**known, source: {**circumstances(), **figures}}
    what = "a party's files of many days beside our rows, with errors of every sort that the party can make"
    file.write_text(show({"what": what, "sources": dict(sorted(sources.items()))}) + "\n")
