"""What is counted in a share of very many offers is close to the whole, says so, and never hides what is there."""

import random
from collections import Counter
from pathlib import Path

import pytest

from huozhan.search import OfferIndex, OfferIndexWriter
from huozhan.search import index as reader
from huozhan.search.fields import OfferDocument
from huozhan.search.index import Hits
from huozhan.search.narrowing import Filters
from huozhan.search.sampling import SHARES, share_for, shares_of, shuffled
from huozhan.search.wording import Asked

OFFERS = 4_000
COLOURS = ("red", "green", "blue", "grey")


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> tuple[OfferIndex, dict[int, tuple[str, str]]]:
    """Offers with a word each and a category, unevenly."""
    chance = random.Random(5)
    known = {
        7_000_000 + n: (chance.choice(("cup", "lamp")), chance.choices(COLOURS, (8, 4, 2, 1))[0])
        for n in range(OFFERS)
    }
    folder = tmp_path_factory.mktemp("many")
    writer = OfferIndexWriter(folder)
    writer.begin(OFFERS)
    writer.add([_document(offer_id, *facts) for offer_id, facts in known.items()])
    writer.take_over()
    return OfferIndex(folder), known


def _document(offer_id: int, word: str, colour: str) -> OfferDocument:
    number = shuffled(offer_id)
    return OfferDocument(
        offer_id=offer_id,
        texts={"title": word, "any": word},
        terms={"category": [colour], "vertical": [word], "sample": shares_of(number)},
        numbers={"weight": 10, "sold": offer_id % 1_000, "shuffled": number},
    )


def asked(index: OfferIndex, word: str, **terms: list[str]) -> Hits:
    """What is found, with the counts of categories."""
    words = Asked(words=[word] if word else [])
    return index.search(
        words, Filters(terms=terms), sort="best", offset=0, limit=5, counted=("category", "vertical")
    )


def test_shares_lie_within_one_another_and_are_as_large_as_they_say() -> None:
    shares = [set(map(int, shares_of(shuffled(offer_id)))) for offer_id in range(1, 100_001)]

    assert all(held == {share for share in SHARES if share <= max(held)} for held in shares if held)
    for share in SHARES:
        assert sum(share in held for held in shares) == pytest.approx(100_000 / share, rel=0.12)


@pytest.mark.parametrize(("offers", "share"), [(0, 1), (19_999, 1), (20_000, 4), (80_000, 16), (10**9, 256)])
def test_a_sample_is_as_small_as_it_may_be(offers: int, share: int) -> None:
    assert share_for(offers) == share


def test_few_are_counted_one_by_one(many: tuple[OfferIndex, dict[int, tuple[str, str]]]) -> None:
    index, known = many

    found = asked(index, "cup")

    assert not found.about
    assert found.facets["category"] == Counter(colour for word, colour in known.values() if word == "cup")


def test_very_many_are_counted_in_a_sample_and_the_total_one_by_one(
    many: tuple[OfferIndex, dict[int, tuple[str, str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    index, known = many
    monkeypatch.setattr(reader, "COUNTED_MAX", 1_000)
    monkeypatch.setattr(reader, "share_for", lambda offers: share_for(offers, least=400))

    found = asked(index, "cup")

    true = Counter(colour for word, colour in known.values() if word == "cup")
    assert found.about
    assert found.total == sum(true.values())
    assert all(count % 4 == 0 for count in found.facets["category"].values())
    assert found.facets["category"]["red"] == pytest.approx(true["red"], rel=0.2)
    assert found.facets["vertical"] == pytest.approx({"cup": true.total()}, rel=0.2)


def test_a_chosen_value_leaves_the_others_counted_in_the_sample_too(
    many: tuple[OfferIndex, dict[int, tuple[str, str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    index, known = many
    monkeypatch.setattr(reader, "COUNTED_MAX", 500)
    monkeypatch.setattr(reader, "share_for", lambda offers: share_for(offers, least=200))

    found = asked(index, "", category=["red"])

    true = Counter(colour for _, colour in known.values())
    assert found.about
    assert found.total == true["red"]
    assert found.facets["category"] == pytest.approx(dict(true), rel=0.25)


def test_some_are_looked_for_in_a_sample_and_all_where_it_has_too_few(
    many: tuple[OfferIndex, dict[int, tuple[str, str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    index, known = many
    monkeypatch.setattr(reader, "share_for", lambda offers: share_for(offers, least=400))
    words = Asked(words=["cup", "lamp"], missing=1, not_whole=True)

    few = index.search_some(words, Filters(), limit=20)
    grey = index.search_some(words, Filters(terms={"category": ["grey"]}), limit=200)

    assert {offer_id for offer_id in few.offer_ids if shares_of(shuffled(offer_id))} == set(few.offer_ids)
    assert len(few.offer_ids) == 20
    assert len(grey.offer_ids) == 200
    assert {known[offer_id][1] for offer_id in grey.offer_ids} == {"grey"}


def test_changes_keep_the_shares_apart(tmp_path: Path) -> None:
    writer = OfferIndexWriter(tmp_path)
    writer.begin(3)
    writer.add([_document(n, "cup", "red") for n in range(1, 200)])
    writer.take_over()
    writer.put([_document(n, "lamp", "blue") for n in range(100, 300)])
    writer.commit()
    index = OfferIndex(tmp_path)
    for share in SHARES:
        expected = sum(str(share) in shares_of(shuffled(n)) for n in range(1, 300))
        assert asked(index, "", sample=[str(share)]).total == expected
