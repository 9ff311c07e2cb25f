"""What happens to parcels, told to others after commit."""

from huozhan.kernel.facts import Fact


class ParcelSent(Fact, frozen=True, kw_only=True):
    """A parcel left the seller."""

    name = "fulfilment.parcel_sent"
    order_id: int
    parcel_id: int
    buyer_id: int
    seller_id: int

    @property
    def about_id(self) -> int:
        return self.order_id


class ParcelScanned(Fact, frozen=True, kw_only=True):
    """The carrier says where a parcel is, or that it was signed for."""

    name = "fulfilment.parcel_scanned"
    order_id: int
    parcel_id: int
    buyer_id: int
    seller_id: int

    @property
    def about_id(self) -> int:
        return self.order_id


class ParcelDoubted(Fact, frozen=True, kw_only=True):
    """Nobody has seen a parcel since it was called shipped, or an order was picked up too late."""

    name = "fulfilment.parcel_doubted"
    order_id: int
    number: str
    doubt: str
    parcel_id: int
    buyer_id: int
    seller_id: int

    @property
    def about_id(self) -> int:
        return self.order_id
