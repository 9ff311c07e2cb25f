"""What a basket costs and what stands against ordering it, told a second time from the rules (B2.1, B2.2) in plain arithmetic.

It imports nothing of the market. Where the market looks for a step, this tries every quantity.
"""

from dataclasses import dataclass, field
from fractions import Fraction
from math import floor

BOOKS = ("contract", "negotiated", "member")
FAR = 200


@dataclass(frozen=True)
class Sku:
    """One SKU with the model it is priced by; prices in hundredths of a fen."""

    number: int
    offer: int
    shop: int
    model: str
    steps: tuple[tuple[int, int], ...]
    moq: int = 1
    lot: int = 1
    free: int = 10**6
    is_mixable: bool = False
    mix_fen: int | None = None
    mix_pieces: int | None = None
    is_on_sale: bool = True
    sample: int | None = None
    books: tuple[tuple[str, int, int], ...] = ()
    """Source, from so many pieces, price."""


@dataclass(frozen=True)
class Want:
    """A line of the basket."""

    sku: Sku
    pieces: int
    is_sample: bool = False


@dataclass
class Line:
    """What is told of a line."""

    price: int
    plain: int
    basis: str
    amount: int = 0
    counted: int = 0
    step: int = 0
    following: tuple[int, int] | None = None


@dataclass
class Trouble:
    """Why it cannot be ordered; ways as (kind, SKU, pieces, fen, cost)."""

    code: str
    offer: int
    sku: int = 0
    facts: dict[str, int] = field(default_factory=dict)
    ways: list[tuple[str, int, int, int, int]] = field(default_factory=list)


def half_up(amount: Fraction) -> int:
    """Rounded half up."""
    return floor(amount + Fraction(1, 2))


def pieces(wants: list[Want], *, sku: int = 0, offer: int = 0) -> int:
    """So many pieces of a SKU or an offer are wanted; samples do not count."""
    return sum(
        want.pieces for want in wants
        if not want.is_sample and (want.sku.number == sku or want.sku.offer == offer)
    )  # fmt: skip


def lines(wants: list[Want]) -> list[Line]:
    """Every line."""
    told = [_line(want, wants) for want in wants]
    for at, line in enumerate(told):
        same = [
            i for i, other in enumerate(told)
            if (wants[i].sku.number, other.price) == (wants[at].sku.number, line.price)
        ]  # fmt: skip
        whole = sum(wants[i].pieces for i in same)
        fen = half_up(Fraction(line.price * whole, 100))
        exact = {i: Fraction(fen * wants[i].pieces, whole) for i in same}
        left = fen - sum(floor(part) for part in exact.values())
        favoured = sorted(same, key=lambda i: (floor(exact[i]) - exact[i], i))[:left]
        line.amount = floor(exact[at]) + (at in favoured)
    return told


def _line(want: Want, wants: list[Want]) -> Line:
    sku = want.sku
    if want.is_sample:
        price = sku.sample or 0
        return Line(price, price, "sample", counted=want.pieces)
    counted = pieces(wants, sku=sku.number) if sku.model == "sku_ladder" else pieces(wants, offer=sku.offer)
    line = _priced(want, wants, 0)
    line.counted = counted
    if line.basis == "sku":
        return line if not sku.books else _with_next(line, want, wants)
    return _with_next(line, want, wants)


def _with_next(line: Line, want: Want, wants: list[Want]) -> Line:
    own = pieces(wants, sku=want.sku.number)
    for more in range(1, FAR):
        if (own + more) % want.sku.lot == 0:
            price = _priced(want, wants, more).price
            if price < line.price:
                line.following = (more, price)
                break
    return line


def _priced(want: Want, wants: list[Want], more: int) -> Line:
    """The line's price with so many more pieces of it."""
    sku = want.sku
    own, all_of_it = pieces(wants, sku=sku.number) + more, pieces(wants, offer=sku.offer) + more
    if sku.model == "sku_price":
        plain, basis, step = sku.steps[0][1], "sku", 0
    else:
        counted = own if sku.model == "sku_ladder" else all_of_it
        reached = [one for one in sku.steps if one[0] <= counted]
        step, plain = reached[-1] if reached else sku.steps[0]
        basis = "mixed_first_step" if not reached and sku.is_mixable and all_of_it < sku.moq else "ladder"
    for source in BOOKS:
        said = [one for one in sku.books if one[0] == source and one[1] <= own]
        if said:
            _, start, price = max(said, key=lambda one: one[1])
            return Line(price, plain, source, step=start)
    return Line(plain, plain, basis, step=step)


