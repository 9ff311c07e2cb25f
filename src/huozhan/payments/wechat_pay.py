"""WeChat Pay as the payment channel: Native payments, whose code a payer scans, over API v3 by `wechatpayv3`.

The library signs, verifies and decrypts; this module says what its answers mean to us.
"""

import asyncio
import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import httpx
import msgspec
from wechatpayv3.async_ import AsyncWeChatPay, WeChatPayType

from huozhan.kernel.signed_http import (
    CALLBACK_TOLERANCE_SECONDS,
    TIMEOUT_SECONDS,
    BadCallback,
    PartyRefused,
    PartySilent,
)
from huozhan.payments.bills import wechat_trades
from huozhan.payments.ports import ChannelPayment, ChannelRefund, Told

GATEWAY = "https://api.mch.weixin.qq.com"
HOOK = "/hooks/wechat-pay"
_DESCRIPTION_MAX = 127
_NOT_THERE = {"ORDER_NOT_EXIST", "ORDERNOTEXIST", "RESOURCE_NOT_EXISTS"}
_DECIDED = {"ORDERPAID", "ORDER_CLOSED", "ORDERCLOSED", "OUT_TRADE_NO_USED"}
_LATER = {
    "SYSTEM_ERROR",
    "SYSTEMERROR",
    "FREQUENCY_LIMITED",
    "RATELIMIT_EXCEEDED",
    "NOT_ENOUGH",
    "BANKERROR",
    "BANK_ERROR",
}
_PAYMENT_STATES = {
    "SUCCESS": "paid",
    "REFUND": "paid",
    "NOTPAY": "open",
    "USERPAYING": "open",
    "PAYERROR": "open",
    "CLOSED": "closed",
    "REVOKED": "closed",
}
_REFUND_STATES = {
    "SUCCESS": "succeeded",
    "PROCESSING": "processing",
    "ABNORMAL": "failed",
    "CLOSED": "failed",
}


class WeChatSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the market and WeChat Pay agreed on; keys are PEM texts, `apiv3_key` has 32 characters."""

    mchid: str
    appid: str
    cert_serial_no: str
    private_key: str
    apiv3_key: str
    public_key_id: str
    public_key: str
    gateway: str = GATEWAY


class WeChatPay:
    """The channel; WeChat Pay knows the market by `merchant`, its mchid."""

    name = "wechat_pay"
    page_origins = ()

    def __init__(
        self, settings: WeChatSettings, market_url: str, *, timeout_seconds: float = TIMEOUT_SECONDS
    ) -> None:
        self.merchant = settings.mchid
        self._client = AsyncWeChatPay(
            wechatpay_type=WeChatPayType.NATIVE,
            mchid=settings.mchid,
            private_key=settings.private_key,
            cert_serial_no=settings.cert_serial_no,
            appid=settings.appid,
            apiv3_key=settings.apiv3_key,
            notify_url=market_url + HOOK,
            timeout=(timeout_seconds, timeout_seconds),
            public_key=settings.public_key,
            public_key_id=settings.public_key_id,
        )
        # The library knows one gateway; tests and WeChat's second address need another.
        self._client._core._gate_way = settings.gateway  # noqa: SLF001
        self._opening = asyncio.Lock()
        self._is_open = False

    async def close_connections(self) -> None:
        """Closes the connections."""
        if self._is_open:
            await self._client.__aexit__(None, None, None)

    async def open(
        self,
        ref: str,
        *,
        amount_minor: int,
        currency: str,
        subject: str,
        expires_at: datetime,
        return_url: str,  # noqa: ARG002 -- who scans a code stays on our page
    ) -> ChannelPayment:
        """Lets a payer scan; a reference that is paid or closed already is told as it stands."""
        if currency != "CNY":
            raise PartyRefused(self.name, 422, "currency_differs", {})
        try:
            answer = await self._call(
                "pay",
                description=subject[:_DESCRIPTION_MAX],
                out_trade_no=ref,
                amount={"total": amount_minor, "currency": currency},
                time_expire=expires_at.isoformat(timespec="seconds"),
            )
        except PartyRefused as refused:
            known = await self.payment(ref) if refused.code in _DECIDED else None
            if known is None:
                raise
            return known
        return ChannelPayment(
            merchant=self.merchant,
            merchant_ref=ref,
            state="open",
            amount_minor=amount_minor,
            currency=currency,
            pay_url=answer["code_url"],
        )

    async def payment(self, ref: str) -> ChannelPayment | None:
        """Tells how a payment stands."""
        try:
            return self._payment(await self._call("query", out_trade_no=ref))
        except PartyRefused as refused:
            if refused.code == "not_found":
                return None
            raise

    async def close(self, ref: str) -> ChannelPayment | None:
        """Lets nobody pay any more, or tells that somebody has."""
        try:
            await self._call("close", out_trade_no=ref)
        except PartyRefused as refused:
            if refused.code == "not_found":
                return None
            if refused.code not in _DECIDED:
                raise
        return await self.payment(ref)

    async def refund(self, ref: str, *, payment_ref: str, amount_minor: int, currency: str) -> ChannelRefund:
        """Pays money back to the payer; WeChat wants to hear the whole amount again, so it is asked first."""
        paid = await self.payment(payment_ref)
        if paid is None or paid.state != "paid":
            raise PartyRefused(self.name, 409, "not_paid", {})
        answer = await self._call(
            "refund",
            out_refund_no=ref,
            out_trade_no=payment_ref,
            amount={"refund": amount_minor, "total": paid.amount_minor, "currency": currency},
        )
        return _refund(answer, answer.get("status"))

    async def refund_of(self, ref: str, *, payment_ref: str) -> ChannelRefund | None:  # noqa: ARG002
        """Tells how a refund stands."""
        try:
            answer = await self._call("query_refund", out_refund_no=ref)
        except PartyRefused as refused:
            if refused.code == "not_found":
                return None
            raise
        return _refund(answer, answer.get("status"))

    async def trades(self, on: date) -> list[Mapping[str, Any]]:
        """A day's payments and refunds, from WeChat Pay's trade bill."""
        try:
            answer = await self._call("trade_bill", bill_date=on.isoformat())
        except PartyRefused as refused:
            if refused.code == "NO_STATEMENT_EXIST":
                return []
            if refused.code == "STATEMENT_CREATING":
                raise PartySilent(f"{self.name}: the bill is being made") from refused
            raise
        packed = await self._ask("download_bill", url=answer["download_url"])
        return wechat_trades(packed, answer["hash_value"])

    async def settlement(self, on: date) -> list[Mapping[str, Any]]:
        """What comes to the market's account on a day: the trades of the day before, less their fees."""
        return await self.trades(on - timedelta(days=1))

    def page_of(self, pay_url: str, lang: str) -> str:  # noqa: ARG002
        """There is no page of WeChat's: the payer scans `pay_url` on ours."""
        return ""

    async def hear(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Told:
        """Reads a notification, or refuses one that WeChat Pay did not sign just now or that is for somebody else."""
        timestamp = headers.get("wechatpay-timestamp", "")
        if (
            not (timestamp.isascii() and timestamp.isdigit())
            or abs(now.timestamp() - int(timestamp[:12])) > CALLBACK_TOLERANCE_SECONDS
        ):
            raise BadCallback
        await self._opened()
        try:
            told = self._client.callback(headers, body)
        except Exception as error:  # the library raises bare exceptions for whatever it cannot read
            raise BadCallback from error
        resource = told.get("resource") if told else None
        if not isinstance(resource, dict) or resource.get("mchid") != self.merchant:
            raise BadCallback
        about: ChannelPayment | ChannelRefund
        if "out_refund_no" in resource:
            about = _refund(resource, resource.get("refund_status"))
        else:
            about = self._payment(resource)
        return Told(message_id=str(told.get("id", ""))[:200], about=about, said=json.dumps(resource).encode())

    def _payment(self, answer: Mapping[str, Any]) -> ChannelPayment:
        amount = answer.get("amount", {})
        state = _PAYMENT_STATES.get(answer.get("trade_state", ""), "unknown")
        is_paid = state == "paid"
        return ChannelPayment(
            merchant=answer["mchid"],
            merchant_ref=answer["out_trade_no"],
            state=state,
            amount_minor=amount.get("total", 0),
            currency=amount.get("currency", "CNY"),
            channel_txn=answer.get("transaction_id") if is_paid else None,
            # What the payer paid may be less, where WeChat gave them a coupon of its own; we get the total.
            paid_amount_minor=amount.get("total") if is_paid else None,
            paid_currency=amount.get("currency", "CNY") if is_paid else None,
            paid_at=datetime.fromisoformat(answer["success_time"]) if answer.get("success_time") else None,
        )

    async def _opened(self) -> None:
        async with self._opening:
            if not self._is_open:
                await self._client.__aenter__()
                self._is_open = True

    async def _call(self, what: str, **words: Any) -> dict[str, Any]:
        answer = await self._ask(what, **words)
        found: dict[str, Any] = json.loads(answer) if answer else {}
        return found

    async def _ask(self, what: str, **words: Any) -> Any:
        await self._opened()
        try:
            status, answer = await getattr(self._client, what)(**words)
        except httpx.HTTPError as error:
            raise PartySilent(f"{self.name}: {type(error).__name__}") from error
        except Exception as error:  # the library's only word for an answer whose signature does not hold
            raise PartySilent(f"{self.name}: {error}") from error
        if 200 <= status < 300:
            return answer
        refusal = _read_refusal(answer)
        code = str(refusal.get("code", ""))
        if status >= 500 or status == 429 or code in _LATER:
            raise PartySilent(f"{self.name}: {status} {code}")
        known = "not_found" if code in _NOT_THERE else "invalid" if code == "INVALID_REQUEST" else code
        raise PartyRefused(self.name, status, known, refusal)


def _refund(answer: Mapping[str, Any], status: Any) -> ChannelRefund:
    amount = answer.get("amount", {})
    state = _REFUND_STATES.get(str(status), "processing")
    refund_minor = amount.get("refund", 0)
    return ChannelRefund(
        merchant_refund_ref=answer["out_refund_no"],
        merchant_ref=answer["out_trade_no"],
        state=state,
        amount_minor=refund_minor,
        currency=amount.get("currency", "CNY"),
        refunded_minor=refund_minor if state == "succeeded" else 0 if state == "failed" else None,
        reason=str(status) if state == "failed" else None,
    )


def _read_refusal(answer: Any) -> dict[str, Any]:
    try:
        return msgspec.json.decode(answer, type=dict[str, Any])
    except (msgspec.MsgspecError, TypeError):
        return {}
