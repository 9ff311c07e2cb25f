"""A loan: what a lender has promised for one order, and what its buyer owes the lender; the market is never the lender."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

import msgspec

from huozhan.kernel.money import share_bp
from huozhan.kernel.moves import Moves


class LoanState(StrEnum):
    """Where a loan stands (B1.5c)."""

    authorised = "authorised"
    active = "active"
    part = "part"
    due = "due"
    overdue = "overdue"
    repaid = "repaid"
    written_off = "written_off"
    claimed = "claimed"
    voided = "voided"


class LoanEvent(StrEnum):
    """What can happen to a loan; all but the first two are the lender's word."""

    capture = "capture"
    void_all = "void_all"
    pay_part = "pay_part"
    settle = "settle"
    fall_due = "fall_due"
    lapse = "lapse"
    write_off = "write_off"
    claim = "claim"
    put_off = "put_off"
    put_off_rest = "put_off_rest"


_S, _E = LoanState, LoanEvent
_OWED = (_S.active, _S.part, _S.due, _S.overdue, _S.written_off, _S.claimed)
_PRESSED = (_S.due, _S.overdue, _S.written_off, _S.claimed)

MOVES = Moves(
    "loan",
    _S.authorised,
    {
        (_S.authorised, _E.void_all): _S.voided,
        # Goods that come later make one debt with those that came before, due after the last of them.
        **{(state, _E.capture): _S.active for state in _S if state is not _S.voided},
        **{(state, _E.pay_part): _S.part for state in (_S.active, _S.part, _S.due)},
        # What the lender said last is true, also where it takes back what it said before.
        **{(state, _E.fall_due): _S.due for state in _OWED},
        **{(state, _E.lapse): _S.overdue for state in _OWED},
        **{(state, _E.write_off): _S.written_off for state in _OWED},
        **{(state, _E.claim): _S.claimed for state in _OWED},
        **{(state, _E.put_off): _S.active for state in _PRESSED},
        **{(state, _E.put_off_rest): _S.part for state in _PRESSED if state is not _S.due},
        **{(state, _E.settle): _S.repaid for state in (*_OWED, _S.repaid)},
    },
)

_BY_STAGE = {
    "due": _E.fall_due,
    "overdue": _E.lapse,
    "written_off": _E.write_off,
    "claimed": _E.claim,
}


class DeedKind(StrEnum):
    """What is asked of the lender about a loan."""

    captures = "captures"
    voids = "voids"
    refunds = "refunds"
    repayments = "repayments"


class DeedState(StrEnum):
    """Where something that is asked of the lender stands; `odd` waits for a person."""

    asked = "asked"
    done = "done"
    odd = "odd"


DEED_MOVES = Moves(
    "loan_deed",
    DeedState.asked,
    {
        (DeedState.asked, "do"): DeedState.done,
        (DeedState.asked, "differ"): DeedState.odd,
        (DeedState.odd, "ask_again"): DeedState.asked,
        (DeedState.odd, "accept"): DeedState.done,
        (DeedState.odd, "write_off"): DeedState.done,
    },
)


class LentOrder(msgspec.Struct, frozen=True, kw_only=True):
    """An order that a lender pays, with the rules it has pinned."""

    order_id: int
    number: str
    buyer_id: int
    seller_id: int
    rules: Mapping[str, int]
    placed_at: datetime


class Loan(msgspec.Struct, frozen=True, kw_only=True):
    """One loan. Authorised, voided and captured are what we decided; refunded, repaid, stage and due day are the lender's word."""

    order_id: int
    payment_id: int
    order_number: str
    buyer_id: int
    seller_id: int
    state: LoanState
    authorised_minor: int
    voided_minor: int = 0
    captured_minor: int = 0
    refunded_minor: int = 0
    repaid_minor: int = 0
    written_minor: int = 0
    """Captured, and never paid by the lender: neither it nor the market asks the buyer for it."""
    recovered_minor: int = 0
    """Of what was written off: what refunds of the goods brought back, for nobody had paid that part of their price."""
    service_minor: int = 0
    fee_bp: int
    stage: str = "authorised"
    due_at: datetime | None = None
    version: int = 0
    told_captured_minor: int = 0
    paying_id: int = 0
    """The payment by which the buyer is repaying it through the market, if one is open."""
    debit_at: datetime | None = None
    """When it is repaid from the buyer's wallet, or the buyer reminded; None where neither is to come."""
    debits: int = 0

    @property
    def held_minor(self) -> int:
        """Promised, and neither captured nor given free."""
        return self.authorised_minor - self.voided_minor - self.captured_minor

    @property
    def owed_minor(self) -> int:
        """What the buyer owes the lender, as far as we know."""
        return self.captured_minor - self.refunded_minor - self.repaid_minor - self.written_minor

    @property
    def unpaid_minor(self) -> int:
        """What of captures the lender may never pay: what it has not said it captured, and no more than is still owed."""
        return min(self.owed_minor, self.captured_minor - self.told_captured_minor - self.written_minor)

    @property
    def lost_minor(self) -> int:
        """Written off, and not brought back by a refund."""
        return self.written_minor - self.recovered_minor

    def service_of(self, amount_minor: int) -> int:
        """The fee of the next so much that is captured, as a difference of running totals."""
        after = share_bp(self.captured_minor + amount_minor, self.fee_bp)
        return after - share_bp(self.captured_minor, self.fee_bp)


def event_of_word(loan: Loan) -> LoanEvent | None:
    """What the lender's word makes of a loan; None where it changes nothing."""
    if loan.state is LoanState.voided or not loan.told_captured_minor:
        return None
    if not loan.owed_minor:
        return _E.settle
    by_stage = _BY_STAGE.get(loan.stage)
    if by_stage in (None, _E.fall_due) and loan.repaid_minor:
        return _E.pay_part if MOVES.allows(loan.state, _E.pay_part) else _E.put_off_rest
    if by_stage is None and loan.state in _PRESSED:
        return _E.put_off
    return by_stage
