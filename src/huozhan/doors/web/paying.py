"""Payment: one of the ways to pay for one order or several, and the page of a bank transfer."""

from typing import Any

import segno
from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from huozhan import ordering, payments
from huozhan.doors.hall import Hall
from huozhan.doors.pages import forms, sheets, showing
from huozhan.doors.pages.forms import Form
from huozhan.kernel.crypto import new_token
from huozhan.kernel.refusals import Invalid, Refusal
from huozhan.payments import PaymentMethod, PaymentState

ORDERS_PAID_TOGETHER_MAX = 50
_CODE_SCALE = 6
_WAITS = (PaymentState.opening, PaymentState.open)

Req = Request[Any, Any, Any]


@get("/pay", include_in_schema=False)
async def pay_form(request: Req) -> Response[Any]:
    """The orders that are to be paid together, and the ways to pay them."""
    named = request.query_params.getall("order", []) or request.query_params.get("orders", "").split(",")
    return await _pay_page(request, named)


async def _pay_page(
    request: Req, named: list[str], refused: Refusal | None = None, form: Form | None = None
) -> Response[Any]:
    order_ids = list(dict.fromkeys(one for one in named if one))[:ORDERS_PAID_TOGETHER_MAX]
    if not order_ids:
        raise Invalid(detail="order")
    orders = [await forms.ask(request, ordering.order_page, order_id=order_id) for order_id in order_ids]
    # What a lender pays is agreed to on its own page; the rest is paid after it, in a payment of its own.
    payable = [order for order in orders if "pay" in order.can]
    lent = [order for order in payable if order.trade_type == "pay_later"]
    others = [order for order in payable if order not in lent] if lent else []
    payable = lent or payable
    amount_minor = sum(order.money.to_pay_minor for order in payable)
    ways = (
        await forms.ask(request, ordering.ways_to_pay, amount_minor=amount_minor, is_lent=bool(lent))
        if payable
        else None
    )
    return showing.show(
        request,
        "web/pay.html",
        "pay.title",
        page={"section": "orders"},
        refused=refused,
        orders=[order for order in orders if order not in others],
        others=showing.address("/pay", orders=",".join(order.order_id for order in others)) if others else "",
        payable=payable,
        amount_minor=amount_minor,
        ways=ways.ways if ways else [],
        chosen=PaymentMethod.lender if lent else form.get("method") if form else PaymentMethod.channel,
        form_key=new_token(),
    )


@post("/pay", include_in_schema=False)
async def pay(request: Req) -> Response[Any]:
    """Opens one payment for them, by the way that was chosen."""
    form = await forms.read_form(request)
    order_ids = form.lists.get("order", [])
    try:
        paying = await forms.ask(
            request,
            ordering.pay_orders,
            key=form.get(forms.KEY_FIELD),
            order_ids=order_ids,
            method=form.get("method"),
        )
    except Refusal as refusal:
        return await _pay_page(request, order_ids, refusal, form)
    return forms.see(f"/pay/{paying.payment_id}")


@get("/pay/{payment_id:str}", include_in_schema=False)
async def go_pay(request: Req, payment_id: FromPath[str]) -> Response[Any]:
    """Leads to the channel's page once it is open, or says where to transfer the money."""
    payment = await forms.ask(request, payments.payment, payment_id=payment_id)
    if payment.method == PaymentMethod.bank and payment.state in _WAITS:
        return await _bank_page(request, payment)
    if payment.state == PaymentState.open and payment.pay_url:
        channel_page = _channel_page(request, payment)
        if not channel_page:
            return _payment_page(request, payment, "scan")
        if request.headers.get("hx-request"):
            return Response("", headers={"hx-redirect": channel_page})
        return Redirect(channel_page, status_code=303)
    if payment.state in _WAITS:
        return _payment_page(request, payment, "opening")
    return forms.see(f"/paid/{payment_id}")


@post("/pay/{payment_id:str}/renew", include_in_schema=False)
async def renew(request: Req, payment_id: FromPath[str]) -> Response[Any]:
    """Gives the orders of a bank transfer more time, once."""
    form = await forms.read_form(request)
    try:
        await forms.ask(
            request, ordering.renew_bank_payment, key=form.get(forms.KEY_FIELD), payment_id=payment_id
        )
    except Refusal as refusal:
        payment = await forms.ask(request, payments.payment, payment_id=payment_id)
        if payment.method != PaymentMethod.bank or payment.state not in _WAITS:
            raise
        return await _bank_page(request, payment, refusal)
    return forms.see(f"/pay/{payment_id}")


async def _bank_page(request: Req, payment: Any, refused: Refusal | None = None) -> Response[Any]:
    hall: Hall = request.app.state.hall
    orders = [await forms.ask(request, ordering.order_page, order_id=part.order_id) for part in payment.parts]
    left_minor = payment.amount_minor - payment.received_minor
    return showing.show(
        request,
        "web/bank_pay.html",
        "bank.title",
        page={"section": "orders"},
        refused=refused,
        payment=payment,
        orders=orders,
        left_minor=left_minor,
        holder=hall.outside.bank.holder if hall.outside.bank else "",
        bank_name=hall.outside.bank.bank_name if hall.outside.bank else "",
        demo_bank=_demo_bank(hall, payment, left_minor),
        form_key=new_token(),
    )


def _demo_bank(hall: Hall, payment: Any, left_minor: int) -> str:
    """The page of the stand-in bank with everything filled in; a real market has none."""
    if not (hall.terms.is_demo and hall.settings.outside_url):
        return ""
    return showing.address(
        f"{hall.settings.outside_url}/bank/pay",
        to=payment.account_no,
        amount=str(sheets.amount(left_minor)),
        currency=payment.currency,
        back=f"{hall.settings.url}/pay/{payment.payment_id}",
    )


@get("/paid/{payment_id:str}", include_in_schema=False)
async def paid(request: Req, payment_id: FromPath[str]) -> Response[Any]:
    """Where the channel sends people back; waits until its word has come."""
    payment = await forms.ask(request, payments.payment, payment_id=payment_id)
    if payment.method == PaymentMethod.bank and payment.state in _WAITS:
        return forms.see(f"/pay/{payment_id}")
    return _payment_page(request, payment, "waiting")


def _channel_page(request: Req, payment: Any) -> str:
    """The channel's page, asked for in the reader's language; empty where the payer scans a code on ours."""
    outside = request.app.state.hall.outside
    channel = outside.lender if payment.method == PaymentMethod.lender else outside.channel
    if channel is None or not payment.pay_url:
        return str(payment.pay_url)
    return str(channel.page_of(payment.pay_url, request.scope["state"]["lang"]))


def _payment_page(request: Req, payment: Any, stage: str) -> Response[Any]:
    waits = payment.state in _WAITS
    return showing.show(
        request,
        "web/paid.html",
        "pay.title",
        page={"section": "orders"},
        payment=payment,
        stage=stage if waits else "done" if payment.state == PaymentState.paid else "over",
        channel_page=_channel_page(request, payment),
        code=segno.make(payment.pay_url).svg_data_uri(scale=_CODE_SCALE, light="white")
        if stage == "scan"
        else "",
        address=f"/{'paid' if stage == 'waiting' else 'pay'}/{payment.payment_id}",
    )


ROUTES = [pay_form, pay, go_pay, renew, paid]
