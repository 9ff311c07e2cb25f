"""Alipay's gateway as its handbook tells it; shares no code with the market."""

import base64
import io
import json
import zipfile
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from tests.payments.real_channels.serving import Party, Trade, new_key, private_pem, public_pem

APP_ID = "2021000100000001"
SELLER_ID = "2088000000000001"
_LINE = (
    "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,"
    "商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,"
    "卡消费金额（元）,退款批次号/请求号,服务费（元）,分润（元）,备注"
)


def yuan(minor: int) -> str:
    return f"{minor / 100:.2f}"


def beijing(moment: datetime) -> str:
    return (moment.astimezone(UTC) + timedelta(hours=8)).strftime("%Y-%m-%d %H:%M:%S")


@dataclass
class AlipayServer(Party):
    """The gateway."""

    key: rsa.RSAPrivateKey = field(default_factory=new_key)
    app_key: rsa.RSAPrivateKey = field(default_factory=new_key)
    _told: int = 0

    def settings(self) -> dict[str, str]:
        """What the market's operator writes down."""
        return {
            "app_id": APP_ID,
            "seller_id": SELLER_ID,
            "private_key": private_pem(self.app_key),
            "alipay_public_key": public_pem(self.key),
            "gateway": f"{self.url}/gateway.do",
        }

    def sign(self, text: bytes, key: rsa.RSAPrivateKey | None = None) -> str:
        """RSA2."""
        return base64.b64encode((key or self.key).sign(text, PKCS1v15(), SHA256())).decode()

    def visit(self, pay_url: str) -> Trade:
        """A payer opens the signed address."""
        form = dict(parse_qsl(urlsplit(pay_url).query))
        content = json.loads(self._checked(form)["biz_content"])
        assert (form["method"], content["product_code"]) == (
            "alipay.trade.page.pay",
            "FAST_INSTANT_TRADE_PAY",
        )
        ref = content["out_trade_no"]
        trade = Trade(ref, round(float(content["total_amount"]) * 100))
        return self.trades.setdefault(ref, trade)

    def pay(self, trade: Trade, **other: str) -> bytes:
        """The payer pays; the notification that follows, with some of its words changed before it is signed."""
        trade.state, trade.paid_at = "paid", datetime.now(UTC)
        trade.txn = f"20260301220014{len(self.trades):04}{trade.ref[-6:]}"
        return self.notification(trade, **other)

    def notification(self, trade: Trade, key: rsa.RSAPrivateKey | None = None, **other: str) -> bytes:
        """An asynchronous notification."""
        self._told += 1
        assert trade.paid_at is not None
        form = {
            "notify_type": "trade_status_sync",
            "notify_id": f"ac05{self._told:04}",
            "notify_time": beijing(datetime.now(UTC)),
            "app_id": APP_ID,
            "charset": "utf-8",
            "version": "1.0",
            "out_trade_no": trade.ref,
            "trade_no": trade.txn,
            "trade_status": "TRADE_SUCCESS",
            "total_amount": yuan(trade.amount_minor),
            "gmt_payment": beijing(trade.paid_at),
            "seller_id": SELLER_ID,
            "subject": "茶杯 + 茶壶 & more",
            "passback_params": "",
            **other,
        }
        text = "&".join(f"{name}={form[name]}" for name in sorted(form) if form[name])
        return urlencode({**form, "sign": self.sign(text.encode(), key), "sign_type": "RSA2"}).encode()

    def answer(
        self, method: str, target: str, headers: Any, body: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        """The gateway, and the bills' download."""
        if self.trouble == "500":
            return 500, {}, b"bad gateway"
        if target.startswith("/bill"):
            return (
                200,
                {"Content-Type": "application/zip"},
                self._bill(parse_qs(urlsplit(target).query)["on"][0]),
            )
        form = dict(parse_qsl(body.decode()))
        called = form["method"]
        self.asked.append(called)
        node = self._node(called, json.loads(self._checked(form)["biz_content"]))
        text = json.dumps(node, ensure_ascii=False)
        signature = self.sign(text.encode(), new_key() if self.trouble == "unsigned" else None)
        name = called.replace(".", "_") + "_response"
        return (
            200,
            {"Content-Type": "text/html;charset=utf-8"},
            f'{{"{name}":{text},"sign":"{signature}"}}'.encode(),
        )

    def _checked(self, form: dict[str, str]) -> dict[str, str]:
        signed = {name: value for name, value in form.items() if name != "sign" and value}
        text = "&".join(f"{name}={signed[name]}" for name in sorted(signed))
        try:
            self.app_key.public_key().verify(
                base64.b64decode(form["sign"]), text.encode(), PKCS1v15(), SHA256()
            )
        except InvalidSignature as error:
            raise AssertionError("the market's signature does not hold") from error
        assert (form["app_id"], form["sign_type"], form["version"]) == (APP_ID, "RSA2", "1.0")
        return form

    def _node(self, called: str, content: dict[str, str]) -> dict[str, Any]:
        if called == "alipay.data.dataservice.bill.downloadurl.query":
            return _ok(bill_download_url=f"{self.url}/bill?on={content['bill_date']}")
        trade = self.trades.get(content["out_trade_no"])
        if trade is None:
            return _no("ACQ.TRADE_NOT_EXIST")
        if called == "alipay.trade.query":
            return self._as_told(trade)
        if called == "alipay.trade.close":
            if trade.state == "paid":
                return _no("ACQ.TRADE_STATUS_ERROR")
            trade.state = "closed"
            return _ok(out_trade_no=trade.ref)
        if called == "alipay.trade.refund":
            return self._refund(trade, content)
        assert called == "alipay.trade.fastpay.refund.query"
        minor = trade.refunds.get(content["out_request_no"])
        if minor is None:
            return _ok()
        return _ok(
            refund_status="REFUND_SUCCESS", refund_amount=yuan(minor), total_amount=yuan(trade.amount_minor)
        )

    def _refund(self, trade: Trade, content: dict[str, str]) -> dict[str, Any]:
        if trade.state != "paid":
            return _no("ACQ.TRADE_STATUS_ERROR")
        request, minor = content["out_request_no"], round(float(content["refund_amount"]) * 100)
        is_new = request not in trade.refunds
        if is_new and sum(trade.refunds.values()) + minor > trade.amount_minor:
            return _no("ACQ.REFUND_AMT_NOT_EQUAL_TOTAL")
        trade.refunds.setdefault(request, minor)
        fee = yuan(sum(trade.refunds.values()))
        return _ok(fund_change="Y" if is_new else "N", refund_fee=fee, out_trade_no=trade.ref)

    def _as_told(self, trade: Trade) -> dict[str, Any]:
        whole = sum(trade.refunds.values()) == trade.amount_minor
        state = {"open": "WAIT_BUYER_PAY", "closed": "TRADE_CLOSED", "paid": "TRADE_SUCCESS"}[trade.state]
        more = {"send_pay_date": beijing(trade.paid_at)} if trade.paid_at else {}
        return _ok(
            out_trade_no=trade.ref,
            trade_no=trade.txn or "2026030122001400000000",
            trade_status="TRADE_CLOSED" if trade.paid_at and whole else state,
            total_amount=yuan(trade.amount_minor),
            subject="茶杯",
            **more,
        )

    def _bill(self, on: str) -> bytes:
        rows = ["#支付宝业务明细查询", f"#账号：[{SELLER_ID}0156]", "#-----业务明细列表----", _LINE]
        for trade in self.trades.values():
            if trade.paid_at and beijing(trade.paid_at)[:10] == on:
                fee = round(trade.amount_minor * 0.006)
                rows.append(_row(trade, "交易", trade.amount_minor, "", -fee))
                rows += [_row(trade, "退款", -minor, request, 0) for request, minor in trade.refunds.items()]
        rows += ["#-----业务明细列表结束----", "#导出时间：[2026年03月02日 09:00:00]"]
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("20880000_业务明细(汇总).csv", "#汇总\n".encode("gbk"))
            archive.writestr("20880000_业务明细.csv", "\r\n".join(rows).encode("gbk"))
        return packed.getvalue()


def _row(trade: Trade, kind: str, minor: int, request: str, fee: int) -> str:
    assert trade.paid_at is not None
    at = beijing(trade.paid_at)
    cells = [
        trade.txn + "\t",
        trade.ref + "\t",
        kind,
        '"茶杯, 茶壶"',
        at,
        at,
        *["\t"] * 5,
        yuan(minor),
        yuan(minor),
    ]
    return ",".join([*cells, *["0.00"] * 5, "", "0.00", "0.00", request + "\t", yuan(fee), "0.00", ""])


def _ok(**more: str) -> dict[str, Any]:
    return {"code": "10000", "msg": "Success", **more}


def _no(sub_code: str) -> dict[str, Any]:
    return {"code": "40004", "msg": "Business Failed", "sub_code": sub_code, "sub_msg": "交易不存在"}
