"""All SQL of favourites and history; favourites are scoped by the organisation, history by the person."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from huozhan.interest.glance import Glance
from huozhan.kernel.work import Work

Row = Any

_KEEP_OFFERS = """
INSERT INTO favourite_offer (org_id, offer_id, favourite_id, kept_at, kept_by, price_low_e4)
SELECT $1, w.offer_id, w.favourite_id, $2, $3, w.price_low_e4
  FROM unnest($4::bigint[], $5::bigint[], $6::bigint[]) AS w(offer_id, favourite_id, price_low_e4)
 WHERE NOT EXISTS (SELECT 1 FROM favourite_offer f WHERE f.org_id = $1 AND f.offer_id = w.offer_id)
 ORDER BY w.favourite_id
 LIMIT greatest($7 - (SELECT count(*) FROM favourite_offer WHERE org_id = $1), 0)
    ON CONFLICT (org_id, offer_id) DO NOTHING
RETURNING offer_id
"""
_KEEP_SHOPS = """
INSERT INTO favourite_shop (org_id, seller_id, favourite_id, kept_at, kept_by)
SELECT $1, w.seller_id, w.favourite_id, $2, $3
  FROM unnest($4::bigint[], $5::bigint[]) AS w(seller_id, favourite_id)
 WHERE NOT EXISTS (SELECT 1 FROM favourite_shop f WHERE f.org_id = $1 AND f.seller_id = w.seller_id)
 ORDER BY w.favourite_id
 LIMIT greatest($6 - (SELECT count(*) FROM favourite_shop WHERE org_id = $1), 0)
    ON CONFLICT (org_id, seller_id) DO NOTHING
RETURNING seller_id
"""


async def keep_offers(work: Work, prices: Mapping[int, int], most: int) -> int:
    """Keeps offers at their lowest unit prices (1/10 000), as far as there is room; tells how many are new."""
    if not prices:
        return 0
    ids = [work.new_id() for _ in prices]
    rows = await work.db.fetch(
        _KEEP_OFFERS, work.actor.org_id, work.now, work.actor.person_id, list(prices), ids, list(prices.values()), most
    )  # fmt: skip
    return len(rows)


async def keep_shops(work: Work, seller_ids: Sequence[int], most: int) -> int:
    """Keeps shops, as far as there is room; tells how many are new."""
    if not seller_ids:
        return 0
    ids = [work.new_id() for _ in seller_ids]
    rows = await work.db.fetch(
        _KEEP_SHOPS, work.actor.org_id, work.now, work.actor.person_id, list(seller_ids), ids, most
    )
    return len(rows)


async def drop(work: Work, offer_ids: Sequence[int], seller_ids: Sequence[int]) -> None:
    """Takes offers and shops off the favourites."""
    await work.db.execute(
        "WITH shops AS (DELETE FROM favourite_shop WHERE org_id = $1 AND seller_id = ANY ($3::bigint[]))"
        " DELETE FROM favourite_offer WHERE org_id = $1 AND offer_id = ANY ($2::bigint[])",
        work.actor.org_id, list(offer_ids), list(seller_ids),
    )  # fmt: skip


async def kept_among(
    work: Work, offer_ids: Collection[int], seller_ids: Collection[int]
) -> tuple[list[int], list[int]]:
    """Which of these offers and shops are kept."""
    rows = await work.db.fetch(
        "SELECT offer_id AS id, true AS is_offer FROM favourite_offer WHERE org_id = $1 AND offer_id = ANY ($2::bigint[])"
        " UNION ALL SELECT seller_id, false FROM favourite_shop WHERE org_id = $1 AND seller_id = ANY ($3::bigint[])"
        " ORDER BY 1",
        work.actor.org_id, list(offer_ids), list(seller_ids),
    )  # fmt: skip
    return [row["id"] for row in rows if row["is_offer"]], [row["id"] for row in rows if not row["is_offer"]]


async def kept_offers(work: Work, before: int, limit: int) -> Sequence[Row]:
    """The organisation's favourite offers, the latest first."""
    return list(
        await work.db.fetch(
            "SELECT offer_id, favourite_id, kept_at, price_low_e4 FROM favourite_offer"
            " WHERE org_id = $1 AND favourite_id < $2 ORDER BY favourite_id DESC LIMIT $3",
            work.actor.org_id, before, limit,
        )
    )  # fmt: skip


