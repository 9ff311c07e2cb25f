"""Searches that are kept under a name, and watched for new goods; an organisation's buyers share them."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

import msgspec

from huozhan import catalogue
from huozhan.kernel.refusals import NotFound, Refusal
from huozhan.kernel.shapes import Ask, Bilingual, Done, Id, Nothing, View
from huozhan.kernel.work import Work, use_case
from huozhan.search import saved_store as store
from huozhan.search.filters import FilterValueUnknown, chosen_in, must_be_known
from huozhan.search.finding import FindOffers

NAME_MAX = 60
_OF_THE_PAGE = ("page", "limit", "count", "sort")

SearchName = Annotated[str, msgspec.Meta(min_length=1, max_length=NAME_MAX)]


class SaveSearch(Ask, frozen=True, kw_only=True):
    """What is looked for, whatever its order and page, under a name; the same search saved again gets the new name."""

    name: SearchName
    search: FindOffers
    watch: bool = False
    """Whether to tell of new goods."""


class EditSearch(Ask, frozen=True, kw_only=True):
    """Another name, or whether new goods are told of; what is left out stays."""

    search_id: Id
    name: SearchName | None = None
    watch: bool | None = None


class SearchRef(Ask, frozen=True, kw_only=True):
    """One saved search."""

    search_id: Id


class SavedSearchView(View, frozen=True, kw_only=True):
    """A saved search; with `watched_until` new goods are told of until then. `found` counts those told of so far."""

    search_id: Id
    name: str
    search: FindOffers
    made_at: datetime
    watched_until: datetime | None
    found: int
    names: dict[str, Bilingual] = {}
    """What the categories are called that it looks in."""


class SavedSearchList(View, frozen=True, kw_only=True):
    """All saved searches of an organisation, the newest first."""

    items: list[SavedSearchView]


class NothingToSave(Refusal):
    """A search without words and filters is all goods of the market."""

    code = "search.nothing_to_save"


class TooManySaved(Refusal):
    """A person keeps as many searches as may be."""

    code = "search.too_many_saved"


class TooManyWatched(Refusal):
    """A person has as many searches watched as may be."""

    code = "search.too_many_watched"


@use_case("cart.use", writes=True)
async def save_search(work: Work, ask: SaveSearch) -> SavedSearchView:
    """Keeps a search under a name, and watches it where that is wanted."""
    kept = kept_of(ask.search)
    if kept == FindOffers():
        raise NothingToSave
    must_be_known(chosen_in(kept))
    if not ask.name.strip():
        raise FilterValueUnknown(filter="name", value=ask.name)
    written = msgspec.json.encode(msgspec.to_builtins(kept)).decode()
    search_id, is_new = await store.save(
        work,
        search_id=work.new_id(),
        name=ask.name.strip(),
        ask=written,
        fingerprint=hashlib.sha256(written.encode()).hexdigest(),
    )
    if is_new:
        await _must_be_few(work)
    if ask.watch:
        await _watch(work, search_id, is_on=True)
    return await _one(work, search_id)


@use_case("cart.use", writes=False)
async def saved_searches(work: Work, _ask: Nothing) -> SavedSearchList:
    """The organisation's saved searches."""
    return SavedSearchList(items=await _views(work, await store.saved(work)))


@use_case("cart.use", writes=False)
async def saved_search(work: Work, ask: SearchRef) -> SavedSearchView:
    """One saved search, to be looked for again."""
    return await _one(work, int(ask.search_id))


@use_case("cart.use", writes=True)
async def edit_search(work: Work, ask: EditSearch) -> SavedSearchView:
    """Renames a saved search, watches it or lets it be; watching again lasts as long as watching anew."""
    search_id = int(ask.search_id)
    await _one(work, search_id)
    if ask.name is not None and ask.name.strip():
        await store.rename(work, search_id, ask.name.strip())
    if ask.watch is not None:
        await _watch(work, search_id, is_on=ask.watch)
    return await _one(work, search_id)


@use_case("cart.use", writes=True)
async def drop_search(work: Work, ask: SearchRef) -> Done:
    """Forgets a saved search and what it had found."""
    if not await store.drop(work, int(ask.search_id)):
        raise NotFound
    return Done()


class OwnSearch(View, frozen=True, kw_only=True):
    """A saved search as it stands in the export of the data of the person who made it."""

    org_id: Id
    name: str
    search: FindOffers
    made_at: datetime
    watched_until: datetime | None


async def searches_by(work: Work, person_id: int) -> list[OwnSearch]:
    """What a person saved, in every organisation, for the export of their data."""
    return [
        OwnSearch(
            org_id=str(row["org_id"]),
            name=row["name"],
            search=read_ask(row["ask"]),
            made_at=row["made_at"],
            watched_until=row["watched_until"],
        )
        for row in await store.made_by(work, person_id)
    ]


def kept_of(ask: FindOffers) -> FindOffers:
    """What a search looks for, without what only orders and pages its results; chosen values in one order."""
    first = FindOffers()
    values = {
        name: sorted(set(value)) if isinstance(value, list) else value
        for name, value in msgspec.structs.asdict(ask).items()
    }
    values |= {name: getattr(first, name) for name in _OF_THE_PAGE}
    return msgspec.structs.replace(ask, **{**values, "q": ask.q.strip()})


async def _watch(work: Work, search_id: int, *, is_on: bool) -> None:
    until = work.now + work.rule("search.watched_for").span if is_on else None
    await store.watch(work, search_id, until)
    if is_on:
        most = work.rule("search.watched_most").value
        if (await store.counts(work))[1] > most:
            raise TooManyWatched(most=most)


async def _must_be_few(work: Work) -> None:
    most = work.rule("search.saved_most").value
    if (await store.counts(work))[0] > most:
        raise TooManySaved(most=most)


async def _one(work: Work, search_id: int) -> SavedSearchView:
    row = await store.one(work, search_id)
    if row is None:
        raise NotFound
    return (await _views(work, [row]))[0]


async def _views(work: Work, rows: Sequence[Any]) -> list[SavedSearchView]:
    asks = [read_ask(row["ask"]) for row in rows]
    categories = {one for ask in asks for one in ask.category}
    names = await catalogue.category_names(work, categories) if categories else {}
    return [
        SavedSearchView(
            search_id=str(row["search_id"]),
            name=row["name"],
            search=ask,
            made_at=row["made_at"],
            watched_until=row["watched_until"],
            found=row["found"],
            names={one: names[one] for one in ask.category if one in names},
        )
        for row, ask in zip(rows, asks, strict=True)
    ]


def read_ask(written: str) -> FindOffers:
    """A search as it was kept; a filter that there is not any more no longer narrows it."""
    known = {field.name for field in msgspec.structs.fields(FindOffers)}
    fields = {name: value for name, value in msgspec.json.decode(written).items() if name in known}
    return msgspec.convert(fields, FindOffers)
