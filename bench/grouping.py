"""What gathering identical goods costs: CPU for each offer as the market fills, beside the bare look-up of who shares a key.

Reading offers from the catalogue and asking the index are left out: `bin/bench engine` and `freshness` measure those.
"""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from bench.engine import made_cards
from bench.ground import Ground, empty_market
from huozhan.doors.hall import Hall
from huozhan.kernel.actor import system
from huozhan.main import open_hall
from huozhan.search.same import gathering, store
from huozhan.search.same.traits import Rarity, Traits, keys_of, text_traits, traits_of

PARTS = 5
LOOKED_UP = 1_000
SYLLABLES = "的壶杯架灯椅柜袋盒鞋帽巾被笔锅碗刀扇钟镜梳刷桶篮筐垫毯帘绳链环钩夹板架台座轮轴泵阀管线缆插头罩壳套膜贴卡牌旗球棋琴鼓笛"


def measure_grouping(offers: int, hot: int) -> dict[str, Any]:
    """A market of so many made-up offers, and one of `hot` that all say one rare word, and one of so many of one text."""
    return {
        "market": _measured(_market(offers)),
        "one_rare_word": _measured(_of_one_word(hot)),
        "one_sheet": _measured(_of_one_sheet(hot)),
    }


def _market(offers: int) -> list[Traits]:
    return [traits_of(card) for batch in made_cards(offers) for card, _ in batch][:offers]


def _of_one_word(offers: int) -> list[Traits]:
    """All say one word that nobody else does, and some of a few thousand others."""
    dice = random.Random(7)
    others = [f"{dice.choice(SYLLABLES)}{dice.choice(SYLLABLES)}{n}x" for n in range(3_000)]
    return [
        text_traits(n, n % 500, f"琉璃盏 {' '.join(dice.sample(others, 6))}", "")
        for n in range(1, offers + 1)
    ]


def _of_one_sheet(offers: int) -> list[Traits]:
    """One text copied by everybody, each with some rare words beside it: all of them are the same, and hang together."""
    dice = random.Random(7)
    others = [f"{dice.choice(SYLLABLES)}{dice.choice(SYLLABLES)}{n}x" for n in range(offers // 10)]
    sheet = "云南手工琉璃盏复古建水紫陶描金茶盏家用功夫茶具主人杯冰裂釉窑变天目盏"
    return [
        text_traits(n, n % 500, f"{sheet} {' '.join(dice.sample(others, 2))}", "")
        for n in range(1, offers + 1)
    ]


def _measured(traits: Sequence[Traits]) -> dict[str, Any]:
    with empty_market() as ground:
        return asyncio.run(_gathered(ground, traits))


async def _gathered(ground: Ground, traits: Sequence[Traits]) -> dict[str, Any]:
    counts = Counter(word for one in traits for word in {*one.zh, *one.en, *one.models})
    counted = gathering.Counted(len(traits), counts)
    async with open_hall(ground.settings) as hall:
        async with hall.working(system("bench")) as work:
            await store.begin_round(work, len(traits), "")
            await store.go_on(work, None)
        parts = [
            await _part(hall, ground, part, counted) for part in _parts(traits, -(-len(traits) // PARTS))
        ]
        sample = random.Random(1).sample(list(traits), min(LOOKED_UP, len(traits)))
        bare = await _bare(hall, ground, sample, Rarity(offers=len(traits), counts=counts))
        async with hall.pool.acquire() as db:
            rows = await db.fetchrow(
                "SELECT (SELECT count(*) FROM same_key) AS keys, (SELECT count(*) FROM same_pair) AS pairs,"
                " (SELECT count(*) FROM same_member) AS members, (SELECT count(DISTINCT goods_id) FROM same_member) AS groups,"
                " (SELECT coalesce(max(n), 0) FROM (SELECT count(*) AS n FROM same_member GROUP BY goods_id) g) AS largest"
            )
    return {
        "offers": len(traits),
        "cpu_us_an_offer_by_fifths": [one["cpu_us"] for one in parts],
        "of_it_postgres_us_by_fifths": [one["postgres_us"] for one in parts],
        "slowest_batch_ms_by_fifths": [one["slowest_ms"] for one in parts],
        "bare_look_up_cpu_us_an_offer": bare,
        **dict(rows),
    }


async def _part(
    hall: Hall, ground: Ground, traits: Sequence[Traits], counted: gathering.Counted
) -> dict[str, float]:
    ours, theirs, slowest = time.process_time(), ground.postgres_cpu_seconds(), 0.0
    for batch in _parts(traits, gathering.BATCH_MAX):
        now = {one.offer_id: one for one in batch}
        began = time.perf_counter()
        async with hall.working(system("bench")) as work:
            await gathering.note_same(work, now)
        async with hall.working(system("bench")) as work:
            noted = await store.waiting(work, gathering.BATCH_MAX)
            await gathering.gather_waiting(work, gathering.Waiting(noted, now, ()), counted)
        slowest = max(slowest, time.perf_counter() - began)
    postgres = ground.postgres_cpu_seconds() - theirs
    whole = time.process_time() - ours + postgres
    each = 1_000_000 / len(traits)
    return {
        "cpu_us": round(whole * each), "postgres_us": round(postgres * each), "slowest_ms": round(slowest * 1_000)
    }  # fmt: skip


async def _bare(hall: Hall, ground: Ground, traits: Sequence[Traits], rarity: Rarity) -> float:
    """CPU of asking who shares a key with each of these offers, and nothing else."""
    keys = [[gathering.number_of(key) for key in keys_of(one, rarity)] for one in traits]
    ours, theirs = time.process_time(), ground.postgres_cpu_seconds()
    async with hall.working(system("bench")) as work:
        for at in range(0, len(keys), gathering.BATCH_MAX):
            some = {key for own in keys[at : at + gathering.BATCH_MAX] for key in own}
            await store.blocks(work, some, gathering.BLOCK_MAX + 1)
    whole = time.process_time() - ours + ground.postgres_cpu_seconds() - theirs
    return round(whole * 1_000_000 / len(traits))


def _parts(traits: Sequence[Traits], size: int) -> Iterator[Sequence[Traits]]:
    for at in range(0, len(traits), size):
        yield traits[at : at + size]
