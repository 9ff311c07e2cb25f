"""The OpenSearch port answers as the embedded engine does: the same offers, the same counts, the same order and scores.

The stand-in reads each request strictly, so these tests also say that nothing is asked that a cluster would not understand.
"""

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huozhan.search import OfferIndex, wording
from huozhan.search import index as reader
from huozhan.search.fields import FACETS, FIELDS, SORTS, Kind
from huozhan.search.index import Hits
from huozhan.search.making import EMBEDDED, Made
from huozhan.search.narrowing import Filters
from huozhan.search.opensearch import asking, mapping, reading
from huozhan.search.opensearch.line import Line, PortSettings
from huozhan.search.opensearch.making import OpenSearchMaker, clauses_in
from huozhan.search.opensearch.reading import OpenSearchIndex
from huozhan.search.sampling import share_for
from huozhan.search.understanding.corrections import corrected
from huozhan.search.understanding.suggesting import begun
from huozhan.search.wording import Asked, words_query
from tests.search.opensearch_server import Server, over_http
from tests.search.opensearch_server.goods import (
    WORDS,
    a_document,
    a_line,
    a_writer,
    documents,
    elsewhere,
    embedded,
)

OFFERS = 240
CHOICES = (
    ("category", ["home", "cups"]), ("province", ["330000"]), ("marks", ["mixed"]), ("within", ["toys"]), ("within", ["root"]),
    ("within", ["home", "root"]), ("reach", ["CN"]), ("attribute/colour", ["colour:r"]), ("attribute/size", ["size:s", "size:m"]),
    ("key", [str(n) for n in range(1, 180)]), ("custom", ["logo", "label"]),
)  # fmt: skip
Both = tuple[OfferIndex, OpenSearchIndex]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Both:
    """The same offers in both engines."""
    folder, held = tmp_path_factory.mktemp("both"), documents(OFFERS, 7)
    return embedded(folder, held), elsewhere(folder, Server(), held)


FILTERS = st.builds(
    Filters,
    terms=st.lists(st.sampled_from(CHOICES), max_size=3).map(dict),
    every=st.sampled_from([{}, {"marks": ["mixed", "sample"]}]),
    none=st.sampled_from([{}, {"reach": ["US"]}]),
    ranges=st.sampled_from([{}, {"price_low": (5, None)}, {"moq": (None, 20), "price_at_10": (3, 30)}]),
)
ASKED = st.builds(
    Asked,
    words=st.lists(st.sampled_from(WORDS), max_size=4, unique=True),
    code=st.sampled_from(["", "sku-7", "mug", "cup 30*40cm 12-24v"]),
    missing=st.integers(0, 2),
    likely=st.sampled_from([[], [("cups", 0.5), ("toys", 0.25)]]),
    attributes=st.sampled_from([(), ("red", "红色")]),
    by_signs=st.booleans(),
    part=st.sampled_from([0, 0, 2]),
).map(lambda asked: asked if asked.words else Asked(words=[]))


def must_be_the_same(one: Hits, other: Hits) -> None:
    """Everything that a page is made of."""
    assert (other.total, other.facets, other.about) == (one.total, one.facets, one.about)
    assert other.offer_ids == one.offer_ids
    assert (other.factors, other.shops, other.goods) == (one.factors, one.shops, one.goods)
    assert other.scores == pytest.approx(one.scores, rel=1e-4)


@settings(max_examples=60, deadline=None)
@given(ASKED, FILTERS, st.sampled_from(["best", *SORTS]), st.sampled_from([0, 12]), st.data())
def test_both_engines_answer_the_same(
    both: Both, asked: Asked, filters: Filters, sort: str, offset: int, data: st.DataObject
) -> None:
    counted = data.draw(st.sampled_from([(), FACETS, ("category", "attribute")]))
    without = data.draw(st.sampled_from([(), (3, 4, 5)]))
    answers = [
        index.search(asked, filters, sort=sort, offset=offset, limit=30, counted=counted, without=without)
        for index in both
    ]
    must_be_the_same(*answers)


