"""SQL of single offers: pages, the seller's list, moves of state, inline edits, shops."""

from collections.abc import Collection, Sequence
from typing import Any

import msgspec

from huozhan.catalogue.offer import OfferState
from huozhan.catalogue.store.publishing import MoveRow
from huozhan.kernel.work import Work

_PAGE = """
SELECT o.*, h.mix_amount_minor, h.mix_pieces, h.promoted_until, h.not_sold_to, h.services, h.invoices, h.credit_days,
       h.credit_from_minor, t.terms, k.free, k.sold, k.skus,
       coalesce(e.reviews, 0) AS reviews, coalesce(e.points_sum, 0) AS points_sum,
       coalesce(e.buyers, 0) AS buyers, coalesce(e.repeat_buyers, 0) AS repeat_buyers, e.repeat_bp,
       coalesce(e.repeat_bound, false) AS repeat_bound,
       (SELECT booked_until FROM shop_buyer b WHERE b.buyer_id = $2 AND b.seller_id = o.seller_id) AS booked_until,
       (SELECT coalesce(json_object_agg(a.handle, json_build_object('zh', a.name_zh, 'en', a.name_en)), '{}')
          FROM jsonb_array_elements(o.attributes) AS named
          JOIN attribute a ON a.handle = named ->> 'handle') AS attribute_names
  FROM offer o
  LEFT JOIN shop h USING (seller_id)
  LEFT JOIN offer_esteem e USING (offer_id)
  LEFT JOIN freight_template t ON t.template_id = o.freight_template_id AND t.seller_id = o.seller_id
  CROSS JOIN LATERAL (
    SELECT coalesce(sum(f.free), 0)::bigint AS free, coalesce(sum(f.sold), 0)::bigint AS sold,
           coalesce(json_agg(json_build_object(
             'sku_id', k.sku_id::text, 'sku_code', k.sku_code, 'choice', k.choice,
             'options', json_build_object('zh', k.options_zh, 'en', k.options_en),
             'price_e4', k.price_e4, 'ladder', k.ladder, 'weight_g', coalesce(k.weight_g, o.weight_g),
             'free', f.free) ORDER BY k.position) FILTER (WHERE k.is_offered), '[]') AS skus
      FROM sku k
      JOIN (SELECT sku_id, sum(on_hand - reserved)::bigint AS free, sum(sold) AS sold
              FROM stock WHERE offer_id = o.offer_id GROUP BY sku_id) f USING (sku_id)
     WHERE k.offer_id = o.offer_id) k
 WHERE o.offer_id = ANY ($1::bigint[])
"""


async def pages(work: Work, offer_ids: Sequence[int]) -> list[Any]:
    """Offers with their SKUs, stock, freight, names of attributes and shop rule, for anybody; the caller judges whether
    it may be seen."""
    rows: list[Any] = await work.db.fetch(_PAGE, list(offer_ids), work.actor.org_id)
    return rows


_MINE = """
SELECT o.offer_id, o.offer_code, o.title_zh, o.title_en, o.pictures[1] AS picture, o.state, o.version, o.category_id,
       o.quote_type, o.price_low_e4, o.price_high_e4, o.ladder, o.moq, o.hints, o.changed_at,
       (SELECT count(*) FROM sku k WHERE k.offer_id = o.offer_id AND k.is_offered)::int AS skus,
       s.free, s.reserved, s.sold
  FROM offer o
  CROSS JOIN LATERAL (
    SELECT coalesce(sum(on_hand - reserved), 0)::bigint AS free, coalesce(sum(reserved), 0)::bigint AS reserved,
           coalesce(sum(sold), 0)::bigint AS sold
      FROM stock WHERE offer_id = o.offer_id) s
 WHERE o.seller_id = $1 AND o.offer_id < $2
   AND ($3::text[] = '{}' OR o.state = ANY ($3))
   AND ($4 = '' OR position(lower($4) IN lower(o.title_zh || ' ' || o.title_en || ' ' || o.offer_code)) > 0)
   AND ($5 = '' OR EXISTS (SELECT 1 FROM category c WHERE c.category_id = o.category_id AND $5 = ANY (c.path_ids)))
   AND ($6::bigint IS NULL OR s.free <= $6)
   AND (NOT $7 OR jsonb_array_length(o.hints) > 0)
 ORDER BY o.offer_id DESC LIMIT $8
"""


