"""Refund and after-sales as a buyer meets them: one entrance from the order, a page for each case, a list of all."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from huozhan import aftersales, fulfilment, invoicing, messaging, ordering
from huozhan.doors.hall import Hall
from huozhan.doors.pages import evidence, forms, showing, swaps
from huozhan.doors.pages.amounts import minor
from huozhan.doors.pages.forms import KEY_FIELD, Form
from huozhan.kernel.crypto import new_token
from huozhan.kernel.refusals import Forbidden, NotFound, Refusal, Unauthenticated
from huozhan.kernel.work import UseCase

Req = Request[Any, Any, Any]
BUYS = "order.place"


@get("/cases", include_in_schema=False)
async def cases(request: Req) -> Response[Any]:
    """My cases: what stands, and what has ended."""
    params = request.query_params
    ended = params.get("ended") == "1"
    listed = await forms.ask(request, aftersales.my_cases, ended=ended, cursor=params.get("cursor") or None)
    more = {"ended": "1"} if ended else {}
    return showing.show(
        request,
        "web/cases.html",
        "cases.title",
        page={"section": "orders"},
        listed=listed,
        ended=ended,
        next=showing.address("/cases", **more, cursor=listed.next_cursor) if listed.next_cursor else "",
        first=showing.address("/cases", **more) if params.get("cursor") else "",
    )


@get("/orders/{order_id:str}/aftersales", include_in_schema=False)
async def entrance(request: Req, order_id: FromPath[str]) -> Response[Any]:
    """What of an order can be refunded or complained of."""
    return await _entrance(request, order_id)


async def _entrance(
    request: Req, order_id: str, refused: Refusal | None = None, form: Form | None = None
) -> Response[Any]:
    order = await forms.ask(request, ordering.order_page, order_id=order_id)
    if order.side != "buyer":
        raise NotFound(order_id=order_id)
    lang = request.scope["state"]["lang"]
    hall: Hall = request.app.state.hall
    found = await forms.ask(request, aftersales.cases_of_order, order_id=order_id)
    return showing.show(
        request,
        "web/aftersales.html",
        "cases.entrance",
        page={"section": "orders"},
        **swaps.refusal(refused),
        typed=form.values if form else {},
        order=order,
        found=found,
        swaps=swaps.options_by_line(hall, lang, found.lines),
        form_key=new_token(),
        reasons=[
            {
                "label": hall.words.say(f"case.goods.{status}", lang),
                "options": [
                    {
                        "value": f"{status}:{one.code}",
                        "label": hall.words.say(f"case.reason.{one.code}", lang),
                    }
                    for one in found.reasons
                    if status in one.statuses
                ],
            }
            for status in ("received", "not_received")
        ],
    )


@post(
    "/orders/{order_id:str}/aftersales",
    include_in_schema=False,
    request_max_body_size=evidence.UPLOAD_BYTES_MAX,
)
async def apply(request: Req, order_id: FromPath[str]) -> Response[Any]:
    """Applies for money back for goods that were sent."""
    form = await forms.read_form(request)
    try:
        status, _, reason = form.get("reason").partition(":")
        quantities = {no: n for no, n in form.prefixed("quantity").items() if n.strip() not in ("", "0")}
        case = await forms.ask(
            request, aftersales.apply_case, key=form.get(KEY_FIELD), order_id=order_id, kind=form.get("kind"),
            goods_status=status, reason_code=reason, note=form.get("note"),
            lines=[{"line_no": line_no, "quantity": n} for line_no, n in quantities.items()],
            **swaps.chosen(form, quantities),
            goods_minor=minor(form.get("goods"), "goods"), freight_minor=minor(form.get("freight"), "freight"),
            pictures=await evidence.hang(request, form, BUYS),
        )  # fmt: skip
    except (NotFound, Forbidden, Unauthenticated):
        raise
    except Refusal as refusal:
        return await _entrance(request, order_id, refusal, form)
    return forms.see(f"/cases/{case.case_id}")


@get("/cases/{case_id:str}", include_in_schema=False)
async def case(request: Req, case_id: FromPath[str]) -> Response[Any]:
    """One of my cases."""
    return await _case_page(request, case_id)


async def _case_page(
    request: Req,
    case_id: str,
    refused: Refusal | None = None,
    form: Form | None = None,
    revealed: aftersales.views.ReturnAddress | None = None,
) -> Response[Any]:
    shown = await forms.ask(request, aftersales.case_page, case_id=case_id)
    if shown.side != "buyer":
        raise NotFound(case_id=case_id)
    lang = request.scope["state"]["lang"]
    carriers = (await forms.ask(request, fulfilment.carriers)).carriers if "send_back" in shown.can else []
    return showing.show(
        request,
        "web/case.html",
        shown.number,
        page={"section": "orders"},
        **swaps.refusal(refused),
        typed=form.values if form else {},
        case=shown,
        revealed=revealed,
        talk=await forms.ask(request, messaging.find_conversation, org_id=shown.seller_id),
        form_key=new_token(),
        swaps=swaps.options_by_line(request.app.state.hall, lang, shown.lines),
        ways=await _ways(request, shown.difference_minor) if "pay_difference" in shown.can else {},
        billed=await forms.ask(request, invoicing.order_invoices, order_id=shown.order_id),
        insured=await forms.ask(request, ordering.insurance_of_order, order_id=shown.order_id),
        carriers=[{"value": one.carrier_code, "label": one.name.say(lang)} for one in carriers],
    )


async def _ways(request: Req, amount_minor: int) -> dict[str, Any]:
    """The ways to pay a difference, by name."""
    found = await forms.ask(request, ordering.ways_to_pay, amount_minor=amount_minor)
    return {way.method: way for way in found.ways}


async def _do(
    request: Req, case_id: str, use_case: UseCase[Any, Any], form: Form, **fields: Any
) -> Response[Any]:
    """Does one thing to the case and shows it again; a refusal is shown above it."""
    try:
        await forms.ask(request, use_case, key=form.get(KEY_FIELD), case_id=case_id, **fields)
    except (NotFound, Forbidden, Unauthenticated):
        raise
    except Refusal as refusal:
        return await _case_page(request, case_id, refusal, form)
    return forms.see(f"/cases/{case_id}")


@post("/cases/{case_id:str}/modify", include_in_schema=False, request_max_body_size=evidence.UPLOAD_BYTES_MAX)
async def modify(request: Req, case_id: FromPath[str]) -> Response[Any]:
    """Asks for something else after a no."""
    form = await forms.read_form(request)
    try:
        amounts = {
            "goods_minor": minor(form.get("goods"), "goods"),
            "freight_minor": minor(form.get("freight"), "freight"),
        }
        pictures = await evidence.hang(request, form, BUYS)
    except (Forbidden, Unauthenticated):
        raise
    except Refusal as refusal:
        return await _case_page(request, case_id, refusal, form)
    return await _do(
        request, case_id, aftersales.modify_case, form, kind=form.get("kind"), note=form.get("note"),
        pictures=pictures, **swaps.chosen(form, form.prefixed("quantity")), **amounts,
    )  # fmt: skip


@post("/cases/{case_id:str}/cancel", include_in_schema=False)
async def cancel(request: Req, case_id: FromPath[str]) -> Response[Any]:
    """Wants nothing any more."""
    return await _do(request, case_id, aftersales.cancel_case, await forms.read_form(request))


@post("/cases/{case_id:str}/send-back", include_in_schema=False)
async def send_back(request: Req, case_id: FromPath[str]) -> Response[Any]:
    """Tells by which waybill the goods go back."""
    form = await forms.read_form(request)
    return await _do(
        request,
        case_id,
        aftersales.send_back,
        form,
        carrier_code=form.get("carrier"),
        waybill=form.get("waybill"),
    )


@post("/cases/{case_id:str}/pay-difference", include_in_schema=False)
async def pay_difference(request: Req, case_id: FromPath[str]) -> Response[Any]:
    """Pays what the wanted goods cost more: from the wallet at once, or on the channel's page."""
    form = await forms.read_form(request)
    try:
        paying = await forms.ask(
            request,
            aftersales.pay_difference,
            key=form.get(KEY_FIELD),
            case_id=case_id,
            method=form.get("method"),
        )
    except (NotFound, Forbidden, Unauthenticated):
        raise
    except Refusal as refusal:
        return await _case_page(request, case_id, refusal, form)
    return forms.see(f"/pay/{paying.payment_id}" if paying.method == "channel" else f"/cases/{case_id}")


