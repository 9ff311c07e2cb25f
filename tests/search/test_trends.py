"""What many look for, counted from the log; what one alone typed stays theirs."""

from datetime import datetime, timedelta
from typing import Any

from huozhan import search
from huozhan.doors.jobs.search import count_words
from huozhan.kernel.actor import anonymous
from huozhan.kernel.clock import MovableClock
from huozhan.search import ShowHot, ShowRelated
from huozhan.search.understanding.trends import Trend
from tests.search.test_finding import Market, market

__all__ = ["market"]


class Log:
    """Writes searches into the log as they would be put away."""

    def __init__(self, db: Any) -> None:
        self._db = db
        self._number = 0

    async def asked(self, at: datetime, buyer: int, q: str, *, total: int = 5, relaxed: bool = False) -> None:
        self._number += 1
        await self._db.execute(
            "INSERT INTO search_log (on_day, search_id, at, org_id, who, door, lang, q, filters, sort, page, total, is_relaxed,"
            " ranking, offer_ids, scores_e3, factors, marks) VALUES ($1, $2, $3, 0, $4, 'search', 'zh', $5, '{}', 'best', 1, $6,"
            " $7, 1, '{}', '{}', '{}', '')",
            at.date(), self._number, at, buyer.to_bytes(16, "big"), q, total, relaxed,
        )  # fmt: skip


async def hot(market: Market) -> list[tuple[str, Trend]]:
    shown = await market.hall.run(search.hot_words, ShowHot(), anonymous())
    return [(one.text, one.trend) for one in shown.words]


async def related(market: Market, q: str) -> list[str]:
    return (await market.hall.run(search.related_words, ShowRelated(q=q), anonymous())).words


async def test_words_of_several_buyers_are_hot_with_their_trend(
    market: Market, db: Any, clock: MovableClock
) -> None:
    log, now = Log(db), clock.now() - timedelta(minutes=1)
    lately, before = now - timedelta(days=2), now - timedelta(days=10)
    for buyer in range(3):
        await log.asked(lately, buyer, " 保温杯 ")
        await log.asked(lately, buyer, "Mug")
        await log.asked(before, buyer, "mug")
        await log.asked(lately, buyer, "收纳盒")
    for buyer in range(6):
        await log.asked(before, buyer, "收纳盒")
    for buyer in range(2):
        await log.asked(before, buyer, "保温杯")
    await count_words(market.hall)
    assert await hot(market) == [("mug", Trend.steady), ("保温杯", Trend.rising), ("收纳盒", Trend.falling)]


async def test_what_few_asked_or_what_found_nothing_or_names_somebody_is_never_shown(
    market: Market, db: Any, clock: MovableClock
) -> None:
    log, now = Log(db), clock.now() - timedelta(minutes=1)
    for buyer in range(3):
        await log.asked(now - timedelta(hours=buyer), 1, "my own secret")
        await log.asked(now, buyer, "13800138000 王")
        await log.asked(now, buyer, "wang@example.com")
        await log.asked(now, buyer, "found nothing", total=0)
        await log.asked(now, buyer, "found parts", relaxed=True)
        await log.asked(now - timedelta(days=15), buyer, "long ago")
        await log.asked(now, buyer, "new thing")
    for buyer in range(2):
        await log.asked(now, buyer, "two alone")
    await count_words(market.hall)
    assert await hot(market) == [("new thing", Trend.new)]


async def test_related_words_are_what_the_same_buyers_asked_then_phrases_that_go_on(
    market: Market, db: Any, clock: MovableClock
) -> None:
    log = Log(db)
    at = clock.now().replace(minute=1) - timedelta(days=1)
    for buyer in range(3):
        await log.asked(at, buyer, "stainless")
        await log.asked(at + timedelta(minutes=9), buyer, "thermos")
        await log.asked(at + timedelta(hours=3), buyer, "another day")
    for buyer in range(2):
        await log.asked(at, buyer, "rare pair")
    await count_words(market.hall)
    assert (await related(market, "Stainless "))[0] == "thermos"
    assert "stainless steel" in await related(market, "stainless")
    assert not {"another day", "rare pair", "stainless"} & set(await related(market, "stainless"))
    assert await related(market, "") == []
    await count_words(market.hall)
    assert (await related(market, "thermos")) == ["stainless"]