async def mine(
    work: Work,
    *,
    before: int,
    states: Sequence[str],
    words: str,
    category_id: str,
    free_up_to: int | None,
    hinted: bool,
    limit: int,
) -> list[Any]:
    """The seller's own offers, newest first, from before an offer on."""
    rows: list[Any] = await work.db.fetch(
        _MINE, work.actor.org_id, before, list(states), words, category_id, free_up_to, hinted, limit
    )
    return rows


async def counts(work: Work) -> dict[str, int]:
    """How many of the seller's offers are in each state."""
    rows = await work.db.fetch(
        "SELECT state, count(*) AS n FROM offer WHERE seller_id = $1 GROUP BY state", work.actor.org_id
    )
    return {row["state"]: row["n"] for row in rows}


async def own_with_skus(work: Work, offer_id: int) -> Any:
    """One of the seller's offers with its SKUs, their stock, its freight code and the reason it was taken down."""
    return await work.db.fetchrow(
        f"{_OWN} WHERE o.offer_id = $2 AND o.seller_id = $1", work.actor.org_id, offer_id
    )


async def own_after(work: Work, after_id: int, limit: int) -> list[Any]:
    """The seller's offers in the order of their ids, whole, for an export."""
    rows: list[Any] = await work.db.fetch(
        f"{_OWN} WHERE o.seller_id = $1 AND o.offer_id > $2 ORDER BY o.offer_id LIMIT $3",
        work.actor.org_id, after_id, limit,
    )  # fmt: skip
    return rows


async def own_by_codes(work: Work, offer_codes: Sequence[str]) -> list[Any]:
    """The seller's offers of these codes, whole."""
    rows: list[Any] = await work.db.fetch(
        f"{_OWN} WHERE o.seller_id = $1 AND o.offer_id IN"
        " (SELECT offer_id FROM offer_code WHERE seller_id = $1 AND offer_code = ANY ($2::text[]))",
        work.actor.org_id, list(offer_codes),
    )  # fmt: skip
    return rows


_OWN = """
SELECT o.*, coalesce(t.code, '') AS freight_code, k.skus,
       coalesce((SELECT m.reason FROM offer_move m WHERE m.offer_id = o.offer_id AND m.event = 'take_down'
                  ORDER BY m.move_id DESC LIMIT 1), '') AS reason
  FROM offer o
  LEFT JOIN freight_template t ON t.template_id = o.freight_template_id AND t.seller_id = o.seller_id
  CROSS JOIN LATERAL (
    SELECT coalesce(jsonb_agg(jsonb_build_object(
             'sku_id', k.sku_id::text, 'sku_code', k.sku_code, 'choice', k.choice, 'price_e4', k.price_e4,
             'ladder', k.ladder, 'weight_g', k.weight_g, 'stock', f.free) ORDER BY k.position), '[]') AS skus
      FROM sku k
      JOIN (SELECT sku_id, sum(on_hand - reserved)::bigint AS free FROM stock WHERE offer_id = o.offer_id
             GROUP BY sku_id) f USING (sku_id)
     WHERE k.offer_id = o.offer_id AND k.is_offered) k
"""


class StateNow(msgspec.Struct, frozen=True, kw_only=True):
    """Where an offer stands, for a move."""

    offer_id: int
    seller_id: int
    state: OfferState


