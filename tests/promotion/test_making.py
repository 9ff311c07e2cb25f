"""Making promotions: what is unsound is refused with the reason, and what is stopped lowers nothing more."""

from datetime import timedelta
from typing import Any

import pytest

from huozhan import promotion
from huozhan.kernel.moves import NoSuchMove
from huozhan.kernel.refusals import NotFound, Refusal
from huozhan.promotion.asks import ShopPromotions
from huozhan.promotion.making import (
    BadPeriod,
    NoName,
    NothingOff,
    NotYourOffers,
    StepsDoNotRise,
    TooManyOpen,
)
from huozhan.promotion.promotion import FullStep
from tests.ordering.trading import Trade
from tests.promotion import promoting


async def offer_of(trade: Trade, name: str) -> str:
    (share,) = (await trade.quote(*trade.want(**{name: 1}))).shares
    return share.lines[0].goods.offer_id


@pytest.mark.parametrize(
    ("kind", "more", "why"),
    [
        ("item", {"off_bp": 1_200, "name_zh": " "}, NoName),
        ("item", {}, NothingOff),
        ("item", {"off_bp": 1_200, "off_e4": 5_000}, NothingOff),
        ("item", {"off_bp": 1_200, "steps": (FullStep(50_000, 3_000),)}, NothingOff),
        ("full", {}, NothingOff),
        ("full", {"steps": (FullStep(50_000, 3_000),), "off_bp": 100}, NothingOff),
        ("full", {"steps": (FullStep(50_000, 50_000),)}, StepsDoNotRise),
        ("full", {"steps": (FullStep(50_000, 3_000), FullStep(50_000, 4_000))}, StepsDoNotRise),
        ("full", {"steps": (FullStep(50_000, 3_000), FullStep(60_000, 3_000))}, StepsDoNotRise),
    ],
)
async def test_unsound_terms_are_refused(
    trade: Trade, kind: str, more: dict[str, Any], why: type[Refusal]
) -> None:
    with pytest.raises(why):
        await trade.hall.run(
            promotion.make_promotion, promoting.ask_for(trade, kind, **more), trade.chenguang
        )

    assert await promoting.made_by(trade) == []


@pytest.mark.parametrize(("starts", "ends"), [(0, 0), (-9, -1), (0, 367)])
async def test_a_period_must_be_one(trade: Trade, starts: int, ends: int) -> None:
    now = trade.clock.now()

    with pytest.raises(BadPeriod):
        await promoting.item(
            trade, off_bp=100, starts_at=now + timedelta(days=starts), ends_at=now + timedelta(days=ends)
        )


async def test_nobody_lowers_the_price_of_anothers_goods(trade: Trade) -> None:
    theirs = await offer_of(trade, "bolt")

    for offer_id in (theirs, "1"):
        with pytest.raises(NotYourOffers):
            await promoting.item(trade, off_bp=100, offer_ids=(offer_id,))
    with pytest.raises(NotFound):
        await promoting.stop(trade, await promoting.item(trade, off_bp=100), trade.hongfa)


async def test_a_shop_has_so_many_at_once(trade: Trade) -> None:
    for _ in range(50):
        last = await promoting.item(trade, off_bp=100)
    with pytest.raises(TooManyOpen):
        await promoting.item(trade, off_bp=100)

    await promoting.stop(trade, last)
    await promoting.item(trade, off_bp=100)


async def test_what_is_stopped_or_ahead_or_over_lowers_nothing(trade: Trade) -> None:
    later = trade.clock.now() + timedelta(days=3)
    stopped = await promoting.full(trade, (10_000, 1_000))
    await promoting.full(trade, (10_000, 2_000), starts_at=later, ends_at=later + timedelta(days=1))

    assert (await promoting.stop(trade, stopped)).phase == "stopped"
    with pytest.raises(NoSuchMove):
        await promoting.stop(trade, stopped)
    assert [one.phase for one in await promoting.made_by(trade)] == ["ahead", "stopped"]
    assert (await trade.quote(*trade.want(red=20))).goods_minor == 20_000

    trade.clock.pass_(days=3)
    assert (await trade.quote(*trade.want(red=20))).goods_minor == 18_000
    trade.clock.pass_(days=1)
    assert (await trade.quote(*trade.want(red=20))).goods_minor == 20_000
    assert [one.phase for one in await promoting.made_by(trade)] == ["over", "stopped"]


async def test_everybody_may_read_what_runs(trade: Trade) -> None:
    made = await promoting.full(trade, (50_000, 3_000))
    await promoting.item(trade, off_bp=1_200, offer_ids=(await offer_of(trade, "red"),))
    ask = ShopPromotions(seller_id=str(trade.chenguang.org_id))

    shown = (await trade.hall.run(promotion.shop_promotions, ask, trade.li)).items

    assert [(one.kind, one.is_for_all) for one in shown] == [("full", True), ("item", False)]
    assert shown[0].promotion_id == made.promotion_id
    elsewhere = ShopPromotions(seller_id=ask.seller_id, offer_id="1")
    assert [
        one.kind for one in (await trade.hall.run(promotion.shop_promotions, elsewhere, trade.li)).items
    ] == ["full"]
