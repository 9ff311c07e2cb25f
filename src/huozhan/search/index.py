"""The full-text index of offers as one process reads it: a folder that one other process writes.

The folder holds one directory per build; a small file names the one in use, so that a rebuild swaps in whole.
"""

import contextlib
import copy
import math
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import numpy as np
import tantivy

from huozhan.kernel.refusals import Refusal, Sort
from huozhan.search.builds import build_in_use, has_our_fields, marked, share_of
from huozhan.search.few import FEW, NAMED, NUMBERS, Few, Names, columns_of, told
from huozhan.search.fields import FACETS, SORTS
from huozhan.search.kept import Answers
from huozhan.search.making import EMBEDDED, Made, Maker
from huozhan.search.narrowing import PART, Filters
from huozhan.search.sampling import COUNTED_MAX, SAMPLE, share_for
from huozhan.search.sellers import Sellers
from huozhan.search.synonyms import AS_SHIPPED, Synonyms
from huozhan.search.understanding.brands import BrandBook
from huozhan.search.understanding.categories import Profiles
from huozhan.search.wording import Asked, words_query

LOOK_SECONDS = 0.1
TRIES_TO_OPEN = 3
SOUNDS_MAX = 20
PROFILES, BRANDS = "categories.profiles", "brands.json"
"""The files of what the market learnt of its categories and brands; rebuilds leave them alone."""
BUCKETS_MAX = 60
PARTED_BUCKETS_MAX = 400
T = TypeVar("T")


class SearchUnavailable(Refusal):
    """The engine of the search does not answer at present; the embedded one always does."""

    code = "search.unavailable"
    sort = Sort.busy


class Hits(msgspec.Struct, frozen=True, kw_only=True):
    """Which offers, in order, how many there are in all, and the counts of each facet.

    `scores` are the engine's own for the order "best", weight of the offer included; empty for other orders. `factors` are what
    ranking knew of each, packed as `ranking.factors` does, `shops` and `goods` what tells
    shops and identical goods apart, `marks` how each came to its place (`ranking.arranging`).
    """

    offer_ids: list[int]
    scores: list[float] = []
    factors: list[int] = []
    shops: list[int] = []
    goods: list[int] = []
    marks: str = ""
    behind: list[tuple[int, ...]] = []
    """The identical goods that each stands for, where a page shows them as one; empty where none are put together."""
    total: int
    facets: dict[str, dict[str, int]]
    about: bool = False
    """The counts of facets are estimates: among so many offers they were made in a sample of them."""


