"""B3.3 said once more in exact fractions, from the figures of each offer of a market."""

from dataclasses import dataclass
from fractions import Fraction

K = 20
PRIOR = Fraction(3, 5)


@dataclass
class Offer:
    """What happened to one offer in the window."""

    category: str
    views: int = 0
    bought: int = 0
    buyers: int = 0
    again: int = 0
    composite: Fraction | None = None
    age_days: int = 0


def value(offer: Offer, market: list[Offer], *, is_below_floor: bool = False) -> Fraction:
    """The weighted sum times the penalty."""
    peers = [other for other in market if other.category == offer.category]
    mean = _shrunk(_sum(peers, "bought"), _sum(peers, "views"), _plain(market, "bought", "views"))
    rate = _shrunk(offer.bought, offer.views, mean)
    conversion = rate / (rate + mean) if mean else Fraction(1, 2)
    again_mean = _shrunk(_sum(peers, "again"), _sum(peers, "buyers"), _plain(market, "again", "buyers"))
    repurchase = _shrunk(offer.again, offer.buyers, again_mean)
    service = PRIOR if offer.composite is None else offer.composite / 5
    freshness = Fraction(2 ** (-offer.age_days / 30))
    weighed = (
        Fraction("0.55") * conversion
        + Fraction("0.25") * service
        + Fraction("0.10") * repurchase
        + Fraction("0.10") * freshness
    )
    return weighed * (Fraction(1, 2) if is_below_floor else 1)


def _sum(offers: list[Offer], name: str) -> int:
    return sum(getattr(one, name) for one in offers)


def _plain(offers: list[Offer], hit: str, of: str) -> Fraction:
    return Fraction(_sum(offers, hit), _sum(offers, of)) if _sum(offers, of) else Fraction(0)


def _shrunk(hit: int, of: int, mean: Fraction) -> Fraction:
    return (min(hit, of) + K * mean) / (of + K)
