"""SQL that reads goods: what carts and orders count with, and what search and result pages show. Public reading."""

from collections.abc import Collection, Sequence
from typing import Any

from huozhan.catalogue.freight import volume_cm3
from huozhan.catalogue.goods import Goods, MixRule, QuoteType, points_e2, read_ladder
from huozhan.catalogue.offer import OfferState
from huozhan.catalogue.views import ListableOffer, OfferCard, OfferHome, Repurchase
from huozhan.kernel.shapes import Bilingual
from huozhan.kernel.work import Work

_COLUMNS = """
       k.sku_id, k.sku_code, k.options_zh, k.options_en, k.price_e4, k.is_offered,
       coalesce(k.weight_g, o.weight_g) AS weight_g,
       CASE WHEN o.quote_type = 'sku_ladder' THEN k.ladder ELSE o.ladder END AS ladder,
       o.offer_id, o.offer_code, o.seller_id, o.version, o.state, o.title_zh, o.title_en, o.pictures[1] AS picture,
       o.unit, o.quote_type, o.moq, o.lot, o.mixable, o.length_mm, o.width_mm, o.height_mm,
       o.promise_hours, o.freight_template_id, o.sample_price_e4, o.category_id, c.path_ids[1] AS vertical_id,
       h.mix_amount_minor, h.mix_pieces, h.not_sold_to, h.services, coalesce(h.takes_lent, false) AS takes_lent, coalesce(h.restricted_why, '') = '' AS is_open, s.free,
       (SELECT booked_until FROM shop_buyer b WHERE b.buyer_id = $2 AND b.seller_id = o.seller_id) AS booked_until,
       greatest(h.promoted_until, (SELECT promoted_until FROM shop WHERE seller_id = 0)) AS promoted_until
"""
_TABLES = """
  FROM sku k
  JOIN offer o USING (offer_id)
  JOIN category c USING (category_id)
  LEFT JOIN shop h USING (seller_id)
  CROSS JOIN LATERAL (SELECT sum(on_hand - reserved)::bigint AS free FROM stock WHERE sku_id = k.sku_id) s
"""
_OF_SKUS = " WHERE k.sku_id = ANY ($1::bigint[])"
_GOODS = f"SELECT {_COLUMNS} {_TABLES} {_OF_SKUS}"
_GOODS_OF_OFFERS = (
    f"SELECT {_COLUMNS} {_TABLES} WHERE k.offer_id = ANY ($1::bigint[]) AND k.is_offered ORDER BY k.sku_id"
)

# A template is sent once, however many of the goods are charged by it.
_GOODS_WITH_FREIGHT = f"""
WITH g AS (SELECT {_COLUMNS} {_TABLES} {_OF_SKUS})
SELECT g.*, f.template_id, f.code, f.name_zh, f.name_en, f.terms
  FROM (SELECT *, row_number() OVER (PARTITION BY freight_template_id) = 1 AS is_first FROM g) g
  LEFT JOIN freight_template f ON f.template_id = g.freight_template_id AND g.is_first
"""


async def goods_for(work: Work, sku_ids: Collection[int]) -> dict[int, Goods]:
    """Goods by SKU, whoever sells them and whether or not they are on sale now; unknown ones are left out."""
    return {
        row["sku_id"]: _goods(row) for row in await work.db.fetch(_GOODS, list(sku_ids), work.actor.org_id)
    }


async def goods_of_offers(work: Work, offer_ids: Collection[int]) -> list[Goods]:
    """The goods that these offers consist of now, whether or not they are on sale, in the order of their ids."""
    rows = await work.db.fetch(_GOODS_OF_OFFERS, list(offer_ids), work.actor.org_id)
    return [_goods(row) for row in rows]


async def goods_with_freight(work: Work, sku_ids: Collection[int]) -> tuple[dict[int, Goods], list[Any]]:
    """The same, and one row for each freight template that they are charged by."""
    rows = await work.db.fetch(_GOODS_WITH_FREIGHT, list(sku_ids), work.actor.org_id)
    return {row["sku_id"]: _goods(row) for row in rows}, [row for row in rows if row["template_id"]]