@post("/cases/{case_id:str}/decline-difference", include_in_schema=False)
async def decline_difference(request: Req, case_id: FromPath[str]) -> Response[Any]:
    """Does not pay more: all that the goods cost comes back."""
    return await _do(request, case_id, aftersales.decline_difference, await forms.read_form(request))


@post("/cases/{case_id:str}/receive-replacement", include_in_schema=False)
async def receive_replacement(request: Req, case_id: FromPath[str]) -> Response[Any]:
    """The replacement arrived."""
    return await _do(request, case_id, aftersales.receive_replacement, await forms.read_form(request))


@post(
    "/cases/{case_id:str}/evidence", include_in_schema=False, request_max_body_size=evidence.UPLOAD_BYTES_MAX
)
async def give_evidence(request: Req, case_id: FromPath[str]) -> Response[Any]:
    """Says and shows something more."""
    form = await forms.read_form(request)
    try:
        pictures = await evidence.hang(request, form, BUYS)
    except (Forbidden, Unauthenticated):
        raise
    except Refusal as refusal:
        return await _case_page(request, case_id, refusal, form)
    return await _do(
        request, case_id, aftersales.give_evidence, form, note=form.get("note"), pictures=pictures
    )


@post("/cases/{case_id:str}/escalate", include_in_schema=False)
async def escalate(request: Req, case_id: FromPath[str]) -> Response[Any]:
    """Has the market rule."""
    form = await forms.read_form(request)
    return await _do(request, case_id, aftersales.escalate_case, form, note=form.get("note"))


