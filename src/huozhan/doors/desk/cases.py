"""售后: the cases that a seller has to answer, the most urgent first, and each with what was said and shown."""

from typing import Any

from litestar import Response, get, post

from huozhan import aftersales, fulfilment, invoicing, messaging, parties
from huozhan.doors.desk.frame import Req, actor_of, show
from huozhan.doors.pages import evidence, forms, showing
from huozhan.doors.pages.forms import KEY_FIELD, Form
from huozhan.kernel.refusals import Forbidden, NotFound, Refusal, Unauthenticated
from huozhan.kernel.work import UseCase

SELLS = "sale.amend"


@get("/desk/cases", include_in_schema=False)
async def cases(request: Req) -> Response[Any]:
    """The cases of what we sold."""
    params = request.query_params
    ended = params.get("ended") == "1"
    listed = await forms.ask(
        request, aftersales.my_cases, selling=True, ended=ended, cursor=params.get("cursor") or None
    )
    more = {"ended": "1"} if ended else {}
    return await show(
        request,
        "cases",
        "look.desk.cases",
        "cases",
        listed=listed,
        ended=ended,
        next_href=showing.address("/desk/cases", **more, cursor=listed.next_cursor)
        if listed.next_cursor
        else "",
        first_href=showing.address("/desk/cases", **more) if params.get("cursor") else "",
    )


@get("/desk/cases/{case_id:str}", include_in_schema=False)
async def case(request: Req, case_id: str) -> Response[Any]:
    """One case."""
    return await _case_page(request, case_id)


async def _case_page(
    request: Req, case_id: str, refused: Refusal | None = None, form: Form | None = None
) -> Response[Any]:
    forms.must_be_for_a_form(refused)
    shown = await forms.ask(request, aftersales.case_page, case_id=case_id)
    if shown.side != "seller":
        raise NotFound(case_id=case_id)
    comes_back = shown.kind in ("return_refund", "exchange")
    needs_place = "answer" in shown.can and comes_back and actor_of(request).may("org.view")
    sends = "send_replacement" in shown.can
    carriers = (await forms.ask(request, fulfilment.carriers)).carriers if sends else []
    lang = request.scope["state"]["lang"]
    return await show(
        request,
        "case",
        shown.number,
        "cases",
        refused=refused,
        typed=form.values if form else None,
        case=shown,
        talk=await forms.ask(request, messaging.find_conversation, org_id=shown.buyer_id, selling=True),
        billed=await forms.ask(request, invoicing.order_invoices, order_id=shown.order_id),
        carriers=[{"value": one.carrier_code, "label": one.name.say(lang)} for one in carriers],
        addresses=await forms.ask(request, parties.addresses) if needs_place else [],
    )


async def _do(
    request: Req, case_id: str, use_case: UseCase[Any, Any], form: Form, **fields: Any
) -> Response[Any]:
    """Does one thing to the case, with the pictures of the form, and shows it again."""
    try:
        pictures = await evidence.hang(request, form, SELLS)
    except (Forbidden, Unauthenticated):
        raise
    except Refusal as refusal:
        return await _case_page(request, case_id, refusal, form)
    return await _say(request, case_id, use_case, form, pictures=pictures, **fields)


async def _say(
    request: Req, case_id: str, use_case: UseCase[Any, Any], form: Form, **fields: Any
) -> Response[Any]:
    try:
        await forms.ask(request, use_case, key=form.get(KEY_FIELD), case_id=case_id, **fields)
    except (NotFound, Forbidden, Unauthenticated):
        raise
    except Refusal as refusal:
        return await _case_page(request, case_id, refusal, form)
    return forms.see(f"/desk/cases/{case_id}")


@post(
    "/desk/cases/{case_id:str}/answer",
    include_in_schema=False,
    request_max_body_size=evidence.UPLOAD_BYTES_MAX,
)
async def answer(request: Req, case_id: str) -> Response[Any]:
    """Agrees or refuses."""
    form = await forms.read_form(request)
    return await _do(
        request, case_id, aftersales.answer_case, form, agree=form.get("answer") == "agree",
        reason=form.get("reason"), address_id=form.get("address_id"),
    )  # fmt: skip


@post(
    "/desk/cases/{case_id:str}/receive",
    include_in_schema=False,
    request_max_body_size=evidence.UPLOAD_BYTES_MAX,
)
async def receive(request: Req, case_id: str) -> Response[Any]:
    """Accepts or rejects what came back."""
    form = await forms.read_form(request)
    return await _do(
        request, case_id, aftersales.receive_back, form, accept=form.get("answer") == "accept",
        restock=form.get("restock") == "1", reason=form.get("reason"),
    )  # fmt: skip


@post("/desk/cases/{case_id:str}/send-replacement", include_in_schema=False)
async def send_replacement(request: Req, case_id: str) -> Response[Any]:
    """Tells by which waybill the replacement goes out."""
    form = await forms.read_form(request)
    return await _say(
        request, case_id, aftersales.send_replacement, form, carrier_code=form.get("carrier"),
        waybill=form.get("waybill"),
    )  # fmt: skip


@post("/desk/cases/{case_id:str}/refund-instead", include_in_schema=False)
async def refund_instead(request: Req, case_id: str) -> Response[Any]:
    """Pays the money back where the goods cannot be sent."""
    return await _say(request, case_id, aftersales.refund_instead, await forms.read_form(request))


@post(
    "/desk/cases/{case_id:str}/evidence",
    include_in_schema=False,
    request_max_body_size=evidence.UPLOAD_BYTES_MAX,
)
async def give_evidence(request: Req, case_id: str) -> Response[Any]:
    """Says and shows something more."""
    form = await forms.read_form(request)
    return await _do(request, case_id, aftersales.give_evidence, form, note=form.get("note"))


@post("/desk/cases/{case_id:str}/extend", include_in_schema=False)
async def extend(request: Req, case_id: str) -> Response[Any]:
    """Asks for more time for evidence."""
    return await _say(request, case_id, aftersales.extend_evidence, await forms.read_form(request))


@post("/desk/cases/{case_id:str}/appeal", include_in_schema=False)
async def appeal(request: Req, case_id: str) -> Response[Any]:
    """Does not accept the ruling."""
    form = await forms.read_form(request)
    return await _say(request, case_id, aftersales.appeal_ruling, form, note=form.get("note"))


ROUTES = [
    cases,
    case,
    answer,
    receive,
    send_replacement,
    refund_instead,
    give_evidence,
    extend,
    appeal,
]
