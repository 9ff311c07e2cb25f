"""Alipay as the payment channel: page payments, signed as its open platform does (RSA2).

Every request is a form of sorted parameters signed with the market's key; every answer carries Alipay's signature over
the very bytes of its answer node. Amounts on the wire are yuan with two decimals, times are Beijing's.
Source of the protocol: Alipay open platform, `alipay.trade.*` and its asynchronous notifications.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qsl, urlencode

import httpx
import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from huozhan.kernel.signed_http import TIMEOUT_SECONDS, BadCallback, PartyRefused, PartySilent
from huozhan.payments.bills import alipay_trades
from huozhan.payments.ports import ChannelPayment, ChannelRefund, Told
from huozhan.payments.yuan import minor_of, yuan_of

GATEWAY = "https://openapi.alipay.com/gateway.do"
HOOK = "/hooks/alipay"
_BEIJING = timezone(timedelta(hours=8))
_SUBJECT_MAX = 256
_REFUSED = {
    "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL": "exceeds_paid",
    "ACQ.REFUND_FEE_ERROR": "exceeds_paid",
    "ACQ.TRADE_STATUS_ERROR": "not_paid",
    "ACQ.TRADE_HAS_CLOSE": "not_paid",
    "ACQ.TRADE_NOT_EXIST": "not_found",
    "ACQ.INVALID_PARAMETER": "invalid",
}
"""What Alipay will never do, in the words every channel of ours uses."""
_LATER = {
    "20000",
    "ACQ.SYSTEM_ERROR",
    "AOP.SYSTEM_ERROR",
    "isp.unknow-error",
    "ACQ.SELLER_BALANCE_NOT_ENOUGH",
}
"""What passes: their own trouble, or too little money in the market's account for a refund today."""


class AlipaySettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the market and Alipay agreed on; keys are PEM texts."""

    app_id: str
    seller_id: str
    private_key: str
    alipay_public_key: str
    gateway: str = GATEWAY


class Alipay:
    """The channel; Alipay knows the market by `merchant`, its seller id."""

    name = "alipay"
    # The gateway sends payers on to the cashier.
    page_origins = ("https://*.alipay.com", "https://*.alipaydev.com")

    def __init__(
        self, settings: AlipaySettings, market_url: str, *, timeout_seconds: float = TIMEOUT_SECONDS
    ) -> None:
        self.merchant = settings.seller_id
        self._settings = settings
        self._notify_url = market_url + HOOK
        self._key = _private(settings.private_key)
        self._alipay_key = _public(settings.alipay_public_key)
        self._client = httpx.AsyncClient(timeout=timeout_seconds)

    async def close_connections(self) -> None:
        """Closes the connections."""
        await self._client.aclose()

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
        """Signs the address of Alipay's page; Alipay learns of the payment when the payer opens it."""
        _must_be_yuan(currency)
        content = {
            "out_trade_no": ref,
            "product_code": "FAST_INSTANT_TRADE_PAY",
            "total_amount": yuan_of(amount_minor),
            "subject": subject[:_SUBJECT_MAX],
            "time_expire": _beijing(expires_at),
        }
        more = {"notify_url": self._notify_url, "return_url": return_url}
        signed = self._signed("alipay.trade.page.pay", content, more)
        return ChannelPayment(
            merchant=self.merchant,
            merchant_ref=ref,
            state="open",
            amount_minor=amount_minor,
            currency=currency,
            pay_url=f"{self._settings.gateway}?{urlencode(signed)}",
        )

    async def payment(self, ref: str) -> ChannelPayment | None:
        """Tells how a payment stands; None until its payer has opened the page."""
        try:
            answer = await self._call("alipay.trade.query", {"out_trade_no": ref})
        except PartyRefused as refused:
            if refused.code == "not_found":
                return None
            raise
        return self._payment(answer, answer.get("send_pay_date"))

    async def close(self, ref: str) -> ChannelPayment | None:
        """Lets nobody pay any more, or tells that somebody has."""
        try:
            await self._call("alipay.trade.close", {"out_trade_no": ref})
        except PartyRefused as refused:
            if refused.code == "not_found":
                return None
            if refused.code != "not_paid":
                raise
        return await self.payment(ref)

    async def refund(self, ref: str, *, payment_ref: str, amount_minor: int, currency: str) -> ChannelRefund:
        """Pays money back to the payer; Alipay answers at once, and asked twice it pays once."""
        _must_be_yuan(currency)
        content = {
            "out_trade_no": payment_ref,
            "out_request_no": ref,
            "refund_amount": yuan_of(amount_minor),
        }
        await self._call("alipay.trade.refund", content)
        # `fund_change` says N also for what was paid back by an earlier attempt: only the refund itself tells.
        found = await self.refund_of(ref, payment_ref=payment_ref)
        if found is None:
            raise PartySilent(f"{self.name}: no word of the refund yet")
        return found

    async def refund_of(self, ref: str, *, payment_ref: str) -> ChannelRefund | None:
        """Tells how a refund stands; Alipay knows no refunds that failed."""
        content = {"out_trade_no": payment_ref, "out_request_no": ref}
        try:
            answer = await self._call("alipay.trade.fastpay.refund.query", content)
        except PartyRefused as refused:
            if refused.code == "not_found":
                return None
            raise
        if answer.get("refund_status") != "REFUND_SUCCESS":
            return None
        amount_minor = minor_of(answer["refund_amount"])
        return ChannelRefund(
            merchant_refund_ref=ref,
            merchant_ref=payment_ref,
            state="succeeded",
            amount_minor=amount_minor,
            currency="CNY",
            refunded_minor=amount_minor,
        )

    async def trades(self, on: date) -> list[Mapping[str, Any]]:
        """A day's payments and refunds, from Alipay's trade bill."""
        content = {"bill_type": "trade", "bill_date": on.isoformat()}
        try:
            answer = await self._call("alipay.data.dataservice.bill.downloadurl.query", content)
        except PartyRefused as refused:
            if refused.code == "isp.bill_not_exist":
                return []
            raise
        try:
            bill = await self._client.get(answer["bill_download_url"])
        except httpx.HTTPError as error:
            raise PartySilent(f"{self.name}: {type(error).__name__}") from error
        if not bill.is_success:
            raise PartySilent(f"{self.name}: bill {bill.status_code}")
        return alipay_trades(bill.content)

    async def settlement(self, on: date) -> list[Mapping[str, Any]]:
        """What comes to the market's account on a day: the trades of the day before, less their fees."""
        return await self.trades(on - timedelta(days=1))

    def page_of(self, pay_url: str, lang: str) -> str:  # noqa: ARG002 -- Alipay's page speaks its payer's language
        """The signed address as it is: one more parameter would break its signature."""
        return pay_url

    async def hear(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Told:  # noqa: ARG002
        """Reads a notification, or refuses one that Alipay did not sign or that is for somebody else.

        Alipay repeats a notification for a day with the signature of the first attempt: there is no age to judge.
        """
        try:
            told = dict(parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True))
        except ValueError as error:
            raise BadCallback from error
        signature, kind = told.pop("sign", ""), told.pop("sign_type", "")
        if kind != "RSA2" or not self._is_alipays(_to_sign(told), signature):
            raise BadCallback
        if told.get("app_id") != self._settings.app_id:
            raise BadCallback
        about = (
            self._refund_told(told)
            if told.get("out_biz_no")
            else self._payment(told, told.get("gmt_payment"))
        )
        return Told(message_id=told.get("notify_id", "")[:200], about=about, said=body)

    def _payment(self, answer: Mapping[str, Any], paid_at: Any) -> ChannelPayment:
        state = {
            "WAIT_BUYER_PAY": "open",
            "TRADE_SUCCESS": "paid",
            "TRADE_FINISHED": "paid",
            # What was paid and went back whole is closed as well; it has the moment of its payment.
            "TRADE_CLOSED": "paid" if paid_at else "closed",
        }.get(answer.get("trade_status", ""), "unknown")
        amount_minor = minor_of(answer["total_amount"])
        is_paid = state == "paid"
        return ChannelPayment(
            merchant=answer.get("seller_id") or self.merchant,
            merchant_ref=answer["out_trade_no"],
            state=state,
            amount_minor=amount_minor,
            currency="CNY",
            channel_txn=answer.get("trade_no") if is_paid else None,
            paid_amount_minor=amount_minor if is_paid else None,
            paid_currency="CNY" if is_paid else None,
            paid_at=_moment(paid_at) if is_paid and paid_at else None,
        )

    def _refund_told(self, told: Mapping[str, str]) -> ChannelRefund:
        """A refund as a notification tells it: its fee is the sum of all refunds, so the first alone is believed."""
        amount_minor = minor_of(told.get("refund_fee", "0"))
        return ChannelRefund(
            merchant_refund_ref=told["out_biz_no"],
            merchant_ref=told["out_trade_no"],
            state="succeeded",
            amount_minor=amount_minor,
            currency="CNY",
            refunded_minor=amount_minor,
        )

    def _signed(
        self, method: str, content: Mapping[str, Any], more: Mapping[str, str] = {}
    ) -> dict[str, str]:
        form = {
            "app_id": self._settings.app_id,
            "method": method,
            "format": "JSON",
            "charset": "utf-8",
            "sign_type": "RSA2",
            "timestamp": _beijing(datetime.now(UTC)),
            "version": "1.0",
            "biz_content": msgspec.json.encode(content).decode(),
            **more,
        }
        signature = self._key.sign(_to_sign(form), PKCS1v15(), SHA256())
        return {**form, "sign": base64.b64encode(signature).decode()}

    async def _call(self, method: str, content: Mapping[str, Any]) -> dict[str, Any]:
        """One call; an answer that Alipay did not sign is no answer."""
        try:
            response = await self._client.post(
                self._settings.gateway, params={"charset": "utf-8"}, data=self._signed(method, content)
            )
        except httpx.HTTPError as error:
            raise PartySilent(f"{self.name}: {type(error).__name__}") from error
        answer, node = _read_answer(response, f"{method.replace('.', '_')}_response")
        if not self._is_alipays(node, str(answer.get("sign", ""))):
            raise PartySilent(f"{self.name}: {response.status_code}, not signed by Alipay")
        told: dict[str, Any] = msgspec.json.decode(node)
        if told.get("code") == "10000":
            return told
        code = str(told.get("sub_code", ""))
        if {told.get("code"), code} & _LATER:
            raise PartySilent(f"{self.name}: {code}")
        raise PartyRefused(self.name, 422, _REFUSED.get(code, code), told)

    def _is_alipays(self, signed: bytes, signature: str) -> bool:
        try:
            self._alipay_key.verify(base64.b64decode(signature, validate=True), signed, PKCS1v15(), SHA256())
        except (InvalidSignature, binascii.Error):
            return False
        return True


