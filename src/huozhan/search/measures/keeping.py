"""Puts the notebook away into the log, forgets what is past its time, and whoever is erased."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from huozhan.kernel.actor import Actor
from huozhan.kernel.crypto import Keyring
from huozhan.kernel.shapes import View
from huozhan.kernel.work import Work
from huozhan.search import saved_store
from huozhan.search.measures import store
from huozhan.search.measures.notebook import Note, NotedSearch

WHO_BYTES = 16
FORGET_JOB = "search.forget_person"
SCORE_SCALE = 1_000
_MUCH_LATER = timedelta(minutes=2)
"""By then every web process has put away what it had noted of somebody who was erased."""
_NO_FILTERS = frozenset({"q", "sort", "page", "limit", "count"})


async def put_away(work: Work, notes: Sequence[Note]) -> None:
    """Writes notes into the log, each as of its own moment."""
    zone = ZoneInfo(work.terms.timezone)
    searches: list[tuple[Any, ...]] = []
    touches: list[tuple[Any, ...]] = []
    for note in notes:
        on, who = note.at.astimezone(zone).date(), who_of(work.keyring, note.actor)
        if isinstance(note, NotedSearch):
            searches.append((on, work.new_id(), note.at, note.actor.org_id, who, *_columns(note)))
        else:
            touches.append((on, work.new_id(), note.at, note.kind, note.offer_id, note.actor.org_id, who))
    await store.put_away(work, searches, touches)


def _columns(note: NotedSearch) -> tuple[Any, ...]:
    """What a row holds of a search beside when and who."""
    asked = note.asked
    filters = {
        name: value for name, value in msgspec.to_builtins(asked).items() if value and name not in _NO_FILTERS
    }
    if note.by_photo:
        filters["photo"] = True
    return (
        note.actor.door, note.actor.lang, asked.q.replace("\0", ""), msgspec.json.encode(filters).decode(), asked.sort, asked.page,
        note.total, note.is_relaxed, note.ranking, note.trial_id, list(note.offer_ids),
        [round(score * SCORE_SCALE) for score in note.scores], list(note.factors), note.marks,
    )  # fmt: skip


def who_of(keyring: Keyring, actor: Actor) -> bytes:
    """Who looks, as the log knows them: only with the market's key can it be told whether a row is somebody's."""
    whose = f"person:{actor.person_id}" if actor.person_id else f"visitor:{actor.visitor}"
    return _who(keyring, whose)


def _who(keyring: Keyring, whose: str) -> bytes:
    return hashlib.sha256(keyring.fingerprint(whose, field="search.who")).digest()[:WHO_BYTES]


async def forget_people(work: Work, facts: Sequence[Any]) -> None:
    """Whoever is erased is forgotten here too, once nothing of theirs is in a notebook any more."""
    for fact in facts:
        work.enqueue(FORGET_JOB, {"person_id": fact.person_id}, run_at=work.now + _MUCH_LATER)


class LookedFor(View, frozen=True, kw_only=True):
    """One search as it stands in the export of the data of the person who asked."""

    at: datetime
    q: str
    filters: dict[str, Any]
    sort: str
    page: int
    total: int


async def looked_for_by(work: Work, person_id: int) -> list[LookedFor]:
    """What a person looked for, the latest first, as far as it was put away: that takes seconds, and old rows go."""
    who = _who(work.keyring, f"person:{person_id}")
    return [
        LookedFor(
            at=row["at"],
            q=row["q"],
            filters=msgspec.json.decode(row["filters"]),
            sort=row["sort"],
            page=row["page"],
            total=row["total"],
        )
        for row in await store.searches_of(work, who)
    ]


async def forget_person(work: Work, person_id: int) -> None:
    """Drops what a person looked for, opened and saved."""
    await saved_store.forget_maker(work, person_id)
    await store.forget_who(work, _who(work.keyring, f"person:{person_id}"))


async def forget_old(work: Work, rows_max: int) -> int:
    """Drops rows of the log and of the measures that are past their time; tells how many."""
    today = work.now.astimezone(ZoneInfo(work.terms.timezone)).date()
    dropped = 0
    for table, rule in (
        ("search_log", "search.kept"),
        ("offer_touch", "search.kept"),
        ("offer_measure", "search.measures_kept"),
        ("offer_buyer", "search.measures_kept"),
    ):
        before = today - work.rule(rule).span
        dropped += await store.forget_before(work, table, before, rows_max)
    return dropped
