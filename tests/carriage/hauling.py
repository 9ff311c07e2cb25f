"""Platform logistics, told in one line each: what suppliers, carriers, the market's two money people, the bank and the clock do."""

from datetime import date, timedelta
from typing import Any

import msgspec
import pyotp

from huozhan import carriage, fulfilment, ledger, logistics, operations, parties, payments
from huozhan.carriage.views import BillLineView, CarrierDesk, ContractView, OwedView
from huozhan.doors.hall import Hall
from huozhan.doors.jobs import logistics as errands
from huozhan.doors.jobs.queue import TryLater
from huozhan.doors.jobs.relay import relay_once
from huozhan.doors.jobs.table import TASKS
from huozhan.kernel.actor import Actor, system
from huozhan.kernel.findings import Finding
from huozhan.kernel.shapes import Nothing
from huozhan.logistics.views import WaybillView
from huozhan.operations.books import Verify
from huozhan.ordering.views import PlacedOrder
from tests import world
from tests.carriage.carrier import CHINA, PlainCarrier
from tests.ordering.trading import Trade

PRICES = (
    carriage.asks.PriceAsk(first_g=1_000, first_minor=800, next_g=1_000, next_minor=200),
    carriage.asks.PriceAsk(region_code="44", first_g=1_000, first_minor=500, next_g=500, next_minor=100),
)
OUR_JOBS = ("logistics.waybill", "carriage.bill")


