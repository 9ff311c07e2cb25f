"""What a seller may ask when an order cannot leave in time: more days of the buyer, an exemption of the market."""

from typing import Any

from litestar import Request, Response, post

from huozhan import ordering
from huozhan.doors.desk.order import address, order_page
from huozhan.doors.pages import forms
from huozhan.doors.pages.forms import KEY_FIELD
from huozhan.doors.pages.moments import read_moment
from huozhan.kernel.refusals import Refusal

Req = Request[Any, Any, Any]


@post("/desk/orders/{order_id:str}/longer", include_in_schema=False)
async def longer(request: Req, order_id: str) -> Response[Any]:
    """Asks the buyer for more days."""
    form = await forms.read_form(request)
    try:
        await forms.ask(
            request, ordering.ask_longer_promise, key=form.get(KEY_FIELD), order_id=order_id, days=form.get("days"),
            reason=form.get("reason"),
        )  # fmt: skip
    except Refusal as refusal:
        return await order_page(request, order_id, refused=refusal, form=form, where="longer")
    return forms.see(f"{address(order_id)}#clock")


@post("/desk/orders/{order_id:str}/exemption", include_in_schema=False)
async def exemption(request: Req, order_id: str) -> Response[Any]:
    """Files for an exemption of this order."""
    form = await forms.read_form(request)
    try:
        await forms.ask(
            request, ordering.file_exemption, key=form.get(KEY_FIELD), order_id=order_id,
            **forms.fields_of(form, ("kind", "reason", "evidence_url")),
            from_at=read_moment(request, form.get("from_at"), "from_at"),
            until_at=read_moment(request, form.get("until_at"), "until_at"),
        )  # fmt: skip
    except Refusal as refusal:
        return await order_page(request, order_id, refused=refusal, form=form, where="exemption")
    return forms.see(f"{address(order_id)}#clock")


ROUTES = [longer, exemption]
