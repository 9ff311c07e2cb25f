"""The payment channel of a simulated market: payments, refunds, and its files of a day."""

from datetime import date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import msgspec

from huozhan.kernel.signed_http import PartyRefused
from huozhan.payments.ports import ChannelPayment, ChannelRefund

if TYPE_CHECKING:
    from bench.drills.simulation.parties import Parties

MERCHANT, CURRENCY, OTHER_CURRENCY = "huozhan", "CNY", "GBP"
FEE_PER_MILLE = 6
DAYS = timezone(timedelta(hours=8))


class Trade(msgspec.Struct):
    """What really moved at the channel, and when."""

    kind: str
    ref: str
    refund_ref: str
    amount_minor: int
    currency: str
    at: datetime


class Channel:
    """The payment channel; `trades_done` is its truth."""

    merchant = MERCHANT
    page_origins = ()

    def __init__(self, parties: "Parties") -> None:
        self._parties = parties
        self.payments: dict[str, ChannelPayment] = {}
        self._open_until: dict[str, datetime] = {}
        self.refunds: dict[str, ChannelRefund] = {}
        self.trades_done: list[Trade] = []
        self.settled: dict[date, tuple[int, int]] = {}
        """By day: what a settlement was before fees, and its fees; of those that the market has read."""
        self._settled: dict[date, tuple[int, int]] = {}
        self._settlements: dict[date, list[Any]] = {}

    async def open(
        self, ref: str, *, amount_minor: int, currency: str, expires_at: datetime, **_: Any
    ) -> ChannelPayment:
        """Lets a payer pay."""
        if ref not in self.payments:
            self._parties.stumble("channel", ref, is_done=False)
            self.payments[ref] = ChannelPayment(
                merchant=MERCHANT, merchant_ref=ref, state="open", amount_minor=amount_minor, currency=currency,
                pay_url="http://127.0.0.1:1/",
            )  # fmt: skip
            self._open_until[ref] = expires_at
        self._parties.stumble("channel", ref, is_done=True)
        return self._stands(ref)

    async def payment(self, ref: str) -> ChannelPayment | None:
        """How a payment stands."""
        self._parties.stumble("channel", ref, is_done=False)
        return self._stands(ref) if ref in self.payments else None

    async def close(self, ref: str) -> ChannelPayment | None:
        """Nobody can pay any more."""
        known = self.payments.get(ref)
        if known is not None and known.state == "open":
            self.payments[ref] = msgspec.structs.replace(known, state="closed")
        self._parties.stumble("channel", ref, is_done=True)
        return self.payments.get(ref)

    def payable(self, ref: str) -> bool:
        """Whether a payer finds this payment open."""
        return ref in self.payments and self._stands(ref).state == "open"

    def pay_in_flight(self, ref: str) -> str:
        """The payer had paid before the channel closed: it tells so only now."""
        self.payments[ref] = msgspec.structs.replace(self.payments[ref], state="open")
        self._open_until[ref] = self._parties.clock.now()
        return self.pay(ref)

    def _stands(self, ref: str) -> ChannelPayment:
        """How a payment stands by now: nobody pays it after its time."""
        known = self.payments[ref]
        if known.state == "open" and self._parties.clock.now() > self._open_until[ref]:
            known = self.payments[ref] = msgspec.structs.replace(known, state="closed")
        return known

    def pay(self, ref: str) -> str:
        """The payer pays on the channel's page; the channel tells of it as the plan has it."""
        known, fault = self.payments[ref], self._parties.fault("pays")
        amount = known.amount_minor + (1 if fault == "other_amount" else 0)
        currency = OTHER_CURRENCY if fault == "other_currency" else known.currency
        now = self._parties.clock.now()
        paid = msgspec.structs.replace(
            known, state="paid", channel_txn=f"ct-{ref}", paid_amount_minor=amount, paid_currency=currency,
            paid_at=now,
        )  # fmt: skip
        self.payments[ref] = paid
        self.trades_done.append(Trade("payment", ref, "", amount, currency, now))
        lie, in_currency = {"paid_amount_minor": amount * 2}, {"paid_currency": OTHER_CURRENCY}
        replaced = msgspec.structs.replace
        self._parties.send("channel", paid, replaced(paid, **lie), replaced(paid, **in_currency))
        return fault

    async def refund(self, ref: str, *, payment_ref: str, amount_minor: int, currency: str) -> ChannelRefund:
        """Pays back, once for a reference; some of it or none where the plan says so."""
        if ref not in self.refunds:
            self._must_be_refundable(payment_ref, amount_minor, currency)
            self._parties.stumble("channel", ref, is_done=False)
            # Of foreign money a channel gives all back: what it did not, a person would have to settle with it.
            fault = self._parties.fault("refunds") if currency == CURRENCY else "none"
            went = {"failed": 0, "partial": amount_minor // 2}.get(fault, amount_minor)
            told = ChannelRefund(
                merchant_refund_ref=ref, merchant_ref=payment_ref, state="succeeded" if went else "failed",
                amount_minor=amount_minor, currency=currency, refunded_minor=went or None,
                reason=None if went else "channel_refused",
            )  # fmt: skip
            self.refunds[ref] = told
            if went:
                now = self._parties.clock.now()
                self.trades_done.append(Trade("refund", payment_ref, ref, went, currency, now))
            replaced = msgspec.structs.replace
            lie = replaced(told, refunded_minor=amount_minor + 1)
            self._parties.send("channel", told, lie, replaced(told, currency=OTHER_CURRENCY))
        self._parties.stumble("channel", ref, is_done=True)
        return self.refunds[ref]

    def _must_be_refundable(self, payment_ref: str, amount_minor: int, currency: str) -> None:
        paid = self.payments.get(payment_ref)
        if paid is None or paid.state != "paid":
            raise PartyRefused("channel", 409, "not_paid", {})
        if currency != paid.paid_currency:
            raise PartyRefused("channel", 422, "currency_differs", {})
        back = sum(r.refunded_minor or 0 for r in self.refunds.values() if r.merchant_ref == payment_ref)
        if amount_minor + back > (paid.paid_amount_minor or 0):
            raise PartyRefused("channel", 422, "exceeds_paid", {})

    async def refund_of(self, ref: str, *, payment_ref: str) -> ChannelRefund | None:  # noqa: ARG002
        """How a refund stands."""
        self._parties.stumble("channel", ref, is_done=False)
        return self.refunds.get(ref)

    async def trades(self, on: date) -> list[Any]:
        """The file of a day, with the faults of the plan."""
        self._parties.stumble("channel", is_done=False)
        lines = []
        for trade in self._of(on):
            fault = self._parties.fault("files")
            if fault == "missing":
                continue
            amount = trade.amount_minor + (1 if fault == "amount" else 0)
            lines += [_line(trade, amount_minor=amount)] * (2 if fault == "twice" else 1)
        return lines

    async def settlement(self, on: date) -> list[Any]:
        """What is paid out on a day for the one before; the money is what the lines say."""
        self._parties.stumble("channel", is_done=False)
        self.settled[on] = self._settle(on)
        return self._settlements[on]

    def _settle(self, on: date) -> tuple[int, int]:
        """Settles a day's trades on the next, once: what that was before fees, and its fees."""
        if on not in self._settled:
            lines, gross, fees = [], 0, 0
            for trade in self._of(on - timedelta(days=1)):
                if trade.currency != CURRENCY:
                    continue
                fee = (trade.amount_minor * FEE_PER_MILLE + 500) // 1000 if trade.kind == "payment" else 0
                fee += self._parties.fault("files") == "fee"
                gross += trade.amount_minor if trade.kind == "payment" else -trade.amount_minor
                fees += fee
                lines.append(_line(trade, fee_minor=fee))
            self._settled[on], self._settlements[on] = (gross, fees), lines
        return self._settled[on]

    def settled_until(self, until: date) -> list[tuple[date, int]]:
        """By day, what it paid out."""
        days = {trade.at.astimezone(DAYS).date() + timedelta(days=1) for trade in self.trades_done}
        return [
            (on, gross - fees) for on in sorted(days) if on <= until for gross, fees in (self._settle(on),)
        ]

    def _of(self, on: date) -> list[Trade]:
        return [trade for trade in self.trades_done if trade.at.astimezone(DAYS).date() == on]


def _line(trade: Trade, *, amount_minor: int = 0, fee_minor: int = 0) -> dict[str, Any]:
    return {
        "kind": trade.kind, "currency": trade.currency, "merchant_ref": trade.ref, "merchant_refund_ref": trade.refund_ref or None,
        "channel_txn": f"cr-{trade.refund_ref}" if trade.refund_ref else f"ct-{trade.ref}",
        "amount_minor": amount_minor or trade.amount_minor, "fee_minor": fee_minor, "at": trade.at.isoformat(),
    }  # fmt: skip