class OfferIndex:
    """The index as one process reads it; it follows the writer within a tenth of a second."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._looked_at = 0.0
        self._mark: tuple[str, int] | None = None
        self._index: tantivy.Index | None = None
        self._share = 1
        self.eye: Any = None
        """What looks for pictures among the same offers; `main` opens it beside."""
        self.sense: Any = None
        """What looks for goods by meaning; `open_index` opens it beside."""
        self.profiles = Profiles(folder / PROFILES)
        self.brands = BrandBook(folder / BRANDS)
        self.synonyms: Synonyms = AS_SHIPPED
        self.synonyms_at: datetime | None = None
        self.synonyms_mark: object = None
        self.answers = Answers()
        self.sellers = Sellers()
        self._names = Names()

    @property
    def state(self) -> tuple[object, ...] | None:
        """What every answer depends on: where it is the same, the same question has the same answer; None where nobody can tell."""
        self._searcher()
        return (self._mark, self.synonyms, self.profiles.mark, self.brands.mark) if self._mark else None

    async def aside(self, ask: Callable[[], T]) -> T:
        """Asks this index: at once where it is in this process, aside where others would have to wait for a network."""
        return ask()

    def close(self) -> None:
        """Lets go of what is held."""

    def search(
        self,
        asked: Asked,
        filters: Filters,
        *,
        sort: str,
        offset: int,
        limit: int,
        counted: Sequence[str] = FACETS,
        without: Sequence[int] = (),
    ) -> Hits:
        """Finds offers that have the words and pass the filters; counts the terms of these fields among them.

        Offers `without` which it is asked are neither found nor in the total.
        """
        searcher = self._searcher()
        if searcher is None:
            return Hits(offer_ids=[], total=0, facets={})
        field, order = SORTS.get(sort, (None, tantivy.Order.Desc))
        page = _Page(offset, limit, field, order)
        if counted and not without and (few := self._few(searcher, asked, filters, page, counted)):
            return few
        query = self._query(searcher, asked, filters)
        hits_query = EMBEDDED.all_of([query], none=[EMBEDDED.of_keys(without)]) if without else query
        found = page.of(searcher, hits_query)
        share = share_for(found.count) if found.count > COUNTED_MAX else 1
        # Nothing found has nothing to count: what is asked for next, with fewer words, is not made to wait for that.
        facets = self._counted(searcher, asked, filters, query, counted, share) if found.count else {}
        return self._hits(searcher, found.hits, found.count, facets, page, share)

    def _few(
        self, searcher: Any, asked: Asked, filters: Filters, page: "_Page", counted: Sequence[str]
    ) -> Hits | None:
        """What is found and its counts by one look at the lists, where that is little and its numbers tell all; else None."""
        chosen = told(filters, counted)
        if chosen is None or _around(searcher, filters, counted).get("category") == "within":
            return None
        wider = filters.without(chosen)
        if _expected(searcher, asked, wider) > FEW:
            return None
        found = _Page(0, FEW, page.field, page.order).of(searcher, self._query(searcher, asked, wider))
        if found.count > FEW:
            return None
        hits = found.hits
        addresses = [address for _, address in hits]
        numbers = {name: _values(searcher, name, addresses) for name in NUMBERS}
        columns, names = columns_of(numbers), self._names_of(searcher, numbers)
        if columns is None or names is None:
            return None
        few = Few(columns, {facet: filters.terms[facet] for facet in chosen}, names)
        places = np.flatnonzero(few.found).tolist()
        shown = [hits[place] for place in places[page.offset : page.last]]
        facets = few.counts(counted, BUCKETS_MAX) if places else {}
        return self._hits(searcher, shown, len(places), facets, page, 1)

    def _names_of(
        self, searcher: Any, numbers: Mapping[str, Sequence[int | None]]
    ) -> dict[str, dict[int, str]] | None:
        """Which values the numbers of hits are of; None where the index does not say."""
        named = {}
        for facet, name in NAMED.items():
            known = self._names.of(
                facet,
                (number for number in numbers[name] if number),
                lambda field: (term for term, _ in searcher.terms_with_prefix(field, "")),
            )
            if known is None:
                return None
            named[facet] = known
        return named

    def _hits(
        self, searcher: Any, hits: Sequence[Any], total: int, facets: Any, page: "_Page", share: int
    ) -> Hits:
        addresses = [address for _, address in hits]
        return Hits(
            offer_ids=_values(searcher, "offer_id", addresses),
            scores=[] if page.field else [score for score, _ in hits],
            factors=_values(searcher, "factors", addresses),
            shops=_values(searcher, "shop", addresses),
            goods=_values(searcher, "goods", addresses),
            total=total,
            facets=facets,
            about=share > 1,
        )

    def _counted(
        self, searcher: Any, asked: Asked, filters: Filters, query: Any, fields: Sequence[str], share: int
    ) -> dict[str, dict[str, int]]:
        """Counts of facets among all that was found, or among one of so many and multiplied."""
        if share == 1:
            return self._facets(searcher, asked, filters, query, fields)
        sampled = _in_sample(filters, share)
        query = self._query(searcher, asked, sampled)
        counts = self._facets(searcher, asked, sampled, query, fields)
        return {
            facet: {value: count * share for value, count in found.items()} for facet, found in counts.items()
        }

    def search_some(self, asked: Asked, filters: Filters, *, limit: int) -> Hits:
        """The best that have the words, among a sample where very many have one of them and a sample has enough."""
        searcher = self._searcher()
        if searcher is None:
            return Hits(offer_ids=[], total=0, facets={})
        there = sum(searcher.doc_freq("any", word) for word in asked.words)
        share = share_for(there)
        if share > 1:
            some = self.search(
                asked, _in_sample(filters, share), sort="best", offset=0, limit=limit, counted=()
            )
            if len(some.offer_ids) == limit:
                return some
        return self.search(asked, filters, sort="best", offset=0, limit=limit, counted=())

    def with_synonyms(self, synonyms: Synonyms) -> "OfferIndex":
        """The same index, asked with other synonyms."""
        other = copy.copy(self)
        other.synonyms = synonyms
        return other

    def suggestions(self, start: str, limit: int) -> list[tuple[str, int]]:
        """Phrases of offers on sale that begin with `start`, with the number of offers, the commonest first."""
        searcher = self._searcher()
        if searcher is None or not start:
            return []
        found: list[tuple[str, int]] = searcher.terms_with_prefix("suggest", start, limit=limit)
        counted = [(phrase, offers * self._share) for phrase, offers in found]
        return sorted(counted, key=lambda phrase: (-phrase[1], len(phrase[0])))

    @property
    def suggests_about(self) -> bool:
        """Whether the numbers of offers that phrases lead to are estimated: in a large market one of so many suggests."""
        return self._share > 1

    def titled(self, word: str) -> int:
        """How many offers say this word in their title."""
        searcher = self._searcher()
        return int(searcher.doc_freq("title", word)) if searcher else 0

    def values(self, start: str, limit: int) -> list[tuple[str, int]]:
        """Values of attributes that begin so, with their offers, the commonest first."""
        searcher = self._searcher()
        return searcher.terms_with_prefix("attribute", start, limit=limit) if searcher else []

    def expect(self, words: Collection[str], starts: Collection[str]) -> None:
        """What will be asked for next, as `titled` and as `suggestions` of a few: an index elsewhere asks for it together."""

    def words(self, start: str, limit: int) -> list[tuple[str, int]]:
        """Words of titles that begin so, with their offers, the commonest first."""
        searcher = self._searcher()
        return searcher.terms_with_prefix("title", start, limit=limit) if searcher else []

    def sounding(self, typed: str) -> str | None:
        """The commonest Chinese phrase that sounds like what was typed, as pinyin or its first letters."""
        found = self.suggestions(f"{typed}|", SOUNDS_MAX)
        return found[0][0].partition("|")[2] if found else None

    def count(self) -> int:
        """How many offers the index holds."""
        searcher = self._searcher()
        return int(searcher.num_docs) if searcher else 0

    def holds(self, offer_ids: Iterable[int]) -> set[int]:
        """Which of these offers the index holds."""
        searcher = self._searcher()
        if searcher is None:
            return set()
        return {i for i in offer_ids if searcher.doc_freq("key", str(i))}

    def factors_of(self, offer_ids: Sequence[int]) -> dict[int, int]:
        """What the index holds of these offers' factors; those that it has not are left out."""
        searcher = self._searcher()
        if searcher is None or not offer_ids:
            return {}
        found = searcher.search(EMBEDDED.of_keys(offer_ids), len(offer_ids))
        addresses = [address for _, address in found.hits]
        if not addresses:
            return {}
        values = searcher.fast_field_values("factors", addresses)
        return dict(zip(searcher.fast_field_values("offer_id", addresses), values, strict=True))

    def count_terms(self, asked: Asked, filters: Filters, fields: Sequence[str]) -> dict[str, dict[str, int]]:
        """Counts the terms of these fields among what `search` would find."""
        searcher = self._searcher()
        if searcher is None:
            return {}
        query = self._query(searcher, asked, filters)
        return self._facets(searcher, asked, filters, query, fields)

    def _facets(
        self,
        searcher: Any,
        asked: Asked,
        filters: Filters,
        query: Any,
        fields: Sequence[str],
    ) -> dict[str, dict[str, int]]:
        """Counts of every facet; a facet that is filtered by counts as if it were not, so that others can be chosen."""
        filter_of = _around(searcher, filters, fields)
        free = [facet for facet in fields if facet not in filter_of]

        def around(filtered: str, facet: str) -> dict[str, int]:
            kept = {name: values for name, values in filters.terms.items() if name != filtered}
            wider = self._query(searcher, asked, msgspec.structs.replace(filters, terms=kept))
            return _buckets(searcher.aggregate(wider, _terms_aggregation([facet])))[facet]

        counts = _buckets(searcher.aggregate(query, _terms_aggregation(free))) if free else {}
        for facet, filtered in filter_of.items():
            counts[facet] = around(filtered, facet)
        for filtered in filters.terms:
            facet, apart, part = filtered.partition(PART)
            if apart and facet in fields:
                of_part = {
                    term: n for term, n in around(filtered, facet).items() if term.startswith(f"{part}:")
                }
                counts[facet] = {**counts.get(facet, {}), **of_part}
        return counts

    def _query(self, searcher: Any, asked: Asked, filters: Filters) -> Any:
        def in_titles(word: str) -> bool:
            return bool(searcher.doc_freq("title", word))

        asked = asked_with(self.synonyms, asked)
        return filtered(EMBEDDED, words_query(EMBEDDED, asked, in_titles), filters)

    def look_now(self) -> None:
        """The next question sees what was committed until now, however lately the last one was asked."""
        self._looked_at = -math.inf

    def _searcher(self) -> Any:
        now = time.monotonic()
        if now - self._looked_at >= LOOK_SECONDS:
            self._looked_at = now
            self._follow()
        return self._index.searcher() if self._index else None

    def _follow(self) -> None:
        """Opens the build in use, or takes up what its writer committed since; a build that goes just now is left for the next."""
        for _ in range(TRIES_TO_OPEN):
            # What fails because files went away meanwhile is tried again: there is a newer build or commit then.
            with contextlib.suppress(OSError, ValueError):
                self._open(build_in_use(self._folder))
                return

    def _open(self, build: str) -> None:
        if not build:
            return
        mark = (build, marked(self._folder / build))
        if mark == self._mark:
            return
        if self._index is None or self._mark is None or self._mark[0] != build:
            if not has_our_fields(self._folder / build):
                return
            self._index = tantivy.Index.open(str(self._folder / build))
        self._index.reload()
        self._mark, self._share = mark, share_of(build)


