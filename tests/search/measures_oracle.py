"""A plain second telling of what visitors did: everything is kept, and every figure is counted anew when it is asked for."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone

SHANGHAI = timezone(timedelta(hours=8))
CLICK_WITHIN = timedelta(minutes=30)
COMES_BACK_WITHIN = timedelta(days=90)
WINDOW = timedelta(days=30)


@dataclass
class Visitor:
    """A person of an organisation, or a browser of nobody (`org` 0)."""

    key: str
    org: int = 0

    @property
    def one(self) -> str:
        return f"org {self.org}" if self.org else self.key


@dataclass
class Model:
    """All that happened, as tuples."""

    sellers: dict[int, int]
    shown: list[tuple[datetime, Visitor, int]] = field(default_factory=list)
    viewed: list[tuple[datetime, Visitor, int]] = field(default_factory=list)
    carted: list[tuple[datetime, Visitor, int]] = field(default_factory=list)
    paid: list[tuple[date, int, int, int]] = field(default_factory=list)

    def figures(self, offer: int, until: date) -> dict[str, int]:
        """What thirty days up to a day came to."""
        days = [until - timedelta(days=n) for n in range(WINDOW.days)]
        figures = {
            "impressions": sum(len(self._once(self.shown, offer, on)) for on in days),
            "clicks": sum(len(self._once(self._clicked(), offer, on)) for on in days),
            "views": sum(len(self._once(self.viewed, offer, on)) for on in days),
            "carts": sum(len(self._once(self.carted, offer, on)) for on in days),
            "orders": sum(orders for on, what, _, orders in self.paid if what == offer and on in days),
        }
        came: dict[int, set[date]] = {}
        for on, what, buyer, _ in self.paid:
            if what == offer and until - COMES_BACK_WITHIN < on <= until:
                came.setdefault(buyer, set()).add(on)
        figures["buyers"] = len(came)
        figures["repeat_buyers"] = sum(len(on) > 1 for on in came.values())
        return figures

    def _clicked(self) -> list[tuple[datetime, Visitor, int]]:
        """Searches that were followed by a look at the offer; they count on the search's day."""
        return [
            (at, who, offer)
            for at, who, offer in self.shown
            if any(
                by.key == who.key and what == offer and at <= then <= at + CLICK_WITHIN
                for then, by, what in self.viewed
            )
        ]

    def _once(self, did: list[tuple[datetime, Visitor, int]], offer: int, on: date) -> set[str]:
        return {
            who.one
            for at, who, what in did
            if what == offer and at.astimezone(SHANGHAI).date() == on and who.org != self.sellers[offer]
        }
