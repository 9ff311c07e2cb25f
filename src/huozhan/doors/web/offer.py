"""The page of an offer: what it costs at my quantity, which variants there are, and what freight comes to."""

from collections.abc import Mapping, Sequence
from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from huozhan import (
    catalogue,
    certificates,
    insight,
    messaging,
    ordering,
    parties,
    pricebook,
    promotion,
    scenes,
    search,
)
from huozhan.catalogue import OfferPage, OfferState, QuoteType, SkuView
from huozhan.doors.hall import Hall
from huozhan.doors.pages import forms, places, showing, structured
from huozhan.doors.pages.files import picture_address
from huozhan.doors.web import kept, mine
from huozhan.doors.web.disruptions import that_hold_up
from huozhan.doors.web.lines import read_lines
from huozhan.doors.web.own_place import place_for, place_of
from huozhan.kernel.refusals import NotFound, Refusal

PICTURE_SIDE = 960

Req = Request[Any, Any, Any]
Quantities = Mapping[str, str]
Typed = Mapping[str, Quantities]
"""What was typed, by kind (`qty` or `sample`) and SKU."""


@get("/offers/{offer_id:str}", include_in_schema=False)
async def offer(request: Req, offer_id: FromPath[str]) -> Response[Any]:
    """One offer."""
    typed: dict[str, dict[str, str]] = {"qty": {}, "sample": {}}
    for line in read_lines(request.query_params.get("lines", "")):
        typed["sample" if line["is_sample"] else "qty"][line["sku_id"]] = str(line["quantity"])
    shown = await offer_shown(request, offer_id, typed=typed)
    kept.note_seen(request, offer_id)
    return shown


async def offer_shown(
    request: Req, offer_id: str, *, typed: Typed, refused: Refusal | None = None
) -> Response[Any]:
    """The page of an offer, with the quantities that were typed before a refusal or a sign-in."""
    asked = quantity_of(request)
    shown = await forms.ask(
        request, search.offer_page, offer_id=offer_id, quantity=asked, to=place_of(request)
    )
    mine_of = await mine.offer_prices(request, shown)
    quantity, lang = max(asked or 0, shown.moq), request.scope["state"]["lang"]
    return showing.show(
        request,
        "web/offer.html",
        shown.title.say(lang),
        page=_frame(request, shown) if shown.state is OfferState.on_sale else None,
        refused=refused,
        offer=shown,
        steps=[{"min": step.from_quantity, "price_e4": step.price_e4} for step in _ladder(shown)],
        lit=_lit(shown, quantity),
        quantity=quantity,
        grid=_grid(shown, lang, typed["qty"], mine_of),
        samples={sku_id: quantity for sku_id, quantity in typed["sample"].items() if quantity},
        freight=shown.freight,
        to=shown.freight.region if shown.freight else "",
        places=places.around(place_of(request), lang),
        landed=await _landed(request, offer_id, quantity) if _asks(request) else None,
        vouched=await forms.ask(request, parties.supplier_facts, seller_id=shown.seller_id),
        certified=(await forms.ask(request, certificates.offer_certificates, offer_id=offer_id)).items,
        mine=mine_of,
        kept=await kept.kept_ids(request, [offer_id], [shown.seller_id]),
        promotions=await _promotions(request, shown),
        response=await forms.ask(request, messaging.response_of, seller_id=shown.seller_id),
        service=await forms.ask(request, scenes.shop_service, seller_id=shown.seller_id),
        disruptions=await that_hold_up(
            request,
            shown.seller.place_code if shown.seller else "",
            place_of(request),
            shown.category_id,
        ),
    )


def _asks(request: Req) -> bool:
    """Tells whether a form without scripts asks what a quantity comes to; else a part of the page is fetched once it is there."""
    return bool({"n", "to"} & request.query_params.keys())


async def _landed(request: Req, offer_id: str, quantity: int, to: str = "") -> insight.views.Landed | None:
    """What a quantity comes to at a place; nothing of goods that are not on sale."""
    asked: dict[str, Any] = {"offer_id": offer_id, "quantity": quantity, "to": to or place_of(request)}
    try:
        return await forms.ask(request, insight.landed_cost, **asked)
    except NotFound:
        return None


