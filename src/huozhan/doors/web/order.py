"""One order: who must act until when, where the money and the parcels are, and what the buyer may do."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from huozhan import (
    aftersales,
    contracts,
    finance,
    fulfilment,
    invoicing,
    messaging,
    ordering,
    payments,
)
from huozhan.doors.pages import forms, showing
from huozhan.doors.pages.forms import Form
from huozhan.kernel.crypto import new_token
from huozhan.kernel.refusals import NotFound, Refusal
from huozhan.kernel.work import UseCase
from huozhan.payments import PaymentMethod, PaymentState

Req = Request[Any, Any, Any]


@get("/orders/{order_id:str}", include_in_schema=False)
async def order(request: Req, order_id: FromPath[str]) -> Response[Any]:
    """One of my orders."""
    return await _order_page(request, order_id)


async def _order_page(
    request: Req, order_id: str, refused: Refusal | None = None, form: Form | None = None
) -> Response[Any]:
    shown = await _mine(request, order_id)
    parcels = await forms.ask(request, fulfilment.parcels_of, order_id=order_id)
    cases = await forms.ask(request, aftersales.cases_of_order, order_id=order_id)
    return showing.show(
        request,
        "web/order.html",
        shown.number,
        page={"section": "orders"},
        refused=refused,
        typed=form.values if form else {},
        **_shown(shown, parcels, cases),
        transfer=await _transfer(request, shown),
        talk=await forms.ask(request, messaging.find_conversation, org_id=shown.seller_id),
        contract=await forms.ask(request, contracts.contract_of_order, order_id=order_id),
        contract_base="",
        loan=await _loan(request, shown),
        fast=await forms.ask(request, ordering.fast_arrival_of_order, order_id=order_id),
        insured=await forms.ask(request, ordering.insurance_of_order, order_id=order_id),
        billed=await forms.ask(request, invoicing.order_invoices, order_id=order_id),
    )


async def _transfer(request: Req, order: ordering.views.OrderPage) -> payments.views.PaymentView | None:
    """The bank transfer that an unpaid order waits for."""
    if "pay" not in order.can or order.payment_id is None:
        return None
    payment = await forms.ask(request, payments.payment, payment_id=order.payment_id)
    waits = payment.method == PaymentMethod.bank and payment.state == PaymentState.open
    return payment if waits else None


async def _mine(request: Req, order_id: str) -> ordering.views.OrderPage:
    """The order as its buyer sees it; a supplier's own page of it is at the workbench."""
    shown = await forms.ask(request, ordering.order_page, order_id=order_id)
    if shown.side != "buyer":
        raise NotFound
    return shown


async def _loan(request: Req, order: ordering.views.OrderPage) -> finance.views.LoanView | None:
    """What a lender pays for it, once it has promised to."""
    if order.trade_type != "pay_later":
        return None
    try:
        return await forms.ask(request, finance.loan_of_order, order_id=order.order_id)
    except NotFound:
        return None


def _shown(
    order: ordering.views.OrderPage,
    sent: fulfilment.views.ParcelsView,
    found: aftersales.views.OrderCases,
) -> dict[str, Any]:
    return {
        "cases": found.cases,
        "can_complain": "refund_unshipped" in order.can or found.cases or found.lines,
        "order": order,
        "form_key": new_token(),
        "parcels": sent.parcels,
        "late_pickup": sent.late_pickup,
        "steps": _steps(order, sent.parcels),
        "offered": next((one for one in order.amendments if one.state == "offered"), None),
        "asked": next((one for one in order.refunds if one.state == "asked"), None),
        "extendable": [parcel for parcel in sent.parcels if parcel.can_extend],
    }


def _steps(
    order: ordering.views.OrderPage, parcels: list[fulfilment.views.ParcelView]
) -> list[dict[str, Any]]:
    """The way of an order from placed to settled, with the moments it has passed."""
    at = {moment.event: moment.at for moment in reversed(order.timeline)}
    shipped = at.get("ship_part") or at.get("ship_all")
    signed = max((p.signed_at for p in parcels if p.signed_at), default=None)
    ended = (
        order.timeline[-1].at
        if order.timeline and order.state in ("success", "closed", "terminated")
        else None
    )
    moments: list[tuple[str, Any]] = [("placed", order.placed_at)]
    if "take_on_credit" not in at:
        moments.append(("lent" if order.trade_type == "pay_later" else "paid", at.get("pay")))
    if order.state in ("closed", "terminated"):
        moments = [step for step in moments if step[1]] + [(order.state, ended)]
    else:
        all_signed = signed if parcels and all(p.signed_at or p.received_at for p in parcels) else None
        moments += [
            ("shipped", shipped),
            ("signed", all_signed or ended),
            ("success", ended if order.state == "success" else None),
        ]
    current = next((name for name, moment in moments if moment is None), "")
    return [{"name": name, "at": moment, "current": name == current} for name, moment in moments]


