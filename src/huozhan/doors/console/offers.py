"""货品巡查: goods found by words or number, taken down or given back, with a reason."""

from typing import Any

from litestar import Response, get, post

from huozhan import catalogue, operations, search
from huozhan.doors.console.frame import Req, actor_of, show
from huozhan.doors.pages import forms, showing
from huozhan.doors.pages.forms import KEY_FIELD, Form
from huozhan.kernel.refusals import Refusal

SHOWN = 20


@get("/console/offers", include_in_schema=False)
async def offers(request: Req) -> Response[Any]:
    """Goods on sale, by words; the number of an offer leads straight to it."""
    actor_of(request).must("market.view")
    words = request.query_params.get("q", "").strip()[:100]
    if words.isascii() and words.isdigit() and 10 <= len(words) <= 19:
        return forms.see(f"/console/offers/{words}")
    page = forms.whole_number(request.query_params.get("page", ""), search.PAGE_MAX) or 1
    found = await forms.ask(
        request,
        search.find_offers,
        q=words,
        page=page,
        to=search.ANY_REGION,
        count=[],
        sort="newest" if not words else "best",
    )
    return await show(
        request,
        "offers",
        "look.console.offers",
        "offers",
        q=words,
        found=found,
        next_href=showing.address("/console/offers", q=words, page=page + 1)
        if page * SHOWN < found.total
        else "",
        first_href=showing.address("/console/offers", q=words, page=page - 1) if page > 1 else "",
    )


@get("/console/offers/{offer_id:str}", include_in_schema=False)
async def offer(request: Req, offer_id: str) -> Response[Any]:
    """One offer, and what was decided about it."""
    return await _page(request, offer_id)


async def _page(
    request: Req, offer_id: str, refused: Refusal | None = None, form: Form | None = None
) -> Response[Any]:
    actor_of(request).must("market.view")
    shown = await forms.ask(request, catalogue.offer_page, offer_id=offer_id)
    history = await forms.ask(request, operations.audit_log, about=offer_id, limit=20)
    return await show(
        request,
        "offer",
        shown.title.say(request.scope["state"]["lang"]),
        "offers",
        refused=refused,
        typed=form.values if form else None,
        offer=shown,
        history=history.items,
    )


@post("/console/offers/{offer_id:str}", include_in_schema=False)
async def judge(request: Req, offer_id: str) -> Response[Any]:
    """Takes an offer down, or gives it back."""
    form = await forms.read_form(request)
    use_case: Any = operations.restore_offer if form.get("do") == "restore" else operations.take_down_offer
    try:
        await forms.ask(
            request, use_case, key=form.get(KEY_FIELD), offer_id=offer_id, reason=form.get("reason")
        )
    except Refusal as refusal:
        return await _page(request, offer_id, refusal, form)
    return forms.see(f"/console/offers/{offer_id}")


ROUTES = [offers, offer, judge]