def _goods(row: Any) -> Goods:
    amount_minor, pieces = row["mix_amount_minor"], row["mix_pieces"]
    return Goods(
        sku_id=row["sku_id"],
        offer_id=row["offer_id"],
        seller_id=row["seller_id"],
        offer_version=row["version"],
        offer_code=row["offer_code"],
        sku_code=row["sku_code"],
        title=Bilingual(row["title_zh"], row["title_en"]),
        options=Bilingual(row["options_zh"], row["options_en"]),
        picture=row["picture"],
        unit=row["unit"],
        quote_type=QuoteType(row["quote_type"]),
        ladder=read_ladder(row["ladder"]),
        price_e4=row["price_e4"],
        moq=row["moq"],
        lot=row["lot"],
        mixable=row["mixable"],
        free=row["free"],
        weight_g=row["weight_g"],
        volume_cm3=volume_cm3(row["length_mm"], row["width_mm"], row["height_mm"]),
        promise_hours=row["promise_hours"],
        freight_template_id=row["freight_template_id"],
        sample_price_e4=row["sample_price_e4"],
        on_sale=row["is_offered"] and row["is_open"] and row["state"] == OfferState.on_sale,
        shop_mix=MixRule(amount_minor, pieces) if amount_minor or pieces else None,
        not_sold_to=tuple(row["not_sold_to"] or ()),
        services=tuple(row["services"] or ()),
        category_id=row["category_id"],
        vertical_id=row["vertical_id"],
        promoted_until=row["promoted_until"],
        takes_lent=row["takes_lent"],
        booked_until=row["booked_until"],
    )


# Whole lots of each SKU count; together they must come to the minimum, or be mixed with other goods of the shop.
STOCK = """
  CROSS JOIN LATERAL (
    SELECT coalesce(sum(n.free), 0)::bigint AS free, coalesce(sum(n.sold), 0)::bigint AS sold,
           (count(*) FILTER (WHERE k.is_offered))::int AS skus,
           coalesce(h.restricted_why, '') = '' AND coalesce(sum(n.free / o.lot * o.lot) FILTER (WHERE k.is_offered), 0)
             >= CASE WHEN o.mixable AND coalesce(h.mix_amount_minor, h.mix_pieces) IS NOT NULL THEN o.lot ELSE o.moq END AS can_be_had
      FROM sku k
      LEFT JOIN (SELECT sku_id, sum(on_hand - reserved)::bigint AS free, sum(sold)::bigint AS sold
                   FROM stock WHERE offer_id = o.offer_id GROUP BY sku_id) n ON n.sku_id = k.sku_id
     WHERE k.offer_id = o.offer_id) s
"""

_CARDS = f"""
SELECT EXISTS (SELECT 1 FROM shop_buyer b WHERE b.buyer_id = {{buyer}} AND b.seller_id = o.seller_id AND b.booked_until > {{now}})
         AS is_booked,
       o.offer_id, o.offer_code, o.seller_id, o.title_zh, o.title_en, o.pictures[1] AS picture, o.unit,
       o.price_low_e4, o.price_high_e4, o.moq, o.lot, o.mixable, o.promise_hours, o.category_id,
       o.sample_price_e4 IS NOT NULL AS has_sample, s.free, s.sold, s.can_be_had, s.skus,
       coalesce(e.reviews, 0) AS reviews, coalesce(e.points_sum, 0) AS points_sum,
       coalesce(e.buyers, 0) AS buyers, coalesce(e.repeat_buyers, 0) AS repeat_buyers, e.repeat_bp,
       coalesce(e.repeat_bound, false) AS repeat_bound
  FROM offer o
  LEFT JOIN shop h USING (seller_id)
  LEFT JOIN offer_esteem e USING (offer_id)
 {STOCK}
"""


async def cards(work: Work, offer_ids: Sequence[int]) -> list[OfferCard]:
    """Cards of those offers that are on sale."""
    rows = await work.db.fetch(
        f"{_CARDS.format(buyer='$2', now='$3')} WHERE o.offer_id = ANY ($1::bigint[]) AND o.state = 'on_sale'",
        list(offer_ids), work.actor.org_id, work.now,
    )  # fmt: skip
    return [_card(row) for row in rows]


async def shop_cards(work: Work, seller_id: int, before: int, limit: int) -> list[OfferCard]:
    """A shop's offers on sale, newest first, from before an offer on."""
    rows = await work.db.fetch(
        f"{_CARDS.format(buyer='$4', now='$5')} WHERE o.seller_id = $1 AND o.state = 'on_sale' AND o.offer_id < $2"
        " ORDER BY o.offer_id DESC LIMIT $3",
        seller_id, before, limit, work.actor.org_id, work.now,
    )  # fmt: skip
    return [_card(row) for row in rows]


def repurchase_of(row: Any) -> Repurchase | None:
    """How many of an offer's buyers came back, from its row; None where it has none."""
    if not row["buyers"]:
        return None
    return Repurchase(
        buyers=row["buyers"],
        repeat_buyers=row["repeat_buyers"],
        rate_bp=row["repeat_bp"],
        is_bound=row["repeat_bound"],
    )


