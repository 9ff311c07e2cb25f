"""What buyers made of offers, as cards say it; those above who count it tell it here."""

from collections.abc import Sequence

import msgspec

from huozhan.catalogue.store import esteem as store
from huozhan.kernel.shares import lower_bound_bp
from huozhan.kernel.work import Work


async def note_points(work: Work, offer_id: int, *, reviews: int, points_sum: int) -> None:
    """Notes how many reviews of an offer count and how many points (1 to 5 each) they gave together."""
    await store.note_points(work, offer_id, reviews, points_sum)


WHOLE_BP = 10_000


class Buyers(msgspec.Struct, frozen=True, kw_only=True):
    """How many organisations bought an offer over a time, and how many of them on two days or more."""

    offer_id: int
    buyers: int
    repeat_buyers: int


async def note_buyers(work: Work, counted: Sequence[Buyers], *, least: int, plain: int) -> None:
    """Notes how many buyers came back. Below `least` buyers no rate is told, below `plain` its careful end (B3.1)."""
    if not counted:
        return
    rates = [_rate_bp(one, least, plain) for one in counted]
    await store.note_buyers(
        work,
        [one.offer_id for one in counted],
        [one.buyers for one in counted],
        [one.repeat_buyers for one in counted],
        rates,
        [least <= one.buyers < plain for one in counted],
    )


def _rate_bp(one: Buyers, least: int, plain: int) -> int | None:
    if one.buyers < least:
        return None
    if one.buyers < plain:
        return lower_bound_bp(one.repeat_buyers, one.buyers)
    return one.repeat_buyers * WHOLE_BP // one.buyers
