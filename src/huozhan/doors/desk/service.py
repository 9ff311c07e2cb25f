"""How our shop serves: what to do first, each indicator beside the peers', the orders behind it, and appeals."""

from typing import Any

from litestar import Response, get, post

from huozhan import scenes
from huozhan.doors.desk.frame import Req, show
from huozhan.doors.pages import forms, showing
from huozhan.doors.pages.forms import KEY_FIELD, Form
from huozhan.kernel.refusals import Refusal

_HOME = "/desk/service"
_ORDERS = "/desk/service/orders"


@get(_HOME, include_in_schema=False)
async def service(request: Req) -> Response[Any]:
    """Our service record."""
    found = await forms.ask(request, scenes.my_service)
    filed = await forms.ask(request, scenes.my_service_appeals)
    return await show(
        request,
        "service",
        "measure.title",
        "service",
        found=found,
        listed=scenes.LISTED,
        trend=[one.composite_e2 for one in found.trend if one.composite_e2 is not None],
        appeals=filed.items,
    )


@get(_ORDERS, include_in_schema=False)
async def orders(request: Req) -> Response[Any]:
    """The orders behind a figure."""
    return await _orders(request, request.query_params.get("measure") or "pickup_48")


async def _orders(
    request: Req, measure: str, refused: Refusal | None = None, form: Form | None = None
) -> Response[Any]:
    params = request.query_params
    against, cursor = params.get("against") == "1", params.get("cursor") or None
    found = await forms.ask(
        request, scenes.my_service_orders, measure=measure, against=against, cursor=cursor
    )
    more = {"measure": measure, **({"against": "1"} if against else {})}
    return await show(
        request,
        "service_orders",
        f"measure.{measure}",
        "service",
        refused=refused,
        typed=form.values if form else None,
        measure=measure,
        against=against,
        marks=found.items,
        next_href=showing.address(_ORDERS, **more, cursor=found.next_cursor) if found.next_cursor else "",
        first_href=showing.address(_ORDERS, **more) if cursor else "",
    )


@post(_ORDERS, include_in_schema=False)
async def appeal(request: Req) -> Response[Any]:
    """Asks the market to take an order out of a figure."""
    form = await forms.read_form(request)
    measure = form.get("measure")
    try:
        await forms.ask(
            request, scenes.appeal_mark, key=form.get(KEY_FIELD), order_id=form.get("order_id"), measure=measure,
            reason=form.get("reason"),
        )  # fmt: skip
    except Refusal as refusal:
        return await _orders(request, measure, refusal, form)
    return forms.see(f"{_HOME}#appeals")


ROUTES = [service, orders, appeal]