class Haul:
    """A trade in which the market gives waybills."""

    def __init__(self, trade: Trade, carrier: PlainCarrier, contract: ContractView) -> None:
        self.trade = trade
        self.carrier = carrier
        self.carrier_id = int(contract.carrier_id)
        self.colleague: Actor | None = None
        self._totp: dict[int, pyotp.TOTP] = {}

    @property
    def hall(self) -> Hall:
        """The market."""
        return self.trade.hall

    @property
    def operator(self) -> Actor:
        """Who runs the market."""
        return self.trade.people.operator

    # Waybills

    async def ask(self, order: PlacedOrder, weight_g: int | None = None, **lines: int) -> WaybillView:
        """The seller asks for a waybill for so many of lines 1, 2, … or for all that is left; nobody has called yet."""
        wanted = tuple({"line_no": int(name[1:]), "quantity": quantity} for name, quantity in lines.items())
        ask = logistics.asks.AskWaybill(
            order_id=order.order_id, carrier_code="SF", weight_g=weight_g,
            lines=msgspec.convert(wanted, tuple[fulfilment.asks.ParcelLineAsk, ...]),
        )  # fmt: skip
        return await self.hall.run(logistics.ask_waybill, ask, self.trade.seller_of(order))

    async def given(self, order: PlacedOrder, weight_g: int | None = None, **lines: int) -> WaybillView:
        """The same, and the carrier has given it."""
        asked = await self.ask(order, weight_g, **lines)
        await self.errands()
        return await self.shown(order, asked.waybill_id)

    async def sent(self, order: PlacedOrder, **lines: int) -> WaybillView:
        """The same, and the goods were sent under it."""
        one = await self.given(order, **lines)
        ref = logistics.asks.WaybillRef(order_id=one.order_id, waybill_id=one.waybill_id)
        await self.hall.run(logistics.send_waybill, ref, self.trade.seller_of(order))
        return await self.shown(order, one.waybill_id)

    async def cancel(self, one: WaybillView) -> None:
        """The seller takes a waybill back; nobody has called yet."""
        ref = logistics.asks.WaybillRef(order_id=one.order_id, waybill_id=one.waybill_id)
        await self.hall.run(logistics.cancel_waybill, ref, self.trade.chenguang)

    async def picked_up(self, one: WaybillView, weight_g: int | None) -> None:
        """The courier has the parcel and it was weighed; the carrier says so."""
        ref = f"{one.order_id}-{one.waybill_id}"
        self.carrier.pick_up(ref, weight_g)
        await self.hear("waybill.picked_up", ref=ref)

    async def hauled(self, weight_g: int, **goods: int) -> tuple[PlacedOrder, WaybillView]:
        """An order of 晨光's goods that was paid, sent under a waybill, picked up and weighed."""
        order = await self.trade.paid(**goods)
        one = await self.sent(order)
        await self.picked_up(one, weight_g)
        return order, await self.shown(order, one.waybill_id)

    async def hear(self, kind: str, *, is_genuine: bool = True, **data: Any) -> None:
        """Something comes to the carriers' hook, and what it leads to is done."""
        body = msgspec.json.encode({"type": kind, "timestamp": "2026-03-01T00:00:00.000Z", "data": data})
        said = logistics.asks.HearWaybill(message_id="msg_1", body=body, is_genuine=is_genuine)
        await self.hall.run(logistics.hear_waybill, said, system("hooks"))
        await self.errands()

    async def shown(self, order: PlacedOrder, waybill_id: str) -> WaybillView:
        """A waybill as the seller sees it."""
        ask = logistics.asks.WaybillsOf(order_id=order.order_id)
        found = await self.hall.run(logistics.waybills_of, ask, self.trade.seller_of(order))
        return next(one for one in found.waybills if one.waybill_id == waybill_id)

    async def errands(self, *, rounds: int = 20) -> list[str]:
        """The worker does what waits about carriers; a silent one is asked again."""
        did: list[str] = []
        for _ in range(rounds):
            async with self.hall.pool.acquire() as db:
                rows = await db.fetch(
                    "DELETE FROM job WHERE kind = ANY ($1::text[]) RETURNING kind, payload, job_id",
                    list(OUR_JOBS),
                )
            if not rows:
                break
            for row in sorted(rows, key=lambda one: one["job_id"]):
                did.append(row["kind"])
                payload = msgspec.json.decode(row["payload"])
                try:
                    await TASKS[row["kind"]](self.hall, **payload)
                except TryLater:
                    async with self.hall.working(system()) as work:
                        work.enqueue(row["kind"], payload)
        return did

    async def sweep(self) -> int:
        """The worker's round asks about what is owed an answer."""
        asked = await errands.ask_again(self.hall)
        await self.errands()
        return asked

    # Bills

    @property
    def today(self) -> date:
        """The day in China."""
        return self.trade.clock.now().astimezone(CHINA).date()

    async def bill(self, on: date | None = None) -> None:
        """The carriers' bill of a day is fetched and compared."""
        await errands.bill(self.hall, on=(on or self.today).isoformat())

    async def desk(self, state: Any = "waiting") -> CarrierDesk:
        """The operator's view."""
        ask = carriage.asks.ListBillLines(state=state, size=100)
        return await self.hall.run(carriage.carrier_desk, ask, self.operator)

    async def lines(self, state: Any = "waiting") -> list[BillLineView]:
        """Lines of bills."""
        return (await self.desk(state)).lines

    async def owed(self) -> OwedView:
        """What the carrier is owed, in parts."""
        (owed,) = (await self.desk()).owed
        return owed

    async def decide(self, line: BillLineView, deed: Any, bearer: Any = "supplier") -> None:
        """The operator decides about a line."""
        ask = carriage.asks.DecideLine(
            on=line.on, nth=line.nth, deed=deed, bearer=bearer, reason="核对过底单"
        )
        await self.hall.run(operations.decide_bill_line, ask, self.operator)

    async def recheck(self) -> None:
        """The worker's round."""
        await self.hall.run(carriage.recheck_bills, Nothing(), system())

    # Money to the carrier

    async def code(self, actor: Actor) -> str:
        """A code of somebody's authenticator that was not used yet."""
        if actor.person_id not in self._totp:
            begin = parties.BeginTwoStep(world.PASSWORD)
            secret = (await self.hall.run(parties.begin_two_step, begin, actor)).secret
            self._totp[actor.person_id] = pyotp.TOTP(secret)
            await self.hall.run(parties.confirm_two_step, parties.ConfirmTwoStep(self._fresh(actor)), actor)
        return self._fresh(actor)

    def _fresh(self, actor: Actor) -> str:
        self.trade.clock.pass_(seconds=30)
        return self._totp[actor.person_id].at(self.trade.clock.now())

    async def second(self) -> Actor:
        """Another of the market's money people."""
        if self.colleague is None:
            self.colleague = await world.member(
                self.hall, self.operator, "money@market.example", parties.Role.finance
            )
        return self.colleague

    async def ask_payout(self, amount_minor: int | None = None) -> str:
        """The operator asks for what is payable to go."""
        wanted = (await self.owed()).payable_minor if amount_minor is None else amount_minor
        ask = carriage.asks.PayCarrier(
            carrier_id=str(self.carrier_id),
            amount_minor=wanted,
            code=await self.code(self.operator),
            reason="月结",
        )
        return (await self.hall.run(operations.pay_carrier, ask, self.operator)).payout_id

    async def answer(
        self, payout_id: str, who: Actor, *, yes: bool = True
    ) -> payments.views.CarrierPayoutView:
        """Somebody approves a payment, or refuses it; what follows from a refusal is done."""
        ask = carriage.asks.AnswerPayout(
            carrier_id=str(self.carrier_id),
            payout_id=payout_id,
            code=await self.code(who),
            reason="已核对账单",
        )
        use_case = operations.approve_carrier_payout if yes else operations.refuse_carrier_payout
        answered = await self.hall.run(use_case, ask, who)
        await self.told()
        return answered

    async def at_bank(
        self, payout_id: str, amount_minor: int, *, state: str = "succeeded", **changes: Any
    ) -> str:
        """The bank answers how the payment stands; what follows is done."""
        told = payments.ports.BankTransfer(
            **{
                "ref": f"{self.carrier_id}-{payout_id}",
                "state": state,
                "amount_minor": amount_minor,
                "currency": "CNY",
                "account_no": "6222020200112233",
                "reason": None if state == "succeeded" else "account_closed",
            }
            | changes
        )
        body = payments.write_message(told)
        assert body is not None
        noted = payments.asks.NoteCallback(
            party="bank", message_id="", body=body, is_genuine=True, merchant="huozhan", is_answer=True
        )
        callback = await self.hall.run(payments.note_callback, noted, system())
        ask = payments.asks.CallbackAsk(callback_id=callback.callback_id)
        await self.hall.run(payments.hear_callback, ask, system())
        await self.told()
        async with self.hall.pool.acquire() as db:
            return str(
                await db.fetchval(
                    "SELECT outcome FROM outside_callback WHERE callback_id = $1", int(callback.callback_id)
                )
            )

    async def told(self) -> None:
        """The relay tells what happened to who reacts."""
        while await relay_once(self.hall):
            pass

    # The books

    async def payable(self) -> int:
        """What the book says the carrier is owed (208)."""
        return await self.balance(ledger.carrier_payable(self.carrier_id))

    async def balance(self, account: ledger.Account) -> int:
        """What the book says of an account."""
        async with self.hall.pool.acquire() as db:
            return (await ledger.balance(self.hall.work(db, system()), account)).posted_minor

    async def seller_has(self) -> dict[str, int]:
        """What 晨光 may withdraw, has put down, and owes."""
        org_id = self.trade.chenguang.org_id
        return {
            "available": await self.balance(ledger.payable_available(org_id)),
            "deposit": await self.balance(ledger.deposit(org_id)),
            "debt": await self.balance(ledger.seller_debt(org_id)),
        }

    async def findings(self) -> list[Finding]:
        """What a check of all books finds, but for callbacks' and files' lateness of the test's own making."""
        async with self.hall.working(system()) as work:
            while await ledger.seal_chain(work):
                pass
        return (await self.hall.run(operations.verify, Verify(), self.operator)).findings


