"""Price ladders rebuilt from what was charged: the list that explains most rows of a SKU with few steps. Pure."""

from collections import defaultdict
from collections.abc import Sequence

from huozhan.catalogue import Step
from huozhan.doors.market.replay_reading import Sold

ROWS_PER_STEP = 3
"""A step below the first is believed only where it explains so many rows more than its absence would."""
STEPS_MAX = 10
"""As many steps as an offer may have."""

_Ladder = tuple[int, tuple[Step, ...]]
"""How many rows a ladder explains, less its steps' worth; and the ladder."""


def ladder_of(sold: Sequence[Sold], highest_e4: int) -> tuple[Step, ...]:
    """The sound ladder (quantities rise, prices fall) at whose prices most rows were charged.

    Walks the quantities upwards and keeps, for every price that occurs, the best ladder that stands at it: it goes
    on, or comes down from the best dearer one for the worth of `ROWS_PER_STEP` rows. Rows of invoices that name two
    prices for one SKU explain nothing.
    """
    rows_at: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for one in sold:
        if one.price_e4:
            rows_at[one.quantity][one.price_e4] += one.rows
    prices = sorted({price for rows in rows_at.values() for price in rows}, reverse=True)
    if not prices:
        return (Step(1, highest_e4),)
    smallest = min(rows_at)
    best: dict[int, _Ladder] = {
        price: (rows_at[smallest].get(price, 0), (Step(1, price),)) for price in prices
    }
    for quantity in sorted(rows_at.keys() - {smallest}):
        best = _at_quantity(best, prices, quantity, rows_at[quantity])
    return max(best.values(), key=lambda found: (found[0], -len(found[1])))[1]


def _at_quantity(
    best: dict[int, _Ladder], prices: Sequence[int], quantity: int, rows: dict[int, int]
) -> dict[int, _Ladder]:
    following: dict[int, _Ladder] = {}
    dearer: _Ladder | None = None
    for price in prices:
        explained, ladder = best[price]
        if dearer is not None and len(dearer[1]) < STEPS_MAX and dearer[0] - ROWS_PER_STEP + 1 > explained:
            explained, ladder = dearer[0] - ROWS_PER_STEP + 1, (*dearer[1], Step(quantity, price))
        if dearer is None or best[price][0] > dearer[0]:
            dearer = best[price]
        following[price] = (explained + rows.get(price, 0), ladder)
    return following
