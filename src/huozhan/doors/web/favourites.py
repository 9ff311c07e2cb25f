"""What the reader keeps and looked at lately; for strangers as their browser remembers it."""

from typing import Any

import msgspec
from litestar import Request, Response, get, post

from huozhan import interest
from huozhan.doors.hall import Hall
from huozhan.doors.pages import forms, showing
from huozhan.doors.pages.forms import Form
from huozhan.doors.web import kept, mine
from huozhan.kernel.refusals import Forbidden, Refusal

PAGE_OFFERS = 36
JSON = "application/json"
NOT_KEPT = {"cache-control": "no-store"}

Req = Request[Any, Any, Any]


@get("/favourites", include_in_schema=False)
async def favourites(request: Req) -> Response[Any]:
    """Goods or shops that are kept."""
    return await _page(request)


async def _page(request: Req, refused: Refusal | None = None) -> Response[Any]:
    if not kept.may_keep(request):
        raise Forbidden(permission="cart.use")
    if kept.has_account(request):
        await kept.bring_along(request)
    tab = "shops" if request.query_params.get("show") == "shops" else "offers"
    cursor = request.query_params.get("cursor", "")
    shown = await (_shops(request, cursor) if tab == "shops" else _offers(request, cursor))
    more = {"show": "shops"} if tab == "shops" else {}
    return showing.show(
        request,
        "web/favourites.html",
        "favourite.title",
        page={"section": "me"},
        refused=refused,
        tab=tab,
        in_browser=not kept.has_account(request),
        items=shown["items"],
        mine=await mine.card_prices(request, shown.get("cards", [])),
        next_href=showing.address("/favourites", cursor=shown["next"], **more) if shown["next"] else "",
        first_href=showing.address("/favourites", **more) if cursor else "",
        here=showing.address("/favourites", **more),
    )


async def _offers(request: Req, cursor: str) -> dict[str, Any]:
    if kept.has_account(request):
        page = await forms.ask(request, interest.favourite_offers, cursor=cursor, size=PAGE_OFFERS)
        cards = [one.shown.card for one in page.items if one.shown]
        return {"items": page.items, "cards": cards, "next": page.next_cursor}
    ids = kept.memory_of(request).offers
    found = (await forms.ask(request, interest.offers_by_id, offers=ids)).offers if ids else []
    return {"items": [_in_browser(one) for one in found], "cards": [one.card for one in found], "next": None}


def _in_browser(one: interest.views.ShownOffer) -> dict[str, Any]:
    """An offer that a browser keeps; since when, or at which price, nobody wrote down."""
    return {
        "offer_id": one.card.offer_id,
        "title": one.card.title,
        "shown": one,
        "kept_at": None,
        "fallen_e4": 0,
    }


async def kept_shown(request: Req, size: int) -> list[interest.views.ShownOffer]:
    """The latest offers that the reader keeps and that are on sale."""
    if kept.has_account(request):
        page = await forms.ask(request, interest.favourite_offers, size=size)
        return [one.shown for one in page.items if one.shown]
    ids = kept.memory_of(request).offers[:size]
    return (await forms.ask(request, interest.offers_by_id, offers=ids)).offers if ids else []


async def _shops(request: Req, cursor: str) -> dict[str, Any]:
    if kept.has_account(request):
        page = await forms.ask(request, interest.favourite_shops, cursor=cursor, size=PAGE_OFFERS)
        return {"items": page.items, "next": page.next_cursor}
    ids = kept.memory_of(request).shops
    found = (await forms.ask(request, interest.shops_by_id, shops=ids)).shops if ids else []
    return {"items": [{"seller_id": one.seller_id, "seller": one.seller} for one in found], "next": None}