def asked_with(synonyms: Synonyms, asked: Asked) -> Asked:
    """What was asked, with what else its words are called; runs of words that are an entry together are one."""
    runs = synonyms.with_runs
    return msgspec.structs.replace(
        asked, synonyms=synonyms, words=runs(asked.words), needed=runs(asked.needed)
    )


def filtered(make: Maker, wanted: Made, filters: Filters) -> Made:
    """What is wanted of offers that pass the filters."""
    must, none = passing(make, filters)
    return make.all_of([wanted, *must], none=none)


def among_these(filters: Filters, offer_ids: Iterable[int]) -> Filters:
    """The same filters for these offers only."""
    return msgspec.structs.replace(filters, terms={**filters.terms, "key": [str(one) for one in offer_ids]})


def that_pass(index: OfferIndex, filters: Filters, offer_ids: Collection[int]) -> set[int]:
    """Those of these offers that the index holds and that pass the filters."""
    among = among_these(filters, offer_ids)
    hits = index.search(Asked(words=()), among, sort="best", offset=0, limit=len(offer_ids), counted=())
    return set(hits.offer_ids)


def passing(make: Maker, filters: Filters) -> tuple[list[Made], list[Made]]:
    """What offers must pass, and what they must not be."""
    must = []
    for name, values in filters.terms.items():
        field = name.partition(PART)[0]
        must.append(make.passing(make.any_of([make.term(field, value) for value in values])))
    for field, values in filters.every.items():
        must += [make.passing(make.term(field, value)) for value in values]
    for field, (low, high) in filters.ranges.items():
        must.append(make.passing(make.within(field, low, high)))
    none = [make.term(field, value) for field, values in filters.none.items() for value in values]
    return must, none


