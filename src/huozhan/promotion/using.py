"""What orders take of promotions: asked for by quotes, noted when an order is placed, and followed to its end."""

from collections.abc import Collection, Mapping, Sequence

import msgspec

from huozhan.kernel.work import Work
from huozhan.promotion.cutting import Cut
from huozhan.promotion.promotion import USE_MOVES, Promotion, UseState
from huozhan.promotion.store import promotions
from huozhan.promotion.store.promotions import Use


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """What one line of an order was lowered by, and what it costs after all of it."""

    order_id: int
    cuts: Sequence[Cut]
    goods_minor: int


async def running(work: Work, seller_ids: Collection[int]) -> list[Promotion]:
    """The promotions of these shops that lower a quote made now."""
    return await promotions.running(work, seller_ids)


async def note_taken(work: Work, lines: Sequence[Taken]) -> None:
    """Notes what the lines of orders that are being placed were lowered by."""
    off: dict[tuple[int, int], tuple[int, int]] = {}
    for line in lines:
        for one in line.cuts:
            key = (one.promotion_id, line.order_id)
            amount, goods = off.get(key, (0, 0))
            off[key] = (amount + one.amount_minor, goods + line.goods_minor)
    uses = [
        Use(promotion_id=promotion_id, order_id=order_id, amount_minor=amount, goods_minor=goods)
        for (promotion_id, order_id), (amount, goods) in sorted(off.items())
    ]
    await promotions.add_uses(work, USE_MOVES.first, uses)


_BEFORE: Mapping[str, UseState] = {
    "pay": UseState.placed, "close": UseState.placed, "reopen": UseState.closed
}  # fmt: skip


async def order_moved(work: Work, order_id: int, event: str) -> None:
    """An order that used promotions was paid (`pay`), closed unpaid (`close`), or paid late after all (`reopen`)."""
    before = _BEFORE[event]
    await promotions.move_uses(work, order_id, before, USE_MOVES.after(before, event))
