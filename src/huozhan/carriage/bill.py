"""A line of a carrier's bill: how it stands beside our charge, and what may be done about it."""

from datetime import date, datetime
from enum import StrEnum

import msgspec

from huozhan.kernel.moves import Moves


class LineState(StrEnum):
    """How far a line of a bill is; the words are under `carriage.line`."""

    open = "open"
    agreed = "agreed"
    disputed = "disputed"
    void = "void"


_S = LineState
MOVES = Moves(
    "bill line",
    _S.open,
    {
        # Our charge says the same, or a person accepts what was billed, or the carrier takes what we say.
        (_S.open, "agree"): _S.agreed,
        (_S.open, "accept"): _S.agreed,
        (_S.open, "concede"): _S.agreed,
        (_S.open, "dispute"): _S.disputed,
        (_S.open, "void"): _S.void,
        (_S.disputed, "accept"): _S.agreed,
        (_S.disputed, "concede"): _S.agreed,
        (_S.disputed, "void"): _S.void,
    },
)
WAITING = frozenset({_S.open, _S.disputed})


class BillLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line as it is read from its row; ids are 0 where we never had such a waybill from the carrier."""

    on_day: date
    nth: int
    carrier_id: int
    bill_txn: str
    order_id: int
    waybill_id: int
    waybill: str
    weight_g: int
    amount_minor: int
    currency: str
    billed_at: datetime
    sort: str
    state: LineState
    payable_minor: int = 0
    payout_id: int = 0
    reason: str = ""
