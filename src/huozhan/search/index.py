"""The full-text index of offers: a folder that one process writes and every web process reads.

The folder holds one directory per build; a small file names the one in use, so that a rebuild swaps in whole.
"""

import contextlib
import math
import secrets
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import msgspec
import tantivy

from huozhan.search.segmenting import DICTIONARY_VERSION
from huozhan.search.synonyms import others_of

SCHEMA_VERSION = 5
VERSION = f"{SCHEMA_VERSION}.{DICTIONARY_VERSION}"
WRITER_HEAP_BYTES = 32_000_000
LOOK_SECONDS = 0.1
SOUNDS_MAX = 20
_CURRENT = "current"

FACETS = ("category", "vertical", "province", "supplier_kind", "promise")
SORTS = {"price_up": ("price_low", tantivy.Order.Asc), "price_down": ("price_low", tantivy.Order.Desc),
         "sold": ("sold", tantivy.Order.Desc), "newest": ("published", tantivy.Order.Desc)}  # fmt: skip
BOOSTS = {"title": 3.0, "options": 1.0, "names": 1.5, "details": 0.6}
CODE_BOOST = 10.0
SIGN_BOOST = 0.5
OTHER_WORD_SHARE = 0.6
JOINED_MAX = 3
"""So many pairs of words are also looked for as one: each is another query of all words, and single letters join endlessly."""
KIND_BOOST = 0.5
"""What a word earns beside that where it names what the thing is: a monitor comes before a stand for monitors."""


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("key", tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field("offer_id", stored=False, indexed=False, fast=True)
    for field in ("title", "kinds", "options", "names", "details", "signs"):
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="freq")
    for field in ("code", "seller", "within", "suggest"):
        builder.add_text_field(field, tokenizer_name="raw", index_option="basic")
    for field in FACETS:
        builder.add_text_field(field, tokenizer_name="raw", fast=True, index_option="basic")
    for field in ("price_low", "moq", "promise_hours", "sold", "published", "weight"):
        builder.add_unsigned_field(field, indexed=False, fast=True)
    return builder.build()


