"""SQL that reads what search needs of goods: documents of the index, prices at a quantity, what reaches a region."""

from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from huozhan.catalogue.attribute_values import Said, value_keys
from huozhan.catalogue.filtering import (
    QUANTITIES,
    PriceModel,
    is_reached,
    price_model,
    reach_terms,
    ships_free,
)
from huozhan.catalogue.freight import FreightLot, FreightTemplate, freight_fee, volume_cm3
from huozhan.catalogue.freighting import tariffs_of
from huozhan.catalogue.store.goods import STOCK
from huozhan.catalogue.views import IndexCard
from huozhan.kernel.money import E4_PER_MINOR, line_amount_minor
from huozhan.kernel.shapes import Bilingual
from huozhan.kernel.work import Work

_PRICES = """
  CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(sku_code ORDER BY position), '{}') AS codes,
           coalesce(array_agg(DISTINCT ladder::text) FILTER (WHERE o.quote_type = 'sku_ladder'), '{}') AS ladders,
           array_remove(ARRAY[min(price_e4), max(price_e4)], NULL) AS prices
      FROM sku WHERE offer_id = o.offer_id AND is_offered) k
"""

_INDEX = f"""
SELECT o.offer_id, o.offer_code, o.seller_id, o.title_zh, o.title_en, o.category_id, c.path_ids, c.attributes AS handles,
       (SELECT array_agg(p.name_zh ORDER BY p.level) FROM category p WHERE p.category_id = ANY (c.path_ids)) AS path_zh,
       (SELECT array_agg(p.name_en ORDER BY p.level) FROM category p WHERE p.category_id = ANY (c.path_ids)) AS path_en,
       o.attributes, o.options, o.description_zh, o.description_en, o.price_low_e4, o.moq, o.lot, o.mixable, o.promise_hours,
       o.published_at, cardinality(o.pictures) > 0 AS has_picture, o.sample_price_e4 IS NOT NULL AS has_sample, o.weight_g,
       o.length_mm, o.width_mm, o.height_mm, o.ladder::text AS ladder, k.codes, k.ladders, k.prices, s.free, s.sold, h.services,
       h.takes_lent, h.not_sold_to, o.dropship, o.customisation -> 'kinds' AS custom, h.invoices, h.credit_days, coalesce(h.mix_amount_minor, h.mix_pieces) IS NOT NULL AS has_mix, f.template_id, f.terms
  FROM offer o
  JOIN category c USING (category_id)
  LEFT JOIN shop h USING (seller_id)
  LEFT JOIN freight_template f ON f.template_id = o.freight_template_id
 {_PRICES}
 {STOCK}
 WHERE o.offer_id = ANY ($1::bigint[]) AND o.state = 'on_sale' AND s.can_be_had
"""


class _Attribute(msgspec.Struct):
    value: Bilingual
    handle: str = ""
    name: Bilingual = Bilingual()


class _Axis(msgspec.Struct):
    values: list[Bilingual]
    name: Bilingual = Bilingual()


_read_attributes = msgspec.json.Decoder(list[_Attribute]).decode
_read_kinds = msgspec.json.Decoder(tuple[str, ...]).decode
_read_axes = msgspec.json.Decoder(list[_Axis]).decode


async def index_cards(work: Work, offer_ids: Sequence[int]) -> list[IndexCard]:
    """What search indexes of those offers that are on sale, in a shop that may sell, with enough of them left."""
    return [_index_card(row) for row in await work.db.fetch(_INDEX, list(offer_ids))]


def _index_card(row: Any) -> IndexCard:
    attributes, axes = _read_attributes(row["attributes"]), _read_axes(row["options"])
    said = [Said(one.handle, one.name, (one.value,)) for one in attributes]
    said += [Said("", axis.name, tuple(axis.values)) for axis in axes]
    model = price_model(row["ladder"], row["ladders"], row["prices"])
    mixes = row["mixable"] and row["has_mix"]
    return IndexCard(
        offer_id=row["offer_id"],
        offer_code=row["offer_code"],
        seller_id=row["seller_id"],
        title=Bilingual(row["title_zh"], row["title_en"]),
        category_id=row["category_id"],
        category_path=tuple(row["path_ids"]),
        category_names=tuple(map(Bilingual, row["path_zh"], row["path_en"])),
        attribute_texts=_texts(attribute.value for attribute in attributes),
        description=Bilingual(row["description_zh"], row["description_en"]),
        option_texts=_texts(value for axis in axes for value in axis.values),
        sku_codes=tuple(row["codes"]),
        price_low_e4=row["price_low_e4"],
        moq=row["moq"],
        mixable=row["mixable"],
        promise_hours=row["promise_hours"],
        published_at=row["published_at"],
        has_picture=row["has_picture"],
        free=row["free"],
        sold=row["sold"],
        lot=row["lot"],
        has_sample=row["has_sample"],
        mixes=mixes,
        prices_e4=tuple(model.at(quantity)[0] for quantity in QUANTITIES),
        values=tuple(sorted(set(value_keys(said, row["handles"])))),
        services=tuple(row["services"] or ()),
        takes_lent=bool(row["takes_lent"]),
        custom=_read_kinds(row["custom"]) if row["custom"] else (),
        dropship=bool(row["dropship"]),
        invoices=tuple(row["invoices"] or ()),
        credit_days=row["credit_days"] or 0,
        ships_free=_ships_free(row, model),
        reach=_reach(tuple(row["not_sold_to"] or ()), row["template_id"], row["terms"]),
    )


