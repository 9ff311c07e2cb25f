"""What anybody may see of the catalogue: an offer, a shop, the version that an order points to."""

from collections.abc import Sequence
from typing import Any

import msgspec

from huozhan import parties
from huozhan.catalogue.customisation import Customisation
from huozhan.catalogue.dropship import dropship_view
from huozhan.catalogue.freight import (
    FreightLot,
    RegionCode,
    Undeliverable,
    freight_fee,
    is_sold_to,
    volume_cm3,
)
from huozhan.catalogue.freighting import tariffs_of
from huozhan.catalogue.goods import MixRule, Quantity, QuoteType, Step, points_e2, read_ladder
from huozhan.catalogue.offer import AttributeValue, Axis, OfferState
from huozhan.catalogue.pricing import step_at
from huozhan.catalogue.services import service_views
from huozhan.catalogue.store import goods as goods_store
from huozhan.catalogue.store import offers as store
from huozhan.catalogue.terms import credit_terms
from huozhan.catalogue.views import FreightTo, NamedValue, OfferPage, OfferVersion, ShopPage, SkuView
from huozhan.kernel.money import line_amount_minor
from huozhan.kernel.paging import before_in, write_cursor
from huozhan.kernel.refusals import NotFound
from huozhan.kernel.shapes import PAGE_SIZE, Ask, Bilingual, Cursor, Id, PageSize
from huozhan.kernel.work import Work, use_case

# Made once: a decoder for a shape costs more to make than a whole offer to read.
_read_attributes = msgspec.json.Decoder(tuple[AttributeValue, ...]).decode
_read_names = msgspec.json.Decoder(dict[str, Bilingual]).decode
_read_custom = msgspec.json.Decoder(Customisation).decode
_read_axes = msgspec.json.Decoder(tuple[Axis, ...]).decode
_read_skus = msgspec.json.Decoder(tuple[SkuView, ...]).decode


class ShowOffer(Ask, frozen=True, kw_only=True):
    """One offer; with `to`, also what freight there comes to for a quantity (the smallest order where none is given)."""

    offer_id: Id
    quantity: Quantity | None = None
    to: RegionCode | None = None


class ShowShop(Ask, frozen=True, kw_only=True):
    """One shop."""

    seller_id: Id
    cursor: Cursor = ""
    size: PageSize = PAGE_SIZE


@use_case("public", writes=False)
async def offer_page(work: Work, ask: ShowOffer) -> OfferPage:
    """An offer whole: content, prices, matrix and what is free. Drafts and goods taken down are seen by their seller only."""
    found = await _pages(work, [int(ask.offer_id)], ask.quantity or 0, ask.to)
    if not found:
        raise NotFound
    return found[0]


async def offer_pages(work: Work, offer_ids: Sequence[int]) -> list[OfferPage]:
    """Several offers whole, in this order, in as many questions as one; what the actor may not see is left out."""
    return await _pages(work, offer_ids, 0, None)


async def _pages(work: Work, offer_ids: Sequence[int], quantity: int, to: str | None) -> list[OfferPage]:
    rows = [row for row in await store.pages(work, offer_ids) if _may_see(work, row)]
    faces = await parties.org_faces(work, {row["seller_id"] for row in rows})
    by_id = {row["offer_id"]: _page(work, row, faces.get(row["seller_id"]), quantity, to) for row in rows}
    return [by_id[offer_id] for offer_id in offer_ids if offer_id in by_id]


