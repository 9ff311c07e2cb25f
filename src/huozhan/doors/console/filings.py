"""单笔豁免审核: what sellers file with proof, the oldest first; each is decided with a reason."""

from typing import Any

from litestar import Request, Response, get, post

from huozhan import operations, ordering
from huozhan.doors.console.frame import decided, show_queue
from huozhan.doors.pages import forms
from huozhan.doors.pages.forms import KEY_FIELD, Form
from huozhan.kernel.refusals import Refusal

Req = Request[Any, Any, Any]
_HOME = "/console/filings"


@get(_HOME, include_in_schema=False)
async def filings(request: Req) -> Response[Any]:
    """What waits to be decided."""
    return await _page(request)


async def _page(request: Req, refused: Refusal | None = None, form: Form | None = None) -> Response[Any]:
    return await show_queue(
        request,
        "filings",
        "look.console.filings",
        ordering.exemption_filings,
        "filings",
        refused=refused,
        form=form,
    )


@post(_HOME, include_in_schema=False)
async def decide(request: Req) -> Response[Any]:
    """Grants or rejects one."""
    form = await forms.read_form(request)
    try:
        await forms.ask(
            request, operations.decide_filing, key=form.get(KEY_FIELD), order_id=form.get("order_id"),
            filing_id=form.get("filing_id"), grant=decided(form, "grant", "reject"), reason=form.get("reason"),
        )  # fmt: skip
    except Refusal as refusal:
        return await _page(request, refusal, form)
    return forms.see(_HOME)


ROUTES = [filings, decide]
