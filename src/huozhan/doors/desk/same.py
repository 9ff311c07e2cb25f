"""同款: who else has the goods of one's offer, what told that, and a way to object."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from huozhan import catalogue, search
from huozhan.doors.desk.frame import Req, actor_of, show
from huozhan.doors.pages import forms
from huozhan.doors.pages.forms import KEY_FIELD, Form
from huozhan.kernel.refusals import Refusal


@get("/desk/offers/{offer_id:str}/same", include_in_schema=False)
async def same(request: Req, offer_id: FromPath[str]) -> Response[Any]:
    """The group that one's offer is in."""
    actor_of(request).must("offer.view")
    return await _page(request, offer_id)


async def _page(
    request: Req, offer_id: str, refused: Refusal | None = None, form: Form | None = None
) -> Response[Any]:
    found = await forms.ask(request, search.my_same_goods, offer_id=offer_id)
    offer = await forms.ask(request, catalogue.offer_page, offer_id=offer_id)
    return await show(
        request, "same", "same.title", "offers", refused=refused, typed=form.values if form else None,
        found=found, offer=offer,
    )  # fmt: skip


@post("/desk/offers/{offer_id:str}/same", include_in_schema=False)
async def report(request: Req, offer_id: FromPath[str]) -> Response[Any]:
    """Objects to the group."""
    form = await forms.read_form(request)
    try:
        await forms.ask(
            request,
            search.report_not_same,
            key=form.get(KEY_FIELD),
            offer_id=offer_id,
            reason=form.get("reason"),
        )
    except Refusal as refusal:
        return await _page(request, offer_id, refusal, form)
    return forms.see(f"/desk/offers/{offer_id}/same")


ROUTES = [same, report]
