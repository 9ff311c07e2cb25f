"""资金方: what the funder of fast arrival owes or is owed, what is asked of it and not answered, and what it answered otherwise."""

from typing import Any

from litestar import Response, get, post

from huozhan import finance, operations
from huozhan.doors.console.frame import Req, show
from huozhan.doors.pages import forms
from huozhan.doors.pages.amounts import minor
from huozhan.doors.pages.forms import KEY_FIELD, Form
from huozhan.kernel.refusals import Refusal

PATH = "/console/funder"


@get(PATH, include_in_schema=False)
async def funder(request: Req) -> Response[Any]:
    """The funder's clearing account, open requests and differences."""
    return await _page(request)


async def _page(request: Req, refused: Refusal | None = None, form: Form | None = None) -> Response[Any]:
    found = await forms.ask(request, finance.funder_desk)
    typed = form.values if form else None
    return await show(
        request, "funder", "look.console.funder", "funder", refused=refused, typed=typed, found=found
    )


@post(f"{PATH}/deeds/{{deed_id:str}}", include_in_schema=False)
async def end_deed(request: Req, deed_id: str) -> Response[Any]:
    """Asks once more what was answered otherwise, or ends it as settled with the funder by hand."""
    form = await forms.read_form(request)
    try:
        await forms.ask(
            request,
            operations.end_funder_deed,
            key=form.get(KEY_FIELD),
            deed_id=deed_id,
            again=form.get("again") == "1",
            taken_minor=minor(form.get("taken"), "taken"),
            reason=form.get("reason"),
        )
    except Refusal as refusal:
        return await _page(request, refusal, form)
    return forms.see(PATH)


ROUTES = [funder, end_deed]
