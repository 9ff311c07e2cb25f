"""How identical goods are gathered: the index is asked between transactions, and what happens meanwhile is seen."""

import contextlib
from collections.abc import AsyncIterator, Iterator
from typing import Any

import numpy as np
import pytest

from huozhan import catalogue, search
from huozhan.catalogue.listing import OwnOffer
from huozhan.doors.jobs.search import gather_same
from huozhan.doors.run import Runner
from huozhan.kernel.actor import system
from huozhan.search.pictures.model import packed
from huozhan.search.same.traits import Rarity, Traits, keys_of
from huozhan.search.versions import judge_version
from tests.search.test_same import KETTLE, SameMarket, goods

__all__ = ["goods"]


async def _pair(goods: SameMarket) -> tuple[int, int]:
    one = await goods.publish(goods.people.yunzhi, "K-1", KETTLE)
    other = await goods.publish(goods.people.hongfa, "K-9", f"{KETTLE} 包邮")
    return int(one), int(other)


async def _members(goods: SameMarket) -> set[int]:
    async with goods.hall.pool.acquire() as db:
        return {row["offer_id"] for row in await db.fetch("SELECT offer_id FROM same_member")}


@contextlib.contextmanager
def _no_question_inside(goods: SameMarket, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The index refuses to be asked while a transaction is open; tells what it was asked outside."""
    inside, asked = [0], list[str]()
    index, working = goods.hall.index, Runner.working

    @contextlib.asynccontextmanager
    async def noted(self: Runner, *given: Any) -> AsyncIterator[Any]:
        async with working(self, *given) as work:
            inside[0] += 1
            try:
                yield work
            finally:
                inside[0] -= 1

    def outside(name: str) -> Any:
        ask = getattr(index, name)

        def answered(*given: Any) -> Any:
            assert not inside[0], f"{name} was asked inside a transaction"
            asked.append(name)
            return ask(*given)

        return answered

    with monkeypatch.context() as patch:
        patch.setattr(Runner, "working", noted)
        for name in ("titled", "count", "expect", "search"):
            patch.setattr(index, name, outside(name))
        yield asked


async def test_the_index_is_asked_between_transactions_also_for_words_that_turn_up_only_then(
    goods: SameMarket, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = int(await goods.publish(goods.people.yunzhi, "K-1", f"{KETTLE} 金色年华"))
    await goods.settle()
    async with goods.hall.pool.acquire() as db:
        await db.execute(
            "DELETE FROM same_word"
        )  # as a new round does: its neighbours' words are to be counted too
    other = int(await goods.publish(goods.people.hongfa, "K-9", KETTLE))
    await goods.index()

    with _no_question_inside(goods, monkeypatch) as asked:
        while await gather_same(goods.hall):
            pass

    assert await _members(goods) == {one, other}
    assert {"titled", "count", "expect"} <= set(asked)
    async with goods.hall.pool.acquire() as db:
        words = {row["word"] for row in await db.fetch("SELECT word FROM same_word")}
    assert "金色" in words or "年华" in words or "金色年华" in words


async def test_what_was_read_before_somebody_else_compared_it_is_not_written(goods: SameMarket) -> None:
    one, other = await _pair(goods)
    await goods.index()
    async with goods.hall.pool.acquire() as db:
        read = await search.same_waiting(goods.hall.work(db, system("jobs")))
    assert {offer_id for offer_id, _ in read.noted} == {one, other}
    await goods.hall.run(catalogue.pause_offer, OwnOffer(offer_id=str(one)), goods.people.yunzhi)
    await goods.settle()

    async with goods.hall.working(system("jobs")) as work:
        counted = search.counted_by(goods.hall.index, read.uncounted)
        await search.gather_waiting(work, read, counted)

    async with goods.hall.pool.acquire() as db:
        kept = {row["offer_id"] for row in await db.fetch("SELECT offer_id FROM same_traits")}
    assert kept == {other}, "the paused one does not come back"
    assert await _members(goods) == set()


async def test_who_tells_them_otherwise_than_before_compares_every_offer_anew(goods: SameMarket) -> None:
    one, other = await _pair(goods)
    await goods.settle()
    async with goods.hall.pool.acquire() as db:
        before = await db.fetchrow("SELECT round, judge FROM same_round")
        await db.execute("UPDATE same_round SET judge = 'another'")
        await db.execute("DELETE FROM same_member")
        await db.execute("DELETE FROM same_pair")

    await goods.settle()

    async with goods.hall.pool.acquire() as db:
        after = await db.fetchrow("SELECT round, judge FROM same_round")
    assert (after["round"], after["judge"]) == (before["round"] + 1, judge_version())
    assert await _members(goods) == {one, other}


def _looks(seed: int, noise: float = 0.0) -> bytes:
    vector = np.random.default_rng(seed).normal(size=(1, 352))
    other = np.random.default_rng(seed + 1_000).normal(size=(1, 352))
    return packed(vector + noise * other).tobytes()


def test_nearly_the_same_pictures_are_compared_whatever_their_titles_say_and_others_are_not() -> None:
    def keys(looks: bytes, word: str) -> set[str]:
        return set(keys_of(Traits(offer_id=1, seller_id=1, zh=(word, f"{word}2"), looks=looks), Rarity()))

    found = [bool(keys(_looks(n), "壶") & keys(_looks(n, 0.05), "杯")) for n in range(200)]
    assert sum(found) >= 180
    assert not any(keys(_looks(n), "壶") & keys(_looks(n + 1), "杯") for n in range(200))
    assert keys(b"", "壶").isdisjoint(keys(b"", "杯"))
