"""Three months of 晨光's trade: escrow, credit terms, stages, refunds, a dispute, a snowstorm, and every month's end to the fen.

What the seller and the buyer should have is kept beside the market, in plain sums of the prices on the shelf: cups at
10.00, at 9.00 from a hundred on; a parcel of ten costs 8.00, two per cent of the goods are our commission.
"""

from datetime import date

from huozhan import credit, ledger, ordering, payments
from huozhan.kernel.actor import Actor
from huozhan.kernel.shapes import Nothing
from huozhan.ordering.asks import AnswerRefund, LineQuantity, RefundUnshipped, TradeTypeChoice
from huozhan.ordering.views import PlacedOrder
from huozhan.payments.asks import ListMonths
from tests.aftersales.complaining import Desk
from tests.credit.lending import Lending
from tests.disruption.disrupting import Disruption, disrupt
from tests.ordering.staged_trade import StagedTrade
from tests.ordering.trading import Trade

DUE_ON = date(2026, 4, 20)


class Trusting(Lending):
    """Credit terms of 晨光, used for cups."""

    @property
    def hongfa(self) -> Actor:
        """Who sells, and trusts."""
        return self.trade.chenguang

    async def order(self, pieces: int) -> PlacedOrder:
        """小李 orders blue cups on credit."""
        choice = (TradeTypeChoice(seller_id=str(self.hongfa.org_id), trade_type="period"),)
        (order,) = (await self.trade.place(*self.trade.want(blue=pieces), trade_types=choice)).orders
        return order


