"""The operator's arranging of shelves, on record."""

from huozhan import shelves
from huozhan.kernel.work import Work, use_case
from huozhan.operations.audit import note_act


@use_case("market.operate", writes=True)
async def arrange_shelf(work: Work, ask: shelves.asks.ArrangeShelf) -> shelves.views.ArrangedShelf:
    """Arrange a shelf: its words, its rule, what stands first and what is left out; version 0 makes a new one."""
    arranged = await shelves.arrange_shelf(work, ask)
    facts = {
        "version": arranged.version,
        "is_shown": ask.is_shown,
        "pinned": len(ask.pinned),
        "hidden": len(ask.hidden),
    }
    await note_act(work, "shelf.arrange", about=ask.shelf_key, reason=ask.reason, **facts)
    return arranged
