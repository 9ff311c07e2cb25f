"""Rows of members: which level a buyer has in a shop, and how it came to it."""

from datetime import datetime
from typing import Any

from huozhan.kernel.work import Work


async def level_of(work: Work, seller_id: int, buyer_id: int) -> str:
    """The level of a buyer in a shop; empty where it has none."""
    level: str | None = await work.db.fetchval(
        "SELECT level FROM price_member WHERE seller_id = $1 AND buyer_id = $2", seller_id, buyer_id
    )
    return level or ""


_ASSIGN = """
WITH noted AS (
    INSERT INTO price_member_move (seller_id, buyer_id, move_id, level, is_by_rule, moved_at, moved_by, reason)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
), gone AS (
    DELETE FROM price_member WHERE seller_id = $1 AND buyer_id = $2 AND $4 = ''
)
INSERT INTO price_member (seller_id, buyer_id, level, is_by_rule, since)
SELECT $1, $2, $4, $5, $6 WHERE $4 <> ''
    ON CONFLICT (seller_id, buyer_id)
    DO UPDATE SET level = EXCLUDED.level, is_by_rule = EXCLUDED.is_by_rule, since = EXCLUDED.since
"""


async def assign(
    work: Work, seller_id: int, buyer_id: int, level: str, *, is_by_rule: bool, reason: str
) -> None:
    """Gives a buyer a level, or with an empty one takes it away; the shop is locked by the caller."""
    await work.db.execute(
        _ASSIGN, seller_id, buyer_id, work.new_id(), level, is_by_rule, work.now, work.actor.person_id, reason
    )


async def of_shop(work: Work, before: tuple[datetime, int] | None, limit: int) -> list[Any]:
    """The shop's members, those who came to their level last first."""
    since, buyer_id = before or (None, 0)
    rows: list[Any] = await work.db.fetch(
        "SELECT buyer_id, level, is_by_rule, since FROM price_member"
        " WHERE seller_id = $1 AND ($2::timestamptz IS NULL OR (since, buyer_id) < ($2, $3))"
        " ORDER BY since DESC, buyer_id DESC LIMIT $4",
        work.actor.org_id, since, buyer_id, limit,
    )  # fmt: skip
    return rows


async def of_buyer(work: Work, limit: int) -> list[Any]:
    """The levels that the actor's organisation has in shops, the newest first."""
    rows: list[Any] = await work.db.fetch(
        "SELECT m.seller_id, m.level, m.since, coalesce(v.off_bp, 0) AS off_bp"
        "  FROM price_member m"
        "  LEFT JOIN price_book b ON b.seller_id = m.seller_id AND b.kind = 'level' AND b.level = m.level"
        "  LEFT JOIN price_version v ON v.book_id = b.book_id AND v.state = 'in_force'"
        " WHERE m.buyer_id = $1 ORDER BY m.since DESC, m.seller_id LIMIT $2",
        work.actor.org_id, limit,
    )  # fmt: skip
    return rows
