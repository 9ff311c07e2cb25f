"""One order on the seller's side: what it is, and every deed it allows."""

from typing import Any

from litestar import Response, get, post

from huozhan import contracts, disruption, fulfilment, invoicing, messaging, ordering
from huozhan.doors.desk.frame import Req, show
from huozhan.doors.hall import Hall
from huozhan.doors.pages import forms
from huozhan.doors.pages.amounts import minor, whole
from huozhan.doors.pages.forms import KEY_FIELD, Form
from huozhan.kernel.refusals import Invalid, NotFound, Refusal
from huozhan.parties import PlainReceiver

PARCELS_MAX = 10
EXEMPTION_KINDS = tuple(disruption.SuspensionKind)


def address(order_id: str) -> str:
    """Where an order is shown."""
    return f"/desk/orders/{order_id}"


async def order_page(
    request: Req,
    order_id: str,
    *,
    refused: Refusal | None = None,
    form: Form | None = None,
    where: str = "",
    revealed: PlainReceiver | None = None,
) -> Response[Any]:
    """The order, with the form that was refused as it was typed."""
    forms.must_be_for_a_form(refused)
    order = await forms.ask(request, ordering.order_page, order_id=order_id)
    if order.side != "seller":
        raise NotFound(order_id=order_id)
    parcels = await forms.ask(request, fulfilment.parcels_of, order_id=order_id)
    wanted = form.get("parcels") if form else request.query_params.get("parcels", "")
    return await show(
        request,
        "order",
        order.number,
        "orders",
        refused=refused,
        typed=form.values if form else None,
        where=where,
        order=order,
        parcels=parcels.parcels,
        late_pickup=parcels.late_pickup,
        scans={
            parcel.parcel_id: [_scan(request, scan) for scan in parcel.scans] for parcel in parcels.parcels
        },
        carriers=await carrier_options(request) if "ship" in order.can else [],
        columns=list(range(forms.whole_number(wanted, PARCELS_MAX) or 1)),
        columns_max=PARCELS_MAX,
        exemption_kinds=EXEMPTION_KINDS,
        revealed=revealed,
        steps=_steps(request, order),
        talk=await forms.ask(request, messaging.find_conversation, org_id=order.buyer_id, selling=True),
        fast=await forms.ask(request, ordering.fast_arrival_of_order, order_id=order_id),
        insured=await forms.ask(request, ordering.insurance_of_order, order_id=order_id),
        contract=await forms.ask(request, contracts.contract_of_order, order_id=order_id),
        contract_base="/desk",
        billed=await forms.ask(request, invoicing.order_invoices, order_id=order_id),
    )


async def carrier_options(request: Req) -> list[dict[str, str]]:
    """The carriers to choose from."""
    lang = request.scope["state"]["lang"]
    found = await forms.ask(request, fulfilment.carriers)
    return [{"value": one.carrier_code, "label": one.name.say(lang)} for one in found.carriers]


def _scan(request: Req, scan: Any) -> dict[str, str]:
    place, text = (
        scan.place.say(request.scope["state"]["lang"]),
        _said(request, f"parcel.station.{scan.station}"),
    )
    return {"at": scan.at.isoformat(), "place": place, "text": f"{text} {scan.note}".strip()}


def _steps(request: Req, order: Any) -> list[dict[str, Any]]:
    """The course of an order as five steps, those behind it with the moment they were taken."""
    reached = {move.event: move.at for move in order.timeline}
    course = [
        ("place", reached.get("place")),
        *([] if "take_on_credit" in reached else [("pay", reached.get("pay"))]),
        ("ship_all", reached.get("ship_all")),
        ("signed", reached.get("signed") or reached.get("receive_all")),
        ("receive_all", reached.get("receive_all")),
    ]
    if order.state in {"closed", "terminated"}:
        ended = order.timeline[-1]
        course = [step for step in course if step[1]] + [(ended.event, ended.at)]
    ahead = next((name for name, at in course if not at), "")
    return [
        {
            "label": _said(request, f"order.event.{name}"),
            "at": at.isoformat() if at else "",
            "current": name == ahead,
        }
        for name, at in course
    ]


def _said(request: Req, key: str) -> str:
    hall: Hall = request.app.state.hall
    return hall.words.say(key, request.scope["state"]["lang"])


@get("/desk/orders/{order_id:str}", include_in_schema=False)
async def order(request: Req, order_id: str) -> Response[Any]:
    """One order."""
    return await order_page(request, order_id)


@post("/desk/orders/{order_id:str}/amend", include_in_schema=False)
async def amend(request: Req, order_id: str) -> Response[Any]:
    """Changes goods and freight before payment."""
    form = await forms.read_form(request)
    try:
        lines = [
            {"line_no": whole(line_no, "goods"), "goods_minor": minor(amount, f"goods[{line_no}]")}
            for line_no, amount in form.prefixed("goods").items()
        ]
        freight = minor(form.get("freight"), "freight")
        await forms.ask(
            request, ordering.amend_price, key=form.get(KEY_FIELD), order_id=order_id, reason=form.get("reason"),
            lines=lines, freight_minor=freight,
        )  # fmt: skip
    except Refusal as refusal:
        return await order_page(request, order_id, refused=refusal, form=form, where="amend")
    return forms.see(address(order_id))


