"""An offer of the scene in a group of identical goods, and an objection to it."""

from collections.abc import Mapping
from typing import Any

from tests.doors.api.scene import Scene

REPORT = 4_711


async def another_offer(scene: Scene) -> str:
    """An offer that is not the scene's own."""
    async with scene.trade.hall.pool.acquire() as db:
        found = await db.fetchval(
            "SELECT max(offer_id) FROM offer WHERE offer_id <> $1", int(scene.things["offer"])
        )
    return str(found)


async def grouped(scene: Scene) -> dict[str, Any]:
    """The scene's offer and another one are the same goods, and nobody has objected."""
    now, own, other = scene.trade.clock.now(), int(scene.things["offer"]), int(await another_offer(scene))
    async with scene.trade.hall.pool.acquire() as db:
        await db.execute("DELETE FROM same_report")
        await db.execute(
            "INSERT INTO same_member (offer_id, goods_id, seller_id, centre_id, points, evidence, joined_at)"
            " SELECT o.offer_id, $3, o.seller_id, $1, 300, '[[\"words\", 900]]', $4 FROM offer o"
            "  WHERE o.offer_id IN ($1, $2) ON CONFLICT DO NOTHING",
            own, other, min(own, other), now,
        )  # fmt: skip
    return {}


async def reported(scene: Scene) -> dict[str, Any]:
    """Its supplier objects."""
    await grouped(scene)
    async with scene.trade.hall.pool.acquire() as db:
        await db.execute(
            "INSERT INTO same_report (report_id, offer_id, seller_id, state, reason, filed_at, filed_by)"
            " SELECT $1, offer_id, seller_id, 'filed', '规格不同', $3, 1 FROM offer WHERE offer_id = $2",
            REPORT, int(scene.things["offer"]), scene.trade.clock.now(),
        )  # fmt: skip
    return {"report_id": str(REPORT)}


async def beside(scene: Scene) -> dict[str, Any]:
    """Another offer, to be kept apart from the scene's."""
    return {"apart": [await another_offer(scene)]}


async def beside_in_form(scene: Scene) -> dict[str, Any]:
    """The same as a form says it."""
    return {"apart": await another_offer(scene)}


async def to_join(scene: Scene) -> dict[str, Any]:
    """Another offer, to be put together with the scene's; nothing was decided of them."""
    return {"other_id": await another_offer(scene)}


SAME_ROWS: Mapping[str, tuple[str, Mapping[str, Any], Any]] = {
    "same_offers": ("nobody", {"offer_id": "=offer"}, None),
    "my_same_goods": ("chenguang", {"offer_id": "@own_offer"}, None),
    "report_not_same": ("chenguang", {"reason": "规格不同", "offer_id": "@own_offer"}, grouped),
    "find_same": ("operator", {"q": "杯"}, None),
    "same_group": ("operator", {"offer_id": "=offer"}, None),
    "join_same": ("operator", {"reason": "同一厂家", "offer_id": "=offer"}, to_join),
    "keep_apart": ("operator", {"reason": "材质不同", "offer_id": "=offer"}, beside),
    "same_reports": ("operator", {}, None),
    "decide_same_report": ("operator", {"reason": "核对属实", "accept": False}, reported),
}