async def state_for_update(work: Work, offer_id: int, *, of_anybody: bool = False) -> StateNow | None:
    """An offer's state, locked; the seller's own, or anybody's for an operator."""
    row = await work.db.fetchrow(
        "SELECT offer_id, seller_id, state FROM offer WHERE offer_id = $1 AND (seller_id = $2 OR $3) FOR UPDATE",
        offer_id, work.actor.org_id, of_anybody,
    )  # fmt: skip
    return (
        StateNow(offer_id=row["offer_id"], seller_id=row["seller_id"], state=OfferState(row["state"]))
        if row
        else None
    )


async def move(work: Work, row: MoveRow) -> None:
    """Writes a move and the state it leads to."""
    await work.db.execute(
        "WITH moved AS ("
        " INSERT INTO offer_move (offer_id, move_id, event, from_state, to_state, reason, moved_at, moved_by)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING offer_id)"
        "UPDATE offer SET state = $5, changed_at = $7 WHERE offer_id = (SELECT offer_id FROM moved)",
        row.offer_id, row.move_id, row.event, row.from_state, row.to_state, row.reason, row.moved_at, row.moved_by,
    )  # fmt: skip


async def version(work: Work, offer_id: int, number: int) -> Any:
    """One snapshot; anybody whose order points to it may read it, so the caller judges."""
    return await work.db.fetchrow(
        "SELECT v.offer_id, v.version, v.published_at, v.snapshot FROM offer_version v"
        " WHERE v.offer_id = $1 AND v.version = $2",
        offer_id, number,
    )  # fmt: skip


async def snapshots(work: Work, versions: Collection[tuple[int, int]]) -> dict[tuple[int, int], str]:
    """Snapshots by offer and version; anybody whose order points to them may read them, so the caller judges."""
    rows = await work.db.fetch(
        "SELECT v.offer_id, v.version, v.snapshot FROM offer_version v"
        "  JOIN unnest($1::bigint[], $2::int[]) AS w(offer_id, version) USING (offer_id, version)",
        [offer_id for offer_id, _ in versions], [version for _, version in versions],
    )  # fmt: skip
    return {(row["offer_id"], row["version"]): row["snapshot"] for row in rows}


async def shop(work: Work, seller_id: int) -> Any:
    """A shop's settings."""
    return await work.db.fetchrow(
        "SELECT mix_amount_minor, mix_pieces, reopens_late, not_sold_to, services FROM shop WHERE seller_id = $1",
        seller_id,
    )


async def write_shop(
    work: Work,
    mix_amount_minor: int | None,
    mix_pieces: int | None,
    *,
    reopens_late: bool,
    not_sold_to: Sequence[str],
    services: Sequence[str],
) -> None:
    """Writes the actor's own shop settings."""
    await work.db.execute(
        "INSERT INTO shop (seller_id, mix_amount_minor, mix_pieces, changed_at, changed_by, reopens_late, not_sold_to, services)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (seller_id) DO UPDATE"
        " SET mix_amount_minor = $2, mix_pieces = $3, changed_at = $4, changed_by = $5, reopens_late = $6,"
        " not_sold_to = $7, services = $8",
        work.actor.org_id, mix_amount_minor, mix_pieces, work.now, work.actor.person_id, reopens_late,
        list(not_sold_to), list(services),
    )  # fmt: skip


async def promise(work: Work, service: str, *, is_on: bool) -> None:
    """Puts a promise among those of the actor's own shop, or takes it out."""
    await work.db.execute(
        "INSERT INTO shop (seller_id, changed_at, changed_by, services)"
        " VALUES ($1, $2, $3, CASE WHEN $5 THEN ARRAY[$4::text] ELSE '{}' END) ON CONFLICT (seller_id) DO UPDATE"
        " SET changed_at = $2, changed_by = $3, services = array_remove(shop.services, $4) || EXCLUDED.services",
        work.actor.org_id, work.now, work.actor.person_id, service, is_on,
    )  # fmt: skip


