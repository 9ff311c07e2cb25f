"""Paying later, told in one line each: what 小李, 晨光, the lender, its messages and the clock do."""

from typing import Any

import msgspec

from huozhan import finance, ledger, operations, ordering, payments
from huozhan.aftersales.views import CaseStateView
from huozhan.doors.hall import Hall
from huozhan.doors.jobs.aftersales import case_refunded
from huozhan.doors.jobs.queue import TryLater
from huozhan.doors.jobs.table import TASKS
from huozhan.finance.views import LoansView, LoanView
from huozhan.kernel.actor import Actor, system
from huozhan.kernel.findings import Finding
from huozhan.kernel.shapes import Nothing
from huozhan.operations.books import Verify
from huozhan.ordering.asks import PaymentRef, PayOrders, RefundUnshipped, TradeTypeChoice
from huozhan.ordering.views import PlacedOrder
from tests.aftersales.complaining import Desk
from tests.finance.lender import PlainLender
from tests.ordering.trading import Trade

LIMIT = 2_000_000
_OF_EITHER = ("payments.collect", "payments.ask", "payments.close")


class Later:
    """A trade in which a lender pays."""

    def __init__(self, trade: Trade, lender: PlainLender) -> None:
        self.trade = trade
        self.lender = lender

    @property
    def hall(self) -> Hall:
        """The market."""
        return self.trade.hall

    @property
    def li(self) -> Actor:
        """Who buys."""
        return self.trade.li

    async def switch(self, seller: Actor, *, is_on: bool = True) -> None:
        """A supplier takes it, at the fee that is shown."""
        shown = await self.hall.run(finance.my_switches, Nothing(), seller)
        ask = finance.asks.SwitchFinance(what="pay_later", is_on=is_on, fee_bp=shown.switches[0].fee_bp)
        await self.hall.run(finance.switch_finance, ask, seller)

    async def get_limit(self, limit_minor: int = LIMIT) -> None:
        """小李 applies, and the lender decides."""
        await self.hall.run(finance.apply_for_limit, Nothing(), self.li)
        await self.errands()
        self.lender.limits[str(self.li.org_id)] = limit_minor
        await self.hear("account.open", buyer_ref=str(self.li.org_id))

    async def hear(self, kind: str, *, is_genuine: bool = True, **data: Any) -> None:
        """Something comes to the lender's hook, and what it leads to is done."""
        body = msgspec.json.encode({"type": kind, "timestamp": "2026-03-01T00:00:00.000Z", "data": data})
        said = finance.asks.HearLender(message_id="msg_1", body=body, is_genuine=is_genuine)
        await self.hall.run(finance.hear_lender, said, system("hooks"))
        await self.errands()

    async def choose(self, *sellers: Actor, **goods: int) -> list[PlacedOrder]:
        """小李 places an order under which a lender pays these suppliers."""
        choices = tuple(
            TradeTypeChoice(seller_id=str(one.org_id), trade_type="pay_later")
            for one in sellers or (self.trade.chenguang,)
        )
        return (await self.trade.place(*self.trade.want(**goods), trade_types=choices)).orders

    async def open(self, *orders: PlacedOrder) -> str:
        """小李 goes to the lender's page with some orders."""
        ask = PayOrders(order_ids=tuple(one.order_id for one in orders), method=payments.PaymentMethod.lender)
        payment_id = (await self.hall.run(ordering.pay_orders, ask, self.li)).payment_id
        await self.errands()
        return payment_id

    async def agree(self, payment_id: str) -> None:
        """小李 agrees there, and the lender says so."""
        self.lender.consent(payment_id)
        await self.hear("authorisation.granted", merchant_ref=payment_id)

    async def lent(self, **goods: int) -> PlacedOrder:
        """One order of 晨光's goods that the lender has promised to pay."""
        (order,) = await self.choose(**goods)
        await self.agree(await self.open(order))
        return order

    async def received(self, **goods: int) -> PlacedOrder:
        """The same, shipped and confirmed; the lender knows."""
        order = await self.lent(**goods)
        await self.trade.ship(order)
        await self.trade.confirm(order)
        await self.errands()
        return order

    async def refund(self, order: PlacedOrder, **lines: int) -> None:
        """小李 wants money back for what is not shipped; young small orders get it at once."""
        wanted = tuple(
            ordering.asks.LineQuantity(line_no=int(name[1:]), quantity=n) for name, n in lines.items()
        )
        ask = RefundUnshipped(order_id=order.order_id, lines=wanted, reason="不需要了")
        await self.hall.run(ordering.refund_unshipped, ask, self.li)
        await self.errands()

    async def agree_to_refund(self, order: PlacedOrder) -> None:
        """The seller says yes to what is asked back."""
        asked = next(one for one in (await self.trade.page(order)).refunds if one.state == "asked")
        ask = ordering.asks.AnswerRefund(order_id=order.order_id, refund_id=asked.refund_id, agree=True)
        await self.hall.run(ordering.answer_refund, ask, self.trade.seller_of(order))
        await self.errands()

    async def repay(self, order: PlacedOrder, amount_minor: int | None = None) -> str:
        """小李 repays through the market, and the channel says so; the lender is not told yet."""
        ask = finance.asks.RepayLoan(order_id=order.order_id, amount_minor=amount_minor)
        payment_id = (await self.hall.run(finance.repay_loan, ask, self.li)).payment_id
        await self.trade.settle(payment_id)
        return payment_id

    async def take_back(self, order: PlacedOrder, amount_minor: int, key: str = "case:1") -> None:
        """The seller gives so much of received goods back (E8)."""
        async with self.hall.working(system()) as work:
            payment_id = int(self.ref(order).partition("-")[2])
            ask = payments.ClawBack(
                order_id=int(order.order_id), payment_id=payment_id, seller_id=int(order.seller_id),
                buyer_id=self.li.org_id, key=key, goods_minor=amount_minor, reason="瑕疵",
            )  # fmt: skip
            await payments.claw_back(work, ask)
            refund_id = await payments.refund_under(work, payment_id, ask.order_id, f"refund:{key}")
            await finance.refund_lent(
                work,
                order_id=ask.order_id,
                payment_id=payment_id,
                refund_id=refund_id,
                amount_minor=amount_minor,
            )

    async def end_case(self, case: CaseStateView) -> None:
        """The relay tells after-sales that a case's refund has ended."""
        row = await Desk(self.trade).refund_row(case)
        await case_refunded(self.hall, order_id=row["order_id"], refund_id=row["refund_id"])

    async def closed(self, payment_id: str) -> None:
        """The relay tells ordering that a payment was closed."""
        await self.hall.run(ordering.payment_closed, PaymentRef(payment_id=payment_id), system())

    async def settled(self, order: PlacedOrder) -> bool:
        """Whether nothing waits for the lender, who agrees with us."""
        loan, theirs = await self.loan(order), self.lender.loans[self.ref(order)]
        return loan.on_its_way_minor == 0 and all(
            getattr(loan, name) == theirs[name]
            for name in ("captured_minor", "refunded_minor", "repaid_minor")
        )

    async def loan(self, order: PlacedOrder) -> LoanView:
        """The loan of an order as 小李 sees it."""
        ask = finance.asks.LoanOfOrder(order_id=order.order_id)
        return await self.hall.run(finance.loan_of_order, ask, self.li)

    async def loans(self) -> LoansView:
        """小李's page."""
        return await self.hall.run(finance.my_loans, finance.asks.ListLoans(), self.li)

    async def word(self, order: PlacedOrder, stage: str) -> None:
        """A day has come, and the lender says so."""
        ref = self.ref(order)
        self.lender.falls(ref, stage)
        await self.hear("loan.changed", loan_ref=ref)

    def ref(self, order: PlacedOrder) -> str:
        """What the lender knows the live loan of an order by."""
        return next(ref for ref in reversed(self.lender.loans) if ref.startswith(f"{order.order_id}-"))

    async def errands(self, *, rounds: int = 20) -> list[str]:
        """The worker does what waits about the lender; tells what it did. A silent lender is asked again."""
        did: list[str] = []
        for _ in range(rounds):
            async with self.hall.pool.acquire() as db:
                rows = await db.fetch(
                    "DELETE FROM job WHERE kind LIKE 'finance.%' OR kind IN ('payments.collect', 'payments.ask',"
                    " 'payments.callback', 'payments.close') RETURNING kind, payload, job_id"
                )
            if not rows:
                break
            for row in sorted(rows, key=lambda one: one["job_id"]):
                did.append(row["kind"])
                payload = msgspec.json.decode(row["payload"])
                if row["kind"] in _OF_EITHER and not await self._is_lenders(payload):
                    continue
                try:
                    await TASKS[row["kind"]](self.hall, **payload)
                except TryLater:
                    async with self.hall.working(system()) as work:
                        work.enqueue(row["kind"], payload)
        return did

    async def _is_lenders(self, payload: dict[str, Any]) -> bool:
        """Only the lender is spoken to here; the channel speaks through `Trade.settle`."""
        ref = str(payload.get("payment_id", payload.get("ref", "")))
        async with self.hall.pool.acquire() as db:
            method = await db.fetchval("SELECT method FROM payment WHERE payment_id = $1", int(ref))
        return bool(method == "lender")

    async def findings(self) -> list[Finding]:
        """What a check of all books finds."""
        async with self.hall.working(system()) as work:
            while await ledger.seal_chain(work):
                pass
        return (await self.hall.run(operations.verify, Verify(), self.trade.people.operator)).findings

    async def balance(self, account: ledger.Account) -> int:
        """What the book says of an account."""
        async with self.hall.pool.acquire() as db:
            return (await ledger.balance(self.hall.work(db, system()), account)).posted_minor

    async def debt(self, seller: Actor) -> int:
        """What a seller owes the market."""
        return await self.balance(ledger.seller_debt(seller.org_id))

    async def clearing(self) -> int:
        """What the lender owes the market (103)."""
        return await self.balance(ledger.funder_clearing(payments.FUNDER_ID))


async def open_later(trade: Trade) -> Later:
    """Opens the shops, and gives 小李 a limit of 20,000.00."""
    lender = PlainLender(trade.clock)
    trade.hall.outside = msgspec.structs.replace(trade.hall.outside, lender=lender)
    later = Later(trade, lender)
    await later.switch(trade.chenguang)
    await later.get_limit()
    return later