def _ships_free(row: Any, model: PriceModel) -> bool:
    pieces = -(-row["moq"] // row["lot"]) * row["lot"]
    return ships_free(
        _freight(row),
        pieces=pieces,
        weight_g=row["weight_g"],
        volume_cm3=volume_cm3(row["length_mm"], row["width_mm"], row["height_mm"]),
        price_e4=model.at(pieces)[0],
    )


def _freight(row: Any) -> FreightTemplate | None:
    return _template(row["template_id"], row["terms"])


# The offers of a shop share a few templates, which are as they were read: what follows from them is reckoned once for many.
@lru_cache(4_096)
def _template(template_id: int | None, terms: str | None) -> FreightTemplate | None:
    return tariffs_of(template_id, terms) if template_id and terms else None


@lru_cache(4_096)
def _reach(not_sold_to: tuple[str, ...], template_id: int | None, terms: str | None) -> tuple[str, ...]:
    return reach_terms(not_sold_to, _template(template_id, terms))


def _texts(values: Any) -> tuple[str, ...]:
    return tuple(text for value in values for text in (value.zh, value.en) if text)


async def prices_at(work: Work, offer_ids: Collection[int], quantity: int) -> dict[int, tuple[int, int]]:
    """The lowest and the highest unit price of so many pieces of each offer, in 1/10 000."""
    rows = await work.db.fetch(
        f"SELECT o.offer_id, o.ladder::text AS ladder, k.ladders, k.prices FROM offer o {_PRICES}"
        " WHERE o.offer_id = ANY ($1::bigint[])",
        list(offer_ids),
    )
    return {
        row["offer_id"]: price_model(row["ladder"], row["ladders"], row["prices"]).at(quantity)
        for row in rows
    }


class Landed(NamedTuple):
    """What so many pieces of an offer cost: at least its minimum, in whole lots; `fee_minor` of freight, none where it is not sent."""

    pieces: int
    price_e4: int
    fee_minor: int | None

    @property
    def each_e4(self) -> int | None:
        """What a piece comes to with its freight, rounded up, in 1/10 000."""
        if self.fee_minor is None:
            return None
        return self.price_e4 - (-self.fee_minor * E4_PER_MINOR // self.pieces)


async def landed(work: Work, offer_ids: Collection[int], quantity: int, region: str) -> dict[int, Landed]:
    """What these offers cost at a quantity, at the price of their cheapest SKU, sent to a region: its division code, or a country."""
    rows = await work.db.fetch(
        "SELECT o.offer_id, o.ladder::text AS ladder, k.ladders, k.prices, o.moq, o.lot, o.weight_g, o.length_mm, o.width_mm,"
        f" o.height_mm, h.not_sold_to, f.template_id, f.terms FROM offer o {_PRICES}"
        "  LEFT JOIN shop h USING (seller_id) LEFT JOIN freight_template f ON f.template_id = o.freight_template_id"
        " WHERE o.offer_id = ANY ($1::bigint[])",
        list(offer_ids),
    )  # fmt: skip
    return {row["offer_id"]: _landed(row, quantity, region) for row in rows}


def _landed(row: Any, quantity: int, region: str) -> Landed:
    pieces = -(-max(quantity, row["moq"]) // row["lot"]) * row["lot"]
    price_e4 = price_model(row["ladder"], row["ladders"], row["prices"]).at(pieces)[0]
    template = _freight(row)
    if not is_reached(row["not_sold_to"] or (), template, region):
        return Landed(pieces, price_e4, None)
    lot = FreightLot(
        weight_g=row["weight_g"] * pieces,
        volume_cm3=volume_cm3(row["length_mm"], row["width_mm"], row["height_mm"]) * pieces,
        pieces=pieces,
        amount_minor=line_amount_minor(price_e4, pieces),
    )
    return Landed(pieces, price_e4, freight_fee(template, region, [lot]) if template else 0)


async def unreached(work: Work, offer_ids: Collection[int], region: str) -> set[int]:
    """Which of these offers cannot be ordered to a region: its division code, or a country abroad."""
    return {offer_id for offer_id, _ in await unreached_at(work, {(one, region) for one in offer_ids})}


async def unreached_at(work: Work, wanted: Collection[tuple[int, str]]) -> set[tuple[int, str]]:
    """Which of these pairs of offer and region are of goods that cannot be ordered to there."""
    rows = await work.db.fetch(
        "SELECT o.offer_id, h.not_sold_to, f.template_id, f.terms FROM offer o LEFT JOIN shop h USING (seller_id)"
        "  LEFT JOIN freight_template f ON f.template_id = o.freight_template_id"
        " WHERE o.offer_id = ANY ($1::bigint[])",
        list({offer_id for offer_id, _ in wanted}),
    )
    terms = {row["offer_id"]: (row["not_sold_to"] or (), _freight(row)) for row in rows}
    return {
        (offer_id, region)
        for offer_id, region in wanted
        if offer_id in terms and not is_reached(*terms[offer_id], region)
    }


async def pictures_on_sale(work: Work, offer_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """The pictures of those of these offers that are on sale."""
    rows = await work.db.fetch(
        "SELECT offer_id, pictures FROM offer WHERE offer_id = ANY ($1::bigint[]) AND state = 'on_sale'",
        list(offer_ids),
    )
    return {row["offer_id"]: tuple(row["pictures"]) for row in rows}


async def on_sale_of(work: Work, seller_ids: Collection[int]) -> list[int]:
    """All offers of these sellers that are on sale, whether or not they can be bought now."""
    rows = await work.db.fetch(
        "SELECT offer_id FROM offer WHERE seller_id = ANY ($1::bigint[]) AND state = 'on_sale'",
        list(seller_ids),
    )
    return [row["offer_id"] for row in rows]
