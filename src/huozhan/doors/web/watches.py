"""Alerts of prices and of stock: what the reader waits for, and waiting for more."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from huozhan import catalogue, interest
from huozhan.catalogue import OfferPage
from huozhan.doors.pages import amounts, forms, sheets, showing
from huozhan.doors.pages.forms import Form
from huozhan.kernel.actor import ActorKind
from huozhan.kernel.refusals import Refusal

PAGE_WATCHES = 50

Req = Request[Any, Any, Any]


@get("/watches", include_in_schema=False)
async def watches(request: Req) -> Response[Any]:
    """What the reader waits for."""
    cursor = request.query_params.get("cursor", "")
    page = await forms.ask(request, interest.my_watches, cursor=cursor, size=PAGE_WATCHES)
    return showing.show(
        request,
        "web/watches.html",
        "watch.mine",
        page={"section": "me"},
        watches=page.items,
        said=request.query_params.get("said", ""),
        next_href=showing.address("/watches", cursor=page.next_cursor) if page.next_cursor else "",
        first_href="/watches" if cursor else "",
    )


@get("/watches/new", include_in_schema=False)
async def new_watch(request: Req) -> Response[Any]:
    """A form for waiting for some goods."""
    params = request.query_params
    if request.scope["state"]["actor"].kind is ActorKind.anonymous:
        here = showing.address("/watches/new", **dict(params))
        return forms.see(showing.address("/sign-in", next=here))
    request.scope["state"]["actor"].must("cart.use")
    if not params.get("offer"):
        return forms.see("/watches")
    typed = {name: params.get(name, "") for name in ("offer", "sku", "kind", "limit")}
    typed["pieces"] = params.get("n", "")
    return await _form(request, typed)


async def _form(request: Req, typed: dict[str, Any], refused: Refusal | None = None) -> Response[Any]:
    offer = await forms.ask(request, catalogue.offer_page, offer_id=typed["offer"])
    quantity = forms.whole_number(typed["pieces"], interest.asks.PIECES_MAX) or offer.moq
    kind = typed["kind"] if typed["kind"] in set(interest.WatchKind) else _likely(offer, quantity)
    return showing.show(
        request,
        "web/watch_form.html",
        "watch.new",
        page={"section": "me"},
        refused=refused,
        offer=offer,
        watch=None,
        chosen={"kind": kind, "sku": typed["sku"], "pieces": quantity, "limit": typed["limit"]},
    )


def _likely(offer: OfferPage, quantity: int) -> str:
    """What is waited for: stock, where there is not enough of it."""
    return interest.WatchKind.price if offer.free >= quantity else interest.WatchKind.stock


@post("/watches", include_in_schema=False)
async def watch(request: Req) -> Response[Any]:
    """Waits for goods."""
    form = await forms.read_form(request)
    try:
        await forms.ask(
            request,
            interest.watch_goods,
            offer_id=form.get("offer"),
            sku_id=form.get("sku"),
            kind=form.get("kind"),
            pieces=form.get("pieces"),
            limit_e4=_limit(form),
        )
    except Refusal as refused:
        forms.must_be_for_a_form(refused)
        names = ("offer", "sku", "kind", "pieces", "limit")
        return await _form(request, {name: form.get(name) for name in names}, refused)
    return forms.see(showing.address("/watches", said="kept"))


def _limit(form: Form) -> int | None:
    if form.get("kind") == interest.WatchKind.stock:
        return None
    return amounts.e4(form.get("limit"), "limit")


@get("/watches/{watch_id:str}", include_in_schema=False)
async def one_watch(request: Req, watch_id: FromPath[str]) -> Response[Any]:
    """A form for waiting for something else, or again."""
    return await _edit_form(request, await forms.ask(request, interest.one_watch, watch_id=watch_id))


async def _edit_form(
    request: Req, one: interest.views.WatchView, form: Form | None = None, refused: Refusal | None = None
) -> Response[Any]:
    limit = sheets.unit_price(one.limit_e4) if one.limit_e4 else ""
    return showing.show(
        request,
        "web/watch_form.html",
        "watch.edit",
        page={"section": "me"},
        refused=refused,
        offer=None,
        watch=one,
        chosen={
            "kind": one.kind,
            "sku": one.sku_id or "",
            "pieces": form.get("pieces") if form else one.pieces,
            "limit": form.get("limit") if form else limit,
        },
    )


@post("/watches/{watch_id:str}", include_in_schema=False)
async def edit(request: Req, watch_id: FromPath[str]) -> Response[Any]:
    """Waits for something else, or again."""
    form = await forms.read_form(request)
    try:
        await forms.ask(
            request,
            interest.edit_watch,
            watch_id=watch_id,
            pieces=form.get("pieces"),
            limit_e4=amounts.e4(form.get("limit"), "limit"),
        )
    except Refusal as refused:
        forms.must_be_for_a_form(refused)
        one = await forms.ask(request, interest.one_watch, watch_id=watch_id)
        return await _edit_form(request, one, form, refused)
    return forms.see(showing.address("/watches", said="kept"))


@post("/watches/{watch_id:str}/end", include_in_schema=False)
async def end(request: Req, watch_id: FromPath[str]) -> Response[Any]:
    """Waits no longer."""
    await forms.read_form(request)
    await forms.ask(request, interest.end_watch, watch_id=watch_id)
    return forms.see("/watches")


ROUTES = [watches, new_watch, watch, one_watch, edit, end]