def troubles(wants: list[Want]) -> list[Trouble]:
    """Everything that stands against ordering: SKU by SKU, then offer by offer."""
    found: list[Trouble] = []
    met = []
    for want in wants:
        if (want.sku.number, want.is_sample) not in met:
            met.append((want.sku.number, want.is_sample))
            found += _of_sample(want) if want.is_sample else _of_sku(want.sku, wants)
    offers = dict.fromkeys(want.sku.offer for want in wants if not want.is_sample)
    for offer in offers:
        found += _of_offer(offer, wants)
    return found


def _keep(sku: Sku, count: int) -> tuple[str, int, int, int, int]:
    return ("set_quantity" if count else "remove", sku.number, count, 0, 0)


def _of_sample(want: Want) -> list[Trouble]:
    sku, out = want.sku, [_keep(want.sku, 0)]
    if not sku.is_on_sale:
        return [Trouble("not_on_sale", sku.offer, sku.number, {}, out)]
    if sku.sample is None:
        return [Trouble("no_sample", sku.offer, sku.number, {}, out)]
    if want.pieces > sku.free:
        facts = {"quantity": want.pieces, "free": sku.free}
        return [Trouble("out_of_stock", sku.offer, sku.number, facts, out)]
    return []


def _of_sku(sku: Sku, wants: list[Want]) -> list[Trouble]:
    if not sku.is_on_sale:
        return [Trouble("not_on_sale", sku.offer, sku.number, {}, [_keep(sku, 0)])]
    count, found = pieces(wants, sku=sku.number), []
    if count % sku.lot:
        lower = count // sku.lot * sku.lot
        ways = [_keep(sku, lower), _keep(sku, lower + sku.lot)]
        found.append(
            Trouble("not_whole_lots", sku.offer, sku.number, {"quantity": count, "lot": sku.lot}, ways)
        )
    if count > sku.free:
        most = max(0, sku.free) // sku.lot * sku.lot
        ways = [_keep(sku, most), _keep(sku, 0)] if most else [_keep(sku, 0)]
        found.append(
            Trouble("out_of_stock", sku.offer, sku.number, {"quantity": count, "free": sku.free}, ways)
        )
    return found


def _of_offer(offer: int, wants: list[Want]) -> list[Trouble]:
    of_it = [want.sku for want in wants if want.sku.offer == offer and not want.is_sample]
    skus = list({sku.number: sku for sku in of_it}.values())
    first, count = skus[0], pieces(wants, offer=offer)
    if count >= first.moq or not first.is_on_sale:
        return []
    told = lines(wants)
    mixed = [
        (want.pieces, line.amount) for want, line in zip(wants, told, strict=True)
        if want.sku.shop == first.shop and want.sku.is_mixable and want.sku.is_on_sale and not want.is_sample
    ]  # fmt: skip
    has_pieces, has_fen = sum(one[0] for one in mixed), sum(one[1] for one in mixed)
    ways = _adding(skus, first.moq - count, wants)
    if first.is_mixable:
        if first.mix_fen is not None:
            if has_fen >= first.mix_fen:
                return []
            ways.append(("add_mixed_amount", 0, 0, first.mix_fen - has_fen, first.mix_fen - has_fen))
        if first.mix_pieces is not None:
            if has_pieces >= first.mix_pieces:
                return []
            more = first.mix_pieces - has_pieces
            ways.append(("add_mixed_pieces", 0, more, 0, floor(Fraction(more * has_fen, has_pieces))))
    ways.sort(key=lambda way: way[4])
    ways.append(("remove", 0, 0, 0, 0))
    return [Trouble("below_minimum", offer, 0, {"quantity": count, "moq": first.moq}, ways[:2])]


def _adding(skus: list[Sku], missing: int, wants: list[Want]) -> list[tuple[str, int, int, int, int]]:
    """The cheapest SKU of which enough are left."""
    ways = []
    for sku in skus:
        own = pieces(wants, sku=sku.number)
        more = next(n for n in range(missing, FAR) if (own + n) % sku.lot == 0)
        if own + more <= sku.free:
            price = _priced(Want(sku, 1), wants, 0).price
            ways.append(("add_pieces", sku.number, more, 0, half_up(Fraction(price * more, 100))))
    return sorted(ways, key=lambda way: way[4])[:1]
