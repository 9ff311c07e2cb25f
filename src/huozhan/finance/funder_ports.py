"""The funder of fast arrival as we speak to it; docs/stand-ins.md describes its side. It alone decides whom it advances, and how much."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Protocol

import msgspec

from huozhan.finance.ports import LenderAccount


class FunderDone(msgspec.Struct, frozen=True, kw_only=True):
    """What the funder did to an advance: all of what was asked, or it refuses."""

    ref: str
    kind: str
    advance_ref: str
    amount_minor: int
    fee_minor: int
    currency: str


class Funder(Protocol):
    """A funder. Every call may be repeated under its reference; None means that it knows nothing under it."""

    async def open_account(self, ref: str, *, name: str, currency: str, return_url: str) -> LenderAccount:
        """Lets a supplier apply for a limit on the funder's own page."""
        ...

    async def account(self, ref: str) -> LenderAccount | None:
        """Tells how a supplier's account stands."""
        ...

    async def advance(
        self, ref: str, *, advance_ref: str, account_ref: str, subject: str, amount_minor: int, fee_minor: int,
        currency: str,
    ) -> FunderDone:  # fmt: skip
        """Advances a supplier what a parcel will bring, less the fee."""
        ...

    async def do(
        self, ref: str, *, kind: str, advance_ref: str, amount_minor: int, fee_minor: int, currency: str
    ) -> FunderDone:
        """Repays an advance, tells that a refund took so much of it, or undoes one whose money nobody had."""
        ...

    async def settlement(self, on: date) -> list[Mapping[str, Any]]:
        """The funder's file of what passes between its bank and ours on a day."""
        ...

    async def movements(self, on: date) -> list[Mapping[str, Any]]:
        """The funder's file of what was done to advances on a day."""
        ...

    def page_of(self, apply_url: str, lang: str) -> str:
        """Where a supplier goes to apply."""
        ...
