"""Doubts for an operator to look into: parcels that nobody saw, orders that were picked up too late."""

from typing import Any

from huozhan import parties
from huozhan.fulfilment.asks import ListDoubts, SettleDoubt
from huozhan.fulfilment.carrier import carriers_by_code
from huozhan.fulfilment.store import doubts as store
from huozhan.fulfilment.views import DoubtView
from huozhan.kernel.paging import Page, read_cursor, write_cursor
from huozhan.kernel.refusals import NotFound
from huozhan.kernel.shapes import Bilingual, Done
from huozhan.kernel.work import Work, use_case


@use_case("market.view", writes=False)
async def doubts(work: Work, ask: ListDoubts) -> Page[DoubtView]:
    """List what is doubted about parcels and not settled, the oldest first."""
    after = read_cursor(ask.cursor, int)
    rows = await store.open_page(work, int(after[0]) if after else 0, ask.size + 1)
    shown = rows[: ask.size]
    faces = await parties.org_faces(work, {row["seller_id"] for row in shown}) if shown else {}
    next_cursor = write_cursor(shown[-1]["doubt_id"]) if len(rows) > ask.size else None
    return Page([_view(row, faces) for row in shown], next_cursor)


async def settle_doubt(work: Work, ask: SettleDoubt) -> Done:
    """A person looked into it; nothing more is to be done about it here."""
    if not await store.settle(work, int(ask.order_id), int(ask.doubt_id)):
        raise NotFound(doubt_id=ask.doubt_id)
    return Done()


def _view(row: Any, faces: dict[int, parties.OrgFace]) -> DoubtView:
    face, carrier = faces.get(row["seller_id"]), carriers_by_code().get(row["carrier_code"] or "")
    return DoubtView(
        doubt_id=str(row["doubt_id"]),
        order_id=str(row["order_id"]),
        number=row["number"],
        doubt=row["doubt"],
        seller_id=str(row["seller_id"]),
        seller=face.name if face else Bilingual(),
        carrier=Bilingual(zh=carrier.name_zh, en=carrier.name_en) if carrier else Bilingual(),
        waybill=row["waybill"] or "",
        shipped_at=row["shipped_at"],
        due_at=row["due_at"],
        raised_at=row["raised_at"],
    )
