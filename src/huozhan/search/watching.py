"""Watched searches: new goods are noted as they come, and told of in one notice a search and day."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from huozhan import messaging, parties
from huozhan.kernel.work import Work
from huozhan.search import saved_store as store
from huozhan.search.documents import seconds_of
from huozhan.search.filters import ANY_REGION, FilterValueUnknown, chosen_in, filters_of, must_be_known
from huozhan.search.finding import FindOffers
from huozhan.search.index import OfferIndex
from huozhan.search.saving import read_ask
from huozhan.search.segmenting import plain, wanted_words
from huozhan.search.wording import Asked

AT_ONCE = 50
HITS_MAX = 200
"""So many new offers of one search are noted in one look; the newest first."""
LATE = timedelta(hours=2)
"""How long an offer may be on its way into the index and still be found by the next look."""


class DueLook(msgspec.Struct, frozen=True, kw_only=True):
    """A watched search whose time has come, and since when its goods are new."""

    org_id: int
    search_id: int
    ask: FindOffers
    region: str
    since: int


Looked = Mapping[tuple[int, int], Sequence[int]]
"""What was found, by organisation and search."""


async def due_looks(work: Work) -> list[DueLook]:
    """The watched searches whose time has come."""
    every = work.rule("search.watch_every").span
    return [
        DueLook(
            org_id=row["org_id"],
            search_id=row["search_id"],
            ask=read_ask(row["ask"]),
            region=await parties.default_region(work, row["org_id"]),
            since=seconds_of(max(row["watched_from"], row["due_at"] - every - LATE)),
        )
        for row in await store.due(work, AT_ONCE)
    ]


def look_at(index: OfferIndex, due: Sequence[DueLook]) -> Looked:
    """Looks for the new goods of each; outside a transaction, as the index may be elsewhere."""
    return {(one.org_id, one.search_id): new_offers(index, one.ask, one.region, one.since) for one in due}


async def watch_round(work: Work, looked: Looked) -> int:
    """Notes what watched searches found and tells of it; how many that were."""
    due = await store.take_due(work, looked.keys(), work.now + work.rule("search.watch_every").span)
    today = work.now.astimezone(ZoneInfo(work.terms.timezone)).date()
    told: list[tuple[int, int]] = []
    notices: list[messaging.NoticeToTell] = []
    for row in due:
        found = looked[row["org_id"], row["search_id"]]
        waiting = await store.note_hits(work, row["org_id"], row["search_id"], found)
        if waiting and (row["told_on"] is None or row["told_on"] < today):
            told.append((row["org_id"], row["search_id"]))
            notices.append(_notice(row, "search_found", {"name": row["name"], "count": waiting}))
        if row["watched_until"] <= work.now:
            await store.end_watch(work, row["org_id"], row["search_id"])
            notices.append(_notice(row, "search_watch_ended", {"name": row["name"]}))
    if told:
        await store.note_told(work, told, today)
    await messaging.tell_all(work, notices)
    return len(due)


def new_offers(index: OfferIndex, ask: FindOffers, region: str, since: int) -> Sequence[int]:
    """Offers that a search finds with all of its words and that were published since; none where a filter is gone."""
    try:
        must_be_known(chosen_in(ask))
    except FilterValueUnknown:
        return []
    wanted = msgspec.structs.replace(ask, to=ask.to or region or ANY_REGION)
    filters = filters_of(wanted)
    filters = msgspec.structs.replace(filters, ranges={**filters.ranges, "published": (since, None)})
    asked = Asked(words=wanted_words(ask.q), code=plain(ask.q).strip())
    return index.search(asked, filters, sort="newest", offset=0, limit=HITS_MAX, counted=()).offer_ids


def _notice(row: Any, kind: str, facts: dict[str, Any]) -> messaging.NoticeToTell:
    return messaging.NoticeToTell(
        org_id=row["org_id"],
        kind=kind,
        facts=facts,
        link=f"/searches/{row['search_id']}",
        permission="cart.use",
    )
