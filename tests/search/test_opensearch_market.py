"""A whole market over the OpenSearch port: fed by the same indexer, found by the same use cases, calm while it is silent."""

import asyncio
import shutil
from datetime import timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio

from huozhan import catalogue, main, search
from huozhan.catalogue.listing import OwnOffer
from huozhan.catalogue.offer import Name
from huozhan.doors.jobs.relay import relay_once
from huozhan.doors.jobs.search import Indexer
from huozhan.doors.settings import Settings
from huozhan.kernel.actor import anonymous
from huozhan.search import FindOffers, SearchUnavailable, ShowRelated, Suggest
from huozhan.search.opensearch import line as lines
from huozhan.search.opensearch import store
from huozhan.search.opensearch.line import Line, PortBusy, PortSettings
from huozhan.search.opensearch.reading import OpenSearchIndex
from tests.catalogue.making import shirts
from tests.search.opensearch_server import Server
from tests.search.opensearch_server.goods import a_line
from tests.search.test_finding import Market, market
from tests.search.test_odd_queries import ODD

__all__ = ["market"]

ASKS: list[dict[str, Any]] = [
    {}, {"q": "短袖T恤"}, {"q": "t-shirt"}, {"q": "mug-500"}, {"q": "５００ｍｌ 保溫杯"}, {"q": "保温杯 大号"}, {"q": "storage box", "sort": "price_up"},
    {"q": "不锈钢 保温杯 500ml"}, {"q": "stainles mug"}, {"q": "duanxiu"}, {"q": "男", "n": 50, "sort": "price_down"}, {"has": ["mixed"], "loosen": True},
    {"q": "cotton", "supplier_kind": ["factory"], "promise": ["48"]}, {"q": "vac uum mug"}, {"moq_to": 5, "sort": "newest"}, {"q": "没有这种货"},
]  # fmt: skip


class Elsewhere(Market):
    """The same market whose index is in the stand-in."""

    def __init__(self, market: Market, server: Server) -> None:
        super().__init__(market.hall, market.people)
        self.server = server
        assert market._indexer._writer is not None
        market._indexer._writer.close()
        kept = market.hall.settings.index.with_name("embedded")
        shutil.rmtree(kept, ignore_errors=True)
        shutil.copytree(market.hall.settings.index, kept)
        self.embedded = search.open_index(kept)
        self.port = search.open_index(market.hall.settings.index, a_line(server))
        market.hall.index = self.port

    async def index(self) -> None:
        """Lets the relay and the indexer catch up, and a second pass."""
        await super().index()
        self.server.look()
        self.port._known.clear()  # type: ignore[attr-defined]


@pytest_asyncio.fixture(loop_scope="session")
async def elsewhere(market: Market) -> Elsewhere:
    """Three offers of two suppliers, in both engines."""
    made = Elsewhere(market, Server())
    await made.index()
    return made


async def test_buyers_find_the_same_by_either_engine(elsewhere: Elsewhere) -> None:
    for asked in ASKS:
        there = await elsewhere.find(**asked)
        elsewhere.hall.index = elsewhere.embedded
        here = await elsewhere.find(**asked)
        elsewhere.hall.index = elsewhere.port
        assert [one.card.offer_id for one in there.offers] == [one.card.offer_id for one in here.offers], (
            asked
        )
        for part in ("total", "relaxed", "instead", "meant", "without", "about", "guesses", "attributes"):
            assert getattr(there, part) == getattr(here, part), (asked, part)
        assert {name: {(c.value, c.count) for c in its} for name, its in there.facets.items()} == {
            name: {(c.value, c.count) for c in its} for name, its in here.facets.items()
        }, asked


async def test_what_changes_is_found_and_what_is_gone_is_not(elsewhere: Elsewhere) -> None:
    hall, people = elsewhere.hall, elsewhere.people
    lamp = shirts(offer_code="LAMP", title=Name(zh="复古台灯", en="Retro Desk Lamp"))
    await hall.run(catalogue.publish_offer, lamp, people.hongfa)
    await elsewhere.index()
    found = await elsewhere.find("台灯")
    assert [one.card.offer_code for one in found.offers] == ["LAMP"]
    pause = OwnOffer(offer_id=found.offers[0].card.offer_id)
    await hall.run(catalogue.pause_offer, pause, people.hongfa)
    await elsewhere.index()
    assert (await elsewhere.find("台灯", exact=True)).total == 0


