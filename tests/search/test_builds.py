"""The index stays right while a new one is made beside it, and after its writer was killed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from huozhan import catalogue, search
from huozhan.catalogue import Step
from huozhan.catalogue.offer import Name
from huozhan.doors.jobs.search import Indexer, index_first
from huozhan.kernel.actor import system
from huozhan.search import IndexHeld, OfferIndex, OfferIndexWriter, builds, fields, indexing, store, versions
from huozhan.search import writer as writer_file
from huozhan.search.fields import Field, Kind, OfferDocument
from huozhan.search.index import Filters
from huozhan.search.wording import Asked
from tests.catalogue.making import shirts
from tests.search.test_finding import Market, market

__all__ = ["market"]


def a_document(offer_id: int, word: str = "cup") -> OfferDocument:
    """An offer of one word."""
    return OfferDocument(
        offer_id=offer_id,
        texts={"title": word, "any": word},
        terms={"category": ["a"], "suggest": [word]},
        numbers={"weight": 10, "sold": offer_id},
    )


def found_in(index: OfferIndex, word: str, sort: str = "best") -> set[int]:
    """The offers with this word."""
    index.look_now()
    asked = Asked(words=[word])
    return set(index.search(asked, Filters(), sort=sort, offset=0, limit=50).offer_ids)


def made(folder: Path, *documents: OfferDocument) -> OfferIndexWriter:
    """A folder with a build in use that holds these."""
    writer = OfferIndexWriter(folder)
    writer.begin(len(documents))
    writer.add(documents)
    writer.take_over()
    return writer


def test_the_build_in_use_answers_until_the_new_one_is_whole(tmp_path: Path) -> None:
    writer, index = made(tmp_path, a_document(1), a_document(2)), OfferIndex(tmp_path)
    writer.begin(3)
    writer.add([a_document(1), a_document(2), a_document(3)])
    assert found_in(index, "cup") == {1, 2}

    writer.take_over()

    assert found_in(index, "cup") == {1, 2, 3}


def test_what_changes_during_a_rebuild_is_in_both_builds_once(tmp_path: Path) -> None:
    writer, index = made(tmp_path, a_document(1), a_document(2), a_document(3)), OfferIndex(tmp_path)
    writer.begin(3)
    writer.add([a_document(1)])
    writer.put([a_document(1, "lamp"), a_document(3, "lamp")], gone=[2])
    writer.commit()
    assert found_in(index, "lamp") == {1, 3}

    writer.add([a_document(3, "lamp")])
    writer.take_over()

    assert (found_in(index, "lamp"), index.count()) == ({1, 3}, 2)


def test_a_killed_rebuild_leaves_the_build_in_use_and_is_begun_again(tmp_path: Path) -> None:
    writer, index = made(tmp_path, a_document(1)), OfferIndex(tmp_path)
    writer.begin(1)
    writer.add([a_document(9)])
    writer.put([a_document(2)])
    writer._let_go()  # what the system does for a killed process
    for build in (writer._current, writer._draft):
        del build._writer

    second = OfferIndexWriter(tmp_path)

    assert found_in(index, "cup") == {1}, "what was not committed is in the feed still"
    assert len([one for one in tmp_path.iterdir() if one.is_dir()]) == 1
    second.put([a_document(2)])
    second.commit()
    assert found_in(index, "cup") == {1, 2}


def test_one_process_writes(tmp_path: Path) -> None:
    first = made(tmp_path, a_document(1))
    with pytest.raises(IndexHeld):
        OfferIndexWriter(tmp_path)
    first.close()
    assert not OfferIndexWriter(tmp_path).is_stale


@pytest.fixture
def another_version(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The program of tomorrow: a field more."""
    monkeypatch.setattr(writer_file, "schema", fields.schema)
    yield from _with_fields(monkeypatch, (*fields.FIELDS, Field("colour", Kind.facet)))


def _with_fields(monkeypatch: pytest.MonkeyPatch, table: Any) -> Iterator[None]:
    monkeypatch.setattr(fields, "FIELDS", table)
    made_of_it = (fields.schema, builds._our_fields, versions.schema_version)
    for one in made_of_it:
        one.cache_clear()
    yield
    monkeypatch.undo()
    for one in made_of_it:
        one.cache_clear()


