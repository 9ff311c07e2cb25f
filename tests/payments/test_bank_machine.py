"""Any sequence of transfers, corrections, closings, refunds and answers of the bank leaves the money that plain sums leave."""

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import asyncpg
import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huozhan import ledger, payments
from huozhan.kernel.actor import system
from huozhan.kernel.clock import MovableClock
from huozhan.kernel.refusals import Refusal
from huozhan.payments import Part, PaymentMethod
from huozhan.payments.bank_money import virtual_account
from huozhan.payments.ports import BankTransfer
from tests import world
from tests.conftest import OPENING, OneConnection, make_hall
from tests.payments.paying import actor

SHOP, ACCOUNT, DUE = "小李杂货店", "6222021208009998887", 1_000
AMOUNTS = [1_000, 400, 600, 1, 999, 1_001, 2_500]
SENDERS = ["owner", "owner", "owner", "stranger", "nobody"]


class Model:
    """What the rules say, in dictionaries: nothing here knows the product."""

    def __init__(self) -> None:
        self.payments: dict[int, dict[str, Any]] = {}
        self.receipts: list[dict[str, Any]] = []
        self.payouts: list[dict[str, Any]] = []
        self.wallet = 0

    def came(self, amount: int, payment: int | None, *, own: bool) -> None:
        """Money comes to a payment's account, or to nobody's."""
        self.receipts.append({"amount": amount, "state": "parked", "for": None, "left": 0})
        known = self.payments.get(payment) if payment else None
        if known and own and known["state"] == "open":
            self.credit(len(self.receipts) - 1, payment or 0)

    def credit(self, index: int, payment: int) -> None:
        """It counts for a payment; with the last of it the payment is paid and the excess is the payer's."""
        receipt, known = self.receipts[index], self.payments[payment]
        receipt |= {"state": "waiting", "for": payment}
        waiting = [r for r in self.receipts if r["state"] == "waiting" and r["for"] == payment]
        total = sum(r["amount"] for r in waiting)
        if total < DUE:
            return
        known |= {"state": "paid", "escrow": DUE}
        self.wallet += total - DUE
        left = DUE
        for one in waiting:
            one |= {"state": "matched", "left": min(one["amount"], left)}
            left -= one["left"]

    def send_back(self, index: int) -> None:
        """It goes back whole."""
        self.receipts[index]["state"] = "returning"
        self.payouts.append(
            {"receipt": index, "amount": self.receipts[index]["amount"], "refund": False, "state": "asked"}
        )

    def close(self, payment: int) -> None:
        """What came of it goes back."""
        if self.payments[payment]["state"] != "open":
            return
        self.payments[payment]["state"] = "closed"
        for index, receipt in enumerate(self.receipts):
            if receipt["state"] == "waiting" and receipt["for"] == payment:
                self.send_back(index)

    def refund(self, payment: int, amount: int) -> None:
        """It goes back to where it came from, the first account first."""
        self.payments[payment]["escrow"] -= amount
        for index, receipt in enumerate(self.receipts):
            if receipt["for"] == payment and receipt["state"] == "matched" and amount:
                part = min(amount, receipt["left"])
                amount -= part
                receipt["left"] -= part
                if part:
                    self.payouts.append({"receipt": index, "amount": part, "refund": True, "state": "asked"})

    def answer(self, index: int, *, paid: bool) -> None:
        """The bank has paid a payout, or will not."""
        payout = self.payouts[index]
        payout["state"] = "done" if paid else "failed"
        if not payout["refund"]:
            self.receipts[payout["receipt"]]["state"] = "returned" if paid else "parked"

    def sums(self) -> dict[int, int]:
        """What every line of the chart must stand at."""
        gone = sum(p["amount"] for p in self.payouts if p["state"] == "done")
        owed = sum(p["amount"] for p in self.payouts if p["refund"] and p["state"] in ("asked", "failed"))
        pending = ("parked", "waiting", "returning")
        return {
            102: sum(r["amount"] for r in self.receipts) - gone,
            201: self.wallet,
            202: sum(p["escrow"] for p in self.payments.values()),
            206: owed,
            213: sum(r["amount"] for r in self.receipts if r["state"] in pending),
        }


