"""Buy now, pay later 先采后付: my limit at the lender, what I owe it and by when, and repaying."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from huozhan import finance
from huozhan.doors.hall import Hall
from huozhan.doors.pages import forms, showing
from huozhan.doors.pages.amounts import minor
from huozhan.doors.pages.forms import Form
from huozhan.kernel.crypto import new_token
from huozhan.kernel.refusals import NotFound, Refusal

Req = Request[Any, Any, Any]


@get("/pay-later", include_in_schema=False)
async def loans(request: Req) -> Response[Any]:
    """My limit and my bills."""
    return await _page(request)


async def _page(
    request: Req, refused: Refusal | None = None, form: Form | None = None, where: str = ""
) -> Response[Any]:
    hall: Hall = request.app.state.hall
    cursor = request.query_params.get("cursor", "")
    shown = await forms.ask(request, finance.my_loans, cursor=cursor)
    lender = hall.outside.lender
    apply_url = shown.limit.apply_url
    return showing.show(
        request,
        "web/pay_later.html",
        "pay_later.title",
        page={"section": "me"},
        refused=refused,
        typed=form.values if form else None,
        where=where,
        shown=shown,
        limit=shown.limit,
        apply_page=lender.page_of(apply_url, request.scope["state"]["lang"]) if lender and apply_url else "",
        next=showing.address("/pay-later", cursor=shown.next_cursor) if shown.next_cursor else "",
        first="/pay-later" if cursor else "",
        form_key=new_token(),
    )


@post("/pay-later/apply", include_in_schema=False)
async def apply_for_limit(request: Req) -> Response[Any]:
    """Asks the lender for a limit, or how it stands."""
    form = await forms.read_form(request)
    await forms.ask(request, finance.apply_for_limit, key=form.get(forms.KEY_FIELD))
    return forms.see("/pay-later")


@post("/pay-later/debit", include_in_schema=False)
async def agree_to_debit(request: Req) -> Response[Any]:
    """Has debts repaid from the wallet on their due day, or no more."""
    form = await forms.read_form(request)
    await forms.ask(
        request, finance.agree_to_debit, key=form.get(forms.KEY_FIELD), is_on=form.get("is_on") == "1"
    )
    return forms.see("/pay-later")


@post("/pay-later/{order_id:str}/repay", include_in_schema=False)
async def repay(request: Req, order_id: FromPath[str]) -> Response[Any]:
    """Opens a payment for what is owed for an order, or for a part."""
    form = await forms.read_form(request)
    try:
        paying = await forms.ask(
            request,
            finance.repay_loan,
            key=form.get(forms.KEY_FIELD),
            order_id=order_id,
            amount_minor=minor(form.get("amount"), "amount"),
        )
    except NotFound:
        raise
    except Refusal as refusal:
        return await _page(request, refusal, form, order_id)
    return forms.see(f"/pay/{paying.payment_id}")


ROUTES = [loans, apply_for_limit, repay, agree_to_debit]
