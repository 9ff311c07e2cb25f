"""What promotions must take off, told a second time in plain arithmetic; it imports nothing of the market."""

from dataclasses import dataclass, field
from fractions import Fraction
from math import floor


@dataclass
class Goods:
    """One line: whose, which offer, how many pieces, what they cost before, and whether promotions touch it."""

    shop: int
    offer: int
    pieces: int
    price: int
    plain: bool = False
    no_coupons: bool = False


@dataclass
class Deal:
    """One promotion; `rate` in hundredths of a per cent, `piece` in hundredths of a fen, `steps` as (from, off)."""

    number: int
    shop: int
    kind: str
    offers: tuple[int, ...] = ()
    rate: int = 0
    piece: int = 0
    steps: tuple[tuple[int, int], ...] = ()
    least: int = 0
    off: int = 0


@dataclass
class Receipt:
    """What each line costs after each step, and what each step took off it."""

    left: list[int]
    off: dict[str, list[int]] = field(default_factory=dict)


def half_up(amount: Fraction) -> int:
    """Rounded to a fen."""
    return floor(amount + Fraction(1, 2))


def shared(total: int, weights: list[int]) -> list[int]:
    """A total over weights: largest remainder, ties by position."""
    weights = weights if sum(weights) else [1] * len(weights)
    exact = [Fraction(total * weight, sum(weights)) for weight in weights]
    parts = [floor(part) for part in exact]
    for position in sorted(range(len(parts)), key=lambda i: parts[i] - exact[i])[: total - sum(parts)]:
        parts[position] += 1
    return parts


def spread(total: int, nets: list[int]) -> list[int]:
    """A total over lines none of which may fall below a fen; what one cannot bear the others do."""
    gone = [0] * len(nets)
    rest = min(total, sum(max(0, net - 1) for net in nets))
    while rest:
        can = [i for i, net in enumerate(nets) if net - gone[i] > 1]
        for i, part in zip(can, shared(rest, [nets[i] for i in can]), strict=True):
            took = min(part, nets[i] - gone[i] - 1)
            gone[i] += took
        rest = min(total, sum(max(0, net - 1) for net in nets)) - sum(gone)
    return gone


def reckon(lines: list[Goods], deals: list[Deal]) -> Receipt:
    """First each line's best own promotion, then each shop's best full reduction, then its coupon, then the market's."""
    receipt = Receipt([line.price for line in lines])
    receipt.off["item"] = [0] * len(lines)
    for i, line in enumerate(lines):
        best = 0
        for deal in deals:
            if deal.kind == "item" and _reaches(deal, line):
                asked = line.price - half_up(Fraction(line.price * (10_000 - deal.rate), 10_000))
                if deal.piece:
                    asked = half_up(Fraction(deal.piece * line.pieces, 100))
                best = max(best, min(asked, line.price - 1))
        receipt.off["item"][i] = max(best, 0)
        receipt.left[i] -= max(best, 0)
    receipt.off["full"] = [0] * len(lines)
    for shop in {line.shop for line in lines}:
        choices = []
        for deal in deals:
            if deal.kind != "full" or deal.shop != shop:
                continue
            inside = [i for i, line in enumerate(lines) if _reaches(deal, line)]
            worth = sum(receipt.left[i] for i in inside)
            choices.append(
                (max((off for start, off in deal.steps if start <= worth), default=0), -deal.number, inside)
            )
        if choices:
            off, _, inside = max(choices)
            for i, part in zip(inside, spread(off, [receipt.left[i] for i in inside]), strict=True):
                receipt.off["full"][i] = part
                receipt.left[i] -= part
    for kind in ("shop_coupon", "platform_coupon"):
        receipt.off[kind] = [0] * len(lines)
        for deal in deals:
            if deal.kind == kind:
                inside = [i for i, line in enumerate(lines) if _reaches(deal, line) and not line.no_coupons]
                if sum(receipt.left[i] for i in inside) >= deal.least:
                    for i, part in zip(
                        inside, spread(deal.off, [receipt.left[i] for i in inside]), strict=True
                    ):
                        receipt.off[kind][i] = part
                        receipt.left[i] -= part
    return receipt


def most(lines: list[Goods], deals: list[Deal], coupons: list[Deal]) -> int:
    """The most that any choice of one coupon per shop and one of the market takes off, tried one by one."""
    shops = sorted({coupon.shop for coupon in coupons})
    ways: list[list[Deal]] = [[]]
    for shop in shops:
        ways = [[*way, *own] for way in ways for own in ([], *([c] for c in coupons if c.shop == shop))]
    plain = sum(reckon(lines, deals).left)
    return max(plain - sum(reckon(lines, deals + way).left) for way in ways)


def _reaches(deal: Deal, line: Goods) -> bool:
    return not line.plain and deal.shop in (0, line.shop) and (not deal.offers or line.offer in deal.offers)
