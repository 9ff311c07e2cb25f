"""Checkout and payment: exact amounts before anything is placed, then one payment into escrow."""

from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import Request, Response, get, post

from huozhan import invoicing, ordering, parties
from huozhan.doors.pages import forms, showing
from huozhan.doors.pages.forms import Form
from huozhan.doors.web.lines import read_lines
from huozhan.kernel.crypto import new_token
from huozhan.kernel.money import AMOUNT_MINOR_MAX
from huozhan.kernel.refusals import Refusal

Req = Request[Any, Any, Any]
TITLE_FIELDS = ("kind", "name", "taxpayer_id", "address", "phone", "bank", "account")
_CHOSEN = {"address_id", "lines", "was_minor", "picked", "invoice"}
_CHOSEN_EACH = {"trade", "coupon", "insure", "note", "was"}
"""What a checkout has chosen or typed, once or for each shop or line."""


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
        "insure": _insured(given),
    }
    try:
        quote = await forms.ask(request, ordering.quote, **asked, coupons=_coupons(given))
    except ordering.NoSuchCoupon as refusal:
        quote, refused = await forms.ask(request, ordering.quote, **asked), refused or refusal
    titles = (await forms.ask(request, invoicing.my_titles)).titles
    return showing.show(
        request,
        "web/checkout.html",
        "checkout.title",
        page={"section": "cart"},
        refused=refused,
        addresses=book,
        chosen=chosen,
        quote=quote,
        titles=titles,
        invoice=given.get("invoice"),
        lines=lines,
        form_key=new_token(),
        notes=form.prefixed("note") if form else {},
        moved=_moved(quote, form.prefixed("was")) if form else {},
        was_minor=_minor(form.get("was_minor")) if form else 0,
    )


def _trade_types(given: Form) -> list[dict[str, str]]:
    """The trade types chosen by supplier, as fields trade[supplier]; a plan of stages stands after a colon."""
    return [
        {"seller_id": seller_id, "trade_type": trade_type, **({"plan_code": code} if code else {})}
        for seller_id, chosen in given.prefixed("trade").items()
        for trade_type, _, code in [chosen.partition(":")]
    ]


def _insured(given: Form) -> list[str]:
    """The suppliers of whose goods insurance is bought, as fields insure[supplier]."""
    return sorted({seller_id for seller_id, chosen in given.prefixed("insure").items() if chosen == "1"})


def _coupons(given: Form) -> list[str] | None:
    """The coupons chosen by shop, as fields coupon[shop]; None where nobody has chosen yet."""
    if not given.get("picked"):
        return None
    return [coupon_id for coupon_id in given.prefixed("coupon").values() if coupon_id]


def _wish(form: Form) -> dict[str, str] | None:
    """The invoice that was chosen: a title, and its kind after a colon."""
    title_id, _, kind = form.get("invoice").partition(":")
    return {"title_id": title_id, "kind": kind} if title_id else None


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
    """Places exactly what was shown, or shows what has changed; adds a title for the invoice on the way, and nothing is lost."""
    form = await forms.read_form(request)
    match form.get("do"):
        case "title":
            return _title_page(request, form)
        case "save_title":
            return await _save_title(request, form)
        case "back":
            return await _checkout_page(request, form, form=form)
        case _:
            return await _place(request, form)


def _title_page(request: Req, form: Form, refused: Refusal | None = None) -> Response[Any]:
    """The fields of a title, and out of sight all that was chosen and typed at checkout."""
    forms.must_be_for_a_form(refused)
    kept = {
        name: value
        for name, value in form.values.items()
        if name in _CHOSEN or name.partition("[")[0] in _CHOSEN_EACH
    }
    return showing.show(
        request,
        "web/checkout_title.html",
        "checkout.invoice_add",
        page={"section": "cart"},
        refused=refused,
        typed=forms.fields_of(form, TITLE_FIELDS),
        kept=kept,
        form_key=new_token(),
    )


async def _save_title(request: Req, form: Form) -> Response[Any]:
    """Keeps the title and goes on at checkout with it chosen."""
    try:
        saved = await forms.ask(
            request,
            invoicing.save_title,
            key=form.get(forms.KEY_FIELD),
            **forms.fields_of(form, TITLE_FIELDS),
        )
    except Refusal as refusal:
        return _title_page(request, form, refusal)
    chosen = msgspec.structs.replace(form, values=form.values | {"invoice": f"{saved.title_id}:ordinary"})
    return await _checkout_page(request, chosen, form=chosen)


async def _place(request: Req, form: Form) -> Response[Any]:
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
            insure=_insured(form),
            notes=notes,
            from_cart=not lines,
            invoice=_wish(form),
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


ROUTES = [checkout, place_order]
