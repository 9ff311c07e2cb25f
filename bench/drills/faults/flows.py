"""Six ways on which money passes through the outside, each played to its end by its people.

Checkout (one payment for two shops), stages and deposits bring money in through the channel, each to another account;
a transfer brings it in through the bank. A refund goes out through the channel, a withdrawal through the bank. What
is paid from the wallet or owed on credit terms meets nobody outside but by one of these.
"""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

import msgspec

from bench.drills.simulation.happening import Happening
from bench.drills.simulation.opening import HOLDERS
from bench.drills.simulation.parties import CALM
from huozhan import fulfilment, ordering, payments
from huozhan.fulfilment.asks import ConfirmReceipt, ParcelAsk, Ship
from huozhan.kernel.shapes import Nothing
from huozhan.ordering.asks import (
    CancelOrder,
    GiveUpOrder,
    LineQuantity,
    PayOrders,
    RefundUnshipped,
    TradeTypeChoice,
)
from huozhan.ordering.views import PlacedOrder
from huozhan.payments import PaymentMethod
from huozhan.payments.asks import ApproveWithdrawal, PayDeposit, PaymentAsk, Withdraw

PATIENCE_STEPS = 40


class Run(msgspec.Struct):
    """One flow under one fault."""

    h: Happening
    fault: str

    @property
    def is_late(self) -> bool:
        """Whether what pays comes after what it was for was closed."""
        return self.fault == "late_after_close"

    @contextlib.asynccontextmanager
    async def calmly(self) -> AsyncIterator[None]:
        """What comes before the money that the flow is about; after it the fault strikes what is told of that."""
        plan, fault = self.h.parties.plan, self.fault
        self.h.parties.plan, self.fault = CALM, ""
        yield
        told = {"wrong_amount": 1} if "amount" in fault else {"wrong_currency": 1}
        if fault.startswith("wrong"):
            plan = msgspec.structs.replace(CALM, tells=told)
        self.h.parties.plan, self.fault = plan, fault

    async def until(self, sql: str, *values: Any) -> bool:
        """Messages arrive, the worker works and minutes pass until something is so, or for some hours."""
        for _ in range(PATIENCE_STEPS):
            while await self.h.deliver() != "none":
                pass
            await self.h.work()
            async with self.h.hall.pool.acquire() as db:
                if await db.fetchval(sql, *values):
                    return True
            self.h.trade.clock.pass_(minutes=self.h.chance.randint(1, 9))
        return False

    async def states(self) -> Mapping[str, str]:
        """How the orders stand."""
        async with self.h.hall.pool.acquire() as db:
            return {
                row["id"]: row["state"]
                for row in await db.fetch("SELECT order_id::text AS id, state FROM trade_order")
            }

    async def pay(self, payment_id: str, *orders: PlacedOrder) -> None:
        """The payer pays at the channel; where it is late, after the orders were given up."""
        await self.until("SELECT state = 'open' FROM payment WHERE payment_id = $1", int(payment_id))
        if not self.is_late:
            self.h.parties.channel.pay(payment_id)
        else:
            for order in orders:
                await self.h.hall.run(
                    ordering.cancel_order,
                    CancelOrder(order_id=order.order_id, reason="不要了"),
                    self.h.trade.li,
                )
            if not orders:
                self.h.trade.clock.pass_(days=2)
            await self.until("SELECT state = 'closed' FROM payment WHERE payment_id = $1", int(payment_id))
            self.h.parties.channel.pay_in_flight(payment_id)
        await self.heard(payment_id)

    async def heard(self, payment_id: str) -> None:
        """We know by now that it was paid, or what it was."""
        await self.until(
            "SELECT state IN ('paid', 'mismatched') FROM payment WHERE payment_id = $1", int(payment_id)
        )

    async def finish(self, *orders: PlacedOrder) -> None:
        """What is paid is sent and received, what is not is given up."""
        for order in orders:
            state = (await self.states())[order.order_id]
            if state == "wait_send":
                parcel = ParcelAsk(carrier_code="SF", waybill=f"SF{int(order.order_id) % 10**13:013d}")
                ship = Ship(order_id=order.order_id, parcels=(parcel,))
                await self.h.hall.run(fulfilment.ship, ship, self.h.trade.seller_of(order))
                confirm = ConfirmReceipt(order_id=order.order_id)
                await self.h.hall.run(fulfilment.confirm_receipt, confirm, self.h.trade.li)
            elif state == "wait_pay":
                cancel = CancelOrder(order_id=order.order_id, reason="不要了")
                await self.h.hall.run(ordering.cancel_order, cancel, self.h.trade.li)

    async def give_part_back(self, order: PlacedOrder) -> None:
        """Some of an order that is paid goes back before it is sent."""
        if (await self.states())[order.order_id] != "wait_send":
            return
        ask = RefundUnshipped(
            order_id=order.order_id, reason="少要一些", lines=(LineQuantity(1, self.h.chance.randint(1, 3)),)
        )
        refund = await self.h.hall.run(ordering.refund_unshipped, ask, self.h.trade.li)
        if refund.state == "asked":
            yes = ordering.asks.AnswerRefund(
                order_id=order.order_id, refund_id=refund.refund_id, agree=True, reason="好"
            )
            await self.h.hall.run(ordering.answer_refund, yes, self.h.trade.seller_of(order))

    async def one(self, **quantities: int) -> PlacedOrder:
        """One order of one shop."""
        wanted = self.h.trade.want(**quantities)
        (order,) = (await self.h.trade.place(*wanted, from_cart=False)).orders
        return order

    async def go_to_pay(self, *orders: PlacedOrder, method: PaymentMethod = PaymentMethod.channel) -> str:
        """The buyer goes to pay them together."""
        ask = PayOrders(order_ids=tuple(sorted(order.order_id for order in orders)), method=method)
        return (await self.h.hall.run(ordering.pay_orders, ask, self.h.trade.li)).payment_id


