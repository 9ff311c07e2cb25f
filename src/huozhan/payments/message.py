"""What an outside party said: read once, with its kind and the object it speaks of."""

from enum import StrEnum
from typing import Any

import msgspec

from huozhan.kernel.shapes import read_json
from huozhan.payments.ports import BankCredit, BankTransfer, ChannelPayment, ChannelRefund


class Kind(StrEnum):
    """What a message is about; anything we do not understand is `unreadable`."""

    payment_paid = "payment.paid"
    refund_succeeded = "refund.succeeded"
    refund_failed = "refund.failed"
    transfer_succeeded = "transfer.succeeded"
    transfer_failed = "transfer.failed"
    receipt_credited = "receipt.credited"
    unreadable = "unreadable"


class Outcome(StrEnum):
    """What became of a message."""

    waiting = ""
    not_genuine = "not_genuine"
    foreign_merchant = "foreign_merchant"
    unreadable = "unreadable"
    paid = "paid"
    mismatched = "mismatched"
    duplicate = "duplicate"
    doubted = "doubted"
    ended = "ended"
    unknown_reference = "unknown_reference"
    sent_back = "sent_back"
    second_txn = "second_txn"
    impossible = "impossible"


class _Envelope(msgspec.Struct, frozen=True):
    type: str
    data: msgspec.Raw


_OBJECTS: dict[Kind, Any] = {
    Kind.payment_paid: ChannelPayment,
    Kind.refund_succeeded: ChannelRefund,
    Kind.refund_failed: ChannelRefund,
    Kind.transfer_succeeded: BankTransfer,
    Kind.transfer_failed: BankTransfer,
    Kind.receipt_credited: BankCredit,
}


def read_message(body: bytes) -> tuple[Kind, Any]:
    """The kind of a message and its object; never fails, whatever was sent."""
    try:
        envelope = read_json(body, _Envelope)
        kind = Kind(envelope.type)
        return kind, read_json(bytes(envelope.data), _OBJECTS[kind])
    except (msgspec.MsgspecError, ValueError, KeyError):
        return Kind.unreadable, None


def write_message(about: ChannelPayment | ChannelRefund | BankTransfer, said: bytes = b"") -> bytes | None:
    """An answer of a party in the form in which it would have called back; None where it has not decided yet.

    `said` are the party's own words where it speaks another language than ours: they are kept beside it.
    """
    noun = {ChannelPayment: "payment", ChannelRefund: "refund", BankTransfer: "transfer"}[type(about)]
    kind = f"{noun}.{about.state}"
    if kind not in set(Kind):
        return None
    own_words = {"said": said} if said else {}
    return msgspec.json.encode({"type": kind, "data": about, **own_words})


def reference(text: str) -> int:
    """Our id inside a reference that a party names; 0 where we cannot have made it."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else 0