@pytest.mark.parametrize("within", [["root"], ["toys"], ["home", "root"], []])
@pytest.mark.parametrize("category", [["home", "cups"], []])
def test_categories_are_counted_around_a_branch_and_around_themselves(
    both: Both, within: list[str], category: list[str]
) -> None:
    chosen = {"category": category, "within": within}
    filters = Filters(terms={name: values for name, values in chosen.items() if values})
    answers = [
        index.search(
            Asked(words=[]), filters, sort="best", offset=0, limit=5, counted=("category", "marks", "custom")
        )
        for index in both
    ]
    must_be_the_same(*answers)


@settings(max_examples=30, deadline=None)
@given(ASKED, FILTERS)
def test_both_lend_the_same_offers_and_counts_to_others(both: Both, asked: Asked, filters: Filters) -> None:
    there, port = both
    lacking = asked if not asked.words else Asked(words=asked.words, missing=1, not_whole=True)
    must_be_the_same(
        there.search_some(lacking, filters, limit=20), port.search_some(lacking, filters, limit=20)
    )
    if there.search(asked, filters, sort="best", offset=0, limit=1, counted=()).total:
        counted = [index.count_terms(asked, filters, ["attribute"]) for index in both]
        assert counted[0] == counted[1]


def test_servers_before_3_score_the_same(both: Both, tmp_path: Path) -> None:
    older = elsewhere(tmp_path, Server("2.19.1"), documents(OFFERS, 7))
    for words in (["cup"], ["保温杯", "red"], ["head", "set"]):
        answers = [
            index.search(Asked(words=words), Filters(), sort="best", offset=0, limit=40)
            for index in (both[0], older)
        ]
        must_be_the_same(*answers)


def test_vocabulary_is_the_same(both: Both) -> None:
    there, port = both
    for start in ("c", "head", "保", "x", "no such", ".*", "a|b", '"'):
        assert sorted(port.suggestions(start, 20)) == sorted(there.suggestions(start, 20))
    assert [port.titled(word) for word in WORDS] == [there.titled(word) for word in WORDS]
    assert port.values("colour:", 9) == there.values("colour:", 9)
    assert port.values("brand:", 9) == []
    assert [word for word, _ in port.words("hea", 2)] == [word for word, _ in there.words("hea", 2)]
    assert (port.count(), port.suggests_about) == (OFFERS, False)
    assert port.holds([1, OFFERS, OFFERS + 1]) == {1, OFFERS}
    assert port.factors_of([1, 2, OFFERS + 1]) == there.factors_of([1, 2, OFFERS + 1])


def test_corrections_ask_together_for_what_they_need(both: Both, monkeypatch: pytest.MonkeyPatch) -> None:
    there, port = both[0], OpenSearchIndex(Path("/nowhere"), both[1].line)
    calls: list[dict[str, object]] = []
    ask = port._searched
    monkeypatch.setattr(port, "_searched", lambda body, **query: calls.append(body) or ask(body, **query))

    assert corrected(port, "headste") == corrected(there, "headste") == "headset"
    assert begun(port, "haedse")[:1] == begun(there, "haedse")[:1] != []
    assert len(calls) <= 12, "hundreds of slips are asked for together"