@post("/desk/orders/{order_id:str}/ship", include_in_schema=False)
async def ship(request: Req, order_id: str) -> Response[Any]:
    """Sends one or several parcels."""
    form = await forms.read_form(request)
    try:
        parcels = _parcels(form)
        await forms.ask(request, fulfilment.ship, key=form.get(KEY_FIELD), order_id=order_id, parcels=parcels)
    except Refusal as refusal:
        return await order_page(request, order_id, refused=refusal, form=form, where="ship")
    return forms.see(address(order_id))


def _parcels(form: Form) -> list[dict[str, Any]]:
    """The parcels of the form, those without any goods left out."""
    quantities: dict[int, list[dict[str, int]]] = {}
    for name, typed in form.prefixed("quantity").items():
        column, _, line_no = name.partition("-")
        number = forms.whole_number(typed.strip() or "0", ordering.asks.QUANTITY_MAX)
        at, line = (
            forms.whole_number(column, PARCELS_MAX),
            forms.whole_number(line_no, ordering.asks.CART_LINES_MAX),
        )
        if at is None or line is None or number is None:
            raise Invalid(field=f"quantity[{name}]", detail=typed[:40])
        if number:
            quantities.setdefault(at, []).append({"line_no": line, "quantity": number})
    return [
        {
            "kind": form.get(f"kind[{column}]") or "carrier",
            "carrier_code": form.get(f"carrier[{column}]") or None,
            "waybill": form.get(f"waybill[{column}]") or None,
            "lines": lines,
        }
        for column, lines in sorted(quantities.items())
    ]


@post("/desk/orders/{order_id:str}/refund", include_in_schema=False)
async def refund(request: Req, order_id: str) -> Response[Any]:
    """Answers a buyer who wants money back."""
    form = await forms.read_form(request)
    try:
        await forms.ask(
            request, ordering.answer_refund, key=form.get(KEY_FIELD), order_id=order_id, refund_id=form.get("refund_id"),
            agree=form.get("answer") == "agree", reason=form.get("reason"),
        )  # fmt: skip
    except Refusal as refusal:
        return await order_page(request, order_id, refused=refusal, form=form, where="refund")
    return forms.see(address(order_id))


@post("/desk/orders/{order_id:str}/lack", include_in_schema=False)
async def lack(request: Req, order_id: str) -> Response[Any]:
    """Says that paid goods are not there."""
    form = await forms.read_form(request)
    try:
        lines = [
            {"line_no": whole(line_no, "lack"), "quantity": whole(quantity, f"lack[{line_no}]")}
            for line_no, quantity in form.prefixed("lack").items()
            if quantity not in ("", "0")
        ]
        await forms.ask(
            request, ordering.declare_lack, key=form.get(KEY_FIELD), order_id=order_id, reason=form.get("reason"),
            lines=lines,
        )  # fmt: skip
    except Refusal as refusal:
        return await order_page(request, order_id, refused=refusal, form=form, where="lack")
    return forms.see(address(order_id))


@post("/desk/orders/{order_id:str}/extend", include_in_schema=False)
async def extend(request: Req, order_id: str) -> Response[Any]:
    """Gives the buyer more time to receive a parcel."""
    form = await forms.read_form(request)
    try:
        await forms.ask(
            request, fulfilment.extend_receipt, key=form.get(KEY_FIELD), order_id=order_id,
            parcel_id=form.get("parcel_id"), days=form.get("days"),
        )  # fmt: skip
    except Refusal as refusal:
        return await order_page(request, order_id, refused=refusal, form=form, where="extend")
    return forms.see(address(order_id))


@post("/desk/orders/{order_id:str}/note", include_in_schema=False)
async def note(request: Req, order_id: str) -> Response[Any]:
    """Writes a memo, or a word to the buyer."""
    form = await forms.read_form(request)
    try:
        if not form.get("text"):
            raise Invalid(field="text", detail="required field `text`")
        await forms.ask(
            request, ordering.note_order, key=form.get(KEY_FIELD), order_id=order_id, text=form.get("text"),
            private=form.get("to") != "buyer",
        )  # fmt: skip
    except Refusal as refusal:
        return await order_page(request, order_id, refused=refusal, form=form, where="note")
    return forms.see(f"{address(order_id)}#notes")


@post("/desk/orders/{order_id:str}/cancel", include_in_schema=False)
async def cancel(request: Req, order_id: str) -> Response[Any]:
    """Cancels an order that is not paid."""
    form = await forms.read_form(request)
    try:
        reason = form.get("reason")
        await forms.ask(
            request, ordering.cancel_order, key=form.get(KEY_FIELD), order_id=order_id, reason=reason
        )
    except Refusal as refusal:
        return await order_page(request, order_id, refused=refusal, form=form, where="cancel")
    return forms.see(address(order_id))


@post("/desk/orders/{order_id:str}/reveal", include_in_schema=False)
async def reveal(request: Req, order_id: str) -> Response[Any]:
    """Shows the receiver in plain, on record."""
    form = await forms.read_form(request)
    try:
        plain = await forms.ask(
            request, ordering.reveal_receiver, order_id=order_id, reason=form.get("reason")
        )
    except Refusal as refusal:
        return await order_page(request, order_id, refused=refusal, form=form, where="reveal")
    return await order_page(request, order_id, revealed=plain)


ROUTES = [order, amend, ship, refund, lack, extend, note, cancel, reveal]