@post("/cases/{case_id:str}/extend", include_in_schema=False)
async def extend(request: Req, case_id: FromPath[str]) -> Response[Any]:
    """Asks for more time for evidence."""
    return await _do(request, case_id, aftersales.extend_evidence, await forms.read_form(request))


@post("/cases/{case_id:str}/appeal", include_in_schema=False)
async def appeal(request: Req, case_id: FromPath[str]) -> Response[Any]:
    """Does not accept the ruling."""
    form = await forms.read_form(request)
    return await _do(request, case_id, aftersales.appeal_ruling, form, note=form.get("note"))


@post("/cases/{case_id:str}/address", include_in_schema=False)
async def reveal(request: Req, case_id: FromPath[str]) -> Response[Any]:
    """Shows in plain where the goods go back to."""
    form = await forms.read_form(request)
    plain = await forms.ask(
        request, aftersales.reveal_return_address, case_id=case_id, reason=form.get("reason")
    )
    return await _case_page(request, case_id, revealed=plain)


@get("/cases/{case_id:str}/picture", include_in_schema=False)
async def picture(request: Req, case_id: FromPath[str]) -> Response[bytes]:
    """One picture of a case, for both of its sides."""
    return await evidence.picture_of_case(request, case_id)


ROUTES = [
    cases,
    entrance,
    apply,
    case,
    modify,
    cancel,
    send_back,
    pay_difference,
    decline_difference,
    receive_replacement,
    give_evidence,
    escalate,
    extend,
    appeal,
    reveal,
    picture,
]
