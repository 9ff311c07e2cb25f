"""The index of offers as one process asks it of an OpenSearch cluster; it answers as the embedded one does.

Calls wait for a network, so whoever serves others meanwhile asks through `aside`.
"""

import asyncio
import math
import re
import time
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import structlog

from huozhan.search.fields import FACETS
from huozhan.search.index import Hits, OfferIndex, SearchUnavailable, asked_with
from huozhan.search.making import Made
from huozhan.search.narrowing import Filters
from huozhan.search.opensearch.asking import Question, body_of, counts_of, hits_of
from huozhan.search.opensearch.line import Line, PortRefused
from huozhan.search.opensearch.making import OpenSearchMaker, clauses_in
from huozhan.search.opensearch.mapping import RESULT_WINDOW
from huozhan.search.sampling import COUNTED_MAX, share_for
from huozhan.search.synonyms import Synonyms
from huozhan.search.wording import Asked, words_query

KNOWN_SECONDS = 10.0
"""So long what a build says of itself, how often words are said, and how much was found are taken as known."""
KNOWN_MAX = 10_000
CLAUSES_MAX = 1_000
"""A server refuses more than 1,024 in one query unless it was set otherwise."""
REGEX_MAX = 900
"""And longer patterns than 1,000 signs."""
PHRASES_OF_ONE = 5
AT_ONCE = 32
IDS_AT_ONCE = 5_000
NOT_THERE = "index_not_found_exception"
_RESERVED = re.compile(r"[^0-9a-z\u0080-\uffff]")
NOTHING = Hits(offer_ids=[], total=0, facets={})
T = TypeVar("T")
log = structlog.get_logger()


class About(msgspec.Struct, frozen=True):
    """What the build in use says of itself, and how many offers it holds."""

    share: int = 1
    scale: float = 1.0
    offers: int = 0


