"""What happened in the catalogue; the search index listens."""

from typing import ClassVar

from huozhan.kernel.facts import Fact


class _OfferFact(Fact, frozen=True, kw_only=True):
    offer_id: int
    seller_id: int

    @property
    def about_id(self) -> int:
        return self.offer_id


class OfferPublished(_OfferFact, frozen=True, kw_only=True):
    """An offer went on sale for the first time."""

    name: ClassVar[str] = "catalogue.offer_published"


class OfferChanged(_OfferFact, frozen=True, kw_only=True):
    """An offer's content or state changed: edited, paused, resumed, restored."""

    name: ClassVar[str] = "catalogue.offer_changed"


class OfferTakenDown(_OfferFact, frozen=True, kw_only=True):
    """An operator took an offer off the market."""

    name: ClassVar[str] = "catalogue.offer_taken_down"
    reason: str


class PriceChanged(_OfferFact, frozen=True, kw_only=True):
    """An offer has other prices than before."""

    name: ClassVar[str] = "catalogue.price_changed"


class StockChanged(_OfferFact, frozen=True, kw_only=True):
    """Pieces of an offer came into the house, left it, or were counted anew; what is only reserved is still here."""

    name: ClassVar[str] = "catalogue.stock_changed"


class ShopChanged(Fact, frozen=True, kw_only=True):
    """What a shop sets for all of its goods changed, its freight included, or whether it may sell."""

    name: ClassVar[str] = "catalogue.shop_changed"
    seller_id: int

    @property
    def about_id(self) -> int:
        """The shop's organisation."""
        return self.seller_id
