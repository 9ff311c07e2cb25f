"""对账: the channel's files beside our rows, day by day, and the differences that wait for a person."""

from typing import Any

from litestar import Response, get, post

from huozhan import operations, payments
from huozhan.doors.console.frame import Req, show
from huozhan.doors.pages import forms, showing
from huozhan.doors.pages.forms import KEY_FIELD, Form
from huozhan.kernel.refusals import Refusal

_PATH = "/console/reconciliation"


@get(_PATH, include_in_schema=False)
async def reconciliation(request: Req) -> Response[Any]:
    """What differs, and whether the channel's account is explained."""
    return await _page(request)


async def _page(request: Req, refused: Refusal | None = None, form: Form | None = None) -> Response[Any]:
    cursor = request.query_params.get("cursor", "")
    state = "all" if request.query_params.get("state") == "all" else "open"
    found = await forms.ask(request, payments.differences, cursor=cursor, state=state)
    closing = await forms.ask(request, payments.closing)
    again = {"state": state} if state == "all" else {}
    return await show(
        request,
        "reconciliation",
        "look.console.reconciliation",
        "reconciliation",
        refused=refused,
        typed=form.values if form else None,
        differences=[_row(one) for one in found.items],
        closing=closing,
        unexplained_minor=closing.unexplained_minor,
        state=state,
        next_href=showing.address(_PATH, cursor=found.next_cursor, **again) if found.next_cursor else "",
        first_href=showing.address(_PATH, **again) if cursor else "",
    )


def _row(difference: Any) -> dict[str, Any]:
    """One difference with the ways in which it may end."""
    ends = []
    if difference.state == "open":
        ends.append("explain")
        if not difference.effect_minor:
            ends.append("accept")
        if difference.effect_minor < 0:
            ends.append("write_off")
    return {"difference": difference, "ends": ends}


@post(f"{_PATH}/{{difference_id:str}}", include_in_schema=False)
async def end_difference(request: Req, difference_id: str) -> Response[Any]:
    """Ends one, with a reason."""
    form = await forms.read_form(request)
    try:
        await forms.ask(
            request, operations.end_difference, key=form.get(KEY_FIELD), difference_id=difference_id,
            end=form.get("end"), reason=form.get("reason"),
        )  # fmt: skip
    except Refusal as refusal:
        return await _page(request, refusal, form)
    return forms.see(_PATH)


@post(f"{_PATH}/files", include_in_schema=False)
async def believe_empty(request: Req) -> Response[Any]:
    """Takes a file that comes empty for what it is, with a reason."""
    form = await forms.read_form(request)
    try:
        await forms.ask(
            request, operations.believe_empty, key=form.get(KEY_FIELD), on=form.get("on"), source=form.get("source"),
            reason=form.get("reason"),
        )  # fmt: skip
    except Refusal as refusal:
        return await _page(request, refusal, form)
    return forms.see(_PATH)


ROUTES = [reconciliation, believe_empty, end_difference]
