"""主动补偿: what the shop gave buyers of its own accord, and the form that gives something for an order."""

from typing import Any

from litestar import Response, get, post

from huozhan import aftersales, ordering, parties, payments
from huozhan.doors.desk.frame import Req, show
from huozhan.doors.pages import forms, showing
from huozhan.doors.pages.amounts import minor
from huozhan.doors.pages.forms import KEY_FIELD, Form
from huozhan.kernel.refusals import Forbidden, NotFound, Refusal, Unauthenticated

PAGE = "/desk/goodwill"


@get(PAGE, include_in_schema=False)
async def goodwill(request: Req) -> Response[Any]:
    """What was given, newest first; with `order` the form for that order."""
    return await _page(request, request.query_params.get("order", ""))


async def _page(
    request: Req, order_id: str, refused: Refusal | None = None, form: Form | None = None
) -> Response[Any]:
    forms.must_be_for_a_form(refused)
    order = await forms.ask(request, ordering.order_page, order_id=order_id) if order_id else None
    if order is not None and order.side != "seller":
        raise NotFound(order_id=order_id)
    cursor = request.query_params.get("cursor") or None
    given = await forms.ask(request, aftersales.goodwill_given, selling=True, cursor=cursor)
    return await show(
        request,
        "goodwill",
        "goodwill.title",
        "funds",
        refused=refused,
        typed=form.values if form else None,
        order=order,
        second_step=(await forms.ask(request, parties.profile)).two_step_is_on,
        available_minor=(await forms.ask(request, payments.funds)).available_minor,
        given=given.items,
        next_href=showing.address(PAGE, cursor=given.next_cursor) if given.next_cursor else "",
        first_href=PAGE if cursor else "",
    )


@post(PAGE, include_in_schema=False)
async def give(request: Req) -> Response[Any]:
    """Gives it."""
    form = await forms.read_form(request)
    order_id = form.get("order_id")
    try:
        await forms.ask(
            request, aftersales.give_goodwill, key=form.get(KEY_FIELD), order_id=order_id,
            amount_minor=minor(form.get("amount"), "amount"), reason=form.get("reason"), code=form.get("code"),
        )  # fmt: skip
    except (NotFound, Forbidden, Unauthenticated):
        raise
    except Refusal as refusal:
        return await _page(request, order_id, refusal, form)
    return forms.see(PAGE)


ROUTES = [goodwill, give]
