"""Freight insurance, told in one line each: what 小李, 晨光, the insurer and the clock do."""

import contextlib
from typing import Any

import msgspec

from huozhan import insurance, ledger, operations, ordering, payments
from huozhan.aftersales.views import CaseStateView
from huozhan.doors.hall import Hall
from huozhan.doors.jobs.queue import TryLater
from huozhan.doors.jobs.relay import relay_once
from huozhan.doors.jobs.table import TASKS
from huozhan.insurance.asks import ShopInsuranceAsk, SwitchInsurance
from huozhan.insurance.views import InsuranceClaimView, InsurerDesk, PolicyView, ShopInsuranceView
from huozhan.kernel.actor import Actor, system
from huozhan.kernel.findings import Finding
from huozhan.kernel.shapes import Nothing
from huozhan.operations.books import Verify
from huozhan.ordering.views import PlacedOrder
from tests import world
from tests.aftersales.complaining import Desk
from tests.insurance.insurer import PlainInsurer
from tests.ordering.trading import Trade


class Insured:
    """A trade in which an insurer pays the freight of goods sent back."""

    def __init__(self, trade: Trade, insurer: PlainInsurer) -> None:
        self.trade = trade
        self.insurer = insurer
        self.desk = Desk(trade)

    @property
    def hall(self) -> Hall:
        """The market."""
        return self.trade.hall

    async def switch(self, seller: Actor | None = None, *, is_on: bool = True) -> ShopInsuranceView:
        """A supplier gives insurance at the premium that is shown, or no more."""
        seller = seller or self.trade.chenguang
        shown = await self.shop(seller)
        ask = SwitchInsurance(is_on=is_on, premium_bp=shown.premium_bp)
        return await self.hall.run(insurance.switch_insurance, ask, seller)

    async def shop(self, seller: Actor | None = None) -> ShopInsuranceView:
        """A supplier's page."""
        return await self.hall.run(
            insurance.shop_insurance, ShopInsuranceAsk(), seller or self.trade.chenguang
        )

    async def place(self, *, buys: bool = False, seller: Actor | None = None, **goods: int) -> PlacedOrder:
        """小李 places one order, and buys insurance with it where that is said."""
        lines = self.trade.want(**goods)
        insure = (str((seller or self.trade.chenguang).org_id),) if buys else ()
        quoted = await self.trade.quote(*lines, insure=insure)
        ask = ordering.asks.PlaceOrder(
            address_id=self.trade.address_id, quote_hash=quoted.quote_hash, lines=lines, insure=insure
        )
        (order,) = (await self.hall.run(ordering.place_order, ask, self.trade.li)).orders
        return order

    async def paid(self, *, buys: bool = False, **goods: int) -> PlacedOrder:
        """One order, placed and paid; the insurer is not asked yet."""
        order = await self.place(buys=buys, **goods)
        await self.trade.pay(order)
        return order

    async def received(self, *, buys: bool = False, **goods: int) -> PlacedOrder:
        """One order, paid, insured, sent and received."""
        order = await self.paid(buys=buys, **goods)
        await self.errands()
        await self.trade.ship(order)
        await self.trade.confirm(order)
        return order

    async def sent_back(self, order: PlacedOrder, **lines: Any) -> CaseStateView:
        """小李 sends goods back, and the claim is filed."""
        case = await self.desk.apply(order, **{"kind": "return_refund", "l1": 1, **lines})
        case = await self.desk.answer(case, agree=True)
        case = await self.desk.send_back(case)
        await self.errands()
        return case

    async def refund(self, order: PlacedOrder, **lines: int) -> None:
        """小李 has money back for what was not sent: so many of lines 1, 2, … (l1=3), or all of it."""
        wanted = tuple(ordering.asks.LineQuantity(int(name[1:]), n) for name, n in lines.items())
        ask = ordering.asks.RefundUnshipped(order_id=order.order_id, lines=wanted, reason="不需要了")
        refund = await self.hall.run(ordering.refund_unshipped, ask, self.trade.li)
        if refund.state == "asked":
            yes = ordering.asks.AnswerRefund(order_id=order.order_id, refund_id=refund.refund_id, agree=True)
            await self.hall.run(ordering.answer_refund, yes, self.trade.seller_of(order))

    async def refunds(self, order: PlacedOrder) -> list[int]:
        """What goes back of an order's payment, refund by refund."""
        async with self.hall.pool.acquire() as db:
            rows = await db.fetch(
                "SELECT amount_minor FROM payment_refund WHERE order_id = $1", int(order.order_id)
            )
        return [row["amount_minor"] for row in rows]

    async def relay(self) -> None:
        """Whoever reacts hears what happened."""
        while await relay_once(self.hall):
            pass

    async def errands(self, *, rounds: int = 20) -> list[str]:
        """Facts are relayed, and the worker does what waits about the insurer; tells what it did. A silent insurer is asked again."""
        did: list[str] = []
        for _ in range(rounds):
            await self.relay()
            async with self.hall.pool.acquire() as db:
                rows = await db.fetch(
                    "DELETE FROM job WHERE kind = 'insurance.deed' RETURNING kind, payload, job_id"
                )
            if not rows:
                break
            for row in sorted(rows, key=lambda one: one["job_id"]):
                did.append(row["kind"])
                payload = msgspec.json.decode(row["payload"])
                with contextlib.suppress(TryLater):
                    await TASKS[row["kind"]](self.hall, **payload)
                    continue
                async with self.hall.working(system()) as work:
                    work.enqueue(row["kind"], payload)
        return did

    async def policy(self, order: PlacedOrder, actor: Actor | None = None) -> PolicyView:
        """The policy of an order as its buyer, or another, sees it."""
        ask = ordering.asks.OrderRef(order_id=order.order_id)
        shown = await self.hall.run(ordering.insurance_of_order, ask, actor or self.trade.li)
        assert shown.policy is not None
        return shown.policy

    async def claim(self, order: PlacedOrder) -> InsuranceClaimView:
        """The only claim on an order."""
        (one,) = (await self.policy(order)).claims
        return one

    async def console(self) -> InsurerDesk:
        """The operator's page."""
        return await self.hall.run(insurance.insurer_desk, Nothing(), self.trade.people.operator)

    async def balance(self, account: ledger.Account) -> int:
        """What the book says of an account."""
        async with self.hall.pool.acquire() as db:
            return (await ledger.balance(self.hall.work(db, system()), account)).posted_minor

    async def wallet(self) -> int:
        """What 小李 has in the wallet."""
        return await self.balance(ledger.wallet(self.trade.li.org_id))

    async def available(self) -> int:
        """What 晨光 may withdraw."""
        return await self.balance(ledger.payable_available(self.trade.chenguang.org_id))

    async def debt(self) -> int:
        """What 晨光 owes the market."""
        return await self.balance(ledger.seller_debt(self.trade.chenguang.org_id))

    async def pool(self) -> int:
        """Premiums that wait for a policy (209)."""
        return await self.balance(ledger.insurance_pool(payments.FREIGHT_POOL_ID))

    async def clearing(self) -> int:
        """What the insurer owes the market (103)."""
        return await self.balance(ledger.funder_clearing(payments.INSURER_ID))

    async def findings(self) -> list[Finding]:
        """What a check of all books finds."""
        async with self.hall.working(system()) as work:
            while await ledger.seal_chain(work):
                pass
        return (await self.hall.run(operations.verify, Verify(), self.trade.people.operator)).findings

    async def agrees(self) -> None:
        """The book, the checks and the insurer say the same of everything that was asked and answered."""
        await self.errands()
        assert await self.clearing() == self.insurer.owes_market()
        assert await self.pool() == 0
        assert await self.findings() == []


async def open_insured(trade: Trade) -> Insured:
    """Opens the shops; 晨光 gives freight insurance."""
    await world.address(trade.hall, trade.chenguang, division="510104")
    insurer = PlainInsurer()
    trade.hall.outside = msgspec.structs.replace(trade.hall.outside, insurer=insurer)
    insured = Insured(trade, insurer)
    await insured.switch()
    return insured