async def checkout(run: Run) -> None:
    """One payment for orders of two shops."""
    chance = run.h.chance
    wanted = run.h.trade.want(red=chance.randint(4, 40), bolt=chance.randint(10, 900))
    orders = (await run.h.trade.place(*wanted, from_cart=False)).orders
    await run.pay(await run.go_to_pay(*orders), *orders)
    await run.give_part_back(orders[0])
    await run.finish(*orders)


async def bank_transfer(run: Run) -> None:
    """A transfer to the payment's own account: as asked, or as the fault has it, and then the rest of it."""
    order = await run.one(red=run.h.chance.randint(4, 40))
    payment_id = await run.go_to_pay(order, method=PaymentMethod.bank)
    shown = await run.h.hall.run(payments.payment, PaymentAsk(payment_id=payment_id), run.h.trade.li)
    if run.is_late:
        await run.finish(order)
    amount, currency = shown.amount_minor, "USD" if run.fault == "wrong_currency" else "CNY"
    if run.fault.startswith("wrong"):
        run.h.parties.struck(run.fault)
    if run.fault == "wrong_amount":
        amount = run.h.chance.choice((amount // 2, amount + 77))
    parties, holder = run.h.parties, HOLDERS["li"][0]
    parties.bank.receive(amount, payer=holder, virtual_account=shown.account_no, currency=currency)
    await run.until("SELECT EXISTS (SELECT FROM bank_receipt WHERE state <> 'new')")
    if amount < shown.amount_minor and run.h.chance.random() < 0.5:
        rest = shown.amount_minor - amount
        parties.bank.receive(rest, payer=holder, virtual_account=shown.account_no)
        await run.heard(payment_id)
    await run.give_part_back(order)
    await run.finish(order)


async def refund(run: Run) -> None:
    """Money goes back the way it came, twice of one order and whole of another."""
    async with run.calmly():
        part, whole = await run.one(red=run.h.chance.randint(8, 40)), await run.one(blue=5)
        await run.pay(await run.go_to_pay(part, whole))
    await run.give_part_back(part)
    await run.give_part_back(part)
    if (await run.states())[whole.order_id] == "wait_send":
        ask = RefundUnshipped(order_id=whole.order_id, reason="不要了")
        await run.h.hall.run(ordering.refund_unshipped, ask, run.h.trade.li)
    await run.finish(part, whole)


async def withdrawal(run: Run) -> None:
    """What a seller has earned goes to the bank, once a second person said yes."""
    async with run.calmly():
        order = await run.one(mill=run.h.chance.randint(2, 3))
        await run.pay(await run.go_to_pay(order))
        await run.finish(order)
    owner, clerk, clock = run.h.opened.owner, run.h.opened.clerk, run.h.trade.clock
    funds = await run.h.hall.run(payments.funds, Nothing(), clerk.actor)
    for amount in (min(funds.available_minor, 600_000), funds.available_minor - 600_000):
        if amount > 0:
            ask = Withdraw(
                account_id=run.h.opened.accounts["hongfa"], amount_minor=amount, code=clerk.code(clock)
            )
            asked = await run.h.hall.run(payments.withdraw, ask, clerk.actor)
            if asked.state == "waiting":
                yes = ApproveWithdrawal(withdrawal_id=asked.withdrawal_id, code=owner.code(clock))
                await run.h.hall.run(payments.approve_withdrawal, yes, owner.actor)


async def stage_payment(run: Run) -> None:
    """The first stage goes into an escrow of its own and back, or to the seller; the second straight to the seller."""
    choice = TradeTypeChoice(
        seller_id=str(run.h.trade.chenguang.org_id), trade_type="staged", plan_code="3-7"
    )
    wanted = run.h.trade.want(red=run.h.chance.randint(4, 40))
    (order,) = (await run.h.trade.place(*wanted, trade_types=(choice,), from_cart=False)).orders
    await run.pay(await run.go_to_pay(order), order)
    if (await run.states())[order.order_id] != "wait_send":
        await run.finish(order)
        return
    seller = run.h.trade.seller_of(order)
    if run.fault == "partial_refund" or run.h.chance.random() < 0.3:
        give_up = GiveUpOrder(order_id=order.order_id, reason="做不了")
        await run.h.hall.run(ordering.give_up_order, give_up, seller)
        return
    declare = ordering.asks.DeclareStage(order_id=order.order_id, stage_no=1, note="样品已寄出")
    await run.h.hall.run(ordering.declare_stage, declare, seller)
    agree = ordering.asks.ConfirmStage(order_id=order.order_id, stage_no=1)
    await run.h.hall.run(ordering.confirm_stage, agree, run.h.trade.li)
    await run.h.hall.run(
        ordering.push_stage, ordering.asks.PushStage(order_id=order.order_id, stage_no=2), seller
    )
    second = await run.go_to_pay(order)
    await run.until("SELECT state = 'open' FROM payment WHERE payment_id = $1", int(second))
    run.h.parties.channel.pay(second)
    await run.heard(second)
    if "waitsellersend" in [stage.state for stage in (await run.h.trade.page(order)).stages]:
        await run.finish(order)
    else:
        give_up = GiveUpOrder(order_id=order.order_id, reason="没收到第二笔")
        await run.h.hall.run(ordering.give_up_order, give_up, seller)


async def deposit(run: Run) -> None:
    """A seller pays a deposit in."""
    amount = run.h.chance.choice((5_000, 50_001))
    if run.fault == "partial_refund":  # nothing of a deposit goes back unless another amount was paid
        run.h.parties.plan = msgspec.structs.replace(run.h.parties.plan, pays={"other_amount": 1})
    paying = await run.h.hall.run(
        payments.pay_deposit, PayDeposit(amount_minor=amount), run.h.trade.chenguang
    )
    await run.pay(paying.payment_id)


FLOWS: dict[str, Callable[[Run], Awaitable[None]]] = {
    flow.__name__: flow for flow in (checkout, bank_transfer, refund, withdrawal, stage_payment, deposit)
}
