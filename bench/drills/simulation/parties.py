"""The channel and the bank of a simulated market: their own truth, and faults that a seed decides."""

import random
from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from huozhan import payments
from huozhan.kernel.clock import MovableClock
from huozhan.kernel.signed_http import PartyRefused, PartySilent
from huozhan.payments.ports import BankTransfer, ChannelPayment, ChannelRefund

MERCHANT = "huozhan"
SILENT_SHARE = 0.15
FAILED_SHARE = 0.15
FAULTS = {
    "none": 50,
    "duplicate": 12,
    "late": 10,
    "lost": 8,
    "wrong_amount": 6,
    "wrong_currency": 6,
    "forged": 6,
    "really_other_amount": 4,
}
LATE = timedelta(hours=3)


class Message(msgspec.Struct):
    """What a party sends; a forged one is not its own."""

    due_at: datetime
    party: str
    told: Any
    is_genuine: bool


class Parties:
    """Both parties, and the post between them and the market."""

    def __init__(self, clock: MovableClock, chance: random.Random) -> None:
        self.clock, self.chance = clock, chance
        self.post: list[Message] = []
        self.charged: dict[str, int] = {}
        self.repaid: dict[str, int] = {}
        self.transferred: dict[str, int] = {}
        self.faults: dict[str, int] = {}
        self.channel, self.bank = Channel(self), Bank(self)
        self.is_calm = False
        """In the end nothing errs any more, so that everything can come to rest."""

    def fault(self) -> str:
        """Which fault strikes now."""
        if self.is_calm:
            return "none"
        found = self.chance.choices(list(FAULTS), list(FAULTS.values()))[0]
        self.faults[found] = self.faults.get(found, 0) + 1
        return found

    def send(self, party: str, told: Any, fault: str, lie: Any) -> None:
        """Tells the market, as the fault has it; after a lie the truth can only be asked for."""
        now = self.clock.now()
        if fault == "late":
            self.post.append(Message(now + LATE, party, told, is_genuine=True))
        elif fault == "forged":
            self.post += [
                Message(now, party, lie, is_genuine=False),
                Message(now, party, told, is_genuine=True),
            ]
        elif fault in {"wrong_amount", "wrong_currency"}:
            self.post.append(Message(now, party, lie, is_genuine=True))
        elif fault != "lost":
            self.post += [Message(now, party, told, is_genuine=True)] * (2 if fault == "duplicate" else 1)

    def take(self) -> Message | None:
        """One message that is due, not always the oldest."""
        due = [message for message in self.post if message.due_at <= self.clock.now()]
        if not due:
            return None
        message = self.chance.choice(due)
        self.post.remove(message)
        return message

    def stumble(self, party: str) -> None:
        """Now and then nothing is heard of a call, whether or not it was done."""
        if not self.is_calm and self.chance.random() < SILENT_SHARE:
            self.faults["silent"] = self.faults.get("silent", 0) + 1
            raise PartySilent(party)