class OpenSearchIndex(OfferIndex):
    """The index behind one alias of a cluster. Raises SearchUnavailable where the cluster does not answer."""

    def __init__(self, folder: Path, line: Line) -> None:
        """`folder` holds what is this machine's own: pictures, and what categories are called."""
        super().__init__(folder)
        self.line = line
        self._alias = line.settings.index
        self._threads = ThreadPoolExecutor(AT_ONCE, "opensearch")
        self._known: dict[Any, tuple[float, Any]] = {}

    async def aside(self, ask: Callable[[], T]) -> T:
        """See `OfferIndex.aside`."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, ask)

    @property
    def state(self) -> None:
        """A cluster does not tell its readers of every change, so no answer of it is kept."""
        return

    def close(self) -> None:
        """Lets go of threads and connections."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self.line.close()

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
        """See `OfferIndex.search`."""
        about = self._about()
        if about is None or offset + limit > RESULT_WINDOW:
            return NOTHING
        make = OpenSearchMaker(about.scale)
        question = Question(
            wanted=self._wanted(make, asked), filters=filters, sort=sort, offset=offset, limit=limit,
            counted=counted, without=without,
        )  # fmt: skip
        about_total = ("total", msgspec.json.encode((question.wanted, filters)))
        share = self._share_known(about, about_total) if counted else 1
        first = msgspec.structs.replace(question, counted=counted if share else (), share=share or 1)
        answer = self._ask(make, first)
        hits = hits_of(first, answer)
        self._remember(about_total, hits.total)
        right = _share_of(hits.total)
        if counted and hits.total and right != share:
            # How many there are is known only now: what is counted is asked for among as many as that takes.
            again = msgspec.structs.replace(question, offset=0, limit=0, share=right)
            facets = counts_of(again, self._ask(make, again))
            return msgspec.structs.replace(hits, facets=facets, about=right > 1)
        return hits

    def search_some(self, asked: Asked, filters: Filters, *, limit: int) -> Hits:
        """See `OfferIndex.search_some`."""
        words = [word for word in asked.words if " " not in word]
        share = share_for(sum(self._said("any", words).values()))
        if share > 1:
            sampled = msgspec.structs.replace(filters, terms={**filters.terms, "sample": [str(share)]})
            some = self.search(asked, sampled, sort="best", offset=0, limit=limit, counted=())
            if len(some.offer_ids) == limit:
                return some
        return self.search(asked, filters, sort="best", offset=0, limit=limit, counted=())

    def count_terms(self, asked: Asked, filters: Filters, fields: Sequence[str]) -> dict[str, dict[str, int]]:
        """See `OfferIndex.count_terms`."""
        if (about := self._about()) is None:
            return {}
        make = OpenSearchMaker(about.scale)
        question = Question(wanted=self._wanted(make, asked), filters=filters, counted=fields)
        return counts_of(question, self._ask(make, question))

    def suggestions(self, start: str, limit: int) -> list[tuple[str, int]]:
        """See `OfferIndex.suggestions`."""
        if not start or (about := self._about()) is None:
            return []
        if (known := self._recall(("phrases", start))) is not None and limit <= PHRASES_OF_ONE:
            found = known[:limit]
        else:
            found = self._phrases([start], limit).get(start, [])
        counted = [(phrase, offers * about.share) for phrase, offers in found]
        return sorted(counted, key=lambda phrase: (-phrase[1], len(phrase[0])))

    @property
    def suggests_about(self) -> bool:
        """See `OfferIndex.suggests_about`."""
        about = self._about()
        return about is not None and about.share > 1

    def titled(self, word: str) -> int:
        """See `OfferIndex.titled`."""
        return self._said("title", [word])[word]

    def words(self, start: str, limit: int) -> list[tuple[str, int]]:
        """See `OfferIndex.words`; they are read among phrases, which every word of a title is one of."""
        found = self.suggestions(start, limit * 4)
        return [(phrase, n) for phrase, n in found if not set(phrase) & {" ", "|"}][:limit]

    def values(self, start: str, limit: int) -> list[tuple[str, int]]:
        """See `OfferIndex.values`."""
        if self._about() is None:
            return []
        (pattern,) = _patterns([start])
        wanted = {"terms": {"field": "attribute", "include": pattern, "size": limit}}
        answer = self._searched(
            {"size": 0, "track_total_hits": False, "query": {"match_all": {}}, "aggs": {"values": wanted}}
        )
        buckets = answer["aggregations"]["values"]["buckets"]
        return [(bucket["key"], bucket["doc_count"]) for bucket in buckets]

    def expect(self, words: Collection[str], starts: Collection[str]) -> None:
        """See `OfferIndex.expect`."""
        self._said("title", words)
        new = [start for start in dict.fromkeys(starts) if self._recall(("phrases", start)) is None]
        if new and self._about() is not None:
            found = self._phrases(new, len(new) * PHRASES_OF_ONE)
            for start in new:
                self._remember(("phrases", start), found.get(start, [])[:PHRASES_OF_ONE])

    def count(self) -> int:
        """See `OfferIndex.count`."""
        self._known.pop("about", None)
        about = self._about()
        return about.offers if about else 0

    def holds(self, offer_ids: Iterable[int]) -> set[int]:
        """See `OfferIndex.holds`."""
        return set(self._numbers("offer_id", list(offer_ids)))

    def factors_of(self, offer_ids: Sequence[int]) -> dict[int, int]:
        """See `OfferIndex.factors_of`."""
        return self._numbers("factors", offer_ids)

    def look_now(self) -> None:
        """See `OfferIndex.look_now`."""
        self._known.clear()
        if self._about() is not None:
            self.line.do("POST", f"/{self._alias}/_refresh")
            self._known.clear()

    def _wanted(self, make: OpenSearchMaker, asked: Asked) -> Made:
        """What the words ask for; of more than a server takes, first pairs as one word are left out, then other names."""
        asked = asked_with(self.synonyms, asked)
        pairs = {one + other for one, other in pairwise(asked.words) if (one + other).isascii()}
        # One word of another run's spaces is none that a title says.
        said = self._said("title", [pair for pair in pairs if " " not in pair]) if not asked.part else {}
        plainer = msgspec.structs.replace(asked, synonyms=Synonyms(()))
        for one, in_titles in (
            (asked, lambda word: bool(said.get(word))),
            (asked, _never),
            (plainer, _never),
        ):
            query: Made = words_query(make, one, in_titles)
            if clauses_in(query) <= CLAUSES_MAX:
                return query
        return make.any_of([])

    def _share_known(self, about: About, about_total: Any) -> int | None:
        """The share that facets are counted in, where it is known before they are."""
        if about.offers <= COUNTED_MAX:
            return 1
        total = self._recall(about_total)
        return None if total is None else _share_of(total)

    def _ask(self, make: OpenSearchMaker, question: Question) -> dict[str, Any]:
        body = body_of(make, question, timeout_ms=self.line.settings.timeout_ms)
        # The same words go to the same copies of the shards, so that pages fit one another.
        lot = zlib.crc32(msgspec.json.encode(question.wanted))
        query = {"preference": f"q{lot}", "allow_partial_search_results": "false"}
        if self.line.settings.whole_frequencies:
            query["search_type"] = "dfs_query_then_fetch"
        return self._searched(body, **query)

    def _searched(self, body: dict[str, Any], **query: str) -> dict[str, Any]:
        """Asks; once more where the build went away just now."""
        for is_last in (False, True):
            try:
                answer = self.line.ask(f"/{self._alias}/_search", body, **query)
            except PortRefused as refused:
                if refused.kind == NOT_THERE and not is_last:
                    continue
                log.warning("search.refused", error=str(refused))
                raise SearchUnavailable from refused
            if answer.get("timed_out") or answer["_shards"]["failed"]:
                raise SearchUnavailable
            return answer
        raise AssertionError

    def _about(self) -> About | None:
        """What the build in use is; None where there is none yet."""
        known = self._recall("about")
        if known is None:
            known = self._remember("about", (self._look(),))
        about: About | None = known[0]
        return about

    def _look(self) -> About | None:
        try:
            mappings = self.line.get(f"/{self._alias}/_mapping")
            offers = self.line.get(f"/{self._alias}/_count")["count"]
        except PortRefused as refused:
            if refused.kind == NOT_THERE:
                return None
            log.warning("search.refused", error=str(refused))
            raise SearchUnavailable from refused
        said = next(iter(mappings.values()))
        told = said["mappings"].get("_meta", {})
        return About(share=told.get("share", 1), scale=told.get("scale", 1.0), offers=offers)

    def _said(self, field: str, words: Collection[str]) -> dict[str, int]:
        """How many offers have each of the words in a field; asked for together, and only what is not known."""
        said = {word: self._recall((field, word)) for word in words}
        new = [word for word, offers in said.items() if offers is None]
        if new and self._about() is None:
            return dict.fromkeys(words, 0)
        for some in _parts(new, CLAUSES_MAX):
            at = {str(n): {"term": {field: {"value": word}}} for n, word in enumerate(some)}
            answer = self._searched(
                {
                    "size": 0,
                    "track_total_hits": False,
                    "query": {"terms": {field: list(some)}},
                    "aggs": {"said": {"filters": {"filters": at}}},
                }
            )
            buckets = answer["aggregations"]["said"]["buckets"]
            for n, word in enumerate(some):
                said[word] = self._remember((field, word), buckets[str(n)]["doc_count"])
        return {word: offers or 0 for word, offers in said.items()}

    def _phrases(self, starts: Sequence[str], limit: int) -> dict[str, list[tuple[str, int]]]:
        """Phrases that begin so, by their beginning, the commonest first."""
        patterns = _patterns(starts)
        answer = self._searched(
            {
                "size": 0,
                "track_total_hits": False,
                "query": {"match_all": {}},
                "aggs": {
                    str(n): {
                        "terms": {
                            "field": "suggest",
                            "include": pattern,
                            "size": limit,
                            "shard_size": 4 * limit,
                        }
                    }
                    for n, pattern in enumerate(patterns)
                },
            }
        )
        found: dict[str, list[tuple[str, int]]] = {}
        for said in answer["aggregations"].values():
            for bucket in said["buckets"]:
                for start in starts:
                    if bucket["key"].startswith(start):
                        found.setdefault(start, []).append((bucket["key"], bucket["doc_count"]))
        return found

    def _numbers(self, field: str, offer_ids: Sequence[int]) -> dict[int, int]:
        """A number of each of these offers that the index holds."""
        found: dict[int, int] = {}
        for some in _parts(offer_ids, IDS_AT_ONCE):
            if self._about() is None:
                return {}
            body = {
                "size": len(some),
                "_source": False,
                "docvalue_fields": list(dict.fromkeys(("offer_id", field))),
                "query": {"bool": {"filter": [{"ids": {"values": [str(one) for one in some]}}]}},
            }
            for hit in self._searched(body)["hits"]["hits"]:
                found[int(hit["fields"]["offer_id"][0])] = int(hit["fields"].get(field, (0,))[0])
        return found

    def _recall(self, what: Any) -> Any:
        at, known = self._known.get(what, (-math.inf, None))
        return known if time.monotonic() - at < KNOWN_SECONDS else None

    def _remember(self, what: Any, known: T) -> T:
        if len(self._known) > KNOWN_MAX:
            self._known.clear()
        self._known[what] = (time.monotonic(), known)
        return known


def _parts(whole: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    return (whole[at : at + size] for at in range(0, len(whole), size))


def _never(_word: str) -> bool:
    return False


def _share_of(total: int) -> int:
    return share_for(total) if total > COUNTED_MAX else 1


def _patterns(starts: Iterable[str]) -> list[str]:
    """Patterns of the engine's for everything that begins with one of these."""
    patterns: list[str] = []
    some: list[str] = []
    for start in starts:
        escaped = _RESERVED.sub(lambda sign: "\\" + sign[0], start)
        if some and sum(map(len, some)) + len(some) + len(escaped) > REGEX_MAX:
            patterns.append(f"({'|'.join(some)}).*")
            some = []
        some.append(escaped)
    return [*patterns, f"({'|'.join(some)}).*"]
