"""The same goods of several suppliers: each at the reader's own price, as the comparison and a quote tell it."""

from pathlib import Path

import pytest

from huozhan import insight, search
from huozhan.insight.asks import CompareOffers
from huozhan.kernel.actor import Actor, anonymous
from huozhan.kernel.refusals import NotFound
from tests.interest.looking import bolts, cups
from tests.ordering.trading import Trade
from tests.pricebook.booking import give

CHENGDU = "510100"


@pytest.fixture(autouse=True)
def _found(trade: Trade, tmp_path: Path) -> None:
    """A market with an index to be asked."""
    trade.hall.index = search.open_index(tmp_path / "index")


async def _one_goods(trade: Trade) -> tuple[str, str]:
    """The cups and the bolts, as if they were one thing."""
    both = await cups(trade), await bolts(trade)
    ids = sorted(map(int, both))
    async with trade.hall.pool.acquire() as db:
        await db.execute(
            "INSERT INTO same_member (offer_id, goods_id, seller_id, centre_id, points, evidence, joined_at)"
            " SELECT offer_id, $2, seller_id, $2, 300, '[]', now() FROM offer WHERE offer_id = ANY ($1::bigint[])",
            ids, ids[0],
        )  # fmt: skip
    return both


async def _shown(trade: Trade, offer_id: str, who: Actor, **more: object) -> search.SameOffers:
    ask = search.ShowSame(offer_id=offer_id, **{"n": 120, "to": CHENGDU, **more})  # type: ignore[arg-type]
    return await trade.hall.run(insight.same_offers, ask, who)


async def test_each_is_at_the_readers_own_price_and_the_list_stands_beside_it(trade: Trade) -> None:
    cup, _ = await _one_goods(trade)
    await give(trade, red=75_000)

    for who in (trade.li, anonymous()):
        shown = await _shown(trade, cup, who)
        compared = await trade.hall.run(
            insight.compare_offers, CompareOffers(offers=(cup,), quantity=120, to=CHENGDU), who
        )
        (one,) = [offer for offer in shown.offers if offer.found.card.offer_id == cup]
        (beside,) = compared.offers
        assert (one.pieces, one.landed_e4) == (beside.pieces, beside.landed_e4)
        assert one.price_e4 * one.pieces == beside.goods_minor * 100
        assert one.list_price_e4 == 90_000
        assert one.price_e4 == (75_000 if who is trade.li else 90_000)


async def test_the_cheapest_is_so_by_what_the_reader_pays(trade: Trade) -> None:
    cup, bolt = await _one_goods(trade)
    listed = await _shown(trade, cup, anonymous(), to="any")
    assert listed.cheapest_id == bolt
    assert [one.found.card.offer_id for one in listed.offers] == [bolt, cup]
    assert [one.landed_e4 for one in listed.offers] == [None, None]

    await give(trade, red=100)

    own = await _shown(trade, cup, trade.li, to="any")
    assert [(one.price_e4, one.list_price_e4) for one in own.offers] == [(100, 90_000), (350, 350)]
    assert own.cheapest_id == cup
    assert [one.found.card.offer_id for one in own.offers] == [cup, bolt]
    assert (await _shown(trade, cup, anonymous(), to="any")).cheapest_id == bolt


async def test_an_offer_that_nobody_else_has_is_shown_alone_and_one_that_there_is_not_is_not(
    trade: Trade,
) -> None:
    cup = await cups(trade)
    alone = await _shown(trade, cup, trade.li)
    assert ([one.found.card.offer_id for one in alone.offers], alone.cheapest_id) == ([cup], "")
    with pytest.raises(NotFound):
        await _shown(trade, "1", trade.li)
