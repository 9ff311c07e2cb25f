"""Rows of promotions, and the sums of what used them."""

from collections.abc import Collection, Sequence
from typing import Any

import asyncpg
import msgspec

from huozhan.kernel.shapes import Bilingual
from huozhan.kernel.work import Work
from huozhan.promotion.promotion import Promotion, PromotionState, Step, Terms
from huozhan.promotion.views import UseSoFar

_COLUMNS = "promotion_id, seller_id, kind, state, name, terms, starts_at, ends_at, stopped_at, stop_reason"
_read_name = msgspec.json.Decoder(Bilingual).decode
_read_terms = msgspec.json.Decoder(Terms).decode


async def add(work: Work, made: Promotion) -> None:
    """Writes a new promotion."""
    await work.db.execute(
        "INSERT INTO promotion (promotion_id, seller_id, kind, state, name, terms, starts_at, ends_at, made_at, made_by)"
        " VALUES ($1, $2, $3, $4, $5::jsonb, $6::jsonb, $7, $8, $9, $10)",
        made.promotion_id, made.seller_id, made.kind, made.state, msgspec.json.encode(made.name).decode(),
        msgspec.json.encode(made.terms).decode(), made.starts_at, made.ends_at, work.now, work.actor.person_id,
    )  # fmt: skip


async def for_update(work: Work, promotion_id: int, seller_id: int) -> Promotion | None:
    """One promotion of a shop, locked."""
    row = await work.db.fetchrow(
        f"SELECT {_COLUMNS} FROM promotion WHERE promotion_id = $1 AND seller_id = $2 FOR UPDATE",
        promotion_id, seller_id,
    )  # fmt: skip
    return _promotion(row) if row else None


async def stop(work: Work, promotion_id: int, state: PromotionState, reason: str) -> None:
    """Writes that a promotion was stopped; the caller holds its lock."""
    await work.db.execute(
        "UPDATE promotion SET state = $2, stopped_at = $3, stopped_by = $4, stop_reason = $5 WHERE promotion_id = $1",
        promotion_id, state, work.now, work.actor.person_id, reason,
    )  # fmt: skip


async def open_until(work: Work, seller_id: int) -> tuple[int, Any]:
    """How many promotions of a shop are not over, and when the last of them ends."""
    row = await work.db.fetchrow(
        "SELECT count(*)::int AS open, max(ends_at) AS until FROM promotion"
        " WHERE seller_id = $1 AND state = 'open' AND ends_at > $2",
        seller_id, work.now,
    )  # fmt: skip
    return row["open"], row["until"]


async def running(work: Work, seller_ids: Collection[int]) -> list[Promotion]:
    """What these shops take off right now, whoever looks."""
    rows = await work.db.fetch(
        f"SELECT {_COLUMNS} FROM promotion WHERE seller_id = ANY ($1::bigint[]) AND state = 'open'"
        " AND starts_at <= $2 AND ends_at > $2 ORDER BY promotion_id",
        list(seller_ids), work.now,
    )  # fmt: skip
    return [_promotion(row) for row in rows]


_MADE = f"""
SELECT {_COLUMNS}, u.orders, u.paid, u.buyers, u.off_minor, u.sold_minor
  FROM promotion p
 CROSS JOIN LATERAL (
    SELECT count(*)::int AS orders, count(*) FILTER (WHERE u.state = 'paid')::int AS paid,
           count(DISTINCT buyer_id)::int AS buyers,
           coalesce(sum(amount_minor) FILTER (WHERE u.state = 'paid'), 0)::bigint AS off_minor,
           coalesce(sum(goods_minor) FILTER (WHERE u.state = 'paid'), 0)::bigint AS sold_minor
      FROM promotion_use u WHERE u.promotion_id = p.promotion_id AND u.state <> 'closed') u
 WHERE seller_id = $1 AND promotion_id < $2
 ORDER BY promotion_id DESC LIMIT $3
"""


async def made(work: Work, seller_id: int, before: int, limit: int) -> list[tuple[Promotion, UseSoFar]]:
    """A shop's promotions, the newest first, with what used them."""
    rows = await work.db.fetch(_MADE, seller_id, before, limit)
    return [
        (_promotion(row), UseSoFar(**{name: row[name] for name in UseSoFar.__struct_fields__}))
        for row in rows
    ]


def _promotion(row: asyncpg.Record) -> Promotion:
    return Promotion(
        promotion_id=row["promotion_id"],
        seller_id=row["seller_id"],
        kind=Step(row["kind"]),
        state=PromotionState(row["state"]),
        name=_read_name(row["name"]),
        terms=_read_terms(row["terms"]),
        starts_at=row["starts_at"],
        ends_at=row["ends_at"],
        stopped_at=row["stopped_at"],
        stop_reason=row["stop_reason"],
    )


class Use(msgspec.Struct, frozen=True, kw_only=True):
    """What one order takes of one promotion; `goods_minor` is what the lines it lowers cost in the end."""

    promotion_id: int
    order_id: int
    amount_minor: int
    goods_minor: int


async def add_uses(work: Work, state: str, uses: Sequence[Use]) -> None:
    """Writes what orders that are being placed take of promotions."""
    await work.db.execute(
        "INSERT INTO promotion_use (promotion_id, order_id, buyer_id, state, amount_minor, goods_minor, used_at)"
        " SELECT promotion_id, order_id, $1, $2, amount_minor, goods_minor, $3"
        "   FROM unnest($4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[])"
        "     AS u(promotion_id, order_id, amount_minor, goods_minor)",
        work.actor.org_id, state, work.now, [u.promotion_id for u in uses], [u.order_id for u in uses],
        [u.amount_minor for u in uses], [u.goods_minor for u in uses],
    )  # fmt: skip


async def move_uses(work: Work, order_id: int, before: str, state: str) -> None:
    """Moves what an order used; the caller holds the order's lock."""
    await work.db.execute(
        "UPDATE promotion_use SET state = $3 WHERE order_id = $1 AND state = $2", order_id, before, state
    )
