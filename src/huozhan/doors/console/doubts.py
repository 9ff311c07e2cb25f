"""物流异常: parcels that no carrier has seen and orders picked up late, until they are settled."""

from typing import Any

from litestar import Response, get, post

from huozhan import fulfilment, operations
from huozhan.doors.console.frame import Req, actor_of, show
from huozhan.doors.pages import forms, showing
from huozhan.doors.pages.forms import KEY_FIELD, Form
from huozhan.kernel.refusals import Refusal


@get("/console/doubts", include_in_schema=False)
async def doubts(request: Req) -> Response[Any]:
    """What is in doubt, the oldest first."""
    return await _page(request)


async def _page(request: Req, refused: Refusal | None = None, form: Form | None = None) -> Response[Any]:
    actor_of(request).must("market.view")
    found = await forms.ask(request, fulfilment.doubts, cursor=request.query_params.get("cursor") or None)
    return await show(
        request,
        "doubts",
        "look.console.doubts",
        "doubts",
        refused=refused,
        typed=form.values if form else None,
        doubts=found.items,
        next_href=showing.address("/console/doubts", cursor=found.next_cursor) if found.next_cursor else "",
    )


@post("/console/doubts", include_in_schema=False)
async def settle(request: Req) -> Response[Any]:
    """Ends one that was looked into."""
    form = await forms.read_form(request)
    try:
        await forms.ask(
            request, operations.settle_doubt, key=form.get(KEY_FIELD), order_id=form.get("order_id"),
            doubt_id=form.get("doubt_id"), reason=form.get("reason"),
        )  # fmt: skip
    except Refusal as refusal:
        return await _page(request, refusal, form)
    return forms.see("/console/doubts")


ROUTES = [doubts, settle]
