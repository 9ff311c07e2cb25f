"""The payment channel and the bank, reached over signed HTTP."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, TypeVar
from urllib.parse import quote

import msgspec

from huozhan.kernel.signed_http import PartyRefused, SignedHttp
from huozhan.payments.ports import BankTransfer, ChannelPayment, ChannelRefund

CHANNEL_HOOK = "/hooks/channel"
BANK_HOOK = "/hooks/bank"
T = TypeVar("T")


class HttpChannel:
    """The channel; `merchant` is the name it knows us by."""

    def __init__(self, http: SignedHttp, merchant: str) -> None:
        self._http = http
        self.merchant = merchant
        self.page_origins = (http.base_url,)

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
        """Lets a payer pay; a reference that was sent before with other words is asked for as it stands."""
        body = {
            "merchant": self.merchant,
            "merchant_ref": ref,
            "amount_minor": amount_minor,
            "currency": currency,
            "subject": subject,
            "expires_at": _wire_time(expires_at),
            "notify_url": CHANNEL_HOOK,
            "return_url": return_url,
        }
        try:
            return await self._http.post("payments", body, ChannelPayment)
        except PartyRefused as refused:
            known = await self.payment(ref) if refused.code == "other_body" else None
            if known is None:
                raise
            return known

    async def payment(self, ref: str) -> ChannelPayment | None:
        """Tells how a payment stands."""
        return await _known(self._http, f"payments/{_safe(ref)}", ChannelPayment)

    async def close(self, ref: str) -> ChannelPayment | None:
        """Lets nobody pay any more, or tells that somebody has."""
        try:
            return await self._http.post(f"payments/{_safe(ref)}/close", {}, ChannelPayment)
        except PartyRefused as refused:
            if refused.code == "already_paid":
                return msgspec.convert(refused.answer["payment"], ChannelPayment, strict=False)
            if refused.status == 404:
                return None
            raise

    async def refund(self, ref: str, *, payment_ref: str, amount_minor: int, currency: str) -> ChannelRefund:
        """Pays money back to the payer."""
        body = {
            "merchant_refund_ref": ref,
            "merchant_ref": payment_ref,
            "amount_minor": amount_minor,
            "currency": currency,
            "notify_url": CHANNEL_HOOK,
        }
        return await self._http.post("refunds", body, ChannelRefund)

    async def refund_of(self, ref: str, *, payment_ref: str) -> ChannelRefund | None:  # noqa: ARG002
        """Tells how a refund stands; this channel finds it without its payment."""
        return await _known(self._http, f"refunds/{_safe(ref)}", ChannelRefund)

    def page_of(self, pay_url: str, lang: str) -> str:
        """The channel's page in the reader's language."""
        return f"{pay_url}{'&' if '?' in pay_url else '?'}lang={lang}"

    async def trades(self, on: date) -> list[Mapping[str, Any]]:
        """The channel's file of a day's payments and refunds."""
        return await self._http.lines("files/trades", on=on.isoformat())

    async def settlement(self, on: date) -> list[Mapping[str, Any]]:
        """The channel's file of what it pays out on a day."""
        return await self._http.lines("files/settlement", on=on.isoformat())


class HttpBank:
    """The custody bank; `holder` and `bank_name` are what customers write on their transfers."""

    def __init__(self, http: SignedHttp, *, holder: str = "", bank_name: str = "") -> None:
        self._http = http
        self.holder = holder
        self.bank_name = bank_name

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
        body = {
            "ref": ref,
            "amount_minor": amount_minor,
            "currency": currency,
            "account_no": account_no,
            "account_name": account_name,
            "bank_name": bank_name,
            "notify_url": BANK_HOOK,
        }
        return await self._http.post("transfers", body, BankTransfer)

    async def transfer_of(self, ref: str) -> BankTransfer | None:
        """Tells how a transfer stands."""
        return await _known(self._http, f"transfers/{_safe(ref)}", BankTransfer)

    async def statement(self, on: date) -> bytes:
        """The bank's statement of a day, line by line as it came, for a line that cannot be read must not hide the others."""
        return await self._http.file("statements", on=on.isoformat())

    async def day(self, on: date) -> list[Mapping[str, Any]]:
        """The bank's file of a closed day: every movement, then its balances."""
        return await self._http.lines("files/day", on=on.isoformat())


async def _known(http: SignedHttp, path: str, answer_type: type[T]) -> T | None:
    try:
        return await http.get(path, answer_type)
    except PartyRefused as refused:
        if refused.status == 404:
            return None
        raise


def _safe(ref: str) -> str:
    """A reference as one segment of a path, whoever named it."""
    return quote(ref, safe="")


def _wire_time(moment: datetime) -> str:
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")
