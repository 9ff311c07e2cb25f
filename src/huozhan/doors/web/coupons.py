"""Coupons of the buyer: those it holds, and claiming one on a shop's or an offer's page."""

from typing import Any

from litestar import Request, Response, get, post

from huozhan import promotion
from huozhan.doors.pages import forms, showing
from huozhan.kernel.actor import ActorKind
from huozhan.kernel.refusals import Refusal

Req = Request[Any, Any, Any]


@get("/coupons", include_in_schema=False)
async def coupons(request: Req) -> Response[Any]:
    """What the organisation holds."""
    return await _page(request)


async def _page(request: Req, refused: Refusal | None = None) -> Response[Any]:
    cursor = request.query_params.get("cursor", "")
    held = await forms.ask(request, promotion.my_coupons, cursor=cursor)
    return showing.show(
        request,
        "web/coupons.html",
        "coupons.mine",
        page={"section": "me"},
        refused=refused,
        coupons=held.items,
        next_href=showing.address("/coupons", cursor=held.next_cursor) if held.next_cursor else "",
        first_href="/coupons" if cursor else "",
    )


@post("/coupons", include_in_schema=False)
async def claim(request: Req) -> Response[Any]:
    """Takes one, and goes back to where it was seen."""
    form = await forms.read_form(request)
    back = forms.safe_path(form.get("next"), "/coupons")
    if request.scope["state"]["actor"].kind is ActorKind.anonymous:
        return forms.see(showing.address("/sign-in", next=back))
    try:
        await forms.ask(request, promotion.claim_coupon, promotion_id=form.get("promotion_id"))
    except Refusal as refusal:
        return await _page(request, refusal)
    return forms.see(back)


ROUTES = [coupons, claim]
