"""Bands: how buyers filter by service (B3.2's public list), and what ranking asks of a supplier (B3.3). Pure."""

from datetime import date, timedelta
from typing import NamedTuple

from huozhan.scenes.scoring import FULL_E2
from huozhan.scenes.views import Bands, RateFace

COMPOSITE_BANDS = ((FULL_E2, "5"), (450, "4.5"), (400, "4"), (0, "below"))
PICKUP_BANDS = ((9_900, "99"), (9_500, "95"), (0, "below"))
BANDS = {
    "composite": tuple(name for _, name in COMPOSITE_BANDS),
    "pickup": tuple(name for _, name in PICKUP_BANDS),
}
"""The values of the bands, the best first; what is not measured is in none ('')."""


def bands_of(composite_e2: int | None, pickup_48: RateFace, pickup_24: RateFace) -> Bands:
    """In which bands a supplier is, by what is shown of it."""
    return Bands(
        composite=_band(composite_e2, COMPOSITE_BANDS),
        pickup_48=_band(pickup_48.rate_bp, PICKUP_BANDS),
        pickup_24=_band(pickup_24.rate_bp, PICKUP_BANDS),
    )


def _band(value: int | None, bands: tuple[tuple[int, str], ...]) -> str:
    return "" if value is None else next(name for least, name in bands if value >= least)


class Gate(NamedTuple):
    """What 严选 asks: at least such a composite and share picked up within 48 hours, at most such a share of quality refunds."""

    composite_e2: int
    pickup_bp: int
    quality_refund_bp: int


def is_selected(gate: Gate, composite_e2: int | None, pickup_48: RateFace, quality_refund: RateFace) -> bool:
    """Whether a supplier passes the gate by what is shown of it; what is not measured passes nothing."""
    if composite_e2 is None or pickup_48.rate_bp is None or quality_refund.rate_bp is None:
        return False
    return (
        composite_e2 >= gate.composite_e2
        and pickup_48.rate_bp >= gate.pickup_bp
        and quality_refund.rate_bp <= gate.quality_refund_bp
    )


def standing(below_since: date | None, until_on: date, *, warning: timedelta, cure: timedelta) -> str:
    """Where a supplier stands: `good`; `warned`, from the first day of missing a base floor; `below` once the warning is over;
    `suspended` once the time to cure it is over too.
    """
    if below_since is None:
        return "good"
    missed = until_on - below_since
    if missed < warning:
        return "warned"
    return "below" if missed < warning + cure else "suspended"
