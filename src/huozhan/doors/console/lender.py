"""授信机构: what the lender owes or is owed, what is asked of it and not answered, and what it answered otherwise."""

from typing import Any

from litestar import Response, get, post

from huozhan import finance, operations
from huozhan.doors.console.frame import Req, show
from huozhan.doors.pages import forms
from huozhan.doors.pages.amounts import minor
from huozhan.doors.pages.forms import KEY_FIELD, Form
from huozhan.kernel.refusals import Refusal

_PATH = "/console/lender"


@get(_PATH, include_in_schema=False)
async def lender(request: Req) -> Response[Any]:
    """The lender's clearing account, open requests and differences."""
    return await _page(request)


async def _page(request: Req, refused: Refusal | None = None, form: Form | None = None) -> Response[Any]:
    found = await forms.ask(request, finance.lender_desk)
    typed = form.values if form else None
    return await show(
        request, "lender", "look.console.lender", "lender", refused=refused, typed=typed, found=found
    )


@post(f"{_PATH}/{{deed_id:str}}", include_in_schema=False)
async def end_deed(request: Req, deed_id: str) -> Response[Any]:
    """Ends what the lender answered otherwise, or proposes how, with a reason."""
    form = await forms.read_form(request)
    try:
        await forms.ask(
            request, operations.end_lender_deed, key=form.get(KEY_FIELD), deed_id=deed_id, order_id=form.get("order_id"),
            end=form.get("end"), taken_minor=minor(form.get("taken"), "taken"), reason=form.get("reason"),
        )  # fmt: skip
    except Refusal as refusal:
        return await _page(request, refusal, form)
    return forms.see(_PATH)


ROUTES = [lender, end_deed]
