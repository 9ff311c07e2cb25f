"""Few hits are counted by their numbers as the engine counts them by its lists, whatever is found, chosen and counted."""

import gc
import random
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from huozhan.search import OfferIndex, OfferIndexWriter, few
from huozhan.search import index as reader
from huozhan.search.documents import made_together
from huozhan.search.few import BITS, BITS_MAX, NAMED, SETS, TOLD, numbers_of
from huozhan.search.fields import FIELDS, OfferDocument
from huozhan.search.filters import BY_NAME, FACETS, MARKS, fields_of
from huozhan.search.index import Hits
from huozhan.search.narrowing import Filters
from huozhan.search.sampling import shuffled
from huozhan.search.wording import Asked

OFFERS = 600
WORDS = ("cup", "lamp", "box", "red", "blue", "big")
CATEGORIES = tuple(f"a-{one}-{two}" for one in range(3) for two in range(3))
BELTS = ("义乌小商品", "佛山陶瓷", "织里童装")
COUNTED = tuple(fields_of(FACETS))


def _document(offer_id: int, chance: random.Random, **other: list[str]) -> OfferDocument:
    words = " ".join(chance.sample(WORDS, 3))
    category = chance.choice(CATEGORIES)
    terms = {
        "category": [category],
        "within": ["a", category[:3], category],
        "belt": chance.sample(BELTS, chance.randrange(2)),
        "province": chance.sample(list(BITS["province"])[:5], chance.randrange(2)),
        "supplier_kind": chance.sample(["factory", "trader"], chance.randrange(2)),
        "promise": ["24", "48", "72"][chance.randrange(4) :],
        "marks": chance.sample(MARKS, chance.randrange(5)),
        "pickup_48": chance.sample(list(BITS["pickup_48"]), chance.randrange(3)),
        "pickup_24": chance.sample(list(BITS["pickup_24"]), chance.randrange(3)),
        "score": chance.sample(list(BITS["score"]), chance.randrange(2)),
        **{
            facet: chance.sample(list(BITS[facet]), chance.randrange(len(BITS[facet])))
            for facet in ("custom", "certificate", "invoice", "credit")
        },
    }
    return OfferDocument(
        offer_id=offer_id,
        texts={"title": words, "any": words},
        terms={**terms, **other},
        numbers={
            "weight": chance.randrange(1_000), "price_low": chance.randrange(1_000), "shuffled": shuffled(offer_id),
            "factors": offer_id, "shop": offer_id % 7, "goods": offer_id % 11,
        },
    )  # fmt: skip