class OfferDocument(msgspec.Struct, frozen=True, kw_only=True):
    """One offer as the index holds it: texts already cut, facts as terms and numbers."""

    offer_id: int
    texts: Mapping[str, Sequence[str]]
    terms: Mapping[str, Sequence[str]]
    numbers: Mapping[str, int]


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What was typed: its words, and the whole of it as a code might read."""

    words: Sequence[str]
    code: str = ""
    missing: int = 0
    """So many of the words an offer may lack."""
    not_whole: bool = False
    """Only offers that do lack one."""
    needed: Sequence[str] = ()
    """Words that none may lack: what is wanted, before how it should be."""
    by_signs: bool = False
    """Chinese words count as found where their signs are in the title, however they are cut."""


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """What every hit must be."""

    terms: Mapping[str, Sequence[str]] = {}
    ranges: Mapping[str, tuple[int | None, int | None]] = {}


class Hits(msgspec.Struct, frozen=True, kw_only=True):
    """Which offers, in order, how many there are in all, and the counts of each facet.

    `scores` are the engine's own for the order "best", weight of the offer included; empty for other orders.
    """

    offer_ids: list[int]
    scores: list[float] = []
    total: int
    facets: dict[str, dict[str, int]]


class OfferIndex:
    """The index as one process reads it; it follows the writer within a tenth of a second."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._looked_at = 0.0
        self._mark: tuple[str, int] | None = None
        self._index: tantivy.Index | None = None
        self._schema = _schema()

    def search(
        self, asked: Asked, filters: Filters, *, sort: str, offset: int, limit: int, counted: bool = True
    ) -> Hits:
        """Finds offers that have the words and pass the filters; counts their facets, unless that is not wanted."""
        searcher = self._searcher()
        if searcher is None:
            return Hits(offer_ids=[], total=0, facets={})
        query = self._query(asked, filters)
        field, order = SORTS.get(sort, (None, tantivy.Order.Desc))
        if field:
            found = searcher.search(query, limit, order_by_field=field, order=order, offset=offset)
        else:
            found = searcher.search(query, limit, offset=offset, weight_by_field="weight")
        ids = (
            searcher.fast_field_values("offer_id", [address for _, address in found.hits])
            if found.hits
            else []
        )
        return Hits(
            offer_ids=ids,
            scores=[] if field else [score for score, _ in found.hits],
            total=found.count,
            facets=self._facets(searcher, asked, filters, query, any_found=found.count > 0)
            if counted
            else {},
        )

    def suggestions(self, start: str, limit: int) -> list[tuple[str, int]]:
        """Phrases of offers on sale that begin with `start`, with the number of offers, the commonest first."""
        searcher = self._searcher()
        if searcher is None or not start:
            return []
        found: list[tuple[str, int]] = searcher.terms_with_prefix("suggest", start, limit=limit)
        return sorted(found, key=lambda phrase: (-phrase[1], len(phrase[0])))

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

    def _facets(
        self, searcher: Any, asked: Asked, filters: Filters, query: Any, *, any_found: bool
    ) -> dict[str, dict[str, int]]:
        """Counts of every facet; a facet that is filtered by counts as if it were not, so that others can be chosen."""
        filter_of = {facet: facet for facet in FACETS if facet in filters.terms}
        within = filters.terms.get("within", ())
        if within and all(searcher.doc_freq("category", one) for one in within):
            # Goods lie in these categories themselves, so others beside them can be chosen; a branch is gone into.
            filter_of["category"] = "within"
        free = [facet for facet in FACETS if facet not in filter_of]
        # Nothing found has nothing to count: what is asked for next, with fewer words, is not made to wait for that.
        counts = _buckets(searcher.aggregate(query, _terms_aggregation(free))) if any_found else {}
        for facet, filtered in filter_of.items():
            others = msgspec.structs.replace(
                filters, terms={name: values for name, values in filters.terms.items() if name != filtered}
            )
            around = self._query(asked, others)
            counts |= _buckets(searcher.aggregate(around, _terms_aggregation([facet])))
        return counts

    def _query(self, asked: Asked, filters: Filters) -> Any:
        term, must = tantivy.Query.term_query, tantivy.Occur.Must
        parts: list[tuple[Any, Any]] = [(must, self._words_query(asked))]
        for field, values in filters.terms.items():
            any_of = [(tantivy.Occur.Should, term(self._schema, field, value, "basic")) for value in values]
            parts.append((must, tantivy.Query.const_score_query(tantivy.Query.boolean_query(any_of), 0.0)))
        for field, (low, high) in filters.ranges.items():
            within = tantivy.Query.range_query(
                self._schema, field, tantivy.FieldType.Unsigned, lower_bound=low, upper_bound=high
            )
            parts.append((must, tantivy.Query.const_score_query(within, 0.0)))
        return tantivy.Query.boolean_query(parts)

    def _words_query(self, asked: Asked) -> Any:
        """Offers with the words, or with what was typed as their code."""
        if not asked.words:
            return tantivy.Query.all_query()
        by_words = self._all_words_query(asked)
        by_code = tantivy.Query.term_query(self._schema, "code", asked.code, "basic")
        return tantivy.Query.disjunction_max_query([by_words, tantivy.Query.boost_query(by_code, CODE_BOOST)])

    def _all_words_query(self, asked: Asked) -> Any:
        """Offers with the words, two English ones also written as one (head set, headset)."""
        joined = islice(self._joined(asked.words), JOINED_MAX)
        ways = [self._enough_of(words, asked) for words in (asked.words, *joined)]
        enough = tantivy.Query.disjunction_max_query(ways)
        if not asked.not_whole:
            return enough
        whole = msgspec.structs.replace(asked, missing=0, not_whole=False)
        needed = [
            (tantivy.Occur.Must, self._word_query(word, by_signs=asked.by_signs)) for word in asked.needed
        ]
        return tantivy.Query.boolean_query(
            [(tantivy.Occur.Must, enough), *needed, (tantivy.Occur.MustNot, self._all_words_query(whole))]
        )

    def _enough_of(self, words: Sequence[str], asked: Asked) -> Any:
        return tantivy.Query.boolean_query(
            [(tantivy.Occur.Should, self._word_query(word, by_signs=asked.by_signs)) for word in words],
            minimum_number_should_match=max(1, len(words) - asked.missing),
        )

    def _joined(self, words: Sequence[str]) -> Iterator[list[str]]:
        """The words with two neighbours written as one, where a title says them so."""
        searcher = self._searcher()
        for at, (one, next_one) in enumerate(pairwise(words)):
            both = one + next_one
            if both.isascii() and searcher.doc_freq("title", both):
                yield [*words[:at], both, *words[at + 2 :]]

    def _word_query(self, word: str, *, by_signs: bool) -> Any:
        """One word in any text field, or another word for the same; the field where it weighs most counts."""
        ways = [self._term(field, word, boost) for field, boost in BOOSTS.items()]
        for other in others_of(word):
            ways += [self._term(field, other, boost * OTHER_WORD_SHARE) for field, boost in BOOSTS.items()]
        if not word.isascii() and (by_signs or len(word) == 1):
            all_signs = [(tantivy.Occur.Must, self._term("signs", sign, SIGN_BOOST)) for sign in word]
            ways.append(tantivy.Query.boolean_query(all_signs))
        named = [self._names(one) for one in (word, *others_of(word))]
        return tantivy.Query.boolean_query(
            [(tantivy.Occur.Must, tantivy.Query.disjunction_max_query(ways, 0.1)), *named]
        )

    def _names(self, word: str) -> tuple[Any, Any]:
        """The bonus of a thing that is what the word says."""
        named = tantivy.Query.term_query(self._schema, "kinds", word, "basic")
        return tantivy.Occur.Should, tantivy.Query.boost_query(named, KIND_BOOST)

    def _term(self, field: str, word: str, boost: float) -> Any:
        return tantivy.Query.boost_query(tantivy.Query.term_query(self._schema, field, word, "freq"), boost)

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
        """Opens the build in use, or takes up what its writer committed since."""
        with contextlib.suppress(FileNotFoundError):
            build = (self._folder / _CURRENT).read_text().strip()
            mark = (build, (self._folder / build / "meta.json").stat().st_mtime_ns)
            if mark == self._mark:
                return
            if self._index is None or self._mark is None or self._mark[0] != build:
                self._index = tantivy.Index.open(str(self._folder / build))
            self._index.reload()
            self._mark = mark


