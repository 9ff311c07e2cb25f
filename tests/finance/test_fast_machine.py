"""Any life of an advanced order ends where a plain second telling of the rules says it ends, to the fen, however the funder answers."""

import random

import pytest

from huozhan import ledger, ordering
from huozhan.ordering.asks import AnswerRefund, LineQuantity, RefundUnshipped
from huozhan.ordering.views import PlacedOrder
from tests.aftersales.complaining import Desk
from tests.finance.fast import Fast
from tests.finance.fast_oracle import FastModel, Parcel

STEPS = 20


class Life:
    """One order, done to the market and to the oracle alike."""

    def __init__(self, fast: Fast, draw: random.Random, order: PlacedOrder, model: FastModel) -> None:
        self.fast, self.draw, self.order, self.model = fast, draw, order, model
        self.ids: dict[int, str] = {}
        self.numbers: dict[int, int] = {}

    async def ship(self) -> None:
        units = self.draw.randint(1, self.model.to_ship)
        (parcel_id,) = await self.fast.trade.ship(self.order, l1=units)
        parcel = self.model.ship(units)
        self.ids[id(parcel)], self.numbers[id(parcel)] = parcel_id, len(self.ids) + 1

    def _one(self) -> Parcel:
        return self.draw.choice(self.model.parcels)

    async def pick_up(self) -> None:
        parcel = self._one()
        await self.fast.scan(self.order, self.numbers[id(parcel)])
        self.model.pick_up(parcel)

    async def receive(self) -> None:
        parcel = self._one()
        await self.fast.trade.confirm(self.order, self.ids[id(parcel)])
        self.model.receive(parcel)

    async def give_up(self) -> None:
        units = self.draw.randint(1, self.model.to_ship)
        ask = RefundUnshipped(
            order_id=self.order.order_id, lines=(LineQuantity(1, units),), reason="不需要了"
        )
        refund = await self.fast.hall.run(ordering.refund_unshipped, ask, self.fast.trade.li)
        if refund.state == "asked":
            yes = AnswerRefund(order_id=self.order.order_id, refund_id=refund.refund_id, agree=True)
            await self.fast.hall.run(ordering.answer_refund, yes, self.fast.trade.seller_of(self.order))
        self.model.give_up(units)

    async def give_back(self) -> None:
        """The only parcel under way comes back: a case is about units, and none other can be meant."""
        (parcel,) = self.model.parcels
        desk = Desk(self.fast.trade)
        case = await desk.apply(self.order, goods_status="not_received", reason_code="late", l1=parcel.units)
        await desk.answer(case, agree=True)
        self.model.give_back(parcel)

    async def flush(self) -> None:
        self.fast.funder.silent_after = self.draw.choice([0, 0, 1, 3])
        await self.fast.errands()
        self.model.flush()
        await self.compare()

    async def step(self) -> None:
        deeds = [self.flush, self.flush]
        if self.model.to_ship:
            deeds += [self.ship, self.ship, self.give_up]
        if self.model.parcels:
            deeds += [self.pick_up, self.pick_up, self.pick_up, self.receive]
        if len(self.model.parcels) == 1:
            deeds.append(self.give_back)
        await self.draw.choice(deeds)()

    async def compare(self) -> None:
        """What the market says when everything was asked and answered."""
        fast, model = self.fast, self.model
        told = {one.parcel_id: one for one in (await fast.of_order(self.order)).advances}
        for parcel in model.everyone:
            one = told.pop(self.ids[id(parcel)], None)
            if one is None:
                assert parcel.state == "none"
                continue
            assert (one.state, one.advanced_minor, one.fee_minor, one.repaid_minor, one.borne_minor) == (
                parcel.state, parcel.advanced, parcel.fee, parcel.repaid, parcel.borne,
            )  # fmt: skip
        assert told == {}
        assert await fast.balance(ledger.escrow(int(self.order.order_id))) == model.escrow
        assert await fast.available(fast.trade.hongfa) == model.seller
        assert await fast.clearing() == fast.funder.owes_market() == model.funder


async def live(fast: Fast, seed: int) -> None:
    """A life drawn from a seed."""
    draw = random.Random(seed)
    hongfa = fast.trade.hongfa
    await fast.get_limit(hongfa)
    await fast.switch(hongfa)
    quantity = draw.randint(100, 9_000)
    order = await fast.trade.paid(bolt=quantity)
    life = Life(fast, draw, order, FastModel(quantity, order.amount_minor))
    for _ in range(STEPS):
        await life.step()
    await life.flush()
    assert await fast.findings() == []


@pytest.mark.parametrize("seed", range(4))
async def test_random_lives_of_advanced_orders_end_as_the_oracle_says(fast: Fast, seed: int) -> None:
    await live(fast, seed)