def test_very_many_are_counted_in_the_same_sample(both: Both, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (reader, reading):
        monkeypatch.setattr(module, "COUNTED_MAX", 60)
        monkeypatch.setattr(module, "share_for", lambda offers: share_for(offers, least=20))
    calls: list[dict[str, object]] = []
    port = OpenSearchIndex(Path("/nowhere"), both[1].line)
    ask = port._searched
    monkeypatch.setattr(port, "_searched", lambda body, **query: calls.append(body) or ask(body, **query))
    filters = Filters(terms={"province": ["330000"]})

    for _ in range(2):
        answers = [
            index.search(Asked(words=[]), filters, sort="best", offset=0, limit=5)
            for index in (both[0], port)
        ]
        must_be_the_same(*answers)
        assert answers[1].about
    assert ["aggs" in body for body in calls] == [False, True, True], "what is known is asked for at once"


def test_more_words_than_a_server_takes_are_asked_for_more_plainly(both: Both) -> None:
    port = both[1]
    many = Asked(words=[f"{one}{n}" for n in range(17) for one in ("ab", "cd", "3x")])
    make = OpenSearchMaker()
    everything = words_query(make, many, lambda word: True)
    assert clauses_in(everything) > reading.CLAUSES_MAX
    assert clauses_in(port._wanted(make, many)) <= reading.CLAUSES_MAX
    assert port.search(many, Filters(), sort="best", offset=0, limit=5).total == 0


def test_a_page_beyond_what_a_server_shows_is_empty(both: Both) -> None:
    assert both[1].search(Asked(words=[]), Filters(), sort="best", offset=9_990, limit=40).total == 0


def test_before_there_is_an_index_nothing_is_found(tmp_path: Path) -> None:
    port = OpenSearchIndex(tmp_path, a_line(Server()))
    assert port.search(Asked(words=["cup"]), Filters(), sort="best", offset=0, limit=5).total == 0
    assert (port.suggestions("c", 5), port.titled("cup"), port.count(), port.holds([1])) == ([], 0, 0, set())


def test_it_works_over_http(tmp_path: Path) -> None:
    server = Server()
    with over_http(server) as url:
        line = Line(PortSettings(url=url, user="market", password="secret of ours"))
        writer = a_writer(line)
        writer.begin(3)
        writer.add(documents(3, 1))
        writer.take_over()
        port = OpenSearchIndex(tmp_path, line)
        assert port.search(Asked(words=[]), Filters(), sort="newest", offset=0, limit=5).total == 3
        port.close()


def test_the_mapping_has_every_field_as_the_table_keeps_it() -> None:
    made = mapping.properties()
    kept = [field for field in FIELDS if field.kind not in (Kind.key, Kind.beside)]
    assert set(made) == {field.name for field in kept}, "numbers beside facets are the embedded engine's"
    of_kind = {
        Kind.text: "text",
        Kind.words: "text",
        Kind.term: "keyword",
        Kind.facet: "keyword",
        Kind.number: "long",
    }
    for field in kept:
        assert made[field.name]["type"] == of_kind[field.kind]
        if field.kind is Kind.facet:
            assert made[field.name].get("doc_values", True), "facets are counted"
    names = {field.name for field in FIELDS}
    assert names >= mapping.SAID_ONCE | mapping.WEIGHED | mapping.COUNTED | mapping.READ_ONLY
    assert set(asking.READ) <= names


def test_what_is_scored_by_how_often_is_kept_so() -> None:
    class Noting(OpenSearchMaker):
        """Notes which fields are scored, and how."""

        def __init__(self) -> None:
            super().__init__()
            self.noted: set[tuple[str, bool]] = set()

        def term(self, field: str, value: str, *, often: bool = False) -> Made:
            self.noted.add((field, often))
            return super().term(field, value, often=often)

    make = Noting()
    for part in (0, 2):
        words = Asked(words=["杯", "保温杯"], code="x", likely=[("a", 0.5)], by_signs=True, part=part)
        words_query(make, words, lambda word: True)
    for name, often in make.noted:
        its = mapping.properties()[name]
        if its["type"] == "text":
            assert (its["index_options"] == "freqs") is often, name
    assert {name for name, often in make.noted if often} == {*wording.BOOSTS, "signs"}


def test_makers_say_the_same_things() -> None:
    ours = {name for name in vars(OpenSearchMaker) if not name.startswith("_")}
    assert ours == {name for name in vars(type(EMBEDDED)) if not name.startswith("_")}


def test_a_document_says_every_field_that_it_has() -> None:
    document = a_document(5, random.Random(2))
    sent = mapping.source_of(document)
    assert sent["offer_id"] == 5
    assert sent["title"] == document.texts["title"]
    assert set(sent) == {"offer_id", *document.texts, *document.terms, *document.numbers}
