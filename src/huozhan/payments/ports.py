"""The parties that move money for us, as we speak to them; docs/stand-ins.md describes their side."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Protocol

import msgspec

CHANNEL_ID = 1
"""The one payment channel of this market; accounts and claims carry it, so that a second one can join."""
NO_CHANNEL = 0
"""What a payment carries that goes through no channel."""
FUNDER_ID = 1
"""The one lender of this market."""
FAST_FUNDER_ID = 2
"""The one funder of fast arrival in this market; its account (103) is apart from the lender's."""
INSURER_ID = 3
"""The one insurer of freight in this market; its account (103) is apart from both."""
BANK_ID = 1
"""The one custody bank of this market."""
CARRIERS_ID = 1
"""The one house through which all carriers bill this market."""


class ChannelPayment(msgspec.Struct, frozen=True, kw_only=True):
    """A payment as the channel knows it."""

    merchant: str
    merchant_ref: str
    state: str
    amount_minor: int
    currency: str
    pay_url: str = ""
    channel_txn: str | None = None
    paid_amount_minor: int | None = None
    paid_currency: str | None = None
    paid_at: datetime | None = None


class ChannelRefund(msgspec.Struct, frozen=True, kw_only=True):
    """A refund as the channel knows it; `refunded_minor` is what really went back."""

    merchant_refund_ref: str
    merchant_ref: str
    state: str
    amount_minor: int
    currency: str
    refunded_minor: int | None = None
    reason: str | None = None


class BankTransfer(msgspec.Struct, frozen=True, kw_only=True):
    """A transfer as the bank knows it."""

    ref: str
    state: str
    amount_minor: int
    currency: str
    account_no: str
    reason: str | None = None


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A genuine notification of a channel that speaks its own language; `said` is what it said, byte for byte."""

    message_id: str
    about: ChannelPayment | ChannelRefund
    said: bytes


class BankCredit(msgspec.Struct, frozen=True, kw_only=True):
    """What the bank tells of money that came: a reason to read the statement of its day, and no more."""

    bank_txn: str
    amount_minor: int
    currency: str
    at: datetime


class Channel(Protocol):
    """A payment channel. Every call may be repeated; None means that it knows nothing under that reference."""

    merchant: str
    """The name that the channel knows us by."""
    page_origins: tuple[str, ...]
    """Where its pages for payers are."""

    async def open(
        self,
        ref: str,
        *,
        amount_minor: int,
        currency: str,
        subject: str,
        expires_at: datetime,
        return_url: str,
    ) -> ChannelPayment:
        """Lets a payer pay."""
        ...

    async def payment(self, ref: str) -> ChannelPayment | None:
        """Tells how a payment stands."""
        ...

    async def close(self, ref: str) -> ChannelPayment | None:
        """Lets nobody pay any more; where the payer was faster, the payment is answered as paid."""
        ...

    async def refund(self, ref: str, *, payment_ref: str, amount_minor: int, currency: str) -> ChannelRefund:
        """Pays money back to the payer."""
        ...

    async def refund_of(self, ref: str, *, payment_ref: str) -> ChannelRefund | None:
        """Tells how a refund of a payment stands."""
        ...

    def page_of(self, pay_url: str, lang: str) -> str:
        """Where a payer goes to pay; empty where `pay_url` is a code to be scanned from our own page."""
        ...

    async def trades(self, on: date) -> list[Mapping[str, Any]]:
        """The channel's file of a day's payments and refunds."""
        ...

    async def settlement(self, on: date) -> list[Mapping[str, Any]]:
        """The channel's file of what it pays out on a day."""
        ...


class Bank(Protocol):
    """The custody bank. Every call may be repeated; None means that it knows nothing under that reference."""

    holder: str
    bank_name: str

    async def transfer(
        self,
        ref: str,
        *,
        amount_minor: int,
        currency: str,
        account_no: str,
        account_name: str,
        bank_name: str,
    ) -> BankTransfer:
        """Pays money out."""
        ...

    async def transfer_of(self, ref: str) -> BankTransfer | None:
        """Tells how a transfer stands."""
        ...

    async def statement(self, on: date) -> bytes:
        """The bank's statement of a day, one line of JSON for each movement."""
        ...

    async def day(self, on: date) -> list[Mapping[str, Any]]:
        """The bank's file of a closed day: every movement, then its balances, one total for each currency."""
        ...