def test_a_build_of_before_answers_while_one_with_more_fields_is_made(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    made(tmp_path, a_document(1)).close()
    request.getfixturevalue("another_version")
    index = OfferIndex(tmp_path)

    writer = OfferIndexWriter(tmp_path)

    assert writer.is_stale
    assert found_in(index, "cup") == {1}
    coloured = msgspec.structs.replace(a_document(2), terms={"colour": ["red"]})
    writer.put([coloured])
    writer.commit()
    assert found_in(index, "cup") == {1, 2}
    red = Filters(terms={"colour": ["red"]})
    assert index.search(Asked(words=[]), red, sort="best", offset=0, limit=5).offer_ids == [2]


def test_a_build_whose_fields_are_others_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made(tmp_path, a_document(1)).close()
    for _ in _with_fields(monkeypatch, tuple(reversed(fields.FIELDS))):
        index, writer = OfferIndex(tmp_path), OfferIndexWriter(tmp_path)
        assert (index.count(), writer.is_stale) == (0, True)
        writer.begin(1)
        writer.add([a_document(1)])
        writer.take_over()
        assert found_in(index, "cup") == {1}


def test_an_order_that_an_old_build_has_no_number_for_is_by_relevance(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = fields.FIELDS
    before = tuple(field for field in table if field.name != "weight")
    weightless = msgspec.structs.replace(a_document(1), numbers={})
    for _ in _with_fields(monkeypatch, before):
        made(tmp_path, weightless).close()
    for _ in _with_fields(monkeypatch, (*before, Field("weight", Kind.number))):
        index = OfferIndex(tmp_path)
        OfferIndexWriter(tmp_path)
        assert found_in(index, "cup") == {1}


def test_in_a_large_build_some_suggest_for_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer_file, "SUGGESTING_OFFERS", 10)
    writer = OfferIndexWriter(tmp_path)
    writer.begin(40)
    documents = [a_document(n) for n in range(1, 41)]
    writer.add(
        [
            one if writer.suggests(one.offer_id) else msgspec.structs.replace(one, terms={})
            for one in documents
        ]
    )
    writer.take_over()
    index = OfferIndex(tmp_path)

    assert index.suggestions("c", 5) == [("cup", 40)]
    assert index.suggests_about


async def test_a_changed_dictionary_makes_the_index_anew_while_the_feed_is_worked(
    market: Market, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    market._indexer._writer.close()
    versions.schema_version.cache_clear()
    monkeypatch.setattr(versions, "CUT_BY", (*versions.CUT_BY, "msgspec"))
    request.addfinalizer(versions.schema_version.cache_clear)
    monkeypatch.setattr(indexing, "BATCH_MAX", 1)
    market._indexer = Indexer()
    hall, yunzhi = market.hall, market.people.yunzhi
    assert await market._indexer.round(hall) == 1, "the first of three offers is in the new build"

    tee = (await market.find("一件代发")).offers[0].card
    assert len(await market.codes()) == 3, "the old build answers meanwhile"
    cheaper = catalogue.EditPrices(offer_id=tee.offer_id, ladder=(Step(1, 70_000),))
    await hall.run(catalogue.edit_prices, cheaper, yunzhi)
    late = shirts(offer_code="LATE", title=Name(zh="迟到的保温杯", en="Late flask"))
    await hall.run(catalogue.publish_offer, late, yunzhi)
    await market.index()

    assert not market._indexer._writer.is_stale
    assert "LATE" in await market.codes("保温杯")
    assert "TEE" in await market.codes("短袖", price_to_e4=70_000)
    assert len(await market.codes()) == 4
    async with hall.working(system()) as work:
        assert await search.verify(work) == []


async def test_a_first_build_takes_what_waits_with_it_and_what_comes_meanwhile_too(
    market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    hall, yunzhi = market.hall, market.people.yunzhi
    tee = (await market.find("一件代发")).offers[0].card
    cheaper = catalogue.EditPrices(offer_id=tee.offer_id, ladder=(Step(1, 80_000),))
    await hall.run(catalogue.edit_prices, cheaper, yunzhi)
    market._indexer._writer.close()
    builds.put_out_of_use(hall.settings.index)
    monkeypatch.setattr(indexing, "BATCH_MAX", 1)
    market._indexer = Indexer()

    await market._indexer.round(hall)

    async with hall.working(system()) as work:
        assert await store.waiting(work, 10) == []
    cheaper = catalogue.EditPrices(offer_id=tee.offer_id, ladder=(Step(1, 70_000),))
    await hall.run(catalogue.edit_prices, cheaper, yunzhi)
    await market.index()
    assert "TEE" in await market.codes("短袖", price_to_e4=70_000)
    async with hall.working(system()) as work:
        assert await search.verify(work) == []


async def test_a_market_serves_once_goods_are_found_and_makes_later_builds_meanwhile(
    market: Market, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    folder, told = market.hall.settings.index, []
    market._indexer._writer.close()
    builds.put_out_of_use(folder)
    monkeypatch.setattr(indexing, "BATCH_MAX", 1)

    await index_first(market.hall, lambda *said: told.append(said))

    first = builds.build_in_use(folder)
    assert first
    assert told[-1] == ("index", 3, 3)
    assert len(await market.codes()) == 3
    monkeypatch.setattr(versions, "CUT_BY", (*versions.CUT_BY, "msgspec"))
    versions.schema_version.cache_clear()
    request.addfinalizer(versions.schema_version.cache_clear)
    await index_first(market.hall, lambda *said: told.append(said))
    assert builds.build_in_use(folder) == first
    assert len(await market.codes()) == 3
