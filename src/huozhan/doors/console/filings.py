"""单笔豁免审核: what sellers file with proof, the oldest first; each is decided with a reason."""

from typing import Any

from litestar import Request, Response, get, post

from huozhan import operations, ordering
from huozhan.doors.console.frame import actor_of, show
from huozhan.doors.pages import forms, showing
from huozhan.doors.pages.forms import KEY_FIELD, Form
from huozhan.kernel.refusals import Refusal

Req = Request[Any, Any, Any]
_HOME = "/console/filings"


@get(_HOME, include_in_schema=False)
async def filings(request: Req) -> Response[Any]:
    """What waits to be decided."""
    return await _page(request)


async def _page(request: Req, refused: Refusal | None = None, form: Form | None = None) -> Response[Any]:
    actor_of(request).must("market.view")
    found = await forms.ask(
        request, ordering.exemption_filings, cursor=request.query_params.get("cursor") or None
    )
    return await show(
        request,
        "filings",
        "look.console.filings",
        "filings",
        refused=refused,
        typed=form.values if form else None,
        filings=found.items,
        next_href=showing.address(_HOME, cursor=found.next_cursor) if found.next_cursor else "",
    )


@post(_HOME, include_in_schema=False)
async def decide(request: Req) -> Response[Any]:
    """Grants or rejects one."""
    form = await forms.read_form(request)
    try:
        await forms.ask(
            request, operations.decide_filing, key=form.get(KEY_FIELD), order_id=form.get("order_id"),
            filing_id=form.get("filing_id"), grant=form.get("decision") == "grant", reason=form.get("reason"),
        )  # fmt: skip
    except Refusal as refusal:
        return await _page(request, refusal, form)
    return forms.see(_HOME)


ROUTES = [filings, decide]
