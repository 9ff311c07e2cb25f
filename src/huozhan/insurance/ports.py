"""The insurer of return freight as we speak to it; docs/stand-ins.md describes its side. It alone decides what it insures and pays."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Protocol

import msgspec


class InsurerDone(msgspec.Struct, frozen=True, kw_only=True):
    """What the insurer did about a policy: what was asked; of a claim, what it pays."""

    ref: str
    kind: str
    policy_ref: str
    amount_minor: int
    currency: str


class Insurer(Protocol):
    """An insurer. Every call may be repeated under its reference."""

    async def insure(
        self, ref: str, *, policy_ref: str, subject: str, premium_minor: int, sum_minor: int, currency: str
    ) -> InsurerDone:
        """Takes an order on, or refuses."""
        ...

    async def do(
        self, ref: str, *, kind: str, policy_ref: str, amount_minor: int, currency: str
    ) -> InsurerDone:
        """Hears that a premium is owed to it, or that a policy ends and its premium is owed back."""
        ...

    async def claim(
        self, ref: str, *, policy_ref: str, carrier_code: str, waybill: str, weight_g: int, most_minor: int,
        currency: str,
    ) -> InsurerDone:  # fmt: skip
        """Pays the freight of goods that were sent back, up to the most that is left of the sum, or refuses."""
        ...

    async def settlement(self, on: date) -> list[Mapping[str, Any]]:
        """The insurer's file of what passes between its bank and ours on a day."""
        ...

    async def movements(self, on: date) -> list[Mapping[str, Any]]:
        """The insurer's file of premiums and claims of a day."""
        ...
