"""The funder, reached over signed HTTP."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import quote

from huozhan.finance.funder_ports import FunderDone
from huozhan.finance.ports import LenderAccount
from huozhan.kernel.signed_http import PartyRefused, SignedHttp

FUNDER_HOOK = "/hooks/funder"


class HttpFunder:
    """The funder of fast arrival."""

    def __init__(self, http: SignedHttp) -> None:
        self._http = http

    async def open_account(self, ref: str, *, name: str, currency: str, return_url: str) -> LenderAccount:
        """Lets a supplier apply for a limit."""
        body = {
            "buyer_ref": ref,
            "name": name,
            "currency": currency,
            "notify_url": FUNDER_HOOK,
            "return_url": return_url,
        }
        return await self._http.post("accounts", body, LenderAccount)

    async def account(self, ref: str) -> LenderAccount | None:
        """Tells how a supplier's account stands."""
        try:
            return await self._http.get(f"accounts/{quote(ref, safe='')}", LenderAccount)
        except PartyRefused as refused:
            if refused.status == 404:
                return None
            raise

    async def advance(
        self, ref: str, *, advance_ref: str, account_ref: str, subject: str, amount_minor: int, fee_minor: int,
        currency: str,
    ) -> FunderDone:  # fmt: skip
        """Advances a supplier what a parcel will bring, less the fee."""
        body = {
            "ref": ref,
            "advance_ref": advance_ref,
            "account_ref": account_ref,
            "subject": subject,
            "amount_minor": amount_minor,
            "fee_minor": fee_minor,
            "currency": currency,
        }
        return await self._http.post("advances", body, FunderDone)

    async def do(
        self, ref: str, *, kind: str, advance_ref: str, amount_minor: int, fee_minor: int, currency: str
    ) -> FunderDone:
        """Repays an advance, tells that a refund took so much of it, or undoes one whose money nobody had."""
        body = {
            "ref": ref,
            "advance_ref": advance_ref,
            "amount_minor": amount_minor,
            "fee_minor": fee_minor,
            "currency": currency,
        }
        return await self._http.post(kind, body, FunderDone)

    async def settlement(self, on: date) -> list[Mapping[str, Any]]:
        """The funder's file of what passes between its bank and ours on a day."""
        return await self._http.lines("files/settlement", on=on.isoformat())

    async def movements(self, on: date) -> list[Mapping[str, Any]]:
        """The funder's file of what was done to advances on a day."""
        return await self._http.lines("files/advances", on=on.isoformat())

    def page_of(self, apply_url: str, lang: str) -> str:
        """The funder's page in the reader's language."""
        return f"{apply_url}{'&' if '?' in apply_url else '?'}lang={lang}"