@post("/favourites", include_in_schema=False)
async def keep(request: Req) -> Response[Any]:
    """Keeps an offer or a shop, and goes back to where it was seen."""
    form = await forms.read_form(request)
    offers, shops = form.lists.get("offer", []), form.lists.get("shop", [])
    if kept.has_account(request):
        try:
            await forms.ask(request, interest.keep_favourites, offers=offers, shops=shops)
        except Refusal as refusal:
            forms.must_be_for_a_form(refusal)
            return await _page(request, refusal)
    else:
        _must_keep_in_browser(request)
        memory = kept.memory_of(request)
        memory.offers = [*offers, *(one for one in memory.offers if one not in offers)]
        memory.shops = [*shops, *(one for one in memory.shops if one not in shops)]
        kept.remember(request, memory)
    return forms.see(_back(form))


@post("/favourites/remove", include_in_schema=False)
async def let_go(request: Req) -> Response[Any]:
    """Keeps an offer or a shop no longer."""
    form = await forms.read_form(request)
    offers, shops = form.lists.get("offer", []), form.lists.get("shop", [])
    if kept.has_account(request):
        await forms.ask(request, interest.drop_favourites, offers=offers, shops=shops)
    else:
        _must_keep_in_browser(request)
        memory = kept.memory_of(request)
        memory.offers = [one for one in memory.offers if one not in offers]
        memory.shops = [one for one in memory.shops if one not in shops]
        kept.remember(request, memory)
    return forms.see(_back(form))


def _must_keep_in_browser(request: Req) -> None:
    if not kept.may_keep(request):
        raise Forbidden(permission="cart.use")


def _back(form: Form) -> str:
    return forms.safe_path(form.get("next"), "/favourites")


@get("/favourites/among", include_in_schema=False)
async def among(request: Req) -> Response[Any]:
    """Which of a page's offers are kept: what the page's script asks when it has been shown."""
    asked = request.query_params.getall("offer", [])[: interest.asks.AT_ONCE_MAX]
    found = await kept.kept_ids(request, asked) if kept.may_keep(request) else set()
    return Response(msgspec.json.encode({"kept": sorted(found)}), media_type=JSON, headers=NOT_KEPT)


@get("/history", include_in_schema=False)
async def history(request: Req) -> Response[Any]:
    """What the reader looked at, the latest first."""
    cursor = request.query_params.get("cursor", "")
    shown = await history_shown(request, PAGE_OFFERS, cursor)
    return showing.show(
        request,
        "web/history.html",
        "history.title",
        page={"section": "me"},
        in_browser=not kept.actor_of(request).person_id,
        items=shown["items"],
        mine=await mine.card_prices(request, [one.card for one in shown["offers"]]),
        next_href=showing.address("/history", cursor=shown["next"]) if shown["next"] else "",
        first_href="/history" if cursor else "",
    )


async def history_shown(request: Req, size: int, cursor: str = "") -> dict[str, Any]:
    """A page of the reader's history: `items` as they are shown, `offers` those of them that are on sale."""
    hall: Hall = request.app.state.hall
    if kept.actor_of(request).person_id:
        await kept.bring_along(request)
        await hall.glances.write(hall)
        page = await forms.ask(request, interest.my_history, cursor=cursor, size=size)
        return {
            "items": page.items,
            "offers": [one.shown for one in page.items if one.shown],
            "next": page.next_cursor,
        }
    ids = kept.memory_of(request).seen[:size]
    found = (await forms.ask(request, interest.offers_by_id, offers=ids)).offers if ids else []
    items = [{**_in_browser(one), "seen_at": None, "times": 1} for one in found]
    return {"items": items, "offers": found, "next": None}


@post("/history/forget", include_in_schema=False)
async def forget(request: Req) -> Response[Any]:
    """Forgets one of them, or all."""
    form = await forms.read_form(request)
    offers = form.lists.get("offer", [])
    if kept.actor_of(request).person_id:
        await forms.ask(request, interest.forget_history, offers=offers)
    memory = kept.memory_of(request)
    memory.seen = [one for one in memory.seen if offers and one not in offers]
    kept.remember(request, memory)
    return forms.see("/history")


ROUTES = [favourites, keep, let_go, among, history, forget]