async def test_the_check_of_the_index_is_clean(elsewhere: Elsewhere) -> None:
    async with elsewhere.hall.pool.acquire() as db:
        assert await search.verify(elsewhere.hall.work(db, anonymous())) == []
        (index,) = elsewhere.server.indices.values()
        index.docs.popitem()
        findings = await search.verify(elsewhere.hall.work(db, anonymous()))
    assert [one.code for one in findings] == ["search.not_indexed"]


@pytest.mark.parametrize("q", ODD.values(), ids=ODD.keys())
async def test_whatever_is_typed_is_a_request_that_a_cluster_reads(elsewhere: Elsewhere, q: str) -> None:
    assert 0 <= (await elsewhere.find(q[:100])).total <= 3
    await elsewhere.hall.run(search.suggest, Suggest(q=q[:100]), anonymous())
    await elsewhere.hall.run(search.related_words, ShowRelated(q=q[:100]), anonymous())


async def test_one_indexer_writes_and_another_takes_over_when_it_is_gone(elsewhere: Elsewhere) -> None:
    first, second = elsewhere._indexer, Indexer()
    await elsewhere.hall.run(
        catalogue.publish_offer,
        shirts(offer_code="ONE", title=Name(zh="毛巾", en="Towel")),
        elsewhere.people.hongfa,
    )
    while await _relayed(elsewhere):
        pass
    async with elsewhere.hall.pool.acquire() as db:
        # The second one takes its turn before the first has ended: it is told to wait.
        assert (
            await store.take(elsewhere.hall.work(db, anonymous()), "another", timedelta(seconds=90)) is None
        )
    assert await second.round(elsewhere.hall) == 0
    elsewhere.hall.clock.pass_(seconds=91)  # type: ignore[attr-defined]
    assert await second.round(elsewhere.hall) == 1
    # The first one wakes up: it is not the writer any more, and takes nothing off the feed.
    await elsewhere.hall.run(
        catalogue.publish_offer,
        shirts(offer_code="TWO", title=Name(zh="浴巾", en="Bath towel")),
        elsewhere.people.hongfa,
    )
    while await _relayed(elsewhere):
        pass
    assert await first.round(elsewhere.hall) == 0
    assert await second.round(elsewhere.hall) == 1
    elsewhere.server.look()
    assert (await elsewhere.find("towel")).total == 2


async def test_whichever_engine_is_taken_up_again_makes_its_index_anew(elsewhere: Elsewhere) -> None:
    hall, people = elsewhere.hall, elsewhere.people
    cup = shirts(offer_code="CUP", title=Name(zh="陶瓷杯", en="Ceramic cup"))
    await hall.run(catalogue.publish_offer, cup, people.hongfa)
    await elsewhere.index()
    assert await elsewhere.codes("陶瓷杯") == ["CUP"]

    hall.index = search.open_index(hall.settings.index)
    back = Market(hall, people)
    await back.index()
    assert await back.codes("陶瓷杯") == ["CUP"], "the embedded one did not hear of it meanwhile"
    vase = shirts(offer_code="VASE", title=Name(zh="玻璃花瓶", en="Glass vase"))
    await hall.run(catalogue.publish_offer, vase, people.hongfa)
    await back.index()
    assert await back.codes("花瓶") == ["VASE"]

    again = Elsewhere(back, elsewhere.server)
    await again.index()
    assert sorted([*await again.codes("陶瓷杯"), *await again.codes("花瓶")]) == ["CUP", "VASE"]


