"""WeChat Pay's API v3 as its handbook tells it; shares no code with the market."""

import base64
import gzip
import hashlib
import json
import re
import secrets
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256

from tests.payments.real_channels.serving import Party, Trade, new_key, private_pem, public_pem

MCHID = "1900000001"
APPID = "wx0000000000000001"
SERIAL = "5157F09EFDC096DE15EBE81A47057A7232F1B8E1"
KEY_ID = "PUB_KEY_ID_0119000000012026030100000000000001"
_BEIJING = timezone(timedelta(hours=8))
_LINE = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,"
    "代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,"
    "申请退款金额,费率备注"
)
Answer = tuple[int, dict[str, str], bytes]


@dataclass
class WeChatServer(Party):
    """The API."""

    key: rsa.RSAPrivateKey = field(default_factory=new_key)
    merchant_key: rsa.RSAPrivateKey = field(default_factory=new_key)
    apiv3_key: str = field(default_factory=lambda: secrets.token_hex(16))
    _told: int = 0

    def settings(self) -> dict[str, str]:
        """What the market's operator writes down."""
        return {
            "mchid": MCHID,
            "appid": APPID,
            "cert_serial_no": SERIAL,
            "private_key": private_pem(self.merchant_key),
            "apiv3_key": self.apiv3_key,
            "public_key_id": KEY_ID,
            "public_key": public_pem(self.key),
            "gateway": self.url,
        }

    def visit(self, pay_url: str) -> Trade:
        """A payer scans the code."""
        return self.trades[pay_url.removeprefix("weixin://wxpay/bizpayurl?pr=")]

    def pay(self, trade: Trade, **other: Any) -> tuple[dict[str, str], bytes]:
        """The payer pays; the notification that follows, with some of its words changed before it is sealed."""
        trade.state, trade.paid_at, trade.txn = "paid", datetime.now(UTC), f"42000020{trade.ref[-10:]}"
        return self.notification({**self._as_told(trade), **other})

    def notification(
        self, about: dict[str, Any], *, key: rsa.RSAPrivateKey | None = None, age_seconds: int = 0
    ) -> tuple[dict[str, str], bytes]:
        """A sealed and signed notification."""
        self._told += 1
        nonce = secrets.token_hex(6)
        sealed = AESGCM(self.apiv3_key.encode()).encrypt(
            nonce.encode(), json.dumps(about).encode(), b"transaction"
        )
        body = json.dumps(
            {
                "id": f"EV-{self._told:08}",
                "event_type": "TRANSACTION.SUCCESS",
                "resource_type": "encrypt-resource",
                "resource": {
                    "algorithm": "AEAD_AES_256_GCM",
                    "ciphertext": base64.b64encode(sealed).decode(),
                    "nonce": nonce,
                    "associated_data": "transaction",
                },
            }
        ).encode()
        return self._signed(body, key or self.key, age_seconds), body

    def answer(self, method: str, target: str, headers: Any, body: bytes) -> Answer:
        """Checks who asks, answers, and signs."""
        if self.trouble == "500":
            return 500, {}, b'{"code": "SYSTEM_ERROR"}'
        self._check(headers["authorization"], method, target, body)
        self.asked.append(f"{method} {urlsplit(target).path}")
        status, content = self._do(method, target, json.loads(body) if body else {})
        if isinstance(content, bytes):
            return status, {"Content-Type": "application/gzip"}, content
        text = json.dumps(content, ensure_ascii=False).encode() if content else b""
        key = new_key() if self.trouble == "unsigned" else self.key
        return status, {"Content-Type": "application/json", **self._signed(text, key)}, text

    def refund_told(self, trade: Trade, ref: str, status: str = "SUCCESS") -> dict[str, Any]:
        """What a notification says of a refund."""
        told = self._refund(trade, ref)
        return {
            **{key: told[key] for key in ("out_refund_no", "out_trade_no", "amount")},
            "mchid": MCHID,
            "refund_status": status,
        }

    def _signed(self, body: bytes, key: rsa.RSAPrivateKey, age_seconds: int = 0) -> dict[str, str]:
        timestamp, nonce = str(int(time.time()) - age_seconds), secrets.token_hex(16)
        signature = key.sign(f"{timestamp}\n{nonce}\n".encode() + body + b"\n", PKCS1v15(), SHA256())
        return {
            "Wechatpay-Timestamp": timestamp,
            "Wechatpay-Nonce": nonce,
            "Wechatpay-Serial": KEY_ID,
            "Wechatpay-Signature": base64.b64encode(signature).decode(),
            "Wechatpay-Signature-Type": "WECHATPAY2-SHA256-RSA2048",
        }

    def _check(self, authorization: str, method: str, target: str, body: bytes) -> None:
        words = dict(re.findall(r'(\w+)="([^"]*)"', authorization))
        text = f"{method}\n{target}\n{words['timestamp']}\n{words['nonce_str']}\n".encode() + body + b"\n"
        signature = base64.b64decode(words["signature"])
        self.merchant_key.public_key().verify(signature, text, PKCS1v15(), SHA256())
        assert (words["mchid"], words["serial_no"]) == (MCHID, SERIAL)
        assert abs(time.time() - int(words["timestamp"])) < 300

    def _do(self, method: str, target: str, asked: dict[str, Any]) -> tuple[int, Any]:
        url = urlsplit(target)
        if url.path == "/v3/pay/transactions/native":
            return self._open(asked)
        if found := re.fullmatch(r"/v3/pay/transactions/out-trade-no/([^/]+)(/close)?", url.path):
            trade = self.trades.get(found[1])
            if trade is None:
                return _no(404, "ORDER_NOT_EXIST")
            return self._close(trade) if found[2] else (200, self._as_told(trade))
        if method == "POST" and url.path == "/v3/refund/domestic/refunds":
            return self._pay_back(asked)
        if found := re.fullmatch(r"/v3/refund/domestic/refunds/([^/]+)", url.path):
            trade = next((one for one in self.trades.values() if found[1] in one.refunds), None)
            return (200, self._refund(trade, found[1])) if trade else _no(404, "RESOURCE_NOT_EXISTS")
        on = parse_qs(url.query)
        if url.path == "/v3/bill/tradebill":
            bill = self._bill(on["bill_date"][0])
            told = {"hash_type": "SHA1", "hash_value": hashlib.sha1(bill).hexdigest()}
            return 200, {
                **told,
                "download_url": f"{self.url}/v3/billdownload/file?token={on['bill_date'][0]}",
            }
        assert url.path == "/v3/billdownload/file"
        bill = self._bill(on["token"][0])
        return 200, gzip.compress(bill + b" " if self.trouble == "bill" else bill)

    def _open(self, asked: dict[str, Any]) -> tuple[int, Any]:
        assert (asked["mchid"], asked["appid"]) == (MCHID, APPID)
        trade = self.trades.setdefault(
            asked["out_trade_no"], Trade(asked["out_trade_no"], asked["amount"]["total"])
        )
        if trade.state == "paid":
            return _no(400, "ORDERPAID")
        if trade.state == "closed":
            return _no(400, "ORDER_CLOSED")
        return 200, {"code_url": f"weixin://wxpay/bizpayurl?pr={trade.ref}"}

    def _close(self, trade: Trade) -> tuple[int, Any]:
        if trade.state == "paid":
            return _no(400, "ORDERPAID")
        trade.state = "closed"
        return 204, None

    def _pay_back(self, asked: dict[str, Any]) -> tuple[int, Any]:
        trade, amount = self.trades[asked["out_trade_no"]], asked["amount"]
        ref = asked["out_refund_no"]
        back = sum(minor for other, minor in trade.refunds.items() if other != ref) + amount["refund"]
        if amount["total"] != trade.amount_minor or back > trade.amount_minor:
            return _no(400, "INVALID_REQUEST")
        trade.refunds.setdefault(ref, amount["refund"])
        return 200, self._refund(trade, ref)

    def _refund(self, trade: Trade, ref: str) -> dict[str, Any]:
        amount = {"refund": trade.refunds[ref], "total": trade.amount_minor, "currency": "CNY"}
        return {
            "out_refund_no": ref,
            "out_trade_no": trade.ref,
            "status": "SUCCESS",
            "amount": amount,
            "refund_id": f"50{ref}",
        }

    def _as_told(self, trade: Trade) -> dict[str, Any]:
        state = {"open": "NOTPAY", "closed": "CLOSED", "paid": "SUCCESS"}[trade.state]
        told: dict[str, Any] = {
            "mchid": MCHID,
            "appid": APPID,
            "out_trade_no": trade.ref,
            "trade_state": "REFUND" if trade.refunds else state,
            "amount": {"total": trade.amount_minor, "payer_total": trade.amount_minor, "currency": "CNY"},
        }
        if trade.paid_at:
            at = trade.paid_at.astimezone(_BEIJING).isoformat(timespec="seconds")
            told |= {"transaction_id": trade.txn, "success_time": at, "trade_type": "NATIVE"}
        return told

    def _bill(self, on: str) -> bytes:
        rows = [_LINE]
        for trade in self.trades.values():
            if trade.paid_at and trade.paid_at.astimezone(_BEIJING).date().isoformat() == on:
                rows.append(_row(trade, "SUCCESS", trade.amount_minor, "", 0))
                rows += [_row(trade, "REFUND", 0, ref, minor) for ref, minor in trade.refunds.items()]
        rows += [
            "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额",
            "`1,`1.00,`0.00,`0.00,`0.01,`1.00,`0.00",
        ]
        return ("\ufeff" + "\r\n".join(rows) + "\r\n").encode()


def _row(trade: Trade, state: str, minor: int, ref: str, back: int) -> str:
    assert trade.paid_at is not None
    at = trade.paid_at.astimezone(_BEIJING).strftime("%Y-%m-%d %H:%M:%S")
    fee = (minor - back) * 0.006 / 100
    cells = [
        at,
        APPID,
        MCHID,
        "0",
        "",
        trade.txn,
        trade.ref,
        "o1",
        "NATIVE",
        state,
        "CMB_DEBIT",
        "CNY",
        f"{minor / 100:.2f}",
        "0.00",
    ]
    cells += [
        f"50{ref}" if ref else "0",
        ref or "0",
        f"{back / 100:.2f}",
        "0.00",
        "ORIGINAL",
        "SUCCESS",
        "茶杯",
        "",
        f"{fee:.5f}",
        "0.60%",
    ]
    return ",".join(f"`{cell}" for cell in [*cells, f"{minor / 100:.2f}", f"{back / 100:.2f}", ""])


def _no(status: int, code: str) -> tuple[int, Any]:
    return status, {"code": code, "message": "不行"}