class BankLife:
    """The database beside the model."""

    dsn = ""
    home = Path()

    def __init__(self) -> None:
        self.runner = asyncio.Runner()
        self.seen: set[str] = set()

    def do(self, deed: Coroutine[Any, Any, Any]) -> Any:
        """Does something now."""
        return self.runner.run(deed)

    def begin(self) -> None:
        """An organisation and no money."""
        self.model, self.lines, self.orders = Model(), [], iter(range(1, 1_000))
        self.do(self._begin())
        for _ in range(3):
            self.do(self._open())
        for amount in (400, 700):
            self.tell(0, amount, "owner")

    async def _begin(self) -> None:
        self.db = await asyncpg.connect(self.dsn)
        self.all = self.db.transaction()
        await self.all.start()
        self.hall = await make_hall(OneConnection(self.db), MovableClock(OPENING), self.home)
        self.shop = await world.buyer(self.hall, SHOP, "shop@example.cn")

    def teardown(self) -> None:
        """Nothing of it stays."""
        if hasattr(self, "all"):
            self.do(self._end())
        self.runner.close()

    def note_seen(self) -> None:
        """Which states came up, so that a machine that never gets anywhere is found."""
        self.seen |= {f"payment {one['state']}" for one in self.model.payments.values()}
        self.seen |= {f"receipt {one['state']}" for one in self.model.receipts}
        self.seen |= {
            f"{'refund' if one['refund'] else 'return'} {one['state']}" for one in self.model.payouts
        }
        self.seen |= {"excess"} if self.model.wallet else set()

    async def _end(self) -> None:
        await self.all.rollback()
        await self.db.close()

    def payment_at(self, pick: int) -> int:
        """One of the payments; 0 where there is none."""
        known = list(self.model.payments)
        return known[pick % len(known)] if known else 0

    def open(self) -> None:
        """Somebody chooses to pay by transfer."""
        self.do(self._open())

    async def _open(self) -> None:
        order_id = next(self.orders)
        async with self.hall.working(actor(self.shop.org_id)) as work:
            payment_id = await payments.open_payment(
                work, payer_id=self.shop.org_id, expires_at=work.now, subject="cups", method=PaymentMethod.bank,
                parts=[Part(order_id=order_id, seller_id=601, amount_minor=DUE)],
            )  # fmt: skip
        self.model.payments[payment_id] = {"state": "open", "escrow": 0, "order": order_id}

    def tell(self, pick: int, amount: int, sender: str) -> None:
        """A line of the statement: for a payment, from its owner or a stranger, or for nobody's."""
        payment_id = self.payment_at(pick) if sender != "nobody" else 0
        line = {
            "bank_txn": f"t{len(self.lines)}", "direction": "in", "amount_minor": amount, "currency": "CNY",
            "account_no": ACCOUNT, "account_name": SHOP if sender == "owner" else "别人",
            "virtual_account": virtual_account(payment_id) if payment_id else "", "at": "2026-03-01T10:00:00Z",
        }  # fmt: skip
        self.lines.append(line)
        self.do(self._tell(line))
        self.model.came(amount, payment_id, own=sender == "owner")

    def tell_again(self, pick: int, twisted: bool) -> None:
        """A line that was told before, word for word or with another amount."""
        if self.lines:
            line = self.lines[pick % len(self.lines)]
            self.do(self._tell({**line, "amount_minor": line["amount_minor"] + 1} if twisted else line))

    async def _tell(self, line: dict[str, Any]) -> None:
        ask = payments.asks.NoteStatement(body=msgspec.json.encode(line))
        await self.hall.run(payments.note_statement, ask, system())
        await self._match()

    async def _match(self) -> None:
        rows = await self.db.fetch(
            "SELECT receipt_id FROM bank_receipt WHERE state = 'new' ORDER BY receipt_id"
        )
        for row in rows:
            async with self.hall.working(system()) as work:
                found = await payments.match_receipt(work, row["receipt_id"])
                if found is not None:
                    await payments.take_into_escrow(work, found.payment_id, found.parts[0].order_id)

    def close(self, pick: int) -> None:
        """A payment closes."""
        if payment_id := self.payment_at(pick):
            self.do(self._close(payment_id))
            self.model.close(payment_id)

    async def _close(self, payment_id: int) -> None:
        async with self.hall.working(system()) as work:
            await payments.close_at_channel(work, payment_id)

    def assign(self, pick: int, other: int) -> None:
        """An operator credits money to a payment."""
        payment_id = self.payment_at(other)
        if not (payment_id and self.model.receipts):
            return
        index = pick % len(self.model.receipts)
        ask = payments.asks.AssignBankReceipt(
            receipt_id=self.receipt_at(index), account_no=virtual_account(payment_id), reason="核实"
        )
        may = (
            self.model.receipts[index]["state"] == "parked"
            and self.model.payments[payment_id]["state"] == "open"
        )
        assert self.allowed(payments.assign_bank_receipt, ask) == may
        self.do(self._match())
        if may:
            self.model.credit(index, payment_id)

    def return_(self, pick: int) -> None:
        """An operator sends money back."""
        if self.model.receipts:
            index = pick % len(self.model.receipts)
            ask = payments.asks.ReturnBankReceipt(receipt_id=self.receipt_at(index), reason="退回")
            may = self.model.receipts[index]["state"] == "parked"
            assert self.allowed(payments.return_bank_receipt, ask) == may
            if may:
                self.model.send_back(index)

    def answer(self, pick: int, paid: bool) -> None:
        """The bank answers about a payout, perhaps once more; only the first word counts."""
        if not self.model.payouts:
            return
        asked = [i for i, one in enumerate(self.model.payouts) if one["state"] == "asked"]
        index = asked[pick % len(asked)] if asked and pick < 5 else pick % len(self.model.payouts)
        self.do(self._answer(index, "succeeded" if paid else "failed"))
        if self.model.payouts[index]["state"] == "asked":
            self.model.answer(index, paid=paid)

    async def _answer(self, index: int, state: str) -> None:
        row = (await self._payouts())[index]
        told = BankTransfer(
            ref=payments.payout_ref(str(row["receipt_id"]), str(row["payout_id"])), state=state,
            amount_minor=row["amount_minor"], currency="CNY", account_no=ACCOUNT,
        )  # fmt: skip
        note = payments.asks.NoteCallback(
            party="bank",
            message_id="",
            body=payments.write_message(told) or b"",
            is_genuine=True,
            is_answer=True,
        )
        noted = await self.hall.run(payments.note_callback, note, system())
        await self.hall.run(
            payments.hear_callback, payments.asks.CallbackAsk(callback_id=noted.callback_id), system()
        )

    async def _payouts(self) -> list[Any]:
        # In the order they were asked for: a refund's parts by the receipt they came from.
        return list(await self.db.fetch("SELECT * FROM bank_payout ORDER BY payout_id"))

    def refund(self, pick: int, amount: int) -> None:
        """Part of an order's money goes back."""
        payment_id = self.payment_at(pick)
        if payment_id and 0 < amount <= self.model.payments[payment_id]["escrow"]:
            self.do(self._refund(payment_id, amount))
            self.model.refund(payment_id, amount)

    async def _refund(self, payment_id: int, amount: int) -> None:
        refund = payments.Refund(
            order_id=self.model.payments[payment_id]["order"], payment_id=payment_id, buyer_id=self.shop.org_id,
            key=f"r{len(self.model.payouts)}", amount_minor=amount, reason="test",
        )  # fmt: skip
        async with self.hall.working(system()) as work:
            await payments.refund_escrow(work, refund)

    def receipt_at(self, index: int) -> str:
        """The id of a receipt in the order of coming."""
        rows = self.do(self.db.fetch("SELECT receipt_id FROM bank_receipt ORDER BY receipt_id"))
        return str(rows[index]["receipt_id"])

    def allowed(self, use_case: Any, ask: Any) -> bool:
        """Does what an operator asks, or tells that it was refused."""
        try:
            self.do(self.hall.run(use_case, ask, actor(1, "market.ledger")))
        except Refusal:
            return False
        return True

    def money_is_where_the_sums_say(self) -> None:
        """Every account, every state, every payout."""
        assert self.do(self._stands()) == (
            self.model.sums(),
            [receipt["state"] for receipt in self.model.receipts],
            [(payout["amount"], payout["state"]) for payout in self.model.payouts],
            [],
        )

    async def _stands(self) -> Any:
        work = self.hall.work(self.db, system())
        trial = {
            line.code: line.debit_minor or line.credit_minor
            for line in (await ledger.draw_trial_balance(work)).lines
        }
        receipts = await self.db.fetch("SELECT state FROM bank_receipt ORDER BY receipt_id")
        return (
            {code: trial[code] for code in (102, 201, 202, 206, 213)},
            [row["state"] for row in receipts],
            [(row["amount_minor"], row["state"]) for row in await self._payouts()],
            [finding for finding in await payments.verify(work) if finding.code != "payments.callback_waits"],
        )


