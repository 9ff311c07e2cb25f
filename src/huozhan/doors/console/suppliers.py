"""入驻审核: evidence on the left, the decision with its reason on the right."""

from typing import Any

from litestar import Response, get, post

from huozhan import operations, parties
from huozhan.doors.console.frame import Req, show
from huozhan.doors.pages import forms, showing
from huozhan.doors.pages.forms import KEY_FIELD, Form
from huozhan.kernel.refusals import Refusal

STATES = ("waiting", "approved", "rejected", "withdrawn")


@get("/console/suppliers", include_in_schema=False)
async def suppliers(request: Req) -> Response[Any]:
    """Applications in one state, the oldest first."""
    state = request.query_params.get("state", "waiting")
    state = state if state in STATES else "waiting"
    cursor = request.query_params.get("cursor", "")
    found = await forms.ask(request, parties.supplier_applications, state=state, cursor=cursor)
    here = showing.address("/console/suppliers", state=state)
    return await show(
        request,
        "suppliers",
        "look.console.suppliers",
        "suppliers",
        applications=found.items,
        state=state,
        states=STATES,
        next_href=showing.address("/console/suppliers", state=state, cursor=found.next_cursor)
        if found.next_cursor
        else "",
        first_href=here if cursor else "",
    )


@get("/console/suppliers/{application_id:str}", include_in_schema=False)
async def supplier(request: Req, application_id: str) -> Response[Any]:
    """One application."""
    return await _page(request, application_id)


async def _page(
    request: Req, application_id: str, refused: Refusal | None = None, form: Form | None = None
) -> Response[Any]:
    application = await forms.ask(request, parties.supplier_application, application_id=application_id)
    return await show(
        request,
        "supplier",
        application.name.say(request.scope["state"]["lang"]),
        "suppliers",
        refused=refused,
        typed=form.values if form else None,
        application=application,
    )


@post("/console/suppliers/{application_id:str}", include_in_schema=False)
async def review(request: Req, application_id: str) -> Response[Any]:
    """Approves, or rejects with a reason."""
    form = await forms.read_form(request)
    try:
        await forms.ask(
            request, operations.review_supplier, key=form.get(KEY_FIELD), application_id=application_id,
            decision=form.get("decision"), reason=form.get("reason"),
        )  # fmt: skip
    except Refusal as refusal:
        return await _page(request, application_id, refusal, form)
    return forms.see("/console/suppliers")


ROUTES = [suppliers, supplier, review]
