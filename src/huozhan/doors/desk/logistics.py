"""平台面单: waybills of the market for one's parcels: switched on with an address, asked for, printed, sent under, taken back."""

from typing import Any

from litestar import Response, get, post

from huozhan import carriage, fulfilment, logistics, parties
from huozhan.doors.desk.frame import Req, actor_of, show
from huozhan.doors.hall import Hall
from huozhan.doors.pages import forms, price_table, showing
from huozhan.doors.pages.amounts import scaled
from huozhan.doors.pages.forms import KEY_FIELD, Form
from huozhan.doors.pages.price_table import GRAMS_PER_KG
from huozhan.kernel.refusals import Refusal

HERE = "/desk/logistics"
OF_ORDER = "/desk/orders/{order_id:str}/waybills"


@get(HERE, include_in_schema=False)
async def switches(request: Req) -> Response[Any]:
    """Whether the shop takes waybills of the market, what they cost, and those it has."""
    return await _page(request)


async def _page(request: Req, refused: Refusal | None = None, form: Form | None = None) -> Response[Any]:
    actor = actor_of(request)
    cursor = request.query_params.get("cursor", "")
    shown = await forms.ask(request, logistics.my_logistics)
    found = await forms.ask(request, logistics.my_waybills, cursor=cursor)
    freight = await forms.ask(request, carriage.my_carriage, size=100) if actor.may("funds.view") else None
    lang = request.scope["state"]["lang"]
    return await show(
        request,
        "logistics",
        "desk.logistics.title",
        "logistics",
        refused=refused,
        typed=form.values if form else None,
        shown=shown,
        carriers=[
            {
                "name": fulfilment.carrier_name(one.carrier_code).say(lang),
                "rows": price_table.rows_of(one.prices, lang),
            }
            for one in shown.carriers
        ],
        addresses=await _addresses(request) if actor.may("shop.edit") else [],
        waybills=found.items,
        charged={one.waybill: one for one in freight.items} if freight else {},
        next_href=showing.address(HERE, cursor=found.next_cursor) if found.next_cursor else "",
        first_href=HERE if cursor else "",
    )


async def _addresses(request: Req) -> list[dict[str, str]]:
    found = await forms.ask(request, parties.addresses)
    return [
        {
            "value": one.address_id,
            "lang": "zh-CN",
            "label": " ".join(
                part for part in (one.province, one.city, one.county, one.street, one.receiver) if part
            ),
        }
        for one in found
    ]


@post(HERE, include_in_schema=False)
async def switch(request: Req) -> Response[Any]:
    """Takes waybills of the market, or no more."""
    form = await forms.read_form(request)
    try:
        await forms.ask(
            request,
            logistics.switch_logistics,
            key=form.get(KEY_FIELD),
            is_on=form.get("is_on") == "1",
            address_id=form.get("address_id"),
        )
    except Refusal as refusal:
        return await _page(request, refusal, form)
    return forms.see(HERE)


@get(OF_ORDER, include_in_schema=False)
async def of_order(request: Req, order_id: str) -> Response[Any]:
    """The waybills of one order."""
    return await _order(request, order_id)


async def _order(
    request: Req, order_id: str, refused: Refusal | None = None, form: Form | None = None
) -> Response[Any]:
    found = await forms.ask(request, logistics.waybills_of, order_id=order_id)
    return await show(
        request,
        "waybills",
        "desk.logistics.title",
        "orders",
        refused=refused,
        typed=form.values if form else None,
        order_id=order_id,
        found=found,
    )


@post(OF_ORDER, include_in_schema=False)
async def ask(request: Req, order_id: str) -> Response[Any]:
    """Asks for a waybill."""
    form = await forms.read_form(request)
    try:
        weight_g = scaled(form.get("weight"), "weight", GRAMS_PER_KG)
        await forms.ask(
            request, logistics.ask_waybill, key=form.get(KEY_FIELD), order_id=order_id,
            carrier_code=form.get("carrier_code"), weight_g=weight_g,
        )  # fmt: skip
    except Refusal as refusal:
        return await _order(request, order_id, refusal, form)
    return forms.see(f"/desk/orders/{order_id}/waybills")


@post(OF_ORDER + "/{waybill_id:str}", include_in_schema=False)
async def do(request: Req, order_id: str, waybill_id: str) -> Response[Any]:
    """Sends the goods under a waybill, or takes it back."""
    form = await forms.read_form(request)
    use_case: Any = logistics.send_waybill if form.get("do") == "send" else logistics.cancel_waybill
    try:
        await forms.ask(request, use_case, key=form.get(KEY_FIELD), order_id=order_id, waybill_id=waybill_id)
    except Refusal as refusal:
        return await _order(request, order_id, refusal, form)
    return forms.see(f"/desk/orders/{order_id}/waybills")


@post(OF_ORDER + "/{waybill_id:str}/label", include_in_schema=False)
async def label(request: Req, order_id: str, waybill_id: str) -> Response[Any]:
    """A waybill's label on paper; reading sender and receiver in plain is written down."""
    await forms.read_form(request)
    try:
        shown = await forms.ask(request, logistics.waybill_label, order_id=order_id, waybill_id=waybill_id)
    except Refusal as refusal:
        return await _order(request, order_id, refusal)
    hall: Hall = request.app.state.hall
    return showing.show(
        request, "desk/paper_label.html", "desk.logistics.label", label=shown, at=hall.clock.now()
    )


ROUTES = [switches, switch, of_order, ask, do, label]
