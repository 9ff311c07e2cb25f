"""Complaints: cases as they are told to those who measure suppliers (domain rules B1.6, B3.1)."""

from collections.abc import Sequence

from huozhan import scenes
from huozhan.aftersales.case import Liability
from huozhan.aftersales.store import complaints as store
from huozhan.kernel.work import Work


async def complaints_to_judge(work: Work, order_ids: Sequence[int]) -> dict[int, list[scenes.Complaint]]:
    """The cases of some orders: the class that the market ruled, or that the buyer said, and how they ended."""
    found: dict[int, list[scenes.Complaint]] = {}
    for row in await store.complaints(work, order_ids, Liability.wish):
        found.setdefault(row["order_id"], []).append(scenes.Complaint(**dict(row)))
    return found
