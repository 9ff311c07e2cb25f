"""The buyer's steps through an order in stages: to confirm, to refuse, to stop."""

from typing import Any

from litestar import Request, Response, post
from litestar.params import FromPath

from huozhan import ordering
from huozhan.doors.pages import forms
from huozhan.doors.web.order import do

Req = Request[Any, Any, Any]


@post("/orders/{order_id:str}/stages/confirm", include_in_schema=False)
async def confirm_stage(request: Req, order_id: FromPath[str]) -> Response[Any]:
    """Says that the supplier's word is true; the stage's money goes to the supplier."""
    form = await forms.read_form(request)
    return await do(request, order_id, ordering.confirm_stage, form, stage_no=form.get("stage_no"))


@post("/orders/{order_id:str}/stages/reject", include_in_schema=False)
async def reject_stage(request: Req, order_id: FromPath[str]) -> Response[Any]:
    """Says what is wrong with it."""
    form = await forms.read_form(request)
    return await do(
        request,
        order_id,
        ordering.reject_stage,
        form,
        stage_no=form.get("stage_no"),
        reason=form.get("reason"),
    )


@post("/orders/{order_id:str}/stages/stop", include_in_schema=False)
async def stop(request: Req, order_id: FromPath[str]) -> Response[Any]:
    """Ends the order, with what was read to stay with the supplier."""
    form = await forms.read_form(request)
    return await do(
        request,
        order_id,
        ordering.stop_order,
        form,
        reason=form.get("reason"),
        kept_minor=form.get("kept_minor"),
    )


ROUTES = [confirm_stage, reject_stage, stop]
