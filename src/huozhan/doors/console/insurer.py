"""运费险: what the insurer owes or is owed, what is not answered, refused or different, and all policies with their claims."""

from typing import Any

from litestar import Response, get, post

from huozhan import insurance, operations
from huozhan.doors.console.frame import Req, show
from huozhan.doors.pages import forms, showing
from huozhan.doors.pages.amounts import minor
from huozhan.doors.pages.forms import KEY_FIELD, Form
from huozhan.kernel.refusals import Refusal

PATH = "/console/insurer"


@get(PATH, include_in_schema=False)
async def insurer(request: Req) -> Response[Any]:
    """The insurer's clearing account, what waits, and policies."""
    return await _page(request)


async def _page(request: Req, refused: Refusal | None = None, form: Form | None = None) -> Response[Any]:
    cursor = request.query_params.get("cursor", "")
    found = await forms.ask(request, insurance.insurer_desk)
    listed = await forms.ask(request, insurance.insurance_policies, cursor=cursor)
    return await show(
        request,
        "insurer",
        "look.console.insurer",
        "insurer",
        refused=refused,
        typed=form.values if form else None,
        found=found,
        listed=listed,
        next=showing.address(PATH, cursor=listed.next_cursor) if listed.next_cursor else "",
        first=PATH if cursor else "",
    )


@post(f"{PATH}/deeds/{{deed_id:str}}", include_in_schema=False)
async def end_deed(request: Req, deed_id: str) -> Response[Any]:
    """Asks once more, takes what the insurer pays after all, or ends it as settled by hand."""
    form = await forms.read_form(request)
    try:
        await forms.ask(
            request,
            operations.end_insurer_deed,
            key=form.get(KEY_FIELD),
            deed_id=deed_id,
            again=form.get("again") == "1",
            paid_minor=minor(form.get("amount"), "amount") if form.get("amount") else 0,
            reason=form.get("reason"),
        )
    except Refusal as refusal:
        return await _page(request, refusal, form)
    return forms.see(PATH)


ROUTES = [insurer, end_deed]
