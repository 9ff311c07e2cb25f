"""What happens to a case, told to others after commit."""

from huozhan.kernel.facts import Fact


class CaseMoved(Fact, frozen=True, kw_only=True):
    """A case went on: by which event, to which state, and what is asked or was given back."""

    name = "aftersales.case_moved"
    order_id: int
    case_id: int
    number: str
    order_number: str
    buyer_id: int
    seller_id: int
    event: str
    state: str
    by: str
    amount_minor: int

    @property
    def about_id(self) -> int:
        return self.order_id
