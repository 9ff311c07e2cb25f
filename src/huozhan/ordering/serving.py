"""How orders were served: what ordering knows of it, told to those who measure suppliers (domain rules B3.1)."""

from collections.abc import Sequence
from datetime import datetime

from huozhan import scenes
from huozhan.kernel.work import Work
from huozhan.ordering.compensating import NO_STOCK
from huozhan.ordering.store import sales as store

BY_SELLER = ("unshipped", NO_STOCK)
"""Money that went back because the seller did not send: by the clock of what stays unshipped, or for want of goods."""


async def sales_to_judge(work: Work, order_ids: Sequence[int]) -> list[scenes.Sale]:
    """Those of some orders that were paid or taken on credit, with what decides how they count."""
    found = []
    for row in await store.sales(work, order_ids, BY_SELLER):
        values = dict(row)
        vertical, _, _ = values.pop("category_id").partition("-")
        found.append(scenes.Sale(**values, vertical=vertical))
    return found


async def orders_to_walk(work: Work, after_id: int, since: datetime, limit: int) -> list[int]:
    """The next orders of the whole market that were placed since a moment, in order of id."""
    return await store.placed_since(work, after_id, since, limit)
