"""How identical goods are gathered: the index is asked between transactions, and what happens meanwhile is seen."""

import contextlib
from collections import Counter
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
from huozhan.search.same import gathering, store
from huozhan.search.same.traits import KEY_WORDS, Rarity, Traits, keys_of
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


async def _gathered(goods: SameMarket, traits: list[Traits]) -> None:
    """Compares offers that are told to it, as if the catalogue had them and the index had counted their words."""
    counts = Counter(word for one in traits for word in {*one.zh, *one.en, *one.models})
    counted = gathering.Counted(len(traits), counts)
    for at in range(0, len(traits), gathering.BATCH_MAX):
        now = {one.offer_id: one for one in traits[at : at + gathering.BATCH_MAX]}
        async with goods.hall.working(system("jobs")) as work:
            await search.note_same(work, now)
            noted = await store.waiting(work, gathering.BATCH_MAX)
            await search.gather_waiting(work, gathering.Waiting(noted, now, ()), counted)


async def test_goods_that_all_say_one_rare_word_are_compared_with_a_bounded_number_each(
    goods: SameMarket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gathering, "BLOCK_MAX", 4)
    compared = list[int]()
    judge = gathering.judged

    def counting(*given: Any) -> Any:
        compared.append(1)
        return judge(*given)

    monkeypatch.setattr(gathering, "judged", counting)
    most = 4 * KEY_WORDS * (KEY_WORDS - 1) // 2  # so many keys of words, each with so many others
    each = []
    for count, first in ((150, 1_000), (300, 2_000)):
        traits = [
            Traits(offer_id=first + n, seller_id=n, zh=("琉璃盏", "建水陶", "天目釉", f"{first + n}号"))
            for n in range(count)
        ]
        compared.clear()
        await _gathered(goods, traits)
        each.append(len(compared) / count)
    assert max(each) <= most
    assert each[1] <= each[0], "twice as many goods cost each of them no more"


async def test_a_round_goes_on_in_bounded_steps_between_which_others_are_served(
    goods: SameMarket, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = await _pair(goods)
    await goods.settle()
    monkeypatch.setattr(gathering, "FEED_MAX", 1)
    monkeypatch.setattr(gathering, "BATCH_MAX", 1)
    async with goods.hall.pool.acquire() as db:
        await db.execute("UPDATE same_round SET judge = 'another'")

    steps = list[int]()
    while done := await gather_same(goods.hall):
        steps.append(done)
        assert await _members(goods) == {one, other}, "what was told stays until it is told anew"

    assert set(steps) == {1}
    assert len(steps) == 5, "the round begins, and each offer is noted and compared by itself"