def _written(folder: Path, documents: list[OfferDocument]) -> OfferIndex:
    """An index of a build, and of changes after it: several segments, and offers that were removed."""
    writer = OfferIndexWriter(folder)
    writer.begin(len(documents))
    writer.add(documents[: len(documents) // 2])
    writer.take_over()
    writer.put(documents[len(documents) // 2 :], gone=[1, 2])
    writer.commit()
    return OfferIndex(folder)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> OfferIndex:
    chance = random.Random(1)
    return _written(tmp_path_factory.mktemp("few"), [_document(n, chance) for n in range(1, OFFERS + 1)])


def _chosen(chance: random.Random) -> Filters:
    """Any filters that a buyer could choose."""
    known = {
        "province": list(BITS["province"])[:7], "supplier_kind": ["factory", "trader"], "promise": ["24", "72"],
        "belt": [*BELTS, "nowhere"], "pickup_48": ["99", "95"], "score": ["5", "below"], "custom": list(BITS["custom"]), "invoice": list(BITS["invoice"]), "category": CATEGORIES,
    }  # fmt: skip
    terms = {
        name: chance.sample(known[name], chance.randint(1, 2))
        for name in chance.sample(list(known), chance.randrange(4))
    }
    if chance.random() < 0.3:
        terms["within"] = [chance.choice(["a-1", *CATEGORIES])]
    return Filters(
        terms=terms,
        every={"marks": chance.sample(MARKS, 1)} if chance.random() < 0.3 else {},
        ranges={"price_low": (100, 900)} if chance.random() < 0.5 else {},
    )


def _both(
    index: OfferIndex, monkeypatch: pytest.MonkeyPatch, filters: Filters, chance: random.Random
) -> tuple[Hits, Hits, int]:
    """The same search, counted by numbers and by the engine alone, and how often the engine had to count for the first."""
    asked = Asked(words=chance.sample(WORDS, chance.randrange(3)))
    counted = chance.sample(COUNTED, chance.randint(1, len(COUNTED)))
    sort = chance.choice(["best", "price_up", "price_down", "sold"])
    offset, limit = chance.choice([(0, 40), (0, 5), (5, 5), (40, 40)])
    by_engine = 0
    facets = OfferIndex._facets

    def noted(*args: object) -> dict[str, dict[str, int]]:
        nonlocal by_engine
        by_engine += 1
        return facets(*args)  # type: ignore[arg-type]

    def ask() -> Hits:
        return index.search(asked, filters, sort=sort, offset=offset, limit=limit, counted=counted)

    with monkeypatch.context() as patch:
        patch.setattr(OfferIndex, "_facets", noted)
        ours = ask()
        patch.setattr(reader, "FEW", 0)
        times, theirs = by_engine, ask()
    return ours, theirs, times


@pytest.mark.parametrize("seed", range(150))
def test_what_is_found_and_counted_is_the_engines(
    index: OfferIndex, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    chance = random.Random(seed)
    filters = _chosen(chance)

    ours, theirs, times = _both(index, monkeypatch, filters, chance)

    assert ours == theirs
    for counts in ours.facets.values():
        assert list(counts.values()) == sorted(counts.values(), reverse=True)
        assert 0 not in counts.values()
    if "within" not in filters.terms:
        assert not times, "one look was enough"


@pytest.mark.parametrize("offers", [0, 3])
def test_more_than_few_are_the_engines_to_count(
    index: OfferIndex, monkeypatch: pytest.MonkeyPatch, offers: int
) -> None:
    monkeypatch.setattr(reader, "FEW", OFFERS - 2 - offers)
    looks = 0
    counts = few.Few.counts

    def noted(*args: object) -> dict[str, dict[str, int]]:
        nonlocal looks
        looks += 1
        return counts(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(few.Few, "counts", noted)

    found = index.search(Asked(words=[]), Filters(), sort="best", offset=0, limit=5, counted=COUNTED)

    assert found.total == OFFERS - 2
    assert bool(looks) == (offers == 0)
    assert found.facets["promise"]


def test_more_than_was_expected_is_the_engines_to_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two words that always go together find ten times as much as if they went together by chance."""
    chance = random.Random(5)
    documents = [_document(n, chance) for n in range(1, 101)]
    for n in range(10):
        documents[n * 10] = msgspec.structs.replace(
            documents[n * 10], texts={"title": "egg yolk", "any": "egg yolk"}
        )
    index = _written(tmp_path, documents)
    monkeypatch.setattr(reader, "FEW", 5)

    found = index.search(
        Asked(words=["egg", "yolk"]),
        Filters(),
        sort="best",
        offset=0,
        limit=3,
        counted=["promise", "category"],
    )

    assert (found.total, len(found.offer_ids)) == (9, 3), "one of ten was removed"
    assert sum(found.facets["category"].values()) == 9


@pytest.mark.parametrize(
    "terms", [{"marks": ["never_heard_of"]}, {"province": ["999999"]}, {"score": ["11", "5"]}]
)
def test_a_value_that_no_bit_is_for_is_counted_by_the_engine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, terms: dict[str, list[str]]
) -> None:
    chance = random.Random(3)
    index = _written(tmp_path, [_document(n, chance, **terms if n % 5 == 0 else {}) for n in range(1, 60)])

    for seed in range(20):
        ours, theirs, _ = _both(index, monkeypatch, _chosen(random.Random(seed)), random.Random(seed))
        assert ours == theirs
    found = index.search(Asked(words=[]), Filters(), sort="best", offset=0, limit=5, counted=COUNTED)
    assert all(found.facets[facet][value] for facet, values in terms.items() for value in values)


def test_two_values_of_one_number_are_counted_by_the_engine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(few, "_NUMBER", dict.fromkeys((*CATEGORIES, *BELTS), 5) | {BELTS[0]: 6})
    chance = random.Random(4)
    index = _written(tmp_path, [_document(n, chance) for n in range(1, 60)])

    for seed in range(20):
        ours, theirs, _ = _both(index, monkeypatch, _chosen(random.Random(seed)), random.Random(seed))
        assert ours == theirs


def test_a_value_that_came_with_a_change_is_known_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(6)
    writer = OfferIndexWriter(tmp_path)
    writer.begin(10)
    writer.add([_document(n, chance) for n in range(1, 10)])
    writer.take_over()
    index = OfferIndex(tmp_path)

    def belts() -> dict[str, int]:
        found = index.search(Asked(words=[]), Filters(), sort="best", offset=0, limit=5, counted=["belt"])
        return found.facets["belt"]

    monkeypatch.setattr(OfferIndex, "_facets", lambda *_: {"belt": {"counted by the engine": 1}})
    assert "永康五金" not in belts()
    writer.put([_document(3, chance, belt=["永康五金"])])
    writer.commit()
    index.look_now()
    assert belts()["永康五金"] == 1


def test_a_build_without_these_numbers_is_counted_by_the_engine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One of an older version answers until the new one is ready."""
    chance = random.Random(7)
    monkeypatch.setattr("huozhan.search.writer.numbers_of", lambda _: {})
    index = _written(tmp_path, [_document(n, chance) for n in range(1, 60)])

    for seed in range(20):
        ours, theirs, _ = _both(index, monkeypatch, _chosen(random.Random(seed)), random.Random(seed))
        assert ours == theirs


def test_every_value_of_ours_has_a_bit_of_its_own() -> None:
    for name, facets in SETS.items():
        bits = [bit for facet in facets for bit in BITS[facet].values()]
        assert len({*bits, 1}) == len(bits) + 1
        assert max(bits) < 2**BITS_MAX
        one = {facet: [value] for facet in facets for value in list(BITS[facet])[:1]}
        assert numbers_of(one)[name] == sum(BITS[facet][value] for facet, (value,) in one.items())
    for facet in BITS:
        row = next(row for row in BY_NAME.values() if row.field == facet)
        assert tuple(BITS[facet]) == row.values
    assert set(COUNTED) == TOLD, "what every page counts is told by numbers"


def test_an_offer_has_one_value_of_what_a_number_names() -> None:
    with pytest.raises(AssertionError, match="one belt"):
        numbers_of({"belt": BELTS})


def test_numbers_beside_are_fields_of_the_index() -> None:
    beside = [field.name for field in FIELDS if field.kind == "beside"]
    assert beside == [*SETS, *NAMED.values()]


def test_one_number_more_is_asked_for_where_values_have_no_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(few, "BITS_MAX", 30)
    with pytest.raises(AssertionError, match="one more field"):
        few._sets()


def test_the_collector_rests_while_documents_are_made_and_goes_on_after_them() -> None:
    chance = random.Random(8)
    rested = []

    def made(offers: int) -> Iterator[OfferDocument]:
        for n in range(1, offers + 1):
            rested.append(not gc.isenabled())
            yield _document(n, chance)
            if n == 3:
                raise ValueError

    assert len(made_together(made(2))) == 2
    assert gc.isenabled()
    with pytest.raises(ValueError):
        made_together(made(9))
    assert gc.isenabled()
    gc.disable()
    try:
        made_together(made(1))
        assert not gc.isenabled(), "who held it goes on holding it"
    finally:
        gc.enable()
    assert all(rested)