async def test_a_batch_that_another_writer_overtook_stays_in_the_feed(
    elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    goods = shirts(offer_code="ONE", title=Name(zh="毛巾", en="Towel"))
    await elsewhere.hall.run(catalogue.publish_offer, goods, elsewhere.people.hongfa)
    while await _relayed(elsewhere):
        pass
    writer = elsewhere._indexer._writer
    assert writer is not None
    put = writer.put

    def overtaken(*given: Any) -> None:
        put(*given)
        monkeypatch.setattr(writer, "_holder", "somebody who slept")

    monkeypatch.setattr(writer, "put", overtaken)
    assert await elsewhere._indexer.round(elsewhere.hall) == 0
    async with elsewhere.hall.pool.acquire() as db:
        assert await db.fetchval("SELECT count(*) FROM search_feed") == 1


async def _relayed(elsewhere: Elsewhere) -> int:
    return await relay_once(elsewhere.hall)


async def test_what_was_sent_counts_only_while_nobody_else_became_the_writer(elsewhere: Elsewhere) -> None:
    async with elsewhere.hall.pool.acquire() as db:
        work = elsewhere.hall.work(db, anonymous())
        elsewhere.hall.clock.pass_(seconds=91)  # type: ignore[attr-defined]
        work = elsewhere.hall.work(db, anonymous())
        one = await store.take(work, "one", timedelta(0))
        again = await store.take(work, "one", timedelta(0))
        other = await store.take(work, "other", timedelta(0))
        assert one
        assert again
        assert other
        assert one[0] < again[0] < other[0]
        assert (again[1], other[1]) == ("one", "one")
        assert not await store.is_ours(work, "one", again[0])
        assert await store.is_ours(work, "other", other[0])


async def test_while_the_cluster_is_silent_search_says_so_and_the_rest_goes_on(elsewhere: Elsewhere) -> None:
    elsewhere.server.is_silent = True
    elsewhere.port._known.clear()  # type: ignore[attr-defined]
    with pytest.raises(SearchUnavailable):
        await elsewhere.hall.run(search.find_offers, FindOffers(q="杯"), anonymous(door="search"))
    beside = await elsewhere.hall.run(
        search.find_offers, FindOffers(count=["vertical"]), anonymous(door="home")
    )
    assert (beside.offers, beside.total) == ([], 0)
    assert (await elsewhere.hall.run(search.suggest, Suggest(q="杯"), anonymous())).suggestions == []
    assert (await elsewhere.hall.run(search.related_words, ShowRelated(q="杯"), anonymous())).words == []
    async with elsewhere.hall.pool.acquire() as db:
        assert await search.offers_for(elsewhere.hall.work(db, anonymous()), FindOffers()) == []


def test_a_silent_cluster_is_left_alone_and_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(lines.time, "monotonic", lambda: now[0])
    server = Server()
    line = a_line(server)
    server.is_silent = True
    for _ in range(lines.SILENT_AFTER):
        with pytest.raises(SearchUnavailable):
            line.get("/")
    server.is_silent = False
    with pytest.raises(SearchUnavailable):
        line.get("/")
    assert server.calls == [], "nobody waits for a silent one"
    now[0] += lines.LEFT_ALONE_SECONDS
    assert line.get("/")["version"]
    assert line.get("/")["version"]
    server.busy = lines.SILENT_AFTER
    for _ in range(lines.SILENT_AFTER):
        with pytest.raises(PortBusy):
            line.get("/")
    now[0] += lines.LEFT_ALONE_SECONDS
    server.is_silent = True
    with pytest.raises(SearchUnavailable):
        line.get("/")
    server.is_silent = False
    with pytest.raises(SearchUnavailable):
        line.get("/")
    assert len(server.calls) == 2 + lines.SILENT_AFTER, "one call tries, the others do not wait for it"


def test_what_is_no_answer_is_none() -> None:
    for status, content in ((200, b"<html>"), (502, b"bad gateway"), (200, b"[]")):
        line = Line(
            PortSettings(url="http://x.test"),
            transport=httpx.MockTransport(lambda _, s=status, c=content: httpx.Response(s, content=c)),
        )
        with pytest.raises(SearchUnavailable):
            line.get("/")


async def test_others_of_the_process_go_on_while_one_waits(elsewhere: Elsewhere) -> None:
    gate = asyncio.Event()
    loop = asyncio.get_running_loop()

    def slow() -> str:
        asyncio.run_coroutine_threadsafe(_set(gate), loop).result(5)
        return "answered"

    assert isinstance(elsewhere.port, OpenSearchIndex)
    assert await asyncio.wait_for(elsewhere.port.aside(slow), 5) == "answered"


async def _set(gate: asyncio.Event) -> None:
    gate.set()


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ({}, "url"), ({"url": "search.example:9200"}, "https://"), ({"url": "http://x", "index": "Offers"}, "lower case"),
        ({"url": "http://x", "index": "-a"}, "lower case"), ({"url": "http://x", "shards": 0}, "shards"), ({"url": "http://x", "timeout_ms": 5}, "timeout_ms"),
        ({"url": "http://x", "passwort": "y"}, "passwort"),
    ],
)  # fmt: skip
def test_settings_are_read_strictly(said: dict[str, Any], fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        PortSettings.read(said)


def test_the_file_of_the_market_says_where_the_cluster_is(tmp_path: Any) -> None:
    settings = Settings(home=tmp_path)
    assert main._line_of(settings) is None
    settings.opensearch_file.write_text('url = "https://search.example:9200"\nshards = 8\n')
    made = main._line_of(settings)
    assert made is not None
    assert made.settings == PortSettings(url="https://search.example:9200", shards=8)
    settings.opensearch_file.write_text("url = 9200\n")
    with pytest.raises(main.BadSetting, match=r"opensearch\.toml"):
        main._line_of(settings)
