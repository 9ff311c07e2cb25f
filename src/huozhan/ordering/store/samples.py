"""Rows of samples that buyers have had; the aggregate is one buyer's samples of one offer."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple

from huozhan.kernel.work import Work
from huozhan.ordering.order import Order


class Wanted(NamedTuple):
    """So many pieces of one offer as samples, in one order."""

    offer_id: int
    order_id: int
    pieces: int


# Among as many places as are taken plus as many as are wanted there is always room. Whoever takes a place at the same
# moment is waited for; the condition is judged again on the row as it is then.
_CLAIM = """
INSERT INTO sample_claim (buyer_id, offer_id, place, order_id, claimed_at)
SELECT $1, w.offer_id, f.place, w.order_id, $2
  FROM unnest($3::bigint[], $4::bigint[], $5::bigint[]) AS w(offer_id, order_id, pieces)
 CROSS JOIN LATERAL (
    SELECT n AS place FROM generate_series(1, least($6::bigint, w.pieces + (
               SELECT count(*) FROM sample_claim WHERE buyer_id = $1 AND offer_id = w.offer_id))) AS n
     WHERE NOT EXISTS (SELECT 1 FROM sample_claim c WHERE c.buyer_id = $1 AND c.offer_id = w.offer_id
                          AND c.place = n AND c.claimed_at > $2::timestamptz - $7::interval)
     ORDER BY n LIMIT w.pieces) AS f
 ORDER BY w.offer_id, f.place
    ON CONFLICT (buyer_id, offer_id, place) DO UPDATE
   SET order_id = EXCLUDED.order_id, claimed_at = EXCLUDED.claimed_at
 WHERE sample_claim.claimed_at <= $2::timestamptz - $7::interval
RETURNING offer_id
"""


async def claim(
    work: Work, buyer_id: int, wanted: Sequence[Wanted], pieces_max: int, span: timedelta
) -> list[int]:
    """Takes free places for samples of a buyer; tells the offer of each that was taken."""
    rows = await work.db.fetch(
        _CLAIM, buyer_id, work.now, [w.offer_id for w in wanted], [w.order_id for w in wanted],
        [w.pieces for w in wanted], pieces_max, span,
    )  # fmt: skip
    return [row["offer_id"] for row in rows]


async def taken(work: Work, offer_ids: Sequence[int], span: timedelta) -> Mapping[int, int]:
    """How many samples of these offers the actor's organisation has had within a span."""
    rows = await work.db.fetch(
        "SELECT offer_id, count(*) AS pieces FROM sample_claim WHERE buyer_id = $1"
        " AND offer_id = ANY ($2::bigint[]) AND claimed_at > $3::timestamptz - $4::interval GROUP BY offer_id",
        work.actor.org_id, offer_ids, work.now, span,
    )  # fmt: skip
    return {row["offer_id"]: row["pieces"] for row in rows}


async def give_back(work: Work, order: Order, pieces: Mapping[int, int]) -> None:
    """Frees places of samples that an order's buyer does not get, by offer. The order is locked by the caller."""
    await work.db.execute(
        "DELETE FROM sample_claim WHERE (buyer_id, offer_id, place) IN ("
        " SELECT $1, w.offer_id, f.place FROM unnest($3::bigint[], $4::bigint[]) AS w(offer_id, pieces)"
        " CROSS JOIN LATERAL (SELECT place FROM sample_claim c WHERE c.buyer_id = $1"
        "  AND c.offer_id = w.offer_id AND c.order_id = $2 ORDER BY place DESC LIMIT w.pieces) AS f)",
        order.buyer_id, order.order_id, list(pieces), list(pieces.values()),
    )  # fmt: skip
