"""An invoice: its kinds, its states as the trade's open platform names them (B6), and the one table of its moves."""

from datetime import datetime
from enum import StrEnum

import msgspec

from huozhan.kernel.moves import Moves


class Kind(StrEnum):
    """An ordinary invoice, or a special one whose tax its buyer may deduct."""

    ordinary = "ordinary"
    special = "special"


class InvoiceState(StrEnum):
    """Where an invoice stands."""

    init = "init"
    issuing = "issuing"
    issued = "issued"
    failed = "failed"
    verifying = "verifying"
    verify_failed = "verify_failed"
    red_issuing = "red_issuing"
    red_part_issued = "red_part_issued"
    red_all_issued = "red_all_issued"
    invaliding = "invaliding"
    deprecated = "deprecated"
    closed = "closed"


_S = InvoiceState
WITH_SELLER = (_S.init, _S.failed, _S.verify_failed)
"""States in which the seller has to act; a request may still shrink, be withdrawn or refused."""
WITH_PARTY = (_S.issuing, _S.verifying, _S.red_issuing, _S.invaliding)
"""States in which the tax party has been asked and has not answered yet."""
STANDING = (_S.issued, _S.red_part_issued)
"""States in which an invoice stands and may be taken back."""

MOVES = Moves(
    "invoice",
    _S.init,
    {
        **{(state, "issue"): _S.issuing for state in WITH_SELLER},
        **{(state, "enter"): _S.verifying for state in WITH_SELLER},
        **{(state, "refuse"): _S.closed for state in WITH_SELLER},
        **{(state, "withdraw"): _S.closed for state in WITH_SELLER},
        # What it is for was given back before it was issued: it shrinks, and ends when nothing is left.
        **{(state, "lessen"): state for state in WITH_SELLER},
        **{(state, "lapse"): _S.closed for state in WITH_SELLER},
        (_S.issuing, "issued"): _S.issued,
        (_S.issuing, "fail"): _S.failed,
        (_S.verifying, "verified"): _S.issued,
        (_S.verifying, "fail"): _S.verify_failed,
        (_S.issued, "void"): _S.invaliding,
        (_S.invaliding, "voided"): _S.deprecated,
        (_S.invaliding, "fail"): _S.issued,
        (_S.issued, "red"): _S.red_issuing,
        (_S.red_part_issued, "red"): _S.red_issuing,
        (_S.red_issuing, "red_part"): _S.red_part_issued,
        (_S.red_issuing, "red_all"): _S.red_all_issued,
        (_S.red_issuing, "red_fail"): _S.issued,
        (_S.red_issuing, "red_fail_again"): _S.red_part_issued,
    },
)


class Invoice(msgspec.Struct, frozen=True, kw_only=True):
    """An invoice as it is read from its row; `late_at` is when its due time passed without it."""

    invoice_id: int
    seller_id: int
    buyer_id: int
    kind: Kind
    state: InvoiceState
    title_kind: str
    details: bytes
    amount_minor: int
    tax_minor: int
    red_minor: int
    number: str
    is_external: bool
    tries: int
    reason: str
    note: str
    asked_at: datetime
    due_at: datetime
    late_at: datetime | None
    issued_at: datetime | None


class RedState(StrEnum):
    """Where a red letter stands: waiting for the buyer's confirmation, with the tax party, issued or refused by it."""

    confirming = "confirming"
    issuing = "issuing"
    issued = "issued"
    failed = "failed"


RED_MOVES = Moves(
    "invoice_red",
    RedState.confirming,
    {
        (RedState.confirming, "confirm"): RedState.issuing,
        (RedState.issuing, "issued"): RedState.issued,
        (RedState.issuing, "fail"): RedState.failed,
        (RedState.failed, "again"): RedState.issuing,
    },
)
