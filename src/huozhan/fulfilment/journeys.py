"""Journeys: how goods travelled, told to those who measure suppliers (domain rules B3.1)."""

from collections.abc import Sequence

from huozhan import scenes
from huozhan.fulfilment.parcel import ON_THE_WAY
from huozhan.fulfilment.store import journeys as store
from huozhan.kernel.work import Work


async def journeys_to_judge(work: Work, order_ids: Sequence[int]) -> dict[int, scenes.Journey]:
    """How the goods of some orders travelled; none of an order of which nothing was sent."""
    rows = await store.journeys(work, order_ids, ON_THE_WAY)
    return {row["order_id"]: scenes.Journey(**dict(row)) for row in rows}
