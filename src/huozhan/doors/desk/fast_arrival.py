"""极速到账 for a shop: being paid when a carrier picks up, what that costs, who bears refunds, and every advance."""

from typing import Any

from litestar import Response, get, post

from huozhan import finance
from huozhan.doors.desk.frame import Req, show
from huozhan.doors.hall import Hall
from huozhan.doors.pages import forms, showing
from huozhan.doors.pages.forms import KEY_FIELD
from huozhan.kernel.refusals import Refusal

PATH = "/desk/fast-arrival"


@get(PATH, include_in_schema=False)
async def fast_arrival(request: Req) -> Response[Any]:
    """Whether the shop takes advances, at which fee, and what it was advanced."""
    return await _page(request)


async def _page(request: Req, refused: Refusal | None = None) -> Response[Any]:
    hall: Hall = request.app.state.hall
    cursor = request.query_params.get("cursor", "")
    shown = await forms.ask(request, finance.fast_arrival, cursor=cursor)
    funder, apply_url = hall.outside.funder, shown.limit.apply_url
    return await show(
        request,
        "fast_arrival",
        "fast.title",
        "fast_arrival",
        refused=refused,
        shown=shown,
        apply_page=funder.page_of(apply_url, request.scope["state"]["lang"]) if funder and apply_url else "",
        has_funder=funder is not None,
        next=showing.address(PATH, cursor=shown.next_cursor) if shown.next_cursor else "",
        first=PATH if cursor else "",
    )


@post(f"{PATH}/apply", include_in_schema=False)
async def apply(request: Req) -> Response[Any]:
    """Asks the funder for a limit, or how it stands."""
    form = await forms.read_form(request)
    await forms.ask(request, finance.apply_for_fast_arrival, key=form.get(KEY_FIELD))
    return forms.see(PATH)


@post(PATH, include_in_schema=False)
async def switch(request: Req) -> Response[Any]:
    """Takes advances at the fee that was shown, or no more."""
    form = await forms.read_form(request)
    try:
        await forms.ask(
            request,
            finance.switch_fast_arrival,
            key=form.get(KEY_FIELD),
            is_on=form.get("is_on") == "1",
            fee_bp=forms.whole_number(form.get("fee_bp"), 10_000) or 0,
        )
    except Refusal as refusal:
        return await _page(request, refused=refusal)
    return forms.see(PATH)


ROUTES = [fast_arrival, apply, switch]