def step(life: BankLife, deed: str, pick: int, other: int) -> None:
    """One deed; the two numbers say about what, from whom, how much."""
    if deed == "tell":
        life.tell(pick, AMOUNTS[other % len(AMOUNTS)], SENDERS[(pick + other) % len(SENDERS)])
    elif deed == "tell_again":
        life.tell_again(pick, bool(other % 2))
    elif deed == "assign":
        life.assign(pick, other)
    elif deed == "answer":
        life.answer(pick, bool(other % 3))
    elif deed == "refund":
        life.refund(pick, (300, 1, 500, 1_000)[other % 4])
    elif deed == "open":
        life.open()
    else:
        getattr(life, deed)(pick)


DEEDS = (
    "tell", "tell", "tell", "tell_again", "assign", "return_", "answer", "answer", "refund", "refund", "open", "close",
)  # fmt: skip
steps = st.tuples(st.sampled_from(DEEDS), st.integers(0, 9), st.integers(0, 9))


def test_any_life_of_money_at_the_bank_is_what_the_model_says(dsn: str, tmp_path: Path) -> None:
    seen: set[str] = set()

    @settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(st.lists(steps, min_size=40, max_size=50))
    def live(chosen: list[tuple[str, int, int]]) -> None:
        life = BankLife()
        life.dsn, life.home, life.seen = dsn, tmp_path, seen
        try:
            life.begin()
            for one in chosen:
                step(life, *one)
                life.note_seen()
                life.money_is_where_the_sums_say()
        finally:
            life.teardown()

    live()

    assert seen == {
        "payment open", "payment paid", "payment closed", "receipt parked", "receipt waiting", "receipt matched",
        "receipt returning", "receipt returned", "refund asked", "refund done", "refund failed", "return asked",
        "return done", "return failed", "excess",
    }  # fmt: skip
