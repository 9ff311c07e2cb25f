"""Everybody who has the same goods: a page that compares them at one's quantity and to one's door."""

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from huozhan import insight
from huozhan.doors.pages import forms, showing
from huozhan.doors.pages.places import around
from huozhan.doors.web.offer import quantity_of
from huozhan.doors.web.own_place import place_for

Req = Request[Any, Any, Any]


@get("/offers/{offer_id:str}/same", include_in_schema=False)
async def same(request: Req, offer_id: FromPath[str]) -> Response[Any]:
    """All suppliers of the goods that an offer is of."""
    quantity, to = quantity_of(request), await place_for(request)
    shown = await forms.ask(request, insight.same_offers, offer_id=offer_id, n=quantity, to=to)
    return showing.show(
        request,
        "web/same.html",
        "same.title",
        page={"canonical": f"/offers/{offer_id}/same"},
        shown=shown,
        offer_id=offer_id,
        quantity=quantity,
        to=to,
        places=around(to, request.scope["state"]["lang"]),
    )


ROUTES = [same]
