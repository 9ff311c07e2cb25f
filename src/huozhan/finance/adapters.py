"""The lender, reached over signed HTTP."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, TypeVar
from urllib.parse import quote

import msgspec

from huozhan.finance.ports import LenderAccount, LenderDone, LenderLoan, LenderPart
from huozhan.kernel.signed_http import PartyRefused, SignedHttp
from huozhan.payments import ChannelPayment

LENDER_HOOK = "/hooks/lender"
T = TypeVar("T")


class HttpLender:
    """The lender; `merchant` is the name it knows us by."""

    def __init__(self, http: SignedHttp, merchant: str) -> None:
        self._http = http
        self.merchant = merchant

    async def open_account(self, ref: str, *, name: str, currency: str, return_url: str) -> LenderAccount:
        """Lets a buyer apply for a limit."""
        body = {
            "buyer_ref": ref,
            "name": name,
            "currency": currency,
            "notify_url": LENDER_HOOK,
            "return_url": return_url,
        }
        return await self._http.post("accounts", body, LenderAccount)

    async def account(self, ref: str) -> LenderAccount | None:
        """Tells how a buyer's account stands."""
        return await self._known(f"accounts/{_safe(ref)}", LenderAccount)

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
        """Lets a buyer agree; a reference that was sent before with other words is asked for as it stands."""
        body = {
            "merchant": self.merchant,
            "merchant_ref": ref,
            "buyer_ref": buyer_ref,
            "amount_minor": amount_minor,
            "currency": currency,
            "subject": subject,
            "loans": list(loans),
            "term_days": term_days,
            "expires_at": expires_at.astimezone(UTC)
            .isoformat(timespec="milliseconds")
            .replace("+00:00", "Z"),
            "notify_url": LENDER_HOOK,
            "return_url": return_url,
        }
        try:
            return await self._http.post("authorisations", body, ChannelPayment)
        except PartyRefused as refused:
            known = await self.payment(ref) if refused.code == "other_body" else None
            if known is None:
                raise
            return known

    async def payment(self, ref: str) -> ChannelPayment | None:
        """Tells how an authorisation stands."""
        return await self._known(f"authorisations/{_safe(ref)}", ChannelPayment)

    async def close(self, ref: str) -> ChannelPayment | None:
        """Lets nobody agree any more, or tells that the buyer has."""
        try:
            return await self._http.post(f"authorisations/{_safe(ref)}/close", {}, ChannelPayment)
        except PartyRefused as refused:
            if refused.code == "already_paid":
                return msgspec.convert(refused.answer["payment"], ChannelPayment, strict=False)
            if refused.status == 404:
                return None
            raise

    async def do(self, ref: str, *, kind: str, loan_ref: str, amount_minor: int, currency: str) -> LenderDone:
        """Captures, voids, refunds or repays so much of a loan."""
        body = {"ref": ref, "loan_ref": loan_ref, "amount_minor": amount_minor, "currency": currency}
        return await self._http.post(kind, body, LenderDone)

    async def loan(self, loan_ref: str) -> LenderLoan | None:
        """Tells how a loan stands."""
        return await self._known(f"loans/{_safe(loan_ref)}", LenderLoan)

    async def settlement(self, on: date) -> list[Mapping[str, Any]]:
        """The lender's file of what passes between its bank and ours on a day."""
        return await self._http.lines("files/settlement", on=on.isoformat())

    async def movements(self, on: date) -> list[Mapping[str, Any]]:
        """The lender's file of what was done to loans on a day."""
        return await self._http.lines("files/loans", on=on.isoformat())

    def page_of(self, pay_url: str, lang: str) -> str:
        """The lender's page in the reader's language."""
        return f"{pay_url}{'&' if '?' in pay_url else '?'}lang={lang}"

    async def _known(self, path: str, answer_type: type[T]) -> T | None:
        try:
            return await self._http.get(path, answer_type)
        except PartyRefused as refused:
            if refused.status == 404:
                return None
            raise


def _safe(ref: str) -> str:
    return quote(ref, safe="")