def _must_be_yuan(currency: str) -> None:
    if currency != "CNY":
        raise PartyRefused(Alipay.name, 422, "currency_differs", {})


def _read_answer(response: httpx.Response, node_name: str) -> tuple[dict[str, Any], bytes]:
    """An answer and the bytes of the node that its signature covers."""
    try:
        text = response.content.decode()
        answer = json.loads(text)
        name = node_name if node_name in answer else "error_response"
        start = text.index("{", text.index(f'"{name}"'))
        _, length = json.JSONDecoder().raw_decode(text[start:])
    except (ValueError, TypeError) as error:
        raise PartySilent(f"alipay: {response.status_code}, unreadable") from error
    return answer, text[start : start + length].encode()


def _to_sign(form: Mapping[str, str]) -> bytes:
    return "&".join(f"{name}={form[name]}" for name in sorted(form) if form[name] != "").encode()


def _private(pem: str) -> RSAPrivateKey:
    key = load_pem_private_key(pem.encode(), password=None)
    assert isinstance(key, RSAPrivateKey), "Alipay's RSA2 needs an RSA key"
    return key


def _public(pem: str) -> RSAPublicKey:
    key = load_pem_public_key(pem.encode())
    assert isinstance(key, RSAPublicKey), "Alipay's RSA2 needs an RSA key"
    return key


def _beijing(moment: datetime) -> str:
    return moment.astimezone(_BEIJING).strftime("%Y-%m-%d %H:%M:%S")


def _moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=_BEIJING)
