"""Rows of a shop's rules for levels, and what hands have said of its buyers."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from huozhan.kernel.work import Work
from huozhan.pricebook.book import Level, LevelRule


async def of_shop(work: Work, seller_id: int) -> list[LevelRule]:
    """A shop's rules, the lowest level first."""
    rows = await work.db.fetch(
        "SELECT level, least_minor, least_orders, days FROM price_level_rule WHERE seller_id = $1", seller_id
    )
    found = {
        row["level"]: LevelRule(Level(row["level"]), row["least_minor"], row["least_orders"], row["days"])
        for row in rows
    }
    return [found[level] for level in Level if level in found]


async def put(work: Work, rule: LevelRule) -> None:
    """Writes the actor's shop's rule for a level, in place of the one before."""
    await work.db.execute(
        "INSERT INTO price_level_rule (seller_id, level, least_minor, least_orders, days, set_at, set_by, worked_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $6) ON CONFLICT (seller_id, level) DO UPDATE"
        " SET least_minor = $3, least_orders = $4, days = $5, set_at = $6, set_by = $7",
        work.actor.org_id, rule.level, rule.least_minor, rule.least_orders, rule.days, work.now,
        work.actor.person_id,
    )  # fmt: skip


async def drop(work: Work, level: Level) -> None:
    """Takes the actor's shop's rule for a level away."""
    await work.db.execute(
        "DELETE FROM price_level_rule WHERE seller_id = $1 AND level = $2", work.actor.org_id, level
    )


async def shops_among(work: Work, seller_ids: Collection[int]) -> list[int]:
    """Which of these shops have a rule."""
    rows = await work.db.fetch(
        "SELECT DISTINCT seller_id FROM price_level_rule WHERE seller_id = ANY ($1::bigint[])", sorted(seller_ids)
    )  # fmt: skip
    return [row["seller_id"] for row in rows]


async def take_turns(work: Work, before: datetime, limit: int) -> list[int]:
    """Shops whose rules were worked longest ago, before a moment; they count as worked now."""
    rows = await work.db.fetch(
        "WITH due AS (SELECT seller_id, level FROM price_level_rule WHERE worked_at <= $1"
        "  ORDER BY worked_at, seller_id LIMIT $2 FOR UPDATE SKIP LOCKED)"
        " UPDATE price_level_rule r SET worked_at = $3 FROM due"
        "  WHERE r.seller_id = due.seller_id AND r.level = due.level RETURNING r.seller_id",
        before, limit, work.now,
    )  # fmt: skip
    return sorted({row["seller_id"] for row in rows})


async def members(work: Work, seller_id: int, buyer_id: int) -> dict[int, str]:
    """Levels that the rules gave, by buyer; of all buyers, or of one."""
    rows = await work.db.fetch(
        "SELECT buyer_id, level FROM price_member WHERE seller_id = $1 AND is_by_rule AND ($2::bigint = 0 OR buyer_id = $2)",
        seller_id, buyer_id,
    )  # fmt: skip
    return {row["buyer_id"]: row["level"] for row in rows}


async def by_hand(work: Work, seller_id: int, buyer_ids: Collection[int]) -> set[int]:
    """Those of these buyers about whose level the shop's people spoke last, be it that they have none."""
    rows: list[Any] = await work.db.fetch(
        "SELECT DISTINCT ON (buyer_id) buyer_id, is_by_rule FROM price_member_move"
        " WHERE seller_id = $1 AND buyer_id = ANY ($2::bigint[]) ORDER BY buyer_id, move_id DESC",
        seller_id, sorted(buyer_ids),
    )  # fmt: skip
    return {row["buyer_id"] for row in rows if not row["is_by_rule"]}