async def shops_that_promise(work: Work, service: str) -> int:
    """How many shops promise this."""
    count: int = await work.db.fetchval("SELECT count(*) FROM shop WHERE $1 = ANY (services)", service)
    return count


async def restrict(work: Work, seller_ids: Sequence[int], why: str) -> list[int]:
    """Restricts or frees shops that are not closed by their owners; tells which it changed (closing counts always)."""
    rows = await work.db.fetch(
        "INSERT INTO shop (seller_id, changed_at, changed_by, restricted_why)"
        " SELECT seller_id, $3, $4, $2 FROM unnest($1::bigint[]) AS s(seller_id)"
        " ON CONFLICT (seller_id) DO UPDATE SET restricted_why = EXCLUDED.restricted_why"
        "  WHERE shop.restricted_why <> 'closed' AND shop.restricted_why <> EXCLUDED.restricted_why"
        " RETURNING seller_id",
        list(seller_ids), why, work.now, work.actor.person_id,
    )  # fmt: skip
    return [row["seller_id"] for row in rows]


async def lift_closing(work: Work, seller_id: int) -> None:
    """Opens a closed shop."""
    await work.db.execute(
        "UPDATE shop SET restricted_why = '' WHERE seller_id = $1 AND restricted_why = 'closed'", seller_id
    )


async def lock_restriction(work: Work, seller_id: int) -> str:
    """Why a shop may not sell, its row locked; empty where it may."""
    why: str | None = await work.db.fetchval(
        "SELECT restricted_why FROM shop WHERE seller_id = $1 FOR UPDATE", seller_id
    )
    return why or ""


async def restrictions(work: Work, seller_ids: Sequence[int]) -> dict[int, str]:
    """Why shops may not sell; those that may are left out."""
    rows = await work.db.fetch(
        "SELECT seller_id, restricted_why FROM shop WHERE seller_id = ANY ($1::bigint[]) AND restricted_why <> ''",
        list(seller_ids),
    )
    return {row["seller_id"]: row["restricted_why"] for row in rows}


async def own_template(work: Work, code: str) -> Any:
    """One of the seller's freight templates."""
    return await work.db.fetchrow(
        "SELECT template_id, seller_id, code, name_zh, name_en, terms FROM freight_template"
        " WHERE seller_id = $1 AND code = $2",
        work.actor.org_id, code,
    )  # fmt: skip


async def own_templates(work: Work) -> list[Any]:
    """All freight templates of the seller."""
    rows: list[Any] = await work.db.fetch(
        "SELECT template_id, seller_id, code, name_zh, name_en, terms FROM freight_template"
        " WHERE seller_id = $1 ORDER BY template_id",
        work.actor.org_id,
    )
    return rows


async def write_template(work: Work, *, code: str, name_zh: str, name_en: str, terms: bytes) -> int:
    """Writes a template under the seller's code and returns its id."""
    template_id: int = await work.db.fetchval(
        "INSERT INTO freight_template (seller_id, code, template_id, name_zh, name_en, terms, changed_at, changed_by)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (seller_id, code) DO UPDATE"
        " SET name_zh = $4, name_en = $5, terms = $6, changed_at = $7, changed_by = $8 RETURNING template_id",
        work.actor.org_id, code, work.new_id(), name_zh, name_en, terms.decode(), work.now, work.actor.person_id,
    )  # fmt: skip
    return template_id


async def drop_template(work: Work, code: str) -> bool:
    """Removes a template that none of the seller's offers uses; tells whether it did."""
    dropped = await work.db.fetchval(
        "DELETE FROM freight_template t WHERE t.seller_id = $1 AND t.code = $2 AND NOT EXISTS"
        " (SELECT 1 FROM offer o WHERE o.seller_id = $1 AND o.freight_template_id = t.template_id) RETURNING true",
        work.actor.org_id, code,
    )  # fmt: skip
    return bool(dropped)