def _card(row: Any) -> OfferCard:
    # By place, as _CARDS says it: a page has forty of these, and a name is looked up in each.
    (
        is_booked, offer_id, offer_code, seller_id, title_zh, title_en, picture, unit, price_low_e4, price_high_e4, moq, lot,
        mixable, promise_hours, category_id, has_sample, free, sold, can_be_had, skus, reviews, points_sum, *_,
    ) = row  # fmt: skip
    return OfferCard(
        offer_id=str(offer_id),
        offer_code=offer_code,
        seller_id=str(seller_id),
        title=Bilingual(title_zh, title_en),
        picture=picture,
        unit=unit,
        price_low_e4=price_low_e4,
        price_high_e4=price_high_e4,
        moq=moq,
        lot=lot,
        mixable=mixable,
        promise_hours=promise_hours,
        category_id=category_id,
        has_sample=has_sample,
        free=free,
        sold=sold,
        skus=skus,
        reviews=reviews,
        points_e2=points_e2(reviews, points_sum),
        repurchase=repurchase_of(row),
        can_be_had=can_be_had,
        is_booked=is_booked,
    )


_LEADING = """
SELECT DISTINCT ON (k.offer_id) k.offer_id, k.sku_id
  FROM sku k
  CROSS JOIN LATERAL (SELECT coalesce(sum(on_hand - reserved), 0) AS free FROM stock WHERE sku_id = k.sku_id) s
 WHERE k.offer_id = ANY ($1::bigint[]) AND k.is_offered
 ORDER BY k.offer_id, s.free <= 0, k.price_e4, s.free DESC, k.sku_id
"""


async def leading_skus(work: Work, offer_ids: Sequence[int]) -> dict[int, int]:
    """Of each offer the SKU that leads it: one that is there, the cheapest of them, then the one with most stock."""
    return {row["offer_id"]: row["sku_id"] for row in await work.db.fetch(_LEADING, list(offer_ids))}


async def homes(work: Work, offer_ids: Collection[int]) -> dict[int, OfferHome]:
    """Whose these offers are and where they belong, whatever their state; unknown ones are left out."""
    rows = await work.db.fetch(
        "SELECT offer_id, seller_id, category_id, published_at, state FROM offer"
        " WHERE offer_id = ANY ($1::bigint[])",
        list(offer_ids),
    )  # fmt: skip
    return {row["offer_id"]: OfferHome(**{**dict(row), "state": OfferState(row["state"])}) for row in rows}


async def listable(work: Work, offer_ids: Sequence[int]) -> list[ListableOffer]:
    """Those of some offers that can be bought now, whoever asks."""
    rows = await work.db.fetch(
        "SELECT o.offer_id, o.seller_id, c.path_ids, o.published_at FROM offer o JOIN category c USING (category_id)"
        f" LEFT JOIN shop h USING (seller_id) {STOCK}"
        " WHERE o.offer_id = ANY ($1::bigint[]) AND o.state = 'on_sale' AND s.can_be_had ORDER BY o.offer_id",
        list(offer_ids),
    )
    return [
        ListableOffer(
            offer_id=row["offer_id"],
            seller_id=row["seller_id"],
            category_path=tuple(row["path_ids"]),
            published_at=row["published_at"],
        )
        for row in rows
    ]


async def count_on_sale(work: Work) -> int:
    """How many offers are on sale."""
    return int(await work.db.fetchval("SELECT count(*) FROM offer WHERE state = 'on_sale'"))


async def ids_after(work: Work, after_id: int, limit: int) -> list[int]:
    """Offers that can be bought, in the order of their ids."""
    rows = await work.db.fetch(
        f"SELECT o.offer_id FROM offer o LEFT JOIN shop h USING (seller_id) {STOCK}"
        " WHERE o.offer_id > $1 AND o.state = 'on_sale' AND s.can_be_had ORDER BY o.offer_id LIMIT $2",
        after_id, limit,
    )  # fmt: skip
    return [row["offer_id"] for row in rows]


async def titles_after(work: Work, after_id: int, limit: int) -> list[tuple[int, tuple[str, ...]]]:
    """The titles of the next offers on sale in the order of their ids, one for each language that an offer has one in."""
    rows = await work.db.fetch(
        "SELECT offer_id, title_zh, title_en FROM offer WHERE offer_id > $1 AND state = 'on_sale' ORDER BY offer_id LIMIT $2",
        after_id, limit,
    )  # fmt: skip
    return [(row["offer_id"], tuple(filter(None, (row["title_zh"], row["title_en"])))) for row in rows]


async def titles_by_category(work: Work, each: int) -> list[tuple[str, str]]:
    """Category and both titles of the newest offers on sale, at most `each` of a category."""
    rows = await work.db.fetch(
        "SELECT category_id, title_zh || ' ' || title_en AS title FROM (SELECT category_id, title_zh, title_en,"
        " row_number() OVER (PARTITION BY category_id ORDER BY offer_id DESC) AS n FROM offer WHERE state = 'on_sale') AS o"
        " WHERE n <= $1 ORDER BY category_id, n",
        each,
    )  # fmt: skip
    return [(row["category_id"], row["title"]) for row in rows]
