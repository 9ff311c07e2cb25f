"""What happened about freight insurance, told to others after commit."""

from huozhan.kernel.facts import Fact


class PolicyMoved(Fact, frozen=True, kw_only=True):
    """The insurer took an order on or declined it, or the order ended before anything was sent."""

    name = "insurance.policy_moved"
    order_id: int
    order_number: str
    buyer_id: int
    seller_id: int
    payer: str
    state: str
    premium_minor: int

    @property
    def about_id(self) -> int:
        """The order."""
        return self.order_id


class ClaimMoved(Fact, frozen=True, kw_only=True):
    """A claim was filed, paid or refused."""

    name = "insurance.claim_moved"
    order_id: int
    order_number: str
    case_id: int
    buyer_id: int
    seller_id: int
    state: str
    amount_minor: int

    @property
    def about_id(self) -> int:
        """The order."""
        return self.order_id
