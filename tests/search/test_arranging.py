"""Pages are made of scores so that nothing is shown twice or lost, no shop fills a page, and new offers get their look."""

import random
from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huozhan.search.ranking.arranging import (
    BLOCK,
    FIRST_LOOK,
    Arrangement,
    Hit,
    Trial,
    by_weights,
    drafted,
    gathered,
    looks_in,
    page_of,
)
from huozhan.search.ranking.factors import Factors, Weights


def market(seed: int, total: int, *, shops: int = 12, goods: int = 30) -> list[Hit]:
    """Hits by score; every fourth is new, some are identical goods."""
    dice = random.Random(seed)
    return [
        Hit(
            offer_id=1_000 + at,
            score=100.0 - at / 10,
            factors=Factors(is_new=dice.random() < 0.25, conversion=dice.randint(0, 1_000)).packed(),
            shop=dice.randint(1, shops),
            goods=dice.choice((0, 0, dice.randint(1, goods))),
        )
        for at in range(total)
    ]


def pages(hits: Sequence[Hit], how: Arrangement, limit: int) -> list[list[Hit]]:
    """Every page, as one buyer after another asks for it."""

    def fetch(offset: int, size: int, without: Sequence[int]) -> list[Hit]:
        left = [hit for hit in hits if hit.offer_id not in without]
        return left[offset : offset + size]

    def fetch_new(size: int) -> list[Hit]:
        return [hit for hit in hits if Factors.of(hit.factors).is_new][:size]

    last = -(-len(hits) // limit)
    return [page_of(how, fetch, fetch_new, page=page, limit=limit) for page in range(1, last + 1)]


@given(
    st.integers(0, 10**6), st.integers(0, 900), st.sampled_from((1, 7, 20, 40, 60)), st.integers(0, 9),
    st.sampled_from((0, 500, 1_000)), st.booleans(),
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_over_all_pages_every_hit_is_shown_once(
    seed: int, total: int, limit: int, most: int, share_bp: int, tries: bool
) -> None:
    trial = Trial(trial_id=1, in_force=Weights(), other=Weights(conversion=0), seed="x") if tries else None
    hits = market(seed, total)
    how = Arrangement(of_one_shop=most, first_look_bp=share_bp, seed=str(seed), trial=trial)

    shown = pages(hits, how, limit)

    assert sorted(hit.offer_id for page in shown for hit in page) == [hit.offer_id for hit in hits]
    assert all(len(page) == limit for page in shown[:-1])


@given(st.integers(0, 10**6), st.integers(1, 8))
@settings(max_examples=30, deadline=None)
def test_no_shop_has_more_of_a_page_while_others_wait(seed: int, most: int) -> None:
    hits = market(seed, 400, shops=random.Random(seed).randint(2, 30))

    shown = pages(hits, Arrangement(of_one_shop=most), 40)

    for at, page in enumerate(shown):
        block = (at * 40) // BLOCK
        behind = [hit for later in shown[at + 1 : (block + 1) * BLOCK // 40] for hit in later]
        of_shop = Counter(hit.shop for hit in page)
        full = {shop for shop, n in of_shop.items() if n > most}
        if full:
            assert all(of_shop[hit.shop] >= most for hit in behind), (
                "somebody with room waits behind a full shop"
            )


def test_one_seller_cannot_fill_a_page_but_does_when_there_is_nobody_else() -> None:
    alone = [Hit(at, 9.0, 0, 1, 0) for at in range(100)]
    beside = [Hit(500 + at, 1.0, 0, 2, 0) for at in range(60)]
    how = Arrangement(of_one_shop=8)

    first, second, *_ = pages([*alone, *beside], how, 40)

    assert Counter(hit.shop for hit in first) == {1: 24, 2: 16}
    assert [hit.offer_id for hit in first[:8]] == list(range(8)), "the order of scores stays"
    assert [hit.offer_id for hit in pages(alone, how, 40)[0]] == list(range(40))
    assert second


def test_new_offers_get_their_share_by_another_lot_each_day() -> None:
    hits = market(3, 600, shops=600, goods=1)
    hits = [Hit(h.offer_id, h.score, h.factors, h.shop, 0) for h in hits]
    first_day = pages(hits, Arrangement(first_look_bp=500, seed="2026-03-01"), 40)
    again = pages(hits, Arrangement(first_look_bp=500, seed="2026-03-01"), 40)
    next_day = pages(hits, Arrangement(first_look_bp=500, seed="2026-03-02"), 40)

    assert first_day == again
    looks = [[hit for page in day for hit in page if hit.mark == FIRST_LOOK] for day in (first_day, next_day)]
    assert [len(day) for day in looks] == [10, 10], "a twentieth of the first 200 places"
    assert [len([h for h in page if h.mark == FIRST_LOOK]) for page in first_day[:5]] == [2] * 5
    assert {hit.offer_id for hit in looks[0]} != {hit.offer_id for hit in looks[1]}
    came_by_itself = {hit.offer_id for hit in hits[:40]}
    assert not came_by_itself & {hit.offer_id for hit in looks[0]}, "who is on the first page needs no help"


@pytest.mark.parametrize(
    ("size", "share_bp", "places"), [(40, 500, [19, 39]), (20, 0, []), (10, 2_000, [4, 9])]
)
def test_the_places_of_a_first_look(size: int, share_bp: int, places: list[int]) -> None:
    assert looks_in(size, share_bp) == places


def test_identical_goods_follow_the_first_of_them() -> None:
    hits = [
        Hit(1, 9, 0, 1, 7),
        Hit(2, 8, 0, 2, 0),
        Hit(3, 7, 0, 3, 7),
        Hit(4, 6, 0, 4, 8),
        Hit(5, 5, 0, 5, 7),
    ]
    assert [hit.offer_id for hit in gathered(hits)] == [1, 3, 5, 2, 4]


def test_other_weights_give_another_order() -> None:
    fresh = Factors(conversion=500, freshness=1_000).packed()
    liked = Factors(conversion=800, freshness=0).packed()
    hits = [Hit(1, 10.0, liked, 1, 0), Hit(2, 9.0, fresh, 2, 0)]
    only_fresh = Weights(conversion=0, service=0, repurchase=0, freshness=1)

    assert [hit.offer_id for hit in by_weights(hits, Weights(), Weights())] == [1, 2]
    assert [hit.offer_id for hit in by_weights(hits, Weights(), only_fresh)] == [2, 1]


@pytest.mark.parametrize("seed", range(20))
def test_a_draft_takes_from_both_in_turns(seed: int) -> None:
    hits = market(seed, 50)
    trial = Trial(trial_id=1, in_force=Weights(), other=Weights(conversion=0, freshness=9), seed=str(seed))

    chosen = drafted(trial, hits)

    assert sorted(hit.offer_id for hit in chosen) == [hit.offer_id for hit in hits]
    rounds = [chosen[at : at + 2] for at in range(0, 50, 2)]
    assert all({hit.mark for hit in both} == {"a", "b"} for both in rounds)
    assert chosen[0].offer_id in {hits[0].offer_id, by_weights(hits, Weights(), trial.other)[0].offer_id}


@given(
    st.integers(0, 10**6),
    st.integers(0, 450),
    st.sampled_from((20, 40)),
    st.sampled_from((1, 3, 30, 200)),
    st.sampled_from((0, 8)),
    st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_put_together_every_hit_is_shown_once_or_stands_behind_one(
    seed: int, total: int, limit: int, goods: int, most: int, tries: bool
) -> None:
    hits = market(seed, total, shops=40, goods=goods)
    trial = Trial(trial_id=1, in_force=Weights(), other=Weights(conversion=0), seed="x") if tries else None
    how = Arrangement(of_one_shop=most, first_look_bp=500, seed="x", trial=trial, is_grouped=True)
    shown = pages(hits, how, limit)

    goods_of = {hit.offer_id: hit.goods for hit in hits}
    told = Counter(one for page in shown for hit in page for one in (hit.offer_id, *hit.behind))
    assert max(told.values(), default=1) == 1
    assert all(hit.goods for hit in hits if hit.offer_id not in told), "what nobody else has is always shown"
    cards = Counter(hit.goods for page in shown for hit in page if hit.goods)
    members = Counter(hit.goods for hit in hits if hit.goods)
    assert cards == {one: -(-count // limit) for one, count in members.items()}, (
        "one card a group, and one more a page of it"
    )
    assert all(len(page) <= limit for page in shown)
    assert all(shown[: BLOCK // limit][: len(shown)]), "no page of the first block is empty"
    if len(goods_of) == sum(map(len, shown)):
        assert all(len(page) == limit for page in shown[:-1]), "where nothing is put together pages are full"
    for page in shown:
        for hit in page:
            assert {goods_of[one] for one in hit.behind} <= {hit.goods}
            assert hit.goods or not hit.behind