class Channel:
    """The payment channel."""

    merchant = MERCHANT
    page_origins = ()

    def __init__(self, parties: Parties) -> None:
        self._parties = parties
        self.payments: dict[str, ChannelPayment] = {}
        self.refunds: dict[str, ChannelRefund] = {}

    async def open(self, ref: str, *, amount_minor: int, currency: str, **_: Any) -> ChannelPayment:
        """Lets a payer pay."""
        if ref not in self.payments:
            self._parties.stumble("channel")
            self.payments[ref] = ChannelPayment(
                merchant=MERCHANT, merchant_ref=ref, state="open", amount_minor=amount_minor, currency=currency,
                pay_url="http://127.0.0.1:1/",
            )  # fmt: skip
        self._parties.stumble("channel")
        return self.payments[ref]

    async def payment(self, ref: str) -> ChannelPayment | None:
        """How a payment stands."""
        self._parties.stumble("channel")
        return self.payments.get(ref)

    async def close(self, ref: str) -> ChannelPayment | None:
        """Nobody can pay any more."""
        known = self.payments.get(ref)
        if known is not None and known.state == "open":
            self.payments[ref] = msgspec.structs.replace(known, state="closed")
        self._parties.stumble("channel")
        return self.payments.get(ref)

    def pay(self, ref: str) -> str:
        """The payer pays on the channel's page; the channel tells of it as the plan has it."""
        known, fault = self.payments[ref], self._parties.fault()
        amount = known.amount_minor + (1 if fault == "really_other_amount" else 0)
        paid = msgspec.structs.replace(
            known, state="paid", channel_txn=f"ct-{ref}", paid_amount_minor=amount, paid_currency=known.currency,
            paid_at=self._parties.clock.now(),
        )  # fmt: skip
        self.payments[ref] = paid
        self._parties.charged[ref] = amount
        lie = {"paid_currency": "GBP"} if fault == "wrong_currency" else {"paid_amount_minor": amount * 2}
        self._parties.send("channel", paid, fault, msgspec.structs.replace(paid, **lie))
        return fault

    async def refund(self, ref: str, *, payment_ref: str, amount_minor: int, currency: str) -> ChannelRefund:
        """Pays back, once for a reference; some of it or none where the plan says so."""
        if ref not in self.refunds:
            paid = self.payments.get(payment_ref)
            back = sum(r.refunded_minor or 0 for r in self.refunds.values() if r.merchant_ref == payment_ref)
            if paid is None or paid.state != "paid":
                raise PartyRefused("channel", 409, "not_paid", {})
            if amount_minor + back > (paid.paid_amount_minor or 0):
                raise PartyRefused("channel", 422, "exceeds_paid", {})
            self._parties.stumble("channel")
            failed = self._parties.chance.random() < FAILED_SHARE
            went = 0 if failed else amount_minor
            told = ChannelRefund(
                merchant_refund_ref=ref, merchant_ref=payment_ref, state="failed" if failed else "succeeded",
                amount_minor=amount_minor, currency=currency, refunded_minor=None if failed else went,
                reason="channel_refused" if failed else None,
            )  # fmt: skip
            self.refunds[ref] = told
            self._parties.repaid[ref] = went
            lie = {"refunded_minor": amount_minor + 1}
            self._parties.send("channel", told, self._parties.fault(), msgspec.structs.replace(told, **lie))
        self._parties.stumble("channel")
        return self.refunds[ref]

    async def refund_of(self, ref: str, *, payment_ref: str) -> ChannelRefund | None:  # noqa: ARG002
        """How a refund stands."""
        self._parties.stumble("channel")
        return self.refunds.get(ref)

    async def trades(self, on: date) -> list[Any]:  # noqa: ARG002
        """Nothing is settled in a simulation."""
        return []

    async def settlement(self, on: date) -> list[Any]:  # noqa: ARG002
        """Nothing is settled in a simulation."""
        return []


class Bank:
    """The custody bank."""

    holder = "market"
    bank_name = "bank"

    def __init__(self, parties: Parties) -> None:
        self._parties = parties
        self.transfers: dict[str, BankTransfer] = {}

    async def transfer(
        self, ref: str, *, amount_minor: int, currency: str, account_no: str, **_: Any
    ) -> BankTransfer:
        """Pays out, once for a reference."""
        if ref not in self.transfers:
            self._parties.stumble("bank")
            failed = self._parties.chance.random() < FAILED_SHARE
            told = BankTransfer(
                ref=ref, state="failed" if failed else "succeeded", amount_minor=amount_minor, currency=currency,
                account_no=account_no, reason="account_refused" if failed else None,
            )  # fmt: skip
            self.transfers[ref] = told
            self._parties.transferred[ref] = 0 if failed else amount_minor
            lie = msgspec.structs.replace(told, amount_minor=amount_minor + 1)
            self._parties.send("bank", told, self._parties.fault(), lie)
        self._parties.stumble("bank")
        return self.transfers[ref]

    async def transfer_of(self, ref: str) -> BankTransfer | None:
        """How a transfer stands."""
        self._parties.stumble("bank")
        return self.transfers.get(ref)

    async def statement(self, on: date) -> bytes:  # noqa: ARG002
        """Nobody pays at the bank in this simulation."""
        return b""


class Listener:
    """A carrier or a post office that takes what it is given and says nothing."""

    async def subscribe(self, *_: Any, **__: Any) -> None:
        """Nobody tells of parcels here: they count as received by the clock."""

    async def send(self, *_: Any, **__: Any) -> None:
        """Nobody reads mail here."""


def body_of(told: Any) -> bytes:
    """What a party says, as it comes over the wire."""
    body = payments.write_message(told)
    assert body is not None
    return body
