"""运费险 for a shop: the switch, what it costs and covers, and every policy with its claims."""

from typing import Any

from litestar import Response, get, post

from huozhan import insurance
from huozhan.doors.desk.frame import Req, show
from huozhan.doors.hall import Hall
from huozhan.doors.pages import forms, showing
from huozhan.doors.pages.forms import KEY_FIELD
from huozhan.kernel.refusals import Refusal

PATH = "/desk/insurance"


@get(PATH, include_in_schema=False)
async def freight_insurance(request: Req) -> Response[Any]:
    """Whether the shop gives freight insurance, at which premium, and what came of it."""
    return await _page(request)


async def _page(request: Req, refused: Refusal | None = None) -> Response[Any]:
    hall: Hall = request.app.state.hall
    cursor = request.query_params.get("cursor", "")
    shown = await forms.ask(request, insurance.shop_insurance, cursor=cursor)
    return await show(
        request,
        "insurance",
        "insurance.title",
        "insurance",
        refused=refused,
        shown=shown,
        has_insurer=hall.outside.insurer is not None,
        next=showing.address(PATH, cursor=shown.next_cursor) if shown.next_cursor else "",
        first=PATH if cursor else "",
    )


@post(PATH, include_in_schema=False)
async def switch(request: Req) -> Response[Any]:
    """Gives it at the premium that was shown, or no more."""
    form = await forms.read_form(request)
    try:
        await forms.ask(
            request,
            insurance.switch_insurance,
            key=form.get(KEY_FIELD),
            is_on=form.get("is_on") == "1",
            premium_bp=forms.whole_number(form.get("premium_bp"), 10_000) or 0,
        )
    except Refusal as refusal:
        return await _page(request, refused=refusal)
    return forms.see(PATH)


ROUTES = [freight_insurance, switch]
