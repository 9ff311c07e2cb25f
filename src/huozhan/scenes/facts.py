"""What happens to the service figures of a supplier, told to others after commit."""

from huozhan.kernel.facts import Fact


class AppealDecided(Fact, frozen=True, kw_only=True):
    """The market decided whether an order counts for a figure."""

    name = "scenes.appeal_decided"
    appeal_id: int
    order_id: int
    number: str
    seller_id: int
    accepted: bool

    @property
    def about_id(self) -> int:
        return self.order_id


class FloorMissed(Fact, frozen=True, kw_only=True):
    """A supplier's service fell below the base floor; it is warned."""

    name = "scenes.floor_missed"
    seller_id: int
    days: int
    """So many days it has until that costs it its place in searches."""

    @property
    def about_id(self) -> int:
        return self.seller_id
