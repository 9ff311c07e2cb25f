"""Rows of promotions, and the sums of what used them."""

from collections.abc import Collection
from typing import Any

import asyncpg
import msgspec

from huozhan.kernel.shapes import Bilingual
from huozhan.kernel.work import Work
from huozhan.promotion.cutting import Coupon
from huozhan.promotion.promotion import Issue, Promotion, PromotionState, Step, Terms
from huozhan.promotion.views import UseSoFar

_COLUMNS = (
    "p.promotion_id, p.seller_id, p.kind, p.state, p.name, p.terms, p.starts_at, p.ends_at, p.stopped_at, p.stop_reason,"
    " p.coupons_total, p.per_buyer, p.usable_until, p.claimed, p.budget_minor"
)
_read_name = msgspec.json.Decoder(Bilingual).decode
_read_terms = msgspec.json.Decoder(Terms).decode


async def add(work: Work, made: Promotion) -> None:
    """Writes a new promotion."""
    await work.db.execute(
        "INSERT INTO promotion (promotion_id, seller_id, kind, state, name, terms, starts_at, ends_at, made_at, made_by,"
        " coupons_total, per_buyer, usable_until, budget_minor)"
        " VALUES ($1, $2, $3, $4, $5::jsonb, $6::jsonb, $7, $8, $9, $10, $11, $12, $13, $14)",
        made.promotion_id, made.seller_id, made.kind, made.state, msgspec.json.encode(made.name).decode(),
        msgspec.json.encode(made.terms).decode(), made.starts_at, made.ends_at, work.now, work.actor.person_id,
*_issued(made.issue),
    )  # fmt: skip


def _issued(issue: Issue | None) -> tuple[Any, ...]:
    if issue is None:
        return None, None, None, None
    return issue.total, issue.per_buyer, issue.usable_until, issue.budget_minor


async def for_update(work: Work, promotion_id: int, seller_id: int) -> Promotion | None:
    """One promotion of a shop, locked."""
    row = await work.db.fetchrow(
        f"SELECT {_COLUMNS} FROM promotion p WHERE promotion_id = $1 AND seller_id = $2 FOR UPDATE",
        promotion_id, seller_id,
    )  # fmt: skip
    return promotion_of(row) if row else None


async def stop(work: Work, promotion_id: int, state: PromotionState, reason: str) -> None:
    """Writes that a promotion was stopped; the caller holds its lock."""
    await work.db.execute(
        "UPDATE promotion SET state = $2, stopped_at = $3, stopped_by = $4, stop_reason = $5 WHERE promotion_id = $1",
        promotion_id, state, work.now, work.actor.person_id, reason,
    )  # fmt: skip


async def open_until(work: Work, seller_id: int) -> tuple[int, Any]:
    """How many promotions of a shop are not over, and until when a quote must ask for them or for their coupons."""
    row = await work.db.fetchrow(
        "SELECT count(*) FILTER (WHERE state = 'open' AND ends_at > $2)::int AS open,"
        "       max(greatest(ends_at, usable_until)) AS until FROM promotion"
        " WHERE seller_id = $1 AND (state = 'open' OR claimed > 0) AND greatest(ends_at, usable_until) > $2",
        seller_id, work.now,
    )  # fmt: skip
    return row["open"], row["until"]


_RUNNING = "p.state = 'open' AND p.starts_at <= $2 AND p.ends_at > $2"

_SHOWN = f"""
SELECT {_COLUMNS}, (SELECT count(*) FROM coupon c WHERE c.buyer_id = $3 AND c.promotion_id = p.promotion_id)::int AS i_hold
  FROM promotion p WHERE p.seller_id = ANY ($1::bigint[]) AND {_RUNNING} ORDER BY p.promotion_id
"""


async def shown(work: Work, seller_ids: Collection[int]) -> list[tuple[Promotion, int]]:
    """What these shops take off right now, whoever looks; and how many coupons of it the one who looks has claimed."""
    rows = await work.db.fetch(_SHOWN, list(seller_ids), work.now, work.actor.org_id)
    return [(promotion_of(row), row["i_hold"]) for row in rows]


_AT_HAND = f"""
SELECT {_COLUMNS}, NULL::bigint AS coupon_id, NULL::timestamptz AS good_until
  FROM promotion p WHERE p.seller_id = ANY ($1::bigint[]) AND {_RUNNING} AND p.coupons_total IS NULL
 UNION ALL
SELECT {_COLUMNS}, c.coupon_id, c.usable_until
  FROM coupon c JOIN promotion p USING (promotion_id)
 WHERE c.buyer_id = $3 AND c.usable_until > $2 AND p.seller_id = ANY ($1::bigint[])
   AND NOT EXISTS (SELECT 1 FROM coupon_spent s WHERE s.buyer_id = c.buyer_id AND s.coupon_id = c.coupon_id)
 ORDER BY promotion_id, coupon_id
"""


async def at_hand(work: Work, seller_ids: Collection[int]) -> tuple[list[Promotion], list[Coupon]]:
    """What lowers a quote of the actor's organisation in these shops: what runs, and the coupons it holds."""
    running, held = [], []
    for row in await work.db.fetch(_AT_HAND, list(seller_ids), work.now, work.actor.org_id):
        if row["coupon_id"] is None:
            running.append(promotion_of(row))
        else:
            coupon = Coupon(
                coupon_id=row["coupon_id"], promotion=promotion_of(row), usable_until=row["good_until"]
            )
            held.append(coupon)
    return running, held


_MADE = f"""
SELECT {_COLUMNS}, u.orders, u.paid, u.buyers, u.off_minor, u.sold_minor, u.held_minor, u.back_minor
  FROM promotion p
 CROSS JOIN LATERAL (
    SELECT count(*)::int AS orders, count(*) FILTER (WHERE u.state = 'paid')::int AS paid,
           count(DISTINCT buyer_id)::int AS buyers,
           coalesce(sum(amount_minor) FILTER (WHERE u.state = 'paid'), 0)::bigint AS off_minor,
           coalesce(sum(goods_minor) FILTER (WHERE u.state = 'paid'), 0)::bigint AS sold_minor,
           coalesce(sum(amount_minor) FILTER (WHERE u.state = 'placed'), 0)::bigint AS held_minor,
           coalesce(sum(back_minor), 0)::bigint AS back_minor
      FROM promotion_use u WHERE u.promotion_id = p.promotion_id AND u.state IN ('placed', 'paid')) u
 WHERE p.seller_id = $1 AND p.promotion_id < $2
 ORDER BY p.promotion_id DESC LIMIT $3
"""


async def made(work: Work, seller_id: int, before: int, limit: int) -> list[tuple[Promotion, UseSoFar]]:
    """A shop's promotions, the newest first, with what used them."""
    rows = await work.db.fetch(_MADE, seller_id, before, limit)
    return [
        (promotion_of(row), UseSoFar(**{name: row[name] for name in UseSoFar.__struct_fields__}))
        for row in rows
    ]


def promotion_of(row: asyncpg.Record) -> Promotion:
    """A promotion as its row says."""
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
        issue=Issue(
            total=row["coupons_total"],
            per_buyer=row["per_buyer"],
            usable_until=row["usable_until"],
            claimed=row["claimed"],
            budget_minor=row["budget_minor"],
        )
        if row["coupons_total"]
        else None,
    )
