"""SQL of shops as promotions see them: whose an offer is, and until when a quote must ask what is taken off."""

from collections.abc import Collection, Mapping
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


async def note_lent(work: Work, seller_id: int, *, takes_lent: bool) -> None:
    """Writes whether a shop takes orders that a lender pays; the row is made where there is none."""
    await work.db.execute(
        "INSERT INTO shop (seller_id, changed_at, changed_by, takes_lent) VALUES ($1, $2, $3, $4)"
        " ON CONFLICT (seller_id) DO UPDATE SET takes_lent = $4",
        seller_id, work.now, work.actor.person_id, takes_lent,
    )  # fmt: skip


async def note_terms(work: Work, seller_id: int, said: Mapping[str, Any]) -> None:
    """Writes columns of a shop by name; the row is made where there is none."""
    names = ", ".join(said)
    marks = ", ".join(f"${at}" for at in range(4, 4 + len(said)))
    await work.db.execute(
        f"INSERT INTO shop (seller_id, changed_at, changed_by, {names}) VALUES ($1, $2, $3, {marks})"
        f" ON CONFLICT (seller_id) DO UPDATE SET {', '.join(f'{name} = EXCLUDED.{name}' for name in said)}",
        seller_id, work.now, work.actor.person_id, *said.values(),
    )  # fmt: skip


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
        "SELECT offer_id, offer_code, seller_id, title_zh, title_en FROM offer WHERE offer_id = ANY ($1::bigint[])",
        list(offer_ids),
    )
    return rows


async def note_booked(work: Work, seller_id: int, buyer_id: int, until: datetime | None) -> None:
    """Writes until when quotes must ask for what a shop's price books have for a buyer; None where they have nothing."""
    if until is None:
        await work.db.execute(
            "DELETE FROM shop_buyer WHERE buyer_id = $1 AND seller_id = $2", buyer_id, seller_id
        )
        return
    await work.db.execute(
        "INSERT INTO shop_buyer (buyer_id, seller_id, booked_until) VALUES ($1, $2, $3)"
        " ON CONFLICT (buyer_id, seller_id) DO UPDATE SET booked_until = EXCLUDED.booked_until",
        buyer_id, seller_id, until,
    )  # fmt: skip


async def skus_by_code(work: Work, codes: Collection[str]) -> list[Any]:
    """The actor's own SKUs by their codes, or by the code of the offer and theirs with a slash between."""
    rows: list[Any] = await work.db.fetch(
        "SELECT k.sku_code, c.offer_code, k.sku_id, k.offer_id FROM offer_code c JOIN sku k USING (offer_id)"
        " WHERE c.seller_id = $1 AND k.is_offered"
        "   AND (k.sku_code = ANY ($2::text[]) OR c.offer_code || '/' || k.sku_code = ANY ($2::text[]))",
        work.actor.org_id, list(codes),
    )  # fmt: skip
    return rows


async def sku_faces(work: Work, sku_ids: Collection[int]) -> list[Any]:
    """What these SKUs are called, and what a piece costs everybody."""
    rows: list[Any] = await work.db.fetch(
        "SELECT k.sku_id, k.offer_id, o.seller_id, k.sku_code, k.options_zh, k.options_en, o.offer_code, o.title_zh,"
        "       o.title_en, o.unit, o.price_low_e4, o.price_high_e4, k.price_e4"
        "  FROM sku k JOIN offer o USING (offer_id) WHERE k.sku_id = ANY ($1::bigint[])",
        list(sku_ids),
    )
    return rows


async def booked_until(work: Work, pairs: Collection[tuple[int, int]]) -> dict[tuple[int, int], datetime]:
    """The marks of some pairs of seller and buyer."""
    rows = await work.db.fetch(
        "SELECT b.seller_id, b.buyer_id, b.booked_until FROM shop_buyer b"
        "  JOIN unnest($1::bigint[], $2::bigint[]) AS p(seller_id, buyer_id) USING (seller_id, buyer_id)",
        [seller_id for seller_id, _ in pairs], [buyer_id for _, buyer_id in pairs],
    )  # fmt: skip
    return {(row["seller_id"], row["buyer_id"]): row["booked_until"] for row in rows}
