"""What the bank does in a test: money comes in by its statement, the worker matches it, and what goes back is paid."""

from typing import Any

import msgspec

from huozhan import ledger, ordering, payments
from huozhan.doors.jobs.table import TIMERS
from huozhan.doors.jobs.timers import fire_once
from huozhan.kernel.actor import system
from huozhan.ordering.asks import BankMoney, PaymentRef, PayOrders
from huozhan.ordering.views import PlacedOrder
from huozhan.payments import PaymentMethod
from huozhan.payments.asks import NoteStatement, PaymentAsk
from huozhan.payments.views import PaymentView, StatementNoted
from tests.ordering.trading import Trade

LI_NAME, LI_ACCOUNT = "小李杂货店", "6222021208009998887"


class Banking:
    """The custody bank beside a little trade."""

    def __init__(self, trade: Trade) -> None:
        self.trade = trade
        self._txns = 0

    async def choose(self, *orders: PlacedOrder, method: PaymentMethod = PaymentMethod.bank) -> PaymentView:
        """小李 chooses to pay these orders by transfer, or another way."""
        ask = PayOrders(order_ids=tuple(order.order_id for order in orders), method=method)
        paying = await self.trade.hall.run(ordering.pay_orders, ask, self.trade.li)
        return await self.shown(paying.payment_id)

    async def shown(self, payment_id: str) -> PaymentView:
        """A payment as 小李 sees it."""
        return await self.trade.hall.run(payments.payment, PaymentAsk(payment_id=payment_id), self.trade.li)

    def line(self, amount_minor: int, **told: Any) -> dict[str, Any]:
        """A line of the bank's statement: 小李's shop sends so much."""
        self._txns += 1
        return {
            "bank_txn": f"bi-{self._txns}", "direction": "in", "ref": "", "amount_minor": amount_minor, "currency": "CNY",
            "account_no": LI_ACCOUNT, "account_name": LI_NAME, "bank_name": "工商银行", "virtual_account": "",
            "remark": "", "at": self.trade.clock.now().isoformat(),
        } | told  # fmt: skip

    async def tell(self, *lines: dict[str, Any] | bytes) -> StatementNoted:
        """The bank's statement says so, and the worker finds out for whom the money is."""
        body = b"\n".join(line if isinstance(line, bytes) else msgspec.json.encode(line) for line in lines)
        noted = await self.trade.hall.run(payments.note_statement, NoteStatement(body=body), system())
        await self.work()
        return noted

    async def send(self, payment: PaymentView, amount_minor: int, **told: Any) -> dict[str, Any]:
        """小李 sends money to a payment's own account."""
        line = self.line(amount_minor, virtual_account=payment.account_no, **told)
        await self.tell(line)
        return line

    async def work(self) -> None:
        """The worker does what waits for money at the bank and for payments that closed; other jobs stay."""
        rows = await self.trade.hall.alone(
            lambda db: db.fetch(
                "DELETE FROM job WHERE kind = 'ordering.bank_money' RETURNING payload->>'receipt_id' AS of"
            )
        )
        for row in rows:
            await self.trade.hall.run(ordering.bank_money_came, BankMoney(receipt_id=row["of"]), system())

    async def closed(self, payment_id: str) -> None:
        """What waited for a payment's closing is done."""
        await self.trade.hall.run(ordering.payment_closed, PaymentRef(payment_id=payment_id), system())

    async def payouts(self) -> list[Any]:
        """What is on its way back, the oldest first."""
        return await self.fetch(
            "SELECT receipt_id, payout_id, refund_id, amount_minor, state FROM bank_payout ORDER BY payout_id"
        )

    async def answer(self, payout: Any, *, state: str = "succeeded", **told: Any) -> str:
        """The bank says what became of a payout; answers what became of its word."""
        hall = self.trade.hall
        ref = payments.payout_ref(str(payout["receipt_id"]), str(payout["payout_id"]))
        transfer = {
            "ref": ref, "state": state, "amount_minor": payout["amount_minor"], "currency": "CNY",
            "account_no": LI_ACCOUNT, "reason": None if state == "succeeded" else "account_refused",
        } | told  # fmt: skip
        body = payments.write_message(msgspec.convert(transfer, payments.ports.BankTransfer))
        assert body is not None
        noted = payments.asks.NoteCallback(
            party="bank", message_id="", body=body, is_genuine=True, is_answer=True
        )
        callback = await hall.run(payments.note_callback, noted, system())
        ask = payments.asks.CallbackAsk(callback_id=callback.callback_id)
        await hall.run(payments.hear_callback, ask, system())
        (row,) = await self.fetch(
            "SELECT outcome FROM outside_callback WHERE callback_id = $1", int(callback.callback_id)
        )
        return str(row["outcome"])

    async def fire(self) -> None:
        """Every timer that is due fires."""
        while await fire_once(self.trade.hall, TIMERS):
            pass

    async def receipts(self) -> list[tuple[str, str]]:
        """Where the money stands that came, the oldest first: its state and why."""
        rows = await self.fetch("SELECT state, why FROM bank_receipt ORDER BY receipt_id")
        return [(row["state"], row["why"]) for row in rows]

    async def fetch(self, sql: str, *values: Any) -> list[Any]:
        """Looks into the database."""
        async with self.trade.hall.pool.acquire() as db:
            rows: list[Any] = await db.fetch(sql, *values)
            return rows

    async def balance(self, account: ledger.Account) -> int:
        """What an account stands at."""
        async with self.trade.hall.pool.acquire() as db:
            return (await ledger.balance(self.trade.hall.work(db, system()), account)).posted_minor

    async def wallet(self) -> int:
        """What 小李 has in the wallet."""
        return await self.balance(ledger.wallet(self.trade.li.org_id))

    async def codes(self) -> list[str]:
        """The events of the book so far."""
        return [row["code"] for row in await self.fetch("SELECT code FROM ledger_entry ORDER BY entry_id")]

    async def whole(self) -> None:
        """Book, payments and orders agree."""
        async with self.trade.hall.pool.acquire() as db:
            work = self.trade.hall.work(db, system())
            while await ledger.seal_chain(work):
                pass
            found = [*await ledger.verify(work), *await payments.verify(work), *await self.trade.findings()]
        assert found == []
