"""Comparing: any party's lines of a day beside our rows of it; what differs waits, and is booked until it ends (E18).

A party is known here by its source only. Whoever reads its file says what our rows hold; the sorts of difference, the suspense
account, what falls near midnight and the screen are the same for all.
"""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date

import msgspec

from huozhan.kernel.work import Work
from huozhan.payments import matching
from huozhan.payments.asks import TradeLine
from huozhan.payments.days import day_bounds
from huozhan.payments.differing import CLEARING, PARTY_OF, book, explain
from huozhan.payments.matching import Judged, Ours, Sort
from huozhan.payments.store import awaited
from huozhan.payments.store import reconciliation as store

CUT_OFF = "reconcile.cut_off"
EXPLAINABLE = frozenset({Sort.only_channel, Sort.state_differs, Sort.amount_differs})
"""Sorts that end by themselves once our rows say what the line said."""
_OPEN_MAX = 2_000


class DayFile(msgspec.Struct, frozen=True, kw_only=True):
    """What a party says of a day; `passes_minor` is what of it passes between the banks on the next, where that is told apart.

    `merchant` is the name it knows us by, empty where nobody else can be meant."""

    source: str
    on: date
    lines: Sequence[TradeLine]
    merchant: str = ""
    passes_minor: int | None = None
    unread: Sequence[str] = ()
    """Lines that nobody can read, as they came."""


async def compare_day(
    work: Work,
    file: DayFile,
    *,
    ours: Mapping[str, Ours],
    expected: Mapping[str, Ours],
    is_believed: bool = False,
) -> list[Judged] | None:
    """Judges a day's lines against our rows, both ways, once; None where the day was read or an empty file is not believed.

    `ours` are our rows of the names in the file, `expected` what we hold for done on the day, both by name. An empty file
    beside rows of ours is asked for again, until a person believes it.
    """
    party_id = PARTY_OF[file.source]
    told_names = await store.told_names(
        work, file.source, [*expected, *(matching.name_of(line) for line in file.lines)]
    )
    missing = _missing(work, file, expected, told_names)
    held = [one for one in missing if one.sort is Sort.only_ours]
    if not file.lines and not file.unread and held and not is_believed:
        if not await store.is_noted(work, party_id, file.on, file.source):
            await awaited.doubt(work, party_id, file.on, file.source, held=len(held))
        return None
    lines = len(file.lines) + len(file.unread)
    if not await store.add_day(work, party_id, file.on, file.source, lines, file.passes_minor):
        return None
    txns = [line.channel_txn for line in file.lines]
    judged = matching.judge(
        file.lines,
        ours,
        await store.told_before(work, file.source, file.on, txns),
        told_names,
        merchant=file.merchant,
        currency=work.terms.currency,
    )
    await store.add_lines(work, party_id, file.source, file.on, file.lines, judged)
    told = {one.name for one in judged if one.sort not in matching.TELLS_NOTHING}
    found = [one for one in judged if one.sort is not Sort.matched]
    found += [one for one in missing if one.name not in told] + matching.unreadable(file.unread)
    if file.source not in CLEARING:
        found = [msgspec.structs.replace(one, effect_minor=0) for one in found]
    ids = await store.add_differences(work, party_id, file.on, file.source, found)
    for difference_id, one in zip(ids, found, strict=True):
        await book(work, file.source, difference_id, file.on, one.effect_minor)
    await _look_again(work, file.source, file.on)
    return judged


def _missing(work: Work, file: DayFile, expected: Mapping[str, Ours], told: AbstractSet[str]) -> list[Judged]:
    _, end = day_bounds(file.on)
    return matching.missing(expected, told, day_end=end, cut_off=work.rule(CUT_OFF).span)


async def _look_again(work: Work, source: str, on: date) -> None:
    """What fell near midnight on earlier days: it is in the new file, or it is missing."""
    rows = await store.near_midnight(work, source, on)
    told = await store.told_names(work, source, [row["name"] for row in rows])
    for row in rows:
        if row["name"] in told:
            await explain(work, row, "")
        else:
            effect_minor = (
                matching.missing_effect(row["name"], row["ours_minor"]) if source in CLEARING else 0
            )
            await store.turn_short(work, row["difference_id"], effect_minor)
            await book(work, source, row["difference_id"], row["on_day"], effect_minor)


async def open_differences(work: Work, source: str) -> list[store.Row]:
    """What waits of a source, locked; whoever knows its rows hands them to `recheck`."""
    return await store.open_ones(work, source, _OPEN_MAX)


async def explain_line(work: Work, source: str, on: date, txn: str, reason: str) -> None:
    """Ends what differs about one line of a file, because it was worked off elsewhere; nothing where it is ended."""
    for row in await store.open_of_line(work, source, on, txn):
        await explain(work, row, reason)


async def recheck(work: Work, source: str, rows: Iterable[store.Row], ours: Mapping[str, Ours]) -> int:
    """Ends the differences that our own rows, or a later file, explain by now, and tells how many those were."""
    rows = list(rows)
    told = await store.told_names(
        work, source, [row["name"] for row in rows if row["sort"] == Sort.only_ours]
    )
    ended = 0
    for row in rows:
        if row["name"] in told or _agrees(row, ours.get(row["name"])):
            await explain(work, row, "")
            ended += 1
    return ended


def _agrees(row: store.Row, mine: Ours | None) -> bool:
    return (
        row["sort"] in EXPLAINABLE
        and mine is not None
        and mine.is_booked
        and mine.amount_minor == row["channel_minor"]
        and mine.channel_txn in {"", row["channel_txn"]}
    )
