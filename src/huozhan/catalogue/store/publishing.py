"""SQL that writes offers: one statement per table for a whole batch, each conditional on what was read before."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import asyncpg
import msgspec

from huozhan.catalogue.goods import Step
from huozhan.catalogue.offer import OfferState
from huozhan.kernel.work import Work

Prices = tuple[tuple[Step, ...], dict[str, tuple[int | None, tuple[Step, ...]]]]
"""All prices of an offer: its own ladder, and by SKU code its price and its ladder."""


class StandingOffer(msgspec.Struct, frozen=True, kw_only=True):
    """What a publication needs to know of the offer it replaces."""

    offer_id: int
    state: OfferState
    version: int
    fingerprint: str
    published_at: datetime
    prices: Prices
    sku_ids: dict[str, int]


class OfferRow(msgspec.Struct, frozen=True, kw_only=True):
    """One row of `offer`, named as its columns."""

    offer_id: int
    seller_id: int
    offer_code: str
    state: OfferState
    version: int
    fingerprint: str
    category_id: str
    title_zh: str
    title_en: str
    description_zh: str
    description_en: str
    attributes: Any
    options: Any
    unit: str
    quote_type: str
    ladder: Any
    price_low_e4: int
    price_high_e4: int
    moq: int
    lot: int
    mixable: bool
    sample_price_e4: int | None
    origin_code6: str
    weight_g: int
    length_mm: int
    width_mm: int
    height_mm: int
    promise_hours: int
    customisation: Any
    dropship: str | None
    freight_template_id: int
    pictures: tuple[str, ...]
    hints: Any
    source: str
    published_at: datetime
    changed_at: datetime


class SkuRow(msgspec.Struct, frozen=True, kw_only=True):
    """One row of `sku`, named as its columns."""

    offer_id: int
    sku_id: int
    sku_code: str
    position: int
    choice: tuple[int, ...]
    options_zh: str
    options_en: str
    price_e4: int | None
    ladder: Any
    weight_g: int | None
    is_offered: bool = True


class VersionRow(msgspec.Struct, frozen=True, kw_only=True):
    """One row of `offer_version`, named as its columns."""

    offer_id: int
    version: int
    snapshot: Any
    published_at: datetime
    published_by: int


class MoveRow(msgspec.Struct, frozen=True, kw_only=True):
    """One row of `offer_move`, named as its columns."""

    offer_id: int
    move_id: int
    event: str
    from_state: str
    to_state: str
    reason: str
    moved_at: datetime
    moved_by: int


_STANDING = """
SELECT o.offer_code, o.offer_id, o.state, o.version, o.fingerprint, o.published_at,
       jsonb_build_array(o.ladder, coalesce(jsonb_object_agg(s.sku_code, jsonb_build_array(s.price_e4, s.ladder))
                                                FILTER (WHERE s.is_offered), '{}')) AS prices,
       jsonb_object_agg(s.sku_code, s.sku_id) AS sku_ids
  FROM offer o JOIN sku s USING (offer_id)
 WHERE o.offer_id = ANY (
    SELECT offer_id FROM offer_code WHERE seller_id = $1 AND offer_code = ANY ($2::text[]))
 GROUP BY o.offer_id
"""


async def standing(work: Work, offer_codes: Sequence[str]) -> dict[str, StandingOffer]:
    """The seller's offers of these codes."""
    rows = await work.db.fetch(_STANDING, work.actor.org_id, offer_codes)
    return {
        row["offer_code"]: StandingOffer(
            offer_id=row["offer_id"],
            state=OfferState(row["state"]),
            version=row["version"],
            fingerprint=row["fingerprint"],
            published_at=row["published_at"],
            prices=msgspec.json.decode(row["prices"], type=Prices),
            sku_ids=msgspec.json.decode(row["sku_ids"], type=dict[str, int]),
        )
        for row in rows
    }


_REFERENCES = """
SELECT (SELECT jsonb_object_agg(category_id, attributes) FROM category WHERE category_id = ANY ($2::text[])),
       (SELECT jsonb_object_agg(code, template_id) FROM freight_template
         WHERE seller_id = $1 AND code = ANY ($3::text[]))
"""


async def references(
    work: Work, category_ids: Collection[str], freight_codes: Collection[str]
) -> tuple[dict[str, list[str]], dict[str, int]]:
    """Attribute handles by category, and the seller's freight templates by code; what is unknown is left out."""
    row = await work.db.fetchrow(_REFERENCES, work.actor.org_id, list(category_ids), list(freight_codes))
    return (
        msgspec.json.decode(row[0] or "{}", type=dict[str, list[str]]),
        msgspec.json.decode(row[1] or "{}", type=dict[str, int]),
    )


