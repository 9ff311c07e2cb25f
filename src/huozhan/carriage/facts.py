"""What happened about freight, told to others after commit."""

from huozhan.kernel.facts import Fact


class FreightMoved(Fact, frozen=True, kw_only=True):
    """A supplier pays freight out of what it has, pays more after a bill, or has some of it back."""

    name = "carriage.freight_moved"
    order_id: int
    order_number: str
    seller_id: int
    waybill: str
    kind: str
    amount_minor: int
    debt_minor: int = 0

    @property
    def about_id(self) -> int:
        """The order."""
        return self.order_id
