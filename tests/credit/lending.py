"""A line of credit to tell stories with: what 宏发 (who sells bolts), 小李 and the clock do, in one line each."""

from datetime import timedelta
from typing import Any

from huozhan import credit, ledger, operations
from huozhan.credit.agreement import market_day
from huozhan.credit.asks import (
    AcceptCredit,
    AgreementRef,
    AnswerDispute,
    DisputeBill,
    GrantCredit,
    RepayCredit,
    StopCredit,
)
from huozhan.credit.views import AgreementView, CreditPage
from huozhan.doors.hall import Hall
from huozhan.kernel.actor import Actor, system
from huozhan.kernel.findings import Finding
from huozhan.operations.books import Verify
from huozhan.ordering.asks import TradeTypeChoice
from huozhan.ordering.views import PlacedOrder
from tests.ordering.trading import Trade


class Lending:
    """A trade in which a seller trusts a buyer."""

    def __init__(self, trade: Trade) -> None:
        self.trade = trade
        self.agreement_id = ""

    @property
    def hall(self) -> Hall:
        """The market."""
        return self.trade.hall

    @property
    def li(self) -> Actor:
        """Who buys."""
        return self.trade.li

    @property
    def hongfa(self) -> Actor:
        """Who sells, and trusts."""
        return self.trade.hongfa

    async def offer(self, **changes: Any) -> AgreementView:
        """宏发 offers terms."""
        async with self.hall.pool.acquire() as db:
            day = market_day(self.hall.work(db, system()))
        ask = GrantCredit(
            **{
                "buyer_id": str(self.li.org_id),
                "limit_minor": 100_000,
                "term_kind": credit.TermKind.after_receipt,
                "term_day": 30,
                "expires_on": day + timedelta(days=365),
                "seller_size": credit.OrgSize.small,
            }
            | changes
        )
        line = await self.hall.run(credit.grant_credit, ask, self.hongfa)
        self.agreement_id = line.agreement_id
        return line

    async def accept(self, buyer_size: credit.OrgSize = credit.OrgSize.micro) -> AgreementView:
        """小李 says yes to what waits."""
        offered = (await self.line(self.li)).offered
        ask = AcceptCredit(
            agreement_id=self.agreement_id, version=offered.version if offered else 1, buyer_size=buyer_size
        )
        return await self.hall.run(credit.accept_credit, ask, self.li)

    async def grant(self, **changes: Any) -> AgreementView:
        """An offer, and the yes to it."""
        await self.offer(**changes)
        return await self.accept()

    async def order(self, pieces: int) -> PlacedOrder:
        """小李 orders bolts on credit; a hundred cost 3.50."""
        choice = (TradeTypeChoice(seller_id=str(self.hongfa.org_id), trade_type="period"),)
        (order,) = (await self.trade.place(*self.trade.want(bolt=pieces), trade_types=choice)).orders
        return order

    async def receive(self, pieces: int) -> PlacedOrder:
        """An order on credit that is shipped and received."""
        order = await self.order(pieces)
        await self.trade.ship(order)
        await self.trade.confirm(order)
        return order

    async def line(self, actor: Actor | None = None) -> AgreementView:
        """The line as 宏发 (or another) sees it."""
        return (await self.page(actor)).line

    async def page(self, actor: Actor | None = None) -> CreditPage:
        """The line with everything on it."""
        ask = AgreementRef(agreement_id=self.agreement_id)
        return await self.hall.run(credit.credit_page, ask, actor or self.hongfa)

    async def begin_repaying(self, amount_minor: int | None = None) -> str:
        """小李 goes to the channel with what is owed, or part of it."""
        ask = RepayCredit(agreement_id=self.agreement_id, amount_minor=amount_minor)
        return (await self.hall.run(credit.repay_credit, ask, self.li)).payment_id

    async def repay(self, amount_minor: int | None = None) -> str:
        """小李 pays, and the channel says so."""
        payment_id = await self.begin_repaying(amount_minor)
        await self.trade.settle(payment_id)
        return payment_id

    async def dispute(self, amount_minor: int, bill_no: int = 0) -> CreditPage:
        """小李 questions a part of a bill."""
        bill = (await self.page()).bills[bill_no]
        ask = DisputeBill(
            agreement_id=self.agreement_id, bill_id=bill.bill_id, amount_minor=amount_minor, reason="少了货"
        )
        return await self.hall.run(credit.dispute_bill, ask, self.li)

    async def answer(self, *, agree: bool, bill_no: int = 0) -> CreditPage:
        """宏发 answers."""
        question = (await self.page()).bills[bill_no].dispute
        assert question
        ask = AnswerDispute(
            agreement_id=self.agreement_id, dispute_id=question.dispute_id, agree=agree, answer="数量无误"
        )
        return await self.hall.run(credit.answer_dispute, ask, self.hongfa)

    async def stop(self, use_case: Any) -> AgreementView:
        """宏发 stops the line."""
        ask = StopCredit(agreement_id=self.agreement_id, reason="对账中")
        return await self.hall.run(use_case, ask, self.hongfa)

    async def pass_days(self, days: int) -> None:
        """Days pass one by one, and what is due each day is done."""
        for _ in range(days):
            await self.trade.let_pass(days=1)

    async def findings(self) -> list[Finding]:
        """What a check of all books finds."""
        await self.seal()
        return (await self.hall.run(operations.verify, Verify(), self.trade.people.operator)).findings

    async def seal(self) -> None:
        """The chain of the ledger takes what waits."""
        async with self.hall.working(system()) as work:
            while await ledger.seal_chain(work):
                pass


async def open_lending(trade: Trade) -> Lending:
    """Opens the shops and the line."""
    lending = Lending(trade)
    await lending.grant()
    return lending
