"""Goods like an offer's: a part of its page, fetched when somebody gets there, and a page of its own without scripts."""

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from huozhan import search
from huozhan.doors.pages import forms, showing
from huozhan.doors.web import mine

Req = Request[Any, Any, Any]


@get("/offers/{offer_id:str}/alike", include_in_schema=False)
async def alike(request: Req, offer_id: FromPath[str]) -> Response[Any]:
    """The same goods elsewhere, and similar ones."""
    found = await forms.ask(request, search.alike_offers, offer_id=offer_id)
    context: dict[str, Any] = {
        "alike": found,
        "offer_id": offer_id,
        "mine": await mine.card_prices(request, [one.card for one in (*found.same, *found.similar)]),
    }
    if request.headers.get("hx-request"):
        return showing.fragment(request, "web/alike.html", **context)
    return showing.show(request, "web/alike_page.html", "alike.title", **context)


ROUTES = [alike]
