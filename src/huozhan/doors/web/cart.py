"""The purchase list 进货单: filled from an offer's grid, changed line by line, mended with one tap."""

from typing import Any

from litestar import Request, Response, get, post

from huozhan import ordering
from huozhan.doors.pages import forms, showing
from huozhan.doors.web.lines import LINES_IN_ADDRESS_MAX, lines_of, write_lines
from huozhan.doors.web.offer import offer_shown
from huozhan.doors.web.restocking import beside_cart
from huozhan.kernel.actor import ActorKind
from huozhan.kernel.refusals import Refusal, Sort

Req = Request[Any, Any, Any]


class NothingChosen(Refusal):
    """Goods were to be ordered without a quantity."""

    code = "nothing_chosen"
    sort = Sort.invalid


@get("/cart", include_in_schema=False)
async def cart(request: Req) -> Response[Any]:
    """What is on the list, by supplier."""
    return await _cart_page(request)


async def _cart_page(request: Req, refused: Refusal | None = None) -> Response[Any]:
    shown = await forms.ask(request, ordering.cart)
    showing.note_cart(request, shown.lines)
    return showing.show(
        request,
        "web/cart.html",
        "cart.title",
        page={"section": "cart"},
        refused=refused,
        cart=shown,
        also=await beside_cart(
            request, [line.goods.offer_id for group in shown.groups for line in group.lines]
        ),
        troubles=[ordering.worth_telling(group.troubles) for group in shown.groups],
        troubled=any(group.troubles for group in shown.groups),
    )


@post("/cart", include_in_schema=False)
async def put_in_cart(request: Req) -> Response[Any]:
    """Puts what was chosen on the list, or takes it straight to the checkout."""
    form = await forms.read_form(request)
    offer_id, lines = form.get("offer_id"), lines_of(form)
    if request.scope["state"]["actor"].kind is ActorKind.anonymous:
        chosen = write_lines(lines[:LINES_IN_ADDRESS_MAX])
        back = showing.address(f"/offers/{offer_id}", lines=chosen) if offer_id else "/cart"
        return forms.see(showing.address("/sign-in", next=back))
    if form.get("then") == "order" and 0 < len(lines) <= LINES_IN_ADDRESS_MAX:
        return forms.see(showing.address("/checkout", lines=write_lines(lines)))
    try:
        if offer_id and not lines:
            raise NothingChosen(field="buy")
        await forms.ask(request, ordering.put_in_cart, lines=lines)
    except Refusal as refusal:
        if not offer_id:
            return await _cart_page(request, refusal)
        typed = {kind: form.prefixed(kind) for kind in ("qty", "sample")}
        return await offer_shown(request, offer_id, refused=refusal, typed=typed)
    return forms.see("/checkout" if form.get("then") == "order" else "/cart")


@post("/cart/change", include_in_schema=False)
async def change_cart(request: Req) -> Response[Any]:
    """Sets quantities; a line that is set to nothing leaves the list."""
    form = await forms.read_form(request)
    kept = lines_of(form)
    gone = [
        {"sku_id": sku_id, "is_sample": kind == "sample"}
        for kind in ("qty", "sample")
        for sku_id, typed in form.prefixed(kind).items()
        if typed.strip() == "0"
    ]
    try:
        if kept:
            await forms.ask(request, ordering.change_cart, lines=kept)
        if gone:
            await forms.ask(request, ordering.remove_from_cart, lines=gone)
    except Refusal as refusal:
        return await _cart_page(request, refusal)
    return forms.see("/cart")


@post("/cart/remove", include_in_schema=False)
async def remove_from_cart(request: Req) -> Response[Any]:
    """Takes lines off the list: one, or all that are named."""
    form = await forms.read_form(request)
    gone = [
        {"sku_id": sku_id, "is_sample": kind == "sample"}
        for kind in ("sku", "sample")
        for sku_id in form.lists.get(kind, [])
    ]
    await forms.ask(request, ordering.remove_from_cart, lines=gone)
    return forms.see("/cart")


ROUTES = [cart, put_in_cart, change_cart, remove_from_cart]