class IndexHeld(RuntimeError):
    """Another process holds the writer of this index."""


class OfferIndexWriter:
    """The one writer of an index folder; raises IndexHeld where there is another already."""

    def __init__(self, folder: Path, *, rebuild: bool = False) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        current = _current_build(folder)
        self.is_new = rebuild or current is None
        self._build = f"{VERSION}-{secrets.token_hex(4)}" if self.is_new or current is None else current
        path = folder / self._build
        path.mkdir(exist_ok=True)
        self._index = tantivy.Index(_schema(), str(path)) if self.is_new else tantivy.Index.open(str(path))
        try:
            self._writer = self._index.writer(WRITER_HEAP_BYTES, 1)
        except ValueError as error:
            if "LockBusy" in str(error):
                raise IndexHeld(str(folder)) from error
            raise

    def put(self, documents: Iterable[OfferDocument], gone: Iterable[int] = ()) -> None:
        """Replaces these offers and removes the ones that are gone; seen by readers after `commit`."""
        for offer_id in gone:
            self._writer.delete_documents_by_term("key", str(offer_id))
        for document in documents:
            self._writer.delete_documents_by_term("key", str(document.offer_id))
            self._writer.add_document(_tantivy_document(document))

    def commit(self) -> None:
        """Makes what was put visible to readers."""
        self._writer.commit()

    def take_over(self) -> None:
        """Puts a finished rebuild in the place of the index in use and sweeps older ones away."""
        draft = self._folder / f"{_CURRENT}.new"
        draft.write_text(self._build)
        draft.replace(self._folder / _CURRENT)
        self.is_new = False
        for other in self._folder.iterdir():
            if other.is_dir() and other.name != self._build:
                shutil.rmtree(other, ignore_errors=True)

    def close(self) -> None:
        """Lets go of the writer's lock."""
        self._writer.wait_merging_threads()


def _current_build(folder: Path) -> str | None:
    """The build in use, where it was made by this version's schema and dictionary."""
    file = folder / _CURRENT
    build = file.read_text().strip() if file.exists() else ""
    usable = build.startswith(f"{VERSION}-") and (folder / build / "meta.json").exists()
    return build if usable else None


def _tantivy_document(document: OfferDocument) -> tantivy.Document:
    made = tantivy.Document()
    made.add_text("key", str(document.offer_id))
    made.add_unsigned("offer_id", document.offer_id)
    for field, words in document.texts.items():
        made.add_text(field, " ".join(words))
    for field, terms in document.terms.items():
        for term in terms:
            made.add_text(field, term)
    for field, number in document.numbers.items():
        made.add_unsigned(field, number)
    return made


def _terms_aggregation(facets: Sequence[str]) -> dict[str, Any]:
    return {facet: {"terms": {"field": facet, "size": 60}} for facet in facets}


def _buckets(aggregated: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    return {
        facet: {bucket["key"]: bucket["doc_count"] for bucket in found["buckets"]}
        for facet, found in aggregated.items()
    }


@contextlib.contextmanager
def writing(folder: Path, *, rebuild: bool = False) -> Iterator[OfferIndexWriter]:
    """A writer for a while."""
    writer = OfferIndexWriter(folder, rebuild=rebuild)
    try:
        yield writer
    finally:
        writer.close()
