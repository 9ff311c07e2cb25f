"""The tax party, as we speak to it: the tax bureau's platform or who connects to it; docs/stand-ins.md describes the wire."""

from datetime import datetime
from typing import Protocol

import msgspec

from huozhan.invoicing.views import TaxErrand


class TaxAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """How a request stands: `state` is processing, done or refused."""

    ref: str
    state: str
    number: str = ""
    amount_minor: int = 0
    tax_minor: int = 0
    reason: str | None = None
    ended_at: datetime | None = None


class TaxRecord(msgspec.Struct, frozen=True, kw_only=True):
    """An invoice that the tax party has under a number."""

    number: str
    seller_taxpayer_id: str
    buyer_name: str
    amount_minor: int
    tax_minor: int


class TaxParty(Protocol):
    """Issues, reddens and voids, once per reference however often it is asked; knows what stands under a number."""

    async def ask(self, errand: TaxErrand) -> TaxAnswer:
        """Asks for what the errand says."""
        ...

    async def query(self, ref: str) -> TaxAnswer | None:
        """Tells how a request stands; None where it never came."""
        ...

    async def look_up(self, number: str) -> TaxRecord | None:
        """Tells what stands under a number."""
        ...

    async def download(self, number: str, format_: str) -> bytes:
        """The file of an invoice or red letter: pdf, ofd or xml."""
        ...
