"""先采后付 for a shop: taking orders that a lender pays, with what that costs."""

from typing import Any

from litestar import Response, get, post

from huozhan import finance
from huozhan.doors.desk.frame import Req, show
from huozhan.doors.pages import forms
from huozhan.doors.pages.forms import KEY_FIELD
from huozhan.kernel.refusals import Refusal


@get("/desk/finance", include_in_schema=False)
async def switches(request: Req) -> Response[Any]:
    """Whether the shop takes them, and at which fee."""
    return await _page(request)


async def _page(request: Req, refused: Refusal | None = None) -> Response[Any]:
    shown = await forms.ask(request, finance.my_switches)
    return await show(
        request, "finance", "desk.finance.title", "finance", refused=refused, switches=shown.switches
    )


@post("/desk/finance", include_in_schema=False)
async def switch(request: Req) -> Response[Any]:
    """Takes them at the fee that was shown, or no more."""
    form = await forms.read_form(request)
    try:
        await forms.ask(
            request,
            finance.switch_finance,
            key=form.get(KEY_FIELD),
            what=form.get("what"),
            is_on=form.get("is_on") == "1",
            fee_bp=forms.whole_number(form.get("fee_bp"), 10_000) or 0,
        )
    except Refusal as refusal:
        return await _page(request, refused=refusal)
    return forms.see("/desk/finance")


ROUTES = [switches, switch]
