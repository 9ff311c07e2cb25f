"""Which price book prices so many pieces, and what it says (domain rule B2.2, step 2). Pure.

The order of the books is fixed: the first one that says anything of this quantity decides, also where another is cheaper.
"""

from collections.abc import Sequence

from huozhan.catalogue.goods import BookPrice, Source
from huozhan.kernel.money import BASIS_POINTS, E4_PER_MINOR, divide_half_up

PRIORITY = tuple(Source)


def book_for(books: Sequence[BookPrice], quantity: int) -> BookPrice | None:
    """What decides the price of so many pieces of one SKU: of the first book, its highest step that they reach."""
    reached = [one for one in books if one.from_quantity <= quantity]
    if not reached:
        return None
    return min(reached, key=lambda one: (PRIORITY.index(one.source), -one.from_quantity))


def booked_e4(price_e4: int | None, off_bp: int, list_price_e4: int) -> int:
    """The unit price by a book; what is taken off the ladder leaves one minor unit, or the ladder where it is less."""
    if price_e4 is not None:
        return price_e4
    off_e4 = divide_half_up(list_price_e4 * (BASIS_POINTS - off_bp), BASIS_POINTS)
    return max(off_e4, min(list_price_e4, E4_PER_MINOR))