def _in_sample(filters: Filters, share: int) -> Filters:
    return msgspec.structs.replace(filters, terms={**filters.terms, SAMPLE: [str(share)]})


def _around(searcher: Any, filters: Filters, counted: Sequence[str]) -> dict[str, str]:
    """The facets that are filtered by, and by which field: they count as if they were not, so that others can be chosen."""
    filter_of = {facet: facet for facet in counted if facet in filters.terms}
    within = filters.terms.get("within", ())
    if "category" in counted and within and all(searcher.doc_freq("category", one) for one in within):
        # Goods lie in these categories themselves, so others beside them can be chosen; a branch is gone into.
        filter_of["category"] = "within"
    return filter_of


def _expected(searcher: Any, asked: Asked, filters: Filters) -> float:
    """How many would be found if words and filters went together by chance: most often it is more, as words of one question do not."""
    offers = max(int(searcher.num_docs), 1)
    lists = [searcher.doc_freq("any", word) for word in asked.words]
    lists += [
        sum(searcher.doc_freq(name.partition(PART)[0], value) for value in values)
        for name, values in filters.terms.items()
    ]
    return offers * math.prod(min(1.0, found / offers) for found in lists)


class _Page(msgspec.Struct, frozen=True):
    """Which hits of an order: by a number, or the best."""

    offset: int
    limit: int
    field: str | None
    order: tantivy.Order

    @property
    def last(self) -> int:
        return self.offset + self.limit

    def of(self, searcher: Any, query: Any) -> Any:
        try:
            if self.field:
                return searcher.search(
                    query, self.limit, order_by_field=self.field, order=self.order, offset=self.offset
                )
            return searcher.search(query, self.limit, offset=self.offset, weight_by_field="weight")
        except ValueError:
            # A build that was made before there was such a number, until the new one is ready: by relevance alone.
            return searcher.search(query, self.limit, offset=self.offset)


def _values(searcher: Any, field: str, addresses: list[Any]) -> list[int]:
    """A number of each hit; 0 where the build was made before there was such a number."""
    try:
        return list(searcher.fast_field_values(field, addresses)) if addresses else []
    except ValueError:
        return [0] * len(addresses)


def _terms_aggregation(facets: Sequence[str]) -> dict[str, Any]:
    return {
        facet: {
            "terms": {"field": facet, "size": PARTED_BUCKETS_MAX if facet == "attribute" else BUCKETS_MAX}
        }
        for facet in facets
    }


def _buckets(aggregated: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    return {
        facet: {bucket["key"]: bucket["doc_count"] for bucket in found["buckets"]}
        for facet, found in aggregated.items()
    }