async def make_contract(hall: Hall, operator: Actor) -> ContractView:
    """A contract with SF, on at once at the prices above."""
    made = await hall.run(
        operations.make_carrier_contract,
        carriage.asks.MakeContract(
            carrier_code="SF", account_no="6222 0202 0011 2233", account_name="顺丰速运有限公司",
            bank_name="招商银行深圳分行", reason="年度框架合同",
        ),
        operator,
    )  # fmt: skip
    terms = carriage.asks.PublishTerms(
        carrier_id=made.carrier_id, is_on=True, prices=PRICES, reason="合同价目表"
    )
    return await hall.run(operations.publish_carrier_terms, terms, operator)


async def open_haul(trade: Trade) -> Haul:
    """Opens the shops, makes the contract, and 晨光 takes the market's waybills."""
    carrier = PlainCarrier(trade.clock)
    trade.hall.outside = msgspec.structs.replace(trade.hall.outside, waybills=carrier)
    contract = await make_contract(trade.hall, trade.people.operator)
    haul = Haul(trade, carrier, contract)
    address_id = await world.address(trade.hall, trade.chenguang, division="330782")
    switch = logistics.asks.SwitchLogistics(is_on=True, address_id=str(address_id))
    await trade.hall.run(logistics.switch_logistics, switch, trade.chenguang)
    return haul


A_DAY = timedelta(days=1)
