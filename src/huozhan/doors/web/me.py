"""My desk: what waits for me, my orders by state, notices."""

from typing import Any

from litestar import Request, Response, get, post

from huozhan import insight, messaging, ordering, parties
from huozhan.doors.pages import forms, showing
from huozhan.doors.web import mine
from huozhan.doors.web.favourites import history_shown
from huozhan.kernel.actor import Actor

ORDERS_SHOWN = 5
NOTICES_SHOWN = 5
SEEN_SHOWN = 6
RESTOCK_SHOWN = 3

Req = Request[Any, Any, Any]


@get("/me", include_in_schema=False)
async def me(request: Req) -> Response[Any]:
    """My desk."""
    actor: Actor = request.scope["state"]["actor"]
    profile = await forms.ask(request, parties.profile)
    organisations = await forms.ask(request, parties.organisations)
    sees_orders = actor.may("order.view")
    seen = (await history_shown(request, SEEN_SHOWN))["offers"]
    return showing.show(
        request,
        "web/me.html",
        "me.title",
        page={"section": "me"},
        unread=(await forms.ask(request, messaging.unread_conversations)).unread if sees_orders else 0,
        profile=profile,
        seen=seen,
        items=[one for one in (await forms.ask(request, insight.restocks)).items if one.is_due][
            :RESTOCK_SHOWN
        ]
        if sees_orders
        else [],
        mine=await mine.card_prices(request, [one.card for one in seen]),
        organisations=organisations,
        counts=await forms.ask(request, ordering.order_counts) if sees_orders else None,
        recent=(await forms.ask(request, ordering.my_orders, size=ORDERS_SHOWN)).orders
        if sees_orders
        else [],
        notices=(await forms.ask(request, messaging.notices, limit=NOTICES_SHOWN))
        if actor.may("org.view")
        else None,
    )


@get("/notices", include_in_schema=False)
async def notices(request: Req) -> Response[Any]:
    """What the organisation should hear of."""
    cursor = request.query_params.get("cursor")
    listed = await forms.ask(request, messaging.notices, cursor=cursor)
    return showing.show(
        request,
        "web/notices.html",
        "notices.title",
        page={"section": "me"},
        notices=listed,
        next=showing.address("/notices", cursor=listed.next_cursor) if listed.next_cursor else "",
        first="/notices" if cursor else "",
    )


@post("/notices/read", include_in_schema=False)
async def read_notices(request: Req) -> Response[Any]:
    """Marks them as read."""
    form = await forms.read_form(request)
    await forms.ask(request, messaging.read_notices, up_to=form.get("up_to"))
    return forms.see("/notices")


ROUTES = [me, notices, read_notices]