def _page(work: Work, row: Any, seller: parties.OrgFace | None, quantity: int, to: str | None) -> OfferPage:
    skus = _read_skus(row["skus"])
    ladder = read_ladder(row["ladder"])
    return OfferPage(
        offer_id=str(row["offer_id"]),
        offer_code=row["offer_code"],
        version=row["version"],
        seller_id=str(row["seller_id"]),
        seller=seller,
        state=OfferState(row["state"]),
        title=Bilingual(row["title_zh"], row["title_en"]),
        description=Bilingual(row["description_zh"], row["description_en"]),
        category_id=row["category_id"],
        attributes=_named(row),
        unit=row["unit"],
        quote_type=QuoteType(row["quote_type"]),
        ladder=ladder,
        price_low_e4=row["price_low_e4"],
        price_high_e4=row["price_high_e4"],
        options=_read_axes(row["options"]),
        skus=skus,
        moq=row["moq"],
        lot=row["lot"],
        mixable=row["mixable"],
        shop_mix=mix_rule(row),
        sample_price_e4=row["sample_price_e4"],
        origin_code6=row["origin_code6"],
        weight_g=row["weight_g"],
        length_mm=row["length_mm"],
        width_mm=row["width_mm"],
        height_mm=row["height_mm"],
        promise_hours=row["promise_hours"],
        customisation=_read_custom(row["customisation"]) if row["customisation"] else None,
        dropship=dropship_view(row["dropship"], ladder, ((sku.ladder, sku.price_e4) for sku in skus)),
        freight_template_id=str(row["freight_template_id"]),
        pictures=tuple(row["pictures"]),
        source=row["source"],
        free=row["free"],
        sold=row["sold"],
        published_at=row["published_at"],
        changed_at=row["changed_at"],
        is_booked=bool(row["booked_until"] and row["booked_until"] > work.now),
        is_promoted=bool(row["promoted_until"] and row["promoted_until"] > work.now),
        freight=_freight(row, ladder or (skus[0].ladder if skus else ()), quantity, to) if to else None,
        reviews=row["reviews"],
        points_e2=points_e2(row["reviews"], row["points_sum"]),
        repurchase=goods_store.repurchase_of(row),
        services=service_views(work, row["services"] or (), work.now),
        invoices=tuple(row["invoices"] or ()),
        credit=credit_terms(row),
    )


def _may_see(work: Work, row: Any) -> bool:
    """Paused goods stay readable by their link, because carts and orders point to them."""
    public = row["state"] in {OfferState.on_sale, OfferState.paused}
    return public or row["seller_id"] == work.actor.org_id or work.actor.may("market.view")


def _named(row: Any) -> tuple[NamedValue, ...]:
    known = _read_names(row["attribute_names"])
    return tuple(
        NamedValue(
            handle=attribute.handle,
            name=known.get(attribute.handle) or attribute.name or Bilingual(en=_spoken(attribute.handle)),
            value=attribute.value,
        )
        for attribute in _read_attributes(row["attributes"])
    )


def _spoken(handle: str) -> str:
    return handle.replace("-", " ").capitalize()


def _freight(row: Any, steps: Sequence[Step], quantity: int, region: str) -> FreightTo:
    """What it costs to send so many pieces there, at least the smallest order."""
    quantity = max(quantity, row["moq"])
    price_e4 = step_at(steps, quantity).price_e4 if steps else row["price_low_e4"]
    lot = FreightLot(
        weight_g=row["weight_g"] * quantity,
        volume_cm3=volume_cm3(row["length_mm"], row["width_mm"], row["height_mm"]) * quantity,
        pieces=quantity,
        amount_minor=line_amount_minor(price_e4, quantity),
    )
    try:
        template_id = row["freight_template_id"]
        if not is_sold_to(row["not_sold_to"] or (), region):
            raise Undeliverable(region=region, template_id=template_id)
        fee_minor = freight_fee(tariffs_of(template_id, row["terms"]), region, [lot]) if template_id else 0
    except Undeliverable:
        fee_minor = None
    return FreightTo(region=region, quantity=quantity, fee_minor=fee_minor)


async def offer_version(work: Work, offer_id: int, version: int) -> OfferVersion:
    """What was offered under the version that an order points to; the caller knows that it may be read."""
    row = await store.version(work, offer_id, version)
    if row is None:
        raise NotFound
    return OfferVersion(
        offer_id=str(row["offer_id"]),
        version=row["version"],
        published_at=row["published_at"],
        shown=msgspec.json.decode(row["snapshot"]),
    )


@use_case("public", writes=False)
async def shop_page(work: Work, ask: ShowShop) -> ShopPage:
    """A shop with a page of its offers on sale, newest first."""
    seller_id, before = int(ask.seller_id), before_in(ask.cursor)
    faces = await parties.org_faces(work, [seller_id])
    face = faces.get(seller_id)
    if face is None or not face.can_sell:
        raise NotFound
    shop = await store.shop(work, seller_id)
    cards = await goods_store.shop_cards(work, seller_id, before, ask.size + 1)
    shown = cards[: ask.size]
    return ShopPage(
        seller_id=ask.seller_id,
        seller=face,
        mix=mix_rule(shop) if shop else None,
        services=service_views(work, shop["services"] if shop else (), work.now),
        offers=tuple(shown),
        next_cursor=write_cursor(int(shown[-1].offer_id)) if len(cards) > ask.size else None,
    )


def mix_rule(row: Any) -> MixRule | None:
    """A shop's mixed batch as its row says."""
    amount_minor, pieces = row["mix_amount_minor"], row["mix_pieces"]
    return MixRule(amount_minor, pieces) if amount_minor or pieces else None