class Months:
    """One supplier's quarter, and what it should come to."""

    def __init__(self, trade: Trade, disruption: Disruption) -> None:
        self.trade, self.disruption = trade, disruption
        self.lending, self.staged, self.desk = Trusting(trade), StagedTrade(trade), Desk(trade)
        self.seller_minor, self.buyer_minor = 0, 0
        self.closings: dict[date, int] = {}

    async def end_month(self) -> None:
        """The days until the next month's second pass, one by one; the books agree with the sums beside them."""
        today = self.trade.clock.now().date()
        while self.trade.clock.now().date().month == today.month:
            await self.trade.let_pass(days=1)
        await self.agrees()
        self.closings[today.replace(day=1)] = self.seller_minor
        shown = await self.trade.hall.run(payments.fund_months, ListMonths(), self.trade.chenguang)
        seen = {month.first_on: month.closing_minor for month in shown.months}
        assert {first_on: seen[first_on] for first_on in self.closings} == self.closings

    async def agrees(self) -> None:
        """What both sides have is what the prices on the shelf say, and no check finds anything."""
        assert await self.trade.owed_to(self.trade.chenguang) == self.seller_minor
        funds = await self.trade.hall.run(payments.funds, Nothing(), self.trade.li)
        assert funds.wallet_minor == self.buyer_minor
        assert await self.lending.findings() == []

    def received(self, goods_minor: int, freight_minor: int) -> None:
        """The seller has goods less two per cent, and the freight."""
        self.seller_minor += goods_minor - goods_minor * 2 // 100 + freight_minor

    async def first(self) -> None:
        """An order as it should be; one of which three cups are not wanted any more; one on credit."""
        self.whole = await self.trade.paid(red=10)
        await self.trade.ship(self.whole)
        await self.trade.let_pass(days=3)
        await self.trade.confirm(self.whole)
        self.received(10_000, 800)

        fewer = await self.trade.paid(red=10)
        ask = RefundUnshipped(
            order_id=fewer.order_id, reason="拍多了", lines=(LineQuantity(line_no=1, quantity=3),)
        )
        refund = await self.trade.hall.run(ordering.refund_unshipped, ask, self.trade.li)
        if refund.state == "asked":
            yes = AnswerRefund(order_id=fewer.order_id, refund_id=refund.refund_id, agree=True)
            await self.trade.hall.run(ordering.answer_refund, yes, self.trade.chenguang)
        assert refund.amount_minor == 3_000 + 240
        await self.trade.ship(fewer)
        await self.trade.confirm(fewer)
        self.received(7_000, 560)

        await self.lending.grant(term_kind=credit.TermKind.monthly, term_day=20, limit_minor=500_000)
        await self.trade.let_pass(days=18)
        owed = await self.lending.receive(100)
        self.owed_minor = owed.amount_minor
        assert self.owed_minor == 90_000 + 3_000
        line = await self.lending.line()
        assert (line.used_minor, line.left_minor) == (93_000, 407_000)
        await self.end_month()

    async def second(self) -> None:
        """Stages up to the gate; a storm; an order that is truly late; a dispute; half of what is owed on credit."""
        tall = await self.staged.one("3-6-1", quantities={"red": 60, "blue": 60})
        await self.trade.pay(tall)
        await self.staged.declare(tall)
        await self.staged.confirm(tall)
        self.received(32_400, 0)
        await self.staged.push(tall)
        await self.trade.pay(tall)
        # Commission runs over the whole of 1,080.00: 648.00 of the second stage and 35.00 of freight without.
        self.received(64_800, 3_500)
        await self.trade.ship(tall)
        self.tall = tall

        held_up = await self.trade.paid(red=10)
        await self.disruption.publish(regions=("330700",), until_at=self.disruption.at(days=4))
        await self.trade.let_pass(days=4)
        assert not (await self.trade.page(held_up)).is_late
        await self.trade.ship(held_up)
        await self.trade.let_pass(days=2)
        await self.trade.confirm(held_up)
        self.received(10_000, 800)

        late = await self.trade.paid(red=10)
        await self.trade.let_pass(days=4)
        assert (await self.trade.page(late)).is_late
        self.seller_minor -= 500  # five per cent of 100.00, at least 5.00
        self.buyer_minor += 500
        await self.trade.ship(late)
        await self.trade.confirm(late)
        self.received(10_000, 800)

        broken = await self.trade.paid(red=10)
        await self.trade.ship(broken)
        case = await self.desk.apply(broken, l1=10)
        await self.desk.answer(case, agree=False, reason="出厂时完好")
        await self.desk.escalate(case)
        await self.trade.let_pass(days=3)
        await self.desk.rule(case, "part", goods_minor=4_000, freight_minor=200)
        await self.trade.let_pass(days=3)
        await self.desk.paid_out(case)
        self.received(6_000, 600)

        (statement,) = (await self.lending.page()).statements
        assert (statement.amount_minor, statement.due_on) == (self.owed_minor, DUE_ON)
        await self.lending.repay(46_500)
        # Of 465.00 the goods' share is 450.00.
        self.received(45_000, 1_500)
        await self.end_month()

    async def third(self) -> None:
        """What is left on credit, late; the last stage; and cups of March that turn out to be cracked."""
        line = await self.lending.line()
        late_days = (self.trade.clock.now().date() - DUE_ON).days
        interest_minor = (46_500 * late_days * 5 + 5_000) // 10_000  # half a permille a day
        assert (line.overdue_minor, line.interest_minor) == (46_500, interest_minor)
        await self.lending.repay()
        self.received(45_000, 1_500 + interest_minor)

        # Nobody confirmed the tall order; the clock did, and then its tail is paid.
        assert (await self.trade.page(self.tall)).state == "success"
        await self.trade.pay(self.tall)
        self.received(10_800, 0)

        again = await self.trade.paid(red=10)
        await self.trade.ship(again)
        await self.trade.confirm(again)
        self.received(10_000, 800)
        cracked = await self.desk.apply(again, l1=4)
        await self.desk.answer(cracked, agree=True)
        await self.desk.paid_out(cracked)
        self.seller_minor -= 4_000 + 320 - 80  # our commission on 40.00 comes back
        await self.end_month()


async def test_a_quarter_of_every_kind_of_trade_agrees_with_its_prices_to_the_fen(
    trade: Trade,
) -> None:
    months = Months(trade, await disrupt(trade))
    await months.first()
    await months.second()
    await months.third()

    balance = await trade.hall.run(ledger.trial_balance, Nothing(), trade.system)
    assert balance.difference_minor == 0