@get("/offers/{offer_id:str}/landed", include_in_schema=False)
async def landed(request: Req, offer_id: FromPath[str]) -> Response[Any]:
    """What my quantity comes to at my place: a part of the offer's page; its own page where somebody opens it as one."""
    params = request.query_params
    if not request.headers.get("hx-request"):
        query = {name: params[name] for name in ("n", "to") if name in params}
        return forms.see(showing.address(f"/offers/{offer_id}", **query))
    shown = await forms.ask(request, catalogue.offer_page, offer_id=offer_id)
    quantity, lang = max(quantity_of(request) or 0, shown.moq), request.scope["state"]["lang"]
    to = await place_for(request)
    return showing.fragment(
        request,
        "web/landed.html",
        offer=shown,
        quantity=quantity,
        freight=None,
        landed=await _landed(request, offer_id, quantity, to),
        to=to,
        places=places.around(to, lang),
    )


def _frame(request: Req, shown: OfferPage) -> dict[str, str]:
    """Its one address, and its facts as search engines read them."""
    hall: Hall = request.app.state.hall
    fact = structured.product(
        shown,
        lang=request.scope["state"]["lang"],
        currency=hall.terms.currency,
        pictures=[picture_address(one, PICTURE_SIDE) for one in shown.pictures],
        url=hall.settings.url,
    )
    return {"canonical": f"/offers/{shown.offer_id}", "structured": structured.written([fact])}


async def _promotions(request: Req, shown: OfferPage) -> list[promotion.views.PromotionFace]:
    """What its price falls by now; a shop that promotes nothing is not asked for."""
    if not shown.is_promoted:
        return []
    asked = {"seller_id": shown.seller_id, "offer_id": shown.offer_id}
    return (await forms.ask(request, promotion.shop_promotions, **asked)).items


def quantity_of(request: Req) -> int | None:
    """The quantity that the reader asks for."""
    return forms.whole_number(request.query_params.get("n", ""), ordering.asks.QUANTITY_MAX) or None


def _ladder(shown: OfferPage) -> Sequence[catalogue.Step]:
    """The steps that all variants share; where each has its own, those of the first."""
    if shown.quote_type is QuoteType.sku_ladder and shown.skus:
        return shown.skus[0].ladder
    return shown.ladder


def _lit(shown: OfferPage, quantity: int) -> int:
    reached = [n for n, step in enumerate(_ladder(shown)) if step.from_quantity <= quantity]
    return reached[-1] if reached else -1


def _grid(
    shown: OfferPage, lang: str, quantities: Quantities, mine_of: pricebook.views.OfferPricesView | None
) -> dict[str, Any]:
    """The variants as a table: the last axis across, the others down."""
    axes = shown.options
    across = axes[-1].values if len(axes) > 1 else ()
    rows: dict[str, str] = {}
    cells: dict[str, dict[str, Any]] = {}
    for sku in shown.skus:
        down = sku.choice[:-1] if across else sku.choice
        row = "-".join(map(str, down))
        if row not in rows:
            rows[row] = " / ".join(axes[axis].values[at].say(lang) for axis, at in enumerate(down))
        column = str(sku.choice[-1]) if across else ""
        cells.setdefault(row, {})[column] = {
            "sku_id": sku.sku_id,
            "stock": max(sku.free, 0),
            "qty": quantities.get(sku.sku_id, ""),
            "price_e4": _price_e4(shown, sku),
            **mine.for_cell(mine.steps_of(mine_of, shown.offer_id, sku.sku_id), _price_e4(shown, sku)),
        }
    return {
        "rows": [{"id": row, "label": label} for row, label in rows.items()],
        "columns": [{"id": str(at), "label": value.say(lang)} for at, value in enumerate(across)],
        "cells": cells,
        "per_sku": shown.quote_type in {QuoteType.sku_price, QuoteType.sku_ladder},
    }


def _price_e4(shown: OfferPage, sku: SkuView) -> int:
    if sku.price_e4 is not None:
        return sku.price_e4
    ladder = sku.ladder or shown.ladder
    return ladder[0].price_e4 if ladder else shown.price_low_e4


ROUTES = [offer, landed]
