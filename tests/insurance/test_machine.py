"""Any life of an insured order ends where a plain second telling of the rules says it ends, to the fen, however the insurer answers."""

import random

import pytest

from huozhan.ordering.views import PlacedOrder
from tests import world
from tests.insurance.insured import Insured
from tests.insurance.insured_oracle import InsuredModel

STEPS = 16


class Life:
    """One order of 宏发's bolts, done to the market and to the oracle alike."""

    def __init__(
        self, insured: Insured, draw: random.Random, order: PlacedOrder, model: InsuredModel
    ) -> None:
        self.insured, self.draw, self.order, self.model = insured, draw, order, model
        self.under_way: list[tuple[str, int]] = []

    async def ship(self) -> None:
        units = self.draw.randint(1, self.model.to_ship)
        (parcel_id,) = await self.insured.trade.ship(self.order, l1=units)
        self.under_way.append((parcel_id, units))
        self.model.ship(units)

    async def receive(self) -> None:
        parcel_id, units = self.under_way.pop(self.draw.randrange(len(self.under_way)))
        await self.insured.trade.confirm(self.order, parcel_id)
        self.model.receive(units)

    async def give_up(self) -> None:
        units = self.draw.randint(1, self.model.to_ship)
        await self.insured.refund(self.order, l1=units)
        self.model.give_up(units)

    async def send_back(self) -> None:
        """Goods go back: all of the only parcel under way, or some that were received of an order that has ended."""
        under_way = bool(self.model.parcels)
        units = (
            self.model.parcels[0]
            if under_way
            else self.draw.randint(1, self.model.received - self.model.gone)
        )
        desk = self.insured.desk
        case = await desk.apply(self.order, kind="return_refund", l1=units)
        await desk.answer(case, agree=True)
        await desk.send_back(case)
        await self.insured.relay()
        claim = self.model.send_back()
        if self.draw.random() < 0.3:
            await desk.receive(case, accept=False, reason="空包裹")
            await desk.cancel(case)
            await self.insured.relay()
            self.model.drop(claim)
            return
        if self.draw.random() < 0.3:
            await self.flush()
        await desk.receive(case)
        await self.insured.relay()
        if under_way:
            self.under_way.clear()
        self.model.take_back(units, claim, under_way=under_way)

    async def flush(self) -> None:
        insurer = self.insured.insurer
        declines, refuses = self.draw.random() < 0.15, self.draw.random() < 0.25
        insurer.refuse_kinds = frozenset({"policies"} if declines else ()) | (
            {"claims"} if refuses else frozenset()
        )
        insurer.refuse_with = "not_covered" if refuses else "not_insurable"
        if declines and refuses:
            insurer.refuse_kinds, insurer.refuse_with, refuses = (
                frozenset({"policies"}),
                "not_insurable",
                False,
            )
        insurer.freight_minor = self.draw.choice([400, 1_200, 3_000])
        insurer.silent_after = self.draw.choice([0, 0, 1, 3])
        await self.insured.errands()
        self.model.flush(insurer.freight_minor, declines=declines, refuses=refuses)
        await self.compare()

    async def step(self) -> None:
        model = self.model
        deeds = [self.flush]
        if model.to_ship:
            deeds += [self.ship, self.ship, self.give_up]
        if model.parcels:
            deeds += [self.receive, self.receive]
        ended = model.is_over and not model.parcels and model.received > model.gone
        if len(model.parcels) == 1 or ended:
            deeds += [self.send_back, self.send_back]
        await self.draw.choice(deeds)()

    async def compare(self) -> None:
        """What the market says when everything was asked and answered."""
        model, policy = self.model, await self.insured.policy(self.order)
        assert (policy.state, policy.premium_minor) == (model.state, model.premium)
        assert (policy.premium_is_paid, policy.premium_back_minor) == (model.taken > 0, model.back)
        assert [(one.state, one.paid_minor) for one in policy.claims] == [
            (one.state, one.paid) for one in model.claims
        ]
        assert await self.insured.wallet() == sum(one.paid for one in model.claims)
        assert (await self.insured.pool(), model.pool) == (0, 0)
        assert await self.insured.clearing() == self.insured.insurer.owes_market() == model.insurer


async def live(insured: Insured, seed: int) -> None:
    """A life drawn from a seed."""
    draw = random.Random(seed)
    hongfa = insured.trade.hongfa
    await world.address(insured.hall, hongfa, division="510104")
    is_bought = draw.random() < 0.5
    if not is_bought:
        await insured.switch(hongfa)
    quantity = draw.randint(100, 40_000)
    order = await insured.place(buys=is_bought, seller=hongfa, bolt=quantity)
    await insured.trade.pay(order)
    model = InsuredModel(quantity, (2 * 350 * quantity + 100) // 200, is_bought=is_bought)
    assert order.amount_minor == (2 * 350 * quantity + 100) // 200 + (model.premium if is_bought else 0)
    life = Life(insured, draw, order, model)
    for _ in range(STEPS):
        await life.step()
    await life.flush()
    assert await insured.findings() == []


@pytest.mark.parametrize("seed", range(6))
async def test_random_lives_of_insured_orders_end_as_the_oracle_says(insured: Insured, seed: int) -> None:
    await live(insured, seed)
