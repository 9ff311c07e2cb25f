"""SQL of shops as promotions see them: whose an offer is, and until when a quote must ask what is taken off."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from huozhan.kernel.work import Work


async def lock(work: Work, seller_id: int) -> None:
    """Locks a shop's row, and makes it where there is none; seller 0 stands for the whole market."""
    await work.db.execute(
        "INSERT INTO shop (seller_id, changed_at, changed_by) VALUES ($1, $2, $3)"
        " ON CONFLICT (seller_id) DO UPDATE SET promoted_until = shop.promoted_until",
        seller_id, work.now, work.actor.person_id,
    )  # fmt: skip


async def note_promoted(work: Work, seller_id: int, until: datetime | None) -> None:
    """Writes until when quotes must ask for a shop's promotions; the caller holds its lock."""
    await work.db.execute("UPDATE shop SET promoted_until = $2 WHERE seller_id = $1", seller_id, until)


async def by_code(work: Work, codes: Collection[str]) -> dict[str, int]:
    """The actor's own offers by their codes."""
    rows = await work.db.fetch(
        "SELECT offer_code, offer_id FROM offer_code WHERE seller_id = $1 AND offer_code = ANY ($2::text[])",
        work.actor.org_id, list(codes),
    )  # fmt: skip
    return {row["offer_code"]: row["offer_id"] for row in rows}


async def owners(work: Work, offer_ids: Collection[int]) -> list[Any]:
    """Whose these offers are, and what they are called."""
    rows: list[Any] = await work.db.fetch(
        "SELECT offer_id, seller_id, title_zh, title_en FROM offer WHERE offer_id = ANY ($1::bigint[])",
        list(offer_ids),
    )
    return rows
