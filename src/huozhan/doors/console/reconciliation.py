"""对账: the parties' files beside our rows, day by day, and the differences that wait for a person."""

from typing import Any, get_args

from litestar import Response, get, post

from huozhan import operations, payments
from huozhan.doors.console.frame import Req, show
from huozhan.doors.pages import forms, showing
from huozhan.doors.pages.forms import KEY_FIELD, Form
from huozhan.kernel.refusals import Refusal

_PATH = "/console/reconciliation"
SOURCES = [
    one
    for one in get_args(payments.asks.FileSource)
    if one not in ("lender_settlement", "funder_settlement", "insurer_settlement")
]
"""Files that are compared line by line; a lender's and a funder's settlement are booked as a whole."""


@get(_PATH, include_in_schema=False)
async def reconciliation(request: Req) -> Response[Any]:
    """What differs, of all or of one source, and whether the parties' accounts are explained."""
    return await _page(request)


async def _page(request: Req, refused: Refusal | None = None, form: Form | None = None) -> Response[Any]:
    cursor = request.query_params.get("cursor", "")
    state = "all" if request.query_params.get("state") == "all" else "open"
    source = request.query_params.get("source", "")
    source = source if source in SOURCES else "all"
    found = await forms.ask(request, payments.differences, cursor=cursor, state=state, source=source)
    closing = await forms.ask(request, payments.closing)
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
        bank_unexplained_minor=closing.custody.unexplained_minor,
        state=state,
        source=source,
        tabs=[{"source": one, "href": _at(state, one)} for one in ("all", *SOURCES)],
        other_href=_at("all" if state == "open" else "open", source),
        next_href=_at(state, source, found.next_cursor) if found.next_cursor else "",
        first_href=_at(state, source) if cursor else "",
    )


def _at(state: str, source: str, cursor: str | None = None) -> str:
    """This page with its filters; what it shows anyway is not in its address."""
    return showing.address(
        _PATH,
        cursor=cursor,
        state=state if state != "open" else "",
        source=source if source != "all" else "",
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