async def kept_shops(work: Work, before: int, limit: int) -> Sequence[Row]:
    """The organisation's favourite shops, the latest first."""
    return list(
        await work.db.fetch(
            "SELECT seller_id, favourite_id, kept_at FROM favourite_shop"
            " WHERE org_id = $1 AND favourite_id < $2 ORDER BY favourite_id DESC LIMIT $3",
            work.actor.org_id, before, limit,
        )
    )  # fmt: skip


_NOTE = """
INSERT INTO seen_offer (person_id, offer_id, seen_at, times)
SELECT person_id, offer_id, max(seen_at), count(*)
  FROM unnest($1::bigint[], $2::bigint[], $3::timestamptz[]) AS g(person_id, offer_id, seen_at)
 GROUP BY person_id, offer_id
 ORDER BY person_id, offer_id
    ON CONFLICT (person_id, offer_id) DO UPDATE
   SET seen_at = greatest(seen_offer.seen_at, EXCLUDED.seen_at), times = seen_offer.times + EXCLUDED.times
"""
_TRIM = """
DELETE FROM seen_offer s
 USING (SELECT person_id, offer_id,
               row_number() OVER (PARTITION BY person_id ORDER BY seen_at DESC, offer_id DESC) AS place
          FROM seen_offer WHERE person_id = ANY ($1::bigint[])) r
 WHERE r.place > $2 AND s.person_id = r.person_id AND s.offer_id = r.offer_id
"""


async def note_seen(work: Work, glances: Sequence[Glance]) -> None:
    """Writes many glances of many persons."""
    columns = [
        [one.person_id for one in glances],
        [one.offer_id for one in glances],
        [one.at for one in glances],
    ]
    await work.db.execute(_NOTE, *columns)


async def trim_seen(work: Work, person_ids: Collection[int], most: int) -> None:
    """Leaves each of these persons the latest so many offers."""
    await work.db.execute(_TRIM, sorted(person_ids), most)


async def seen(work: Work, since: datetime, before: tuple[datetime, int] | None, limit: int) -> Sequence[Row]:
    """What the actor looked at since a moment, the latest first."""
    at, offer_id = before or (None, None)
    return list(
        await work.db.fetch(
            "SELECT offer_id, seen_at, times FROM seen_offer WHERE person_id = $1 AND seen_at >= $2"
            " AND ($3::timestamptz IS NULL OR (seen_at, offer_id) < ($3, $4::bigint))"
            " ORDER BY seen_at DESC, offer_id DESC LIMIT $5",
            work.actor.person_id, since, at, offer_id, limit,
        )
    )  # fmt: skip


async def all_seen(work: Work, person_id: int) -> Sequence[Row]:
    """All that one person looked at, the latest first."""
    return list(
        await work.db.fetch(
            "SELECT offer_id, seen_at, times FROM seen_offer WHERE person_id = $1 ORDER BY seen_at DESC",
            person_id,
        )
    )


async def forget_seen(work: Work, person_id: int, offer_ids: Sequence[int] | None) -> None:
    """Forgets some of what a person looked at, or all of it."""
    await work.db.execute(
        "DELETE FROM seen_offer WHERE person_id = $1 AND ($2::bigint[] IS NULL OR offer_id = ANY ($2))",
        person_id, list(offer_ids) if offer_ids is not None else None,
    )  # fmt: skip


async def forget_keeper(work: Work, person_id: int) -> None:
    """Takes a person off the favourites that they kept for an organisation."""
    await work.db.execute(
        "WITH offers AS (UPDATE favourite_offer SET kept_by = 0 WHERE kept_by = $1)"
        " UPDATE favourite_shop SET kept_by = 0 WHERE kept_by = $1",
        person_id,
    )


async def forget_old(work: Work, before: datetime, rows_max: int) -> int:
    """Forgets what was looked at before a moment; tells how many rows went."""
    rows = await work.db.fetch(
        "DELETE FROM seen_offer WHERE (person_id, offer_id) IN ("
        " SELECT person_id, offer_id FROM seen_offer WHERE seen_at < $1 ORDER BY seen_at LIMIT $2 FOR UPDATE SKIP LOCKED)"
        " RETURNING 1",
        before, rows_max,
    )  # fmt: skip
    return len(rows)
