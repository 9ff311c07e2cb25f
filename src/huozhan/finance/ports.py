"""The lender as we speak to it; docs/stand-ins.md describes its side. It alone decides about limits, debts and days."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol

import msgspec

from huozhan.payments import ChannelPayment


class LenderAccount(msgspec.Struct, frozen=True, kw_only=True):
    """A buyer's account at the lender; a higher version was true later."""

    buyer_ref: str
    state: str
    currency: str
    limit_minor: int
    used_minor: int
    apply_url: str
    version: int


class LenderLoan(msgspec.Struct, frozen=True, kw_only=True):
    """A loan as the lender knows it; a higher version was true later."""

    loan_ref: str
    currency: str
    stage: str
    authorised_minor: int
    voided_minor: int
    captured_minor: int
    refunded_minor: int
    repaid_minor: int
    due_at: datetime | None
    version: int


class LenderDone(msgspec.Struct, frozen=True, kw_only=True):
    """What the lender did to a loan; of a refund or a repayment it takes no more than is owed."""

    ref: str
    kind: str
    loan_ref: str
    amount_minor: int
    taken_minor: int
    currency: str
    loan: LenderLoan


class LenderPart(msgspec.Struct, frozen=True, kw_only=True):
    """One order of an authorisation; it becomes a loan of its own."""

    loan_ref: str
    amount_minor: int


class Lender(Protocol):
    """A lender. Every call may be repeated under its reference; None means that it knows nothing under it."""

    merchant: str
    """The name that the lender knows us by."""

    async def open_account(self, ref: str, *, name: str, currency: str, return_url: str) -> LenderAccount:
        """Lets a buyer apply for a limit on the lender's own page."""
        ...

    async def account(self, ref: str) -> LenderAccount | None:
        """Tells how a buyer's account stands."""
        ...

    async def authorise(
        self,
        ref: str,
        *,
        buyer_ref: str,
        amount_minor: int,
        currency: str,
        subject: str,
        loans: Sequence[LenderPart],
        term_days: int,
        expires_at: datetime,
        return_url: str,
    ) -> ChannelPayment:
        """Lets a buyer agree that the lender pays; told as any payment that is opened for a payer."""
        ...

    async def payment(self, ref: str) -> ChannelPayment | None:
        """Tells how an authorisation stands."""
        ...

    async def close(self, ref: str) -> ChannelPayment | None:
        """Lets nobody agree any more; where the buyer was faster, it is answered as given."""
        ...

    async def do(self, ref: str, *, kind: str, loan_ref: str, amount_minor: int, currency: str) -> LenderDone:
        """Captures, voids, refunds or repays so much of a loan."""
        ...

    async def loan(self, loan_ref: str) -> LenderLoan | None:
        """Tells how a loan stands."""
        ...

    async def settlement(self, on: date) -> list[Mapping[str, Any]]:
        """The lender's file of what passes between its bank and ours on a day."""
        ...

    async def movements(self, on: date) -> list[Mapping[str, Any]]:
        """The lender's file of what was done to loans on a day."""
        ...

    def page_of(self, pay_url: str, lang: str) -> str:
        """Where a buyer goes to agree."""
        ...
