"""What happened to an invoice, told to others after commit."""

from huozhan.kernel.facts import Fact


class InvoiceMoved(Fact, frozen=True, kw_only=True):
    """An invoice or one of its red letters went on: by which event, to which state."""

    name = "invoicing.invoice_moved"
    invoice_id: int
    seller_id: int
    buyer_id: int
    event: str
    state: str
    amount_minor: int
    order_numbers: list[str]
    reason: str = ""

    @property
    def about_id(self) -> int:
        """The invoice."""
        return self.invoice_id
