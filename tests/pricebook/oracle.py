"""What a line costs by the rules on price books, told a second time in plain arithmetic; it imports nothing of the market."""

from dataclasses import dataclass, field
from fractions import Fraction
from math import floor

ORDER = ("contract", "negotiated", "member")


@dataclass
class Said:
    """A book says a price (in hundredths of a fen) from so many pieces on, or a rate off in hundredths of a per cent."""

    source: str
    start: int = 1
    price: int = 0
    rate: int = 0
    coupons: bool = True


@dataclass
class Item:
    """One SKU that is bought: its shop and offer, how the offer is priced, its own steps, pieces, and what books say."""

    sku: int
    shop: int
    offer: int
    model: str
    steps: list[tuple[int, int]]
    pieces: int
    books: list[Said] = field(default_factory=list)


@dataclass
class Told:
    """What a piece costs, by whom, what it costs everybody, and what the line comes to in fen."""

    price: int
    source: str
    plain: int
    amount: int
    coupons: bool


def half_up(amount: Fraction) -> int:
    """Rounded half up."""
    return floor(amount + Fraction(1, 2))


def told(items: list[Item]) -> list[Told]:
    """Every line's price and source."""
    return [_told(item, items) for item in items]


def _told(item: Item, items: list[Item]) -> Told:
    plain = _plain(item, items)
    price, source, coupons = plain, "list", True
    for name in ORDER:
        steps = [said for said in item.books if said.source == name and said.start <= item.pieces]
        if steps:
            best = max(steps, key=lambda said: said.start)
            price, source, coupons = best.price, name, best.coupons
            if not price:
                price = max(half_up(Fraction(plain * (10_000 - best.rate), 10_000)), min(plain, 100))
            break
    return Told(price, source, plain, half_up(Fraction(price * item.pieces, 100)), coupons)


def _plain(item: Item, items: list[Item]) -> int:
    if item.model == "sku_price":
        return item.steps[0][1]
    count = item.pieces
    if item.model != "sku_ladder":
        count = sum(other.pieces for other in items if other.offer == item.offer)
    reached = [price for start, price in item.steps if start <= count]
    return reached[-1] if reached else item.steps[0][1]
