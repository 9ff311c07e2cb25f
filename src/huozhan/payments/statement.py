"""Statements: one reader for lines that the bank tells and lines of a table that an operator uploads."""

import csv
import hashlib
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

import msgspec

from huozhan.kernel.money import AMOUNT_MINOR_MAX, MINOR_PER_MAJOR
from huozhan.kernel.shapes import read_json

BANK_DAYS = timezone(timedelta(hours=8))
"""A time without a zone in a statement is a time of China."""
NAME_MAX = 140
REMARK_MAX = 200
_TXN = re.compile(r"[0-9A-Za-z._:-]{1,64}")
_ACCOUNT = re.compile(r"[0-9A-Z]{6,34}")
_CURRENCY = re.compile(r"[A-Z]{3}")
_AMOUNT = re.compile(r"(\d{1,13}|\d{1,3}(?:,\d{3}){1,4})(?:\.(\d{1,2}))?")
_SETTLEMENT = ("settlement:", "lender:", "funder:", "insurer:")
_CURRENCIES = {"人民币": "CNY", "RMB": "CNY"}
_INCOMING = {"in", "收入", "贷", "贷方"}
_OUTGOING = {"out", "支出", "借", "借方"}
COLUMNS = {
    "交易流水号": "bank_txn", "收支": "direction", "借贷": "direction", "币种": "currency", "金额": "amount",
    "交易金额": "amount", "对方账号": "account_no", "对方户名": "account_name", "对方开户行": "bank_name",
    "收款账号": "virtual_account", "摘要": "remark", "附言": "remark", "交易时间": "at",
}  # fmt: skip
"""What Chinese banks call the columns, and what we do."""


class BankLine(msgspec.Struct, frozen=True, kw_only=True):
    """Money that came, as one line of a statement tells it."""

    bank_txn: str
    amount_minor: int
    currency: str
    payer_account: str
    payer_name: str
    payer_bank: str
    virtual_account: str
    remark: str
    booked_at: datetime

    @property
    def fingerprint(self) -> bytes:
        """Equal for lines that tell the same, whoever tells it."""
        told = [
            self.amount_minor, self.currency, self.payer_account, plain(self.payer_name), self.virtual_account,
        ]  # fmt: skip
        return hashlib.sha256(msgspec.json.encode(told)).digest()


class BadLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line that nobody can credit, and which of its fields is the matter."""

    body: str
    bank_txn: str
    why: str


def told_lines(body: bytes) -> list[str]:
    """The lines of what a bank told, as they came."""
    text = body.decode("utf-8", "replace").replace("\0", "�")
    return [line for line in text.splitlines() if line.strip()]


def table_lines(body: bytes) -> list[str]:
    """The rows of an uploaded table as lines of the same form; the first row names the columns."""
    text = body.decode("utf-8-sig", "replace").replace("\0", "�")
    try:
        head, *rows = csv.reader(io.StringIO(text))
    except (csv.Error, ValueError):
        return [text]  # no table at all: kept as one line that cannot be read
    names = [COLUMNS.get(name.strip(), name.strip()) for name in head]
    if "bank_txn" not in names:
        return [text]
    # Only the bank itself may say of a line that it is a settlement.
    return [
        msgspec.json.encode(
            {name: cell for name, cell in zip(names, row, strict=False) if name != "ref"}
        ).decode()
        for row in rows
        if any(cell.strip() for cell in row)
    ]


def read_lines(lines: Iterable[str]) -> tuple[list[BankLine], list[BadLine]]:
    """What came to us, and what cannot be read; our own transfers and what the channel or the lender settles are neither.

    The transfers are known by the bank's answers, a settlement is booked when its party's file of the day is.
    """
    good, bad = [], []
    for line in lines:
        try:
            raw = read_json(line, dict[str, Any])
        except msgspec.MsgspecError:
            bad.append(BadLine(body=line, bank_txn="", why="unreadable"))
            continue
        why, read = _read(raw)
        if why:
            bad.append(BadLine(body=line, bank_txn=str(raw.get("bank_txn", ""))[:64], why=why))
        elif read is not None:
            good.append(read)
    return good, bad


def plain(text: str) -> str:
    """A name without what people write differently: width, case, spaces."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def _read(raw: Mapping[str, Any]) -> tuple[str, BankLine | None]:
    direction = _text(raw, "direction").casefold()
    if direction in _OUTGOING or (direction in _INCOMING and _text(raw, "ref").startswith(_SETTLEMENT)):
        return "", None
    amount_minor, booked_at = _amount(raw), _moment(_text(raw, "at"))
    currency = _CURRENCIES.get(_text(raw, "currency"), _text(raw, "currency"))
    account = _text(raw, "account_no").replace(" ", "").upper()
    name = _text(raw, "account_name")
    checks = {
        "direction": direction in _INCOMING,
        "bank_txn": _TXN.fullmatch(_text(raw, "bank_txn")),
        "amount": 0 < amount_minor <= AMOUNT_MINOR_MAX,
        "currency": _CURRENCY.fullmatch(currency),
        "account_no": _ACCOUNT.fullmatch(account),
        "account_name": 0 < len(name) <= NAME_MAX,
        "at": booked_at,
    }
    why = next((field for field, holds in checks.items() if not holds), "")
    if why or booked_at is None:
        return why, None
    return "", BankLine(
        bank_txn=_text(raw, "bank_txn"),
        amount_minor=amount_minor,
        currency=currency,
        payer_account=account,
        payer_name=name,
        payer_bank=_text(raw, "bank_name")[:NAME_MAX],
        virtual_account=_text(raw, "virtual_account").replace(" ", "")[:64],
        remark=_text(raw, "remark")[:REMARK_MAX],
        booked_at=booked_at,
    )


def _text(raw: Mapping[str, Any], name: str) -> str:
    value = raw.get(name)
    return value.strip() if isinstance(value, str) else ""


def _amount(raw: Mapping[str, Any]) -> int:
    """In minor units, or written out in major ones; 0 where it is neither."""
    minor = raw.get("amount_minor")
    if isinstance(minor, int) and not isinstance(minor, bool):
        return minor
    written = _AMOUNT.fullmatch(_text(raw, "amount"))
    if written is None:
        return 0
    major, fraction = written[1].replace(",", ""), (written[2] or "").ljust(2, "0")
    return int(major) * MINOR_PER_MAJOR + int(fraction)


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=BANK_DAYS)
