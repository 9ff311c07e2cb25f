"""When goods are to be ordered again: by the time that lay between one's own orders of them. Pure."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median_high

import msgspec

from huozhan.kernel.money import BASIS_POINTS
from huozhan.ordering import Purchase

SAME_ORDER = timedelta(days=1)
"""What was paid for within a day is one restocking."""


class Restock(msgspec.Struct, frozen=True, kw_only=True):
    """One offer that was bought: how often, when last, how much of what; when it comes due where that can be told."""

    offer_id: int
    sku_id: int
    quantity: int
    times: int
    last_at: datetime
    every: timedelta | None
    due_at: datetime | None
    is_due: bool


def restocks_of(purchases: Sequence[Purchase], now: datetime, lead_bp: int) -> list[Restock]:
    """What was bought, by offer: what is due first (the longest overdue before), then what was bought last.

    The time between restockings is their median. Goods come due a part of it (`lead_bp`) early, so that they are there in time; what was
    bought once has no such time.
    """
    by_offer: dict[int, list[Purchase]] = defaultdict(list)
    for one in sorted(purchases, key=lambda one: (one.paid_at, one.sku_id)):
        by_offer[one.offer_id].append(one)
    found = [_restock(offer_id, some, now, lead_bp) for offer_id, some in by_offer.items()]
    return sorted(
        found,
        key=lambda one: (not one.is_due, one.due_at if one.is_due else now, now - one.last_at, one.offer_id),
    )


def _restock(offer_id: int, bought: Sequence[Purchase], now: datetime, lead_bp: int) -> Restock:
    moments = [bought[0].paid_at]
    for one in bought[1:]:
        if one.paid_at - moments[-1] >= SAME_ORDER:
            moments.append(one.paid_at)
    gaps = [after - before for before, after in pairwise(moments)]
    every = median_high(gaps) if gaps else None
    due_at = moments[-1] + every * (BASIS_POINTS - lead_bp) // BASIS_POINTS if every else None
    last = bought[-1]
    same = sorted(one.quantity for one in bought if one.sku_id == last.sku_id)
    return Restock(
        offer_id=offer_id,
        sku_id=last.sku_id,
        quantity=median_high(same),
        times=len(moments),
        last_at=last.paid_at,
        every=every,
        due_at=due_at,
        is_due=due_at is not None and due_at <= now,
    )
