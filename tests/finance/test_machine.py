"""Any life of a lent order ends where a plain second telling of the rules says it ends, to the fen, however the lender answers."""

import random

import pytest

from huozhan import finance, ledger, ordering
from huozhan.kernel.shapes import Nothing
from tests.finance.later import Later
from tests.finance.oracle import LoanModel
from tests.finance.test_ending import BAD_DEBT, ONE, OTHER, end
from tests.ordering.trading import PlacedOrder

STEPS = 14


class Life:
    """One order, done to the market and to the oracle alike."""

    def __init__(self, later: Later, draw: random.Random, order: PlacedOrder, model: LoanModel) -> None:
        self.later, self.draw, self.order, self.model = later, draw, order, model
        self.keys = 0

    async def receive(self) -> None:
        units = self.draw.randint(1, self.model.left)
        (parcel,) = await self.later.trade.ship(self.order, l1=units)
        await self.later.trade.confirm(self.order, parcel)
        self.model.receive(units)

    async def give_up(self) -> None:
        units = self.draw.randint(1, self.model.left)
        line = ordering.asks.LineQuantity(line_no=1, quantity=units)
        ask = ordering.asks.RefundUnshipped(order_id=self.order.order_id, lines=(line,), reason="不需要了")
        refund = await self.later.hall.run(ordering.refund_unshipped, ask, self.later.li)
        if refund.state == "asked":
            yes = ordering.asks.AnswerRefund(
                order_id=self.order.order_id, refund_id=refund.refund_id, agree=True
            )
            await self.later.hall.run(ordering.answer_refund, yes, self.later.trade.seller_of(self.order))
        self.model.give_up(units)

    async def take_back(self) -> None:
        amount = self.draw.randint(1, self.model.charged_goods - self.model.gone)
        self.keys += 1
        await self.later.take_back(self.order, amount, key=f"case:{self.keys}")
        self.model.take_back(amount)

    async def repay(self) -> None:
        """As much as may be: what is owed as far as we know, less what is on its way."""
        loan = await self.later.loan(self.order)
        most = loan.owed_minor - loan.on_its_way_minor
        if most > 0:
            amount = self.draw.randint(1, most)
            await self.later.repay(self.order, amount)
            self.model.repay(amount)
        else:
            with pytest.raises(finance.NothingOwed):
                await self.later.repay(self.order)

    async def repay_at_lender(self) -> None:
        amount = self.draw.randint(1, 10_000)
        self.later.lender.own_repayment(self.later.ref(self.order), amount)
        self.model.repay_at_lender(amount)
        if self.draw.random() < 0.5:
            await self.later.hear("loan.changed", loan_ref=self.later.ref(self.order))
            self.model.flush()

    async def say(self) -> None:
        """The lender changes its mind about how pressing the debt is, in any direction."""
        await self.flush()
        stage = self.draw.choice(["active", "due", "overdue", "written_off", "claimed"])
        self.later.lender.falls(self.later.ref(self.order), stage)
        self.model.stage = stage
        await self.compare()

    async def misunderstand(self) -> None:
        """The lender does what waits and answers nonsense; people end each, asking again or taking what it really did."""
        self.later.lender.answer_with = {"currency": "USD"}
        await self.later.errands()
        self.later.lender.answer_with = {}
        desk = await self.later.hall.run(finance.lender_desk, Nothing(), ONE)
        for one in desk.open:
            if one.deed_id not in self.later.lender.done:
                continue
            if self.draw.random() < 0.5:
                await end(self.later, one, "ask_again")
                continue
            taken = None if one.kind == "voids" else self.later.lender.done[one.deed_id].taken_minor
            if (await end(self.later, one, "accept", taken)).state == "proposed":
                await end(self.later, one, "accept", taken, by=OTHER)
        self.model.flush()
        await self.compare()

    async def refuse(self) -> None:
        """The lender will not capture now; all else it does."""
        self.later.lender.refuses = {"captures"}
        await self.later.errands()
        self.later.lender.refuses = set()
        self.model.flush(refusing=True)
        await self.compare()

    async def end_refused(self) -> None:
        """People end one refused capture: the lender is asked again and does it, or it is written off."""
        await self.flush()
        desk = await self.later.hall.run(finance.lender_desk, Nothing(), ONE)
        one = self.draw.choice([one for one in desk.open if one.kind == "captures"])
        how = self.draw.choice(["ask_again", "write_off", "write_off"])
        if (await end(self.later, one, how, 0)).state == "proposed":
            await end(self.later, one, how, 0, by=OTHER)
        self.model.end_refused(one.amount_minor, written_off=how == "write_off")
        await self.compare()

    async def flush(self) -> None:
        self.later.lender.silent_after = self.draw.choice([0, 0, 1, 3])
        await self.later.errands()
        self.model.flush()
        await self.compare()

    async def step(self) -> None:
        deeds = [self.flush, self.flush, self.misunderstand, self.refuse]
        if self.model.refused:
            deeds += [self.end_refused, self.end_refused]
        if self.model.left:
            deeds += [self.receive, self.give_up]
        if self.model.charged_goods > self.model.gone:
            deeds.append(self.take_back)
        if self.model.captured:
            deeds += [self.repay, self.repay_at_lender, self.say]
        await self.draw.choice(deeds)()

    async def compare(self) -> None:
        """What the market says when everything was asked and answered."""
        later, model = self.later, self.model
        ref = later.ref(self.order)
        order_id, _, payment_id = ref.partition("-")
        told = await later.lender.loan(ref)
        assert told is not None
        note = finance.asks.NoteLoan(order_id=order_id, payment_id=payment_id, told=told)
        await later.hall.run(finance.note_loan, note, later.trade.system)
        loan = await later.loan(self.order)
        assert (loan.captured_minor, loan.held_minor, loan.refunded_minor, loan.repaid_minor) == (
            model.captured, model.held, model.refunded, model.repaid,
        )  # fmt: skip
        assert await later.balance(ledger.loan_held(int(order_id))) == model.held
        assert await later.balance(ledger.loan_owed(int(order_id))) == model.owed
        assert await later.balance(ledger.wallet(later.li.org_id)) == model.wallet
        assert await later.balance(ledger.Account(BAD_DEBT, 0)) == model.lost
        assert await later.clearing() == later.lender.owes_market() + sum(model.refused)
        assert (
            await later.trade.owed_to(later.trade.hongfa) - await later.debt(later.trade.hongfa)
            == model.seller
        )
        if not model.refused:
            assert loan.state == model.state()
        pressed = loan.state in ("overdue", "written_off", "claimed")
        assert (await later.loans()).overdue_minor == (model.owed if pressed else 0)


async def live(later: Later, seed: int) -> None:
    """A life drawn from a seed."""
    draw = random.Random(seed)
    quantity = draw.randint(1, 9_000)
    await later.switch(later.trade.hongfa)
    (order,) = await later.choose(later.trade.hongfa, bolt=max(quantity, 100))
    await later.agree(await later.open(order))
    loan = await later.loan(order)
    life = Life(later, draw, order, LoanModel(max(quantity, 100), loan.authorised_minor))
    for _ in range(STEPS):
        await life.step()
    await life.flush()
    while life.model.refused:
        await life.end_refused()
    assert await later.findings() == []


@pytest.mark.parametrize("seed", range(4))
async def test_random_lives_of_loans_end_as_the_oracle_says(later: Later, seed: int) -> None:
    await live(later, seed)
