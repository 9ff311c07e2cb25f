"""The bills of Alipay and WeChat Pay, read into the lines every channel of ours tells of a day.

A line: `kind` (payment or refund), `channel_txn`, `merchant_ref`, `merchant_refund_ref`, `amount_minor`, `currency`, `at`,
`fee_minor` (what the channel keeps; less than nothing where it gives its fee back) and `net_minor`. A row whose values are
none is handed on as it is: whoever reads the lines keeps it for a person.
"""

import csv
import gzip
import hashlib
import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from huozhan.payments.yuan import minor_of

_BEIJING = timezone(timedelta(hours=8))
_SUMMARY_MARK = "汇总"
BILL_BYTES_MAX = 256 * 1024 * 1024
"""What a bill may hold unpacked: some two million lines."""


class UnreadableBill(ValueError):
    """The channel's bill is not as its handbook says."""


def alipay_trades(packed: bytes) -> list[Mapping[str, Any]]:
    """Alipay's trade bill (业务明细): a ZIP of GBK texts, one of them the lines, the other their sums."""
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            lines = next(info for info in archive.infolist() if _SUMMARY_MARK not in _name_of(info))
            if lines.file_size > BILL_BYTES_MAX:
                raise UnreadableBill("too large")
            text = archive.read(lines).decode("gb18030")
    except (zipfile.BadZipFile, StopIteration, UnicodeDecodeError) as error:
        raise UnreadableBill(str(error)) from error
    return [
        _alipay_line(row) for row in _rows(line for line in text.splitlines() if not line.startswith("#"))
    ]


def wechat_trades(packed: bytes, sha1: str) -> list[Mapping[str, Any]]:
    """WeChat Pay's trade bill (ALL, GZIP): every value behind a backtick, then a second heading and the sums.

    The download is not signed; `sha1` of the unpacked bill comes from an answer that is.
    """
    try:
        unpacked = gzip.GzipFile(fileobj=io.BytesIO(packed)).read(BILL_BYTES_MAX + 1)
        rows = unpacked.decode("utf-8-sig").splitlines()
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise UnreadableBill(str(error)) from error
    if hashlib.sha1(unpacked, usedforsecurity=False).hexdigest() != sha1.lower():
        raise UnreadableBill("not the bill that was announced")
    end = next((at for at, row in enumerate(rows) if row.startswith("总交易单数")), len(rows))
    return [_wechat_line(row) for row in _rows(row.replace("`", "") for row in rows[:end])]


def _rows(lines: Iterator[str]) -> Iterator[dict[str, str]]:
    for row in csv.DictReader(lines):
        yield {str(name).strip(): (value or "").strip() for name, value in row.items() if name is not None}


def _alipay_line(row: Mapping[str, str]) -> dict[str, Any]:
    try:
        is_refund = row["业务类型"] == "退款"
        # The sign of a fee differs between the bill's versions; its direction follows from the kind of line.
        fee_minor = abs(minor_of(row["服务费（元）"] or "0"))
        return _line(
            is_refund=is_refund,
            # Alipay's refunds have no number but their trade's; ours makes one of it that is theirs alone.
            channel_txn=row["支付宝交易号"] + (f"/{row['退款批次号/请求号']}" if is_refund else ""),
            merchant_ref=row["商户订单号"],
            refund_ref=row["退款批次号/请求号"],
            amount_minor=abs(minor_of(row["订单金额（元）"])),
            fee_minor=-fee_minor if is_refund else fee_minor,
            at=row["完成时间"],
        )
    except KeyError as error:
        raise UnreadableBill(repr(error)) from error
    except ValueError:
        return dict(row)


def _wechat_line(row: Mapping[str, str]) -> dict[str, Any]:
    try:
        is_refund = row["交易状态"] == "REFUND"
        return _line(
            is_refund=is_refund,
            channel_txn=row["微信退款单号"] if is_refund else row["微信订单号"],
            merchant_ref=row["商户订单号"],
            refund_ref=row["商户退款单号"],
            amount_minor=minor_of(row["退款金额"] if is_refund else row["应结订单金额"]),
            fee_minor=minor_of(row["手续费"] or "0"),
            at=row["交易时间"],
            currency=row["货币种类"],
        )
    except KeyError as error:
        raise UnreadableBill(repr(error)) from error
    except ValueError:
        return dict(row)


def _line(
    *,
    is_refund: bool,
    channel_txn: str,
    merchant_ref: str,
    refund_ref: str,
    amount_minor: int,
    fee_minor: int,
    at: str,
    currency: str = "CNY",
) -> dict[str, Any]:
    moment = datetime.strptime(at, "%Y-%m-%d %H:%M:%S").replace(tzinfo=_BEIJING)
    return {
        "kind": "refund" if is_refund else "payment",
        "channel_txn": channel_txn,
        "merchant_ref": merchant_ref,
        "merchant_refund_ref": refund_ref if is_refund else None,
        "amount_minor": amount_minor,
        "currency": currency,
        "at": moment.isoformat(),
        "fee_minor": fee_minor,
        "net_minor": (-amount_minor if is_refund else amount_minor) - fee_minor,
    }


def _name_of(info: zipfile.ZipInfo) -> str:
    """A file's name: Alipay writes it in GBK without saying so."""
    if info.flag_bits & 0x800:
        return info.filename
    return info.filename.encode("cp437").decode("gb18030", "replace")
