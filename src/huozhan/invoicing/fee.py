"""The market's own invoices of its fees, one document of a supplier and month: an invoice, or a red letter that takes one back."""

from datetime import date, datetime
from enum import StrEnum

import msgspec

from huozhan.invoicing.sharing import tax_inside
from huozhan.kernel.moves import Moves


class FeeState(StrEnum):
    """Where a document stands; it is never waited for by anybody but the tax party."""

    issuing = "issuing"
    issued = "issued"
    failed = "failed"


MOVES = Moves(
    "fee_invoice",
    FeeState.issuing,
    {
        (FeeState.issuing, "issued"): FeeState.issued,
        (FeeState.issuing, "fail"): FeeState.failed,
        (FeeState.failed, "again"): FeeState.issuing,
    },
)


class FeeInvoice(msgspec.Struct, frozen=True, kw_only=True):
    """A document as it is read from its row; `of_id` is what a red letter takes back, 0 of an invoice."""

    seller_id: int
    document_id: int
    month: date
    of_id: int = 0
    amount_minor: int
    tax_minor: int
    red_minor: int = 0
    red_tax_minor: int = 0
    rate_bp: int
    seller_name: str
    seller_taxpayer_id: str
    state: FeeState = FeeState.issuing
    number: str = ""
    tries: int = 1
    reason: str = ""
    made_at: datetime
    issued_at: datetime | None = None

    @property
    def left_minor(self) -> int:
        """What no red letter takes back yet."""
        return self.amount_minor - self.red_minor

    def reddened(self, amount_minor: int) -> "FeeInvoice":
        """The invoice after so much more was taken back; in any steps exactly its tax goes back (B5.4)."""
        assert 0 < amount_minor <= self.left_minor
        stays = tax_inside(self.left_minor - amount_minor, self.rate_bp)
        return msgspec.structs.replace(
            self, red_minor=self.red_minor + amount_minor, red_tax_minor=self.tax_minor - stays
        )


def take_back(standing: list[FeeInvoice], returned_minor: int) -> list[tuple[FeeInvoice, int]]:
    """Spreads what was returned over invoices, in the order given; the rest, if they hold too little, is nobody's."""
    parts = []
    for one in standing:
        part = min(one.left_minor, returned_minor)
        if part:
            parts.append((one, part))
            returned_minor -= part
    return parts