async def claim_codes(work: Work, offer_ids: Mapping[str, int]) -> None:
    """Takes new offer codes; asks for another try where somebody took one a moment ago."""
    if not offer_ids:
        return
    taken = await work.db.fetch(
        "INSERT INTO offer_code (seller_id, offer_code, offer_id)"
        " SELECT $1, * FROM unnest($2::text[], $3::bigint[]) ON CONFLICT DO NOTHING RETURNING 1",
        work.actor.org_id, list(offer_ids), list(offer_ids.values()),
    )  # fmt: skip
    if len(taken) < len(offer_ids):
        raise asyncpg.SerializationError


_WRITE_OFFERS = f"""
INSERT INTO offer SELECT * FROM jsonb_populate_recordset(NULL::offer, $1::jsonb)
    ON CONFLICT (offer_id) DO UPDATE SET {
    ", ".join(
        f"{name} = EXCLUDED.{name}"
        for name in OfferRow.__struct_fields__
        if name not in {"offer_id", "seller_id", "offer_code"}
    )
} WHERE offer.version = EXCLUDED.version - 1
RETURNING 1
"""
_WRITE_SKUS = """
WITH written AS (
    INSERT INTO sku SELECT * FROM jsonb_populate_recordset(NULL::sku, $1::jsonb)
        ON CONFLICT (offer_id, sku_id) DO UPDATE
       SET position = EXCLUDED.position, choice = EXCLUDED.choice, options_zh = EXCLUDED.options_zh,
           options_en = EXCLUDED.options_en, price_e4 = EXCLUDED.price_e4, ladder = EXCLUDED.ladder,
           weight_g = EXCLUDED.weight_g, is_offered = true
    RETURNING sku_id)
UPDATE sku SET is_offered = false
 WHERE offer_id = ANY ($2::bigint[]) AND is_offered AND NOT sku_id = ANY ($3::bigint[])
"""
_WRITE_VERSIONS = """
INSERT INTO offer_version SELECT * FROM jsonb_populate_recordset(NULL::offer_version, $1::jsonb)
"""
_WRITE_MOVES = "INSERT INTO offer_move SELECT * FROM jsonb_populate_recordset(NULL::offer_move, $1::jsonb)"


COPIED_MIN = 20
"""So many new offers at once are copied in; for fewer the copying's own questions cost more than they save."""
_AS_JSON = frozenset({"attributes", "options", "ladder", "hints", "snapshot", "customisation"})


async def write(
    work: Work,
    offers: Sequence[OfferRow],
    skus: Sequence[SkuRow],
    versions: Sequence[VersionRow],
    moves: Sequence[MoveRow],
) -> None:
    """Writes offers with their SKUs, versions and moves; asks for another try where one changed meanwhile."""
    if not offers:
        return
    if len(offers) >= COPIED_MIN and all(offer.version == 1 for offer in offers):
        await _copy(work, offers, skus, versions, moves)
        return
    written = await work.db.fetch(_WRITE_OFFERS, _json(offers))
    if len(written) < len(offers):
        raise asyncpg.SerializationError
    await work.db.execute(
        _WRITE_SKUS, _json(skus), [offer.offer_id for offer in offers], [sku.sku_id for sku in skus]
    )
    await work.db.execute(_WRITE_VERSIONS, _json(versions))
    await work.db.execute(_WRITE_MOVES, _json(moves))


async def _copy(work: Work, *tables: Sequence[msgspec.Struct]) -> None:
    """The same for many offers of which nothing stands yet: rows as they are, which the database need not read as JSON."""
    for name, rows in zip(("offer", "sku", "offer_version", "offer_move"), tables, strict=True):
        columns = rows[0].__struct_fields__
        await work.db.copy_records_to_table(
            name,
            columns=columns,
            records=[
                [
                    msgspec.json.encode(value).decode() if column in _AS_JSON and value is not None else value
                    for column, value in zip(columns, msgspec.structs.astuple(row), strict=True)
                ]
                for row in rows
            ],
        )


async def note_recounted(work: Work, fingerprints: Mapping[int, str]) -> None:
    """Remembers that offers whose content stays were counted anew."""
    if fingerprints:
        await work.db.execute(
            "UPDATE offer o SET fingerprint = n.fingerprint"
            "  FROM unnest($1::bigint[], $2::text[]) AS n(offer_id, fingerprint) WHERE o.offer_id = n.offer_id",
            list(fingerprints), list(fingerprints.values()),
        )  # fmt: skip


def _json(rows: Sequence[Any]) -> str:
    return msgspec.json.encode(rows).decode()
