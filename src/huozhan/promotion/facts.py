"""What happened to promotions, told to others after commit."""

from typing import ClassVar

from huozhan.kernel.facts import Fact


class PromotionsChanged(Fact, frozen=True, kw_only=True):
    """A shop, or the market (seller 0), made or stopped a promotion; it may begin later."""

    name: ClassVar[str] = "promotion.changed"
    seller_id: int

    @property
    def about_id(self) -> int:
        """The shop's organisation."""
        return self.seller_id
