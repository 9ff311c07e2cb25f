"""Checkout and payment: exact amounts before anything is placed, then one payment into escrow."""

from collections.abc import Mapping
from typing import Any

import segno
from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from huozhan import ordering, parties, payments
from huozhan.doors.pages import forms, showing
from huozhan.doors.pages.forms import Form
from huozhan.doors.web.lines import read_lines
from huozhan.kernel.crypto import new_token
from huozhan.kernel.money import AMOUNT_MINOR_MAX
from huozhan.kernel.refusals import Invalid, Refusal
from huozhan.payments import PaymentState

ORDERS_PAID_TOGETHER_MAX = 50
_CODE_SCALE = 6

Req = Request[Any, Any, Any]


@get("/checkout", include_in_schema=False)
async def checkout(request: Req) -> Response[Any]:
    """What it costs, to which address."""
    given = Form({name: request.query_params[name] for name in request.query_params}, {}, {})
    return await _checkout_page(request, given)


async def _checkout_page(
    request: Req, given: Form, *, refused: Refusal | None = None, form: Form | None = None
) -> Response[Any]:
    """The quote for what an address or a form names; with the form, if it was refused, as it was typed."""
    address_id, lines = given.get("address_id"), given.get("lines")
    book = await forms.ask(request, parties.addresses)
    if not book:
        return forms.see(showing.address("/addresses", next=showing.address("/checkout", lines=lines)))
    chosen = next((one for one in book if one.address_id == address_id), book[0])
    asked: dict[str, Any] = {
        "address_id": chosen.address_id,
        "lines": read_lines(lines),
        "trade_types": _trade_types(given),
    }
    try:
        quote = await forms.ask(request, ordering.quote, **asked, coupons=_coupons(given))
    except ordering.NoSuchCoupon as refusal:
        quote, refused = await forms.ask(request, ordering.quote, **asked), refused or refusal
    return showing.show(
        request,
        "web/checkout.html",
        "checkout.title",
        page={"section": "cart"},
        refused=refused,
        addresses=book,
        chosen=chosen,
        quote=quote,
        lines=lines,
        form_key=new_token(),
        notes=form.prefixed("note") if form else {},
        moved=_moved(quote, form.prefixed("was")) if form else {},
        was_minor=_minor(form.get("was_minor")) if form else 0,
    )


def _trade_types(given: Form) -> list[dict[str, str]]:
    """The trade types chosen by supplier, as fields trade[supplier]."""
    return [
        {"seller_id": seller_id, "trade_type": trade_type}
        for seller_id, trade_type in given.prefixed("trade").items()
    ]


def _coupons(given: Form) -> list[str] | None:
    """The coupons chosen by shop, as fields coupon[shop]; None where nobody has chosen yet."""
    if not given.get("picked"):
        return None
    return [coupon_id for coupon_id in given.prefixed("coupon").values() if coupon_id]


def _minor(text: str) -> int:
    return forms.whole_number(text, AMOUNT_MINOR_MAX) or 0


def _moved(quote: ordering.views.QuoteView, was: Mapping[str, str]) -> dict[str, int]:
    """The unit prices that were shown before, of the lines whose price is another one now."""
    now = {line.goods.sku_id: line.price.price_e4 for share in quote.shares for line in share.lines}
    return {
        sku_id: _minor(price_e4)
        for sku_id, price_e4 in was.items()
        if sku_id in now and _minor(price_e4) != now[sku_id]
    }


@post("/checkout", include_in_schema=False)
async def place_order(request: Req) -> Response[Any]:
    """Places exactly what was shown, or shows what has changed."""
    form = await forms.read_form(request)
    lines = read_lines(form.get("lines"))
    notes = [
        {"seller_id": seller, "text": text.strip()}
        for seller, text in form.prefixed("note").items()
        if text.strip()
    ]
    try:
        placed = await forms.ask(
            request,
            ordering.place_order,
            key=form.get(forms.KEY_FIELD),
            address_id=form.get("address_id"),
            quote_hash=form.get("quote_hash"),
            lines=lines,
            trade_types=_trade_types(form),
            coupons=_coupons(form),
            notes=notes,
            from_cart=not lines,
        )
    except Refusal as refusal:
        return await _checkout_page(request, form, refused=refusal, form=form)
    if not lines:
        showing.note_cart(request, 0)
    to_pay = [order.order_id for order in placed.orders if order.pay_close_at]
    if to_pay:
        return forms.see(showing.address("/pay", orders=",".join(to_pay)))
    only = placed.orders[0].order_id if len(placed.orders) == 1 else ""
    return forms.see(f"/orders/{only}" if only else "/orders")


@get("/pay", include_in_schema=False)
async def pay_form(request: Req) -> Response[Any]:
    """The orders that are to be paid together."""
    named = request.query_params.getall("order", []) or request.query_params.get("orders", "").split(",")
    return await _pay_page(request, named)


async def _pay_page(request: Req, named: list[str], refused: Refusal | None = None) -> Response[Any]:
    order_ids = list(dict.fromkeys(one for one in named if one))[:ORDERS_PAID_TOGETHER_MAX]
    if not order_ids:
        raise Invalid(detail="order")
    orders = [await forms.ask(request, ordering.order_page, order_id=order_id) for order_id in order_ids]
    return showing.show(
        request,
        "web/pay.html",
        "pay.title",
        page={"section": "orders"},
        refused=refused,
        orders=orders,
        payable=[order for order in orders if "pay" in order.can],
        form_key=new_token(),
    )


@post("/pay", include_in_schema=False)
async def pay(request: Req) -> Response[Any]:
    """Opens one payment for them."""
    form = await forms.read_form(request)
    order_ids = form.lists.get("order", [])
    try:
        paying = await forms.ask(
            request, ordering.pay_orders, key=form.get(forms.KEY_FIELD), order_ids=order_ids
        )
    except Refusal as refusal:
        return await _pay_page(request, order_ids, refusal)
    return forms.see(f"/pay/{paying.payment_id}")


@get("/pay/{payment_id:str}", include_in_schema=False)
async def go_pay(request: Req, payment_id: FromPath[str]) -> Response[Any]:
    """Waits until the channel has opened the payment, then leads to its page."""
    payment = await forms.ask(request, payments.payment, payment_id=payment_id)
    if payment.state == PaymentState.open and payment.pay_url:
        channel_page = _channel_page(request, payment)
        if not channel_page:
            return _payment_page(request, payment, "scan")
        if request.headers.get("hx-request"):
            return Response("", headers={"hx-redirect": channel_page})
        return Redirect(channel_page, status_code=303)
    if payment.state in (PaymentState.opening, PaymentState.open):
        return _payment_page(request, payment, "opening")
    return forms.see(f"/paid/{payment_id}")


@get("/paid/{payment_id:str}", include_in_schema=False)
async def paid(request: Req, payment_id: FromPath[str]) -> Response[Any]:
    """Where the channel sends people back; waits until its word has come."""
    payment = await forms.ask(request, payments.payment, payment_id=payment_id)
    return _payment_page(request, payment, "waiting")


def _channel_page(request: Req, payment: Any) -> str:
    """The channel's page, asked for in the reader's language; empty where the payer scans a code on ours."""
    channel = request.app.state.hall.outside.channel
    if channel is None or not payment.pay_url:
        return str(payment.pay_url)
    return str(channel.page_of(payment.pay_url, request.scope["state"]["lang"]))


def _payment_page(request: Req, payment: Any, stage: str) -> Response[Any]:
    waits = payment.state in (PaymentState.opening, PaymentState.open)
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


ROUTES = [checkout, place_order, pay_form, pay, go_pay, paid]
