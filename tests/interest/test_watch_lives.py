"""Whatever prices, stock and watches do, each change is told once and to the right one: random lives against a plain telling."""

import random
from datetime import timedelta
from typing import Any

import pytest

from huozhan import catalogue, interest, messaging, pricebook
from huozhan.doors.jobs.interest import look_at_watched
from huozhan.doors.jobs.relay import relay_once
from huozhan.interest.asks import WatchGoods, WatchRef
from huozhan.kernel.actor import Actor
from huozhan.kernel.refusals import Refusal
from tests.interest.looking import bolts
from tests.interest.watch_oracle import MarketModel, Waiting
from tests.ordering.trading import Trade

STEPS = 60
PRICES = (300, 310, 320, 350, 360)


class Life:
    """One life of the market, lived twice."""

    def __init__(self, trade: Trade, offer_id: str, seed: int) -> None:
        self.trade, self.offer_id, self.chance = trade, offer_id, random.Random(seed)
        self.model = MarketModel(price=350, price_100=350, stock=100_000)
        self.buyers: dict[str, Actor] = {"li": trade.li, "hengxin": trade.people.hengxin}
        self.ids: dict[str, str] = {}

    async def do(self, use_case: Any, ask: Any, who: Actor) -> Any:
        return await self.trade.hall.run(use_case, ask, who)

    async def ask_prices(self) -> None:
        price, lower = sorted((self.chance.choice(PRICES), self.chance.choice(PRICES)), reverse=True)
        if (price, lower) == (self.model.price, self.model.price_100):
            return
        steps = (catalogue.Step(1, price), catalogue.Step(100, lower))
        await self.do(
            catalogue.edit_prices,
            catalogue.EditPrices(offer_id=self.offer_id, ladder=steps),
            self.trade.hongfa,
        )
        self.model.price, self.model.price_100 = price, lower
        self.model.changed()

    async def count_stock(self) -> None:
        stock = self.chance.choice([0, 99, 150, 2_000, 2_001])
        if stock == self.model.stock:
            return
        ask = catalogue.AdjustStock(
            sku_id=str(self.trade.skus["bolt"]), quantity=stock - self.model.stock, reason="盘点"
        )
        await self.do(catalogue.adjust_stock, ask, self.trade.hongfa)
        self.model.stock = stock
        self.model.changed()

    async def pause_or_resume(self) -> None:
        deed = catalogue.pause_offer if self.model.on_sale else catalogue.resume_offer
        await self.do(deed, catalogue.OwnOffer(offer_id=self.offer_id), self.trade.hongfa)
        self.model.on_sale = not self.model.on_sale
        self.model.changed()

    async def give(self) -> None:
        price, lasts = self.chance.choice(PRICES), self.chance.choice([900, 5_000])
        ask = pricebook.asks.GivePrice(
            buyer_id=str(self.buyers["hengxin"].org_id),
            offer_id=self.offer_id,
            rows=(pricebook.asks.SkuPrice(sku_id=str(self.trade.skus["bolt"]), price_e4=price),),
            ends_at=self.trade.clock.now() + timedelta(seconds=lasts),
        )
        await self.do(pricebook.give_price, ask, self.trade.hongfa)
        self.model.given, self.model.given_until = price, self.model.now + lasts
        self.model.changed()

    async def wait_for(self) -> None:
        who, kind = self.chance.choice(list(self.buyers)), self.chance.choice(["price", "price", "stock"])
        limit = self.chance.choice([None, *PRICES]) if kind == "price" else None
        pieces = self.chance.choice([1, 100, 1_000])
        wanted = WatchGoods(offer_id=self.offer_id, kind=kind, pieces=pieces, limit_e4=limit)  # type: ignore[arg-type]
        why, key = "", f"{who} {kind}"
        try:
            self.ids[key] = (await self.do(interest.watch_goods, wanted, self.buyers[who])).watch_id
        except Refusal as refused:
            why = refused.code.removeprefix("interest.")
        assert why == self.model.wait_for(key, Waiting(who, kind, pieces, limit, 0))

    async def wait_no_longer(self) -> None:
        if self.model.waiting:
            key = self.chance.choice(sorted(self.model.waiting))
            ref = WatchRef(watch_id=self.ids.pop(key))
            await self.do(interest.end_watch, ref, self.buyers[key.partition(" ")[0]])
            del self.model.waiting[key]

    async def pass_time(self) -> None:
        while await relay_once(self.trade.hall):
            pass
        seconds = self.chance.choice([5, 20, 59, 61, 61, 61, 200, 200, 1_900])
        self.trade.clock.pass_(seconds=seconds)
        self.model.now += seconds
        while await look_at_watched(self.trade.hall):
            pass
        self.model.look()

    async def told(self) -> list[tuple[str, str, int]]:
        """What both were told, each by themselves, the oldest first."""
        found = []
        for name, buyer in self.buyers.items():
            page = await self.do(messaging.notices, messaging.Notices(limit=100), buyer)
            for one in reversed(page.items):
                if one.kind == "watch_price_fell":
                    found.append((name, "price", round(float(one.facts["price"]) * 10_000)))
                elif one.kind == "watch_goods_back":
                    found.append((name, "stock", one.facts["pieces"]))
        return found


@pytest.mark.parametrize("seed", [0, 1, 3, 4])
async def test_each_change_is_told_once_and_to_the_right_one(trade: Trade, seed: int) -> None:
    life = Life(trade, await bolts(trade), seed)
    deeds = [*[life.ask_prices] * 8, *[life.count_stock] * 4, life.pause_or_resume, life.give]
    deeds += [life.wait_for, life.wait_for, life.wait_no_longer]
    for _ in range(6):
        await life.wait_for()
    for _ in range(STEPS):
        is_closed = not life.model.on_sale and life.chance.random() < 0.5
        await (life.pause_or_resume if is_closed else life.chance.choice(deeds))()
        await life.pass_time()

    by_person = sorted(life.model.told, key=lambda one: list(life.buyers).index(one[0]))
    assert await life.told() == by_person
    assert len(by_person) > 3, "this life told of little"