@get("/orders/{order_id:str}/head", include_in_schema=False)
async def head(request: Req, order_id: FromPath[str]) -> Response[Any]:
    """The top of the page, for the page that is open while something happens."""
    shown = await _mine(request, order_id)
    parcels = await forms.ask(request, fulfilment.parcels_of, order_id=order_id)
    cases = await forms.ask(request, aftersales.cases_of_order, order_id=order_id)
    return showing.fragment(
        request,
        "web/order_head.html",
        typed={},
        **_shown(shown, parcels, cases),
        transfer=await _transfer(request, shown),
        loan=await _loan(request, shown),
        fast=await forms.ask(request, ordering.fast_arrival_of_order, order_id=order_id),
        insured=await forms.ask(request, ordering.insurance_of_order, order_id=order_id),
        billed=await forms.ask(request, invoicing.order_invoices, order_id=order_id),
    )


async def do(
    request: Req, order_id: str, use_case: UseCase[Any, Any], form: Form, **fields: Any
) -> Response[Any]:
    """Does one thing to the order and shows it again; a refusal is shown above it."""
    try:
        await forms.ask(request, use_case, key=form.get(forms.KEY_FIELD), order_id=order_id, **fields)
    except NotFound:
        raise
    except Refusal as refusal:
        return await _order_page(request, order_id, refusal, form)
    return forms.see(f"/orders/{order_id}")


@post("/orders/{order_id:str}/cancel", include_in_schema=False)
async def cancel(request: Req, order_id: FromPath[str]) -> Response[Any]:
    """Cancels it before it is paid."""
    form = await forms.read_form(request)
    return await do(request, order_id, ordering.cancel_order, form, reason=form.get("reason"))


@post("/orders/{order_id:str}/accept", include_in_schema=False)
async def accept(request: Req, order_id: FromPath[str]) -> Response[Any]:
    """Says yes to the supplier's new amount."""
    form = await forms.read_form(request)
    return await do(request, order_id, ordering.accept_amendment, form, amount_minor=form.get("amount_minor"))


@post("/orders/{order_id:str}/refund", include_in_schema=False)
async def refund(request: Req, order_id: FromPath[str]) -> Response[Any]:
    """Asks for money back for goods that were not shipped; without quantities for all of them."""
    form = await forms.read_form(request)
    lines = [
        {"line_no": line_no, "quantity": quantity}
        for line_no, quantity in form.prefixed("refund").items()
        if quantity not in ("", "0")
    ]
    return await do(
        request, order_id, ordering.refund_unshipped, form, reason=form.get("reason"), lines=lines
    )


@post("/orders/{order_id:str}/refund/take-back", include_in_schema=False)
async def take_back(request: Req, order_id: FromPath[str]) -> Response[Any]:
    """Takes the question for money back out of the supplier's hands."""
    form = await forms.read_form(request)
    return await do(request, order_id, ordering.take_back_refund, form, refund_id=form.get("refund_id"))


@post("/orders/{order_id:str}/leave", include_in_schema=False)
async def leave(request: Req, order_id: FromPath[str]) -> Response[Any]:
    """Takes what a disruption holds up out of the order."""
    form = await forms.read_form(request)
    return await do(request, order_id, ordering.leave_disrupted, form)


@post("/orders/{order_id:str}/longer", include_in_schema=False)
async def longer(request: Req, order_id: FromPath[str]) -> Response[Any]:
    """Agrees to more days to ship, or insists on the promise."""
    form = await forms.read_form(request)
    agree, request_id = form.get("agree") == "1", form.get("request_id")
    return await do(
        request, order_id, ordering.answer_longer_promise, form, request_id=request_id, agree=agree
    )


@post("/orders/{order_id:str}/confirm", include_in_schema=False)
async def confirm(request: Req, order_id: FromPath[str]) -> Response[Any]:
    """Confirms that the goods are here; the supplier is paid."""
    form = await forms.read_form(request)
    return await do(
        request, order_id, fulfilment.confirm_receipt, form, parcel_ids=form.lists.get("parcel", [])
    )


@post("/orders/{order_id:str}/extend", include_in_schema=False)
async def extend(request: Req, order_id: FromPath[str]) -> Response[Any]:
    """More time before a parcel counts as received."""
    form = await forms.read_form(request)
    return await do(request, order_id, fulfilment.extend_receipt, form, parcel_id=form.get("parcel_id"))


@post("/orders/{order_id:str}/note", include_in_schema=False)
async def note(request: Req, order_id: FromPath[str]) -> Response[Any]:
    """Writes to the supplier, or a memo for one's own people."""
    form = await forms.read_form(request)
    is_private = form.get("private") == "1"
    return await do(request, order_id, ordering.note_order, form, text=form.get("text"), private=is_private)


ROUTES = [order, head, cancel, accept, refund, take_back, leave, longer, confirm, extend, note]
