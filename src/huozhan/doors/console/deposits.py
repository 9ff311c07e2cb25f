"""保证金: who put down how much and who owes, penalties out of deposits, and the pool behind shipping badges."""

from typing import Any

from litestar import Response, get, post

from huozhan import operations, payments
from huozhan.doors.console.frame import Req, show
from huozhan.doors.pages import forms, showing
from huozhan.doors.pages.amounts import minor
from huozhan.doors.pages.forms import KEY_FIELD, Form
from huozhan.kernel.refusals import Refusal


@get("/console/deposits", include_in_schema=False)
async def deposits(request: Req) -> Response[Any]:
    """Sellers with a deposit or a debt."""
    return await _page(request)


async def _page(request: Req, refused: Refusal | None = None, form: Form | None = None) -> Response[Any]:
    cursor = request.query_params.get("cursor", "")
    found = await forms.ask(request, payments.list_deposits, cursor=cursor)
    return await show(
        request,
        "deposits",
        "look.console.deposits",
        "deposits",
        refused=refused,
        typed=form.values if form else None,
        found=found,
        next_href=showing.address("/console/deposits", cursor=found.next_cursor) if found.next_cursor else "",
        first_href="/console/deposits" if cursor else "",
    )


@post("/console/deposits/pool", include_in_schema=False)
async def fill_pool(request: Req) -> Response[Any]:
    """Sets money aside."""
    form = await forms.read_form(request)
    try:
        await forms.ask(
            request, operations.fill_pool, key=form.get(KEY_FIELD), amount_minor=minor(form.get("amount"), "amount"),
            reason=form.get("reason"),
        )  # fmt: skip
    except Refusal as refusal:
        return await _page(request, refusal, form)
    return forms.see("/console/deposits")


@post("/console/deposits/penalties", include_in_schema=False)
async def penalise(request: Req) -> Response[Any]:
    """Takes a penalty."""
    form = await forms.read_form(request)
    try:
        await forms.ask(
            request, operations.penalise, key=form.get(KEY_FIELD), org_id=form.get("org_id"),
            amount_minor=minor(form.get("amount"), "amount"), reason=form.get("reason"),
        )  # fmt: skip
    except Refusal as refusal:
        return await _page(request, refusal, form)
    return forms.see("/console/deposits")


ROUTES = [deposits, fill_pool, penalise]
