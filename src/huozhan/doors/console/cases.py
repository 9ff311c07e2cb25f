"""裁决: cases that came before the market, what both sides said and showed, and the ruling with its rules and reason."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from huozhan import aftersales, operations
from huozhan.doors.console.frame import Req, actor_of, show
from huozhan.doors.hall import Hall
from huozhan.doors.pages import evidence, forms, showing
from huozhan.doors.pages.amounts import minor
from huozhan.doors.pages.forms import KEY_FIELD, Form
from huozhan.kernel.refusals import Refusal

LIABILITIES = ("quality", "wrong_item", "short", "late", "damage", "fake_shipment", "wish")
RULES = ("B1.3", "B1.6", "B1.7", "refund_answer.shipped", "return_receive.seller", "dispute_evidence.within")
"""What a ruling most often rests on; any other rule can be named too."""


@get("/console/cases", include_in_schema=False)
async def cases(request: Req) -> Response[Any]:
    """The cases that await a ruling, those that wait longest first."""
    actor_of(request).must("market.view")
    params = request.query_params
    ruled = params.get("ruled") == "1"
    found = await forms.ask(
        request, aftersales.cases_to_rule, ruled=ruled, cursor=params.get("cursor") or None
    )
    more = {"ruled": "1"} if ruled else {}
    return await show(
        request,
        "cases",
        "look.console.cases",
        "cases",
        cases=found.items,
        ruled=ruled,
        next_href=showing.address("/console/cases", **more, cursor=found.next_cursor)
        if found.next_cursor
        else "",
    )


@get("/console/cases/{case_id:str}", include_in_schema=False)
async def case(request: Req, case_id: FromPath[str]) -> Response[Any]:
    """One case with its file."""
    return await _page(request, case_id)


async def _page(
    request: Req,
    case_id: str,
    refused: Refusal | None = None,
    form: Form | None = None,
    talk: Any = None,
) -> Response[Any]:
    shown = await forms.ask(request, aftersales.case_on_file, case_id=case_id)
    lang, hall = request.scope["state"]["lang"], _hall(request)
    return await show(
        request,
        "case",
        shown.number,
        "cases",
        refused=refused,
        typed=form.values if form else None,
        case=shown,
        talk=talk,
        liabilities=[
            {"value": one, "label": hall.words.say(f"case.liability.{one}", lang)} for one in LIABILITIES
        ],
        rules=RULES,
    )


def _hall(request: Req) -> Hall:
    hall: Hall = request.app.state.hall
    return hall


@post("/console/cases/{case_id:str}/rule", include_in_schema=False)
async def rule(request: Req, case_id: FromPath[str]) -> Response[Any]:
    """Rules."""
    form = await forms.read_form(request)
    try:
        await forms.ask(
            request, operations.rule_case, key=form.get(KEY_FIELD), case_id=case_id, outcome=form.get("outcome"),
            goods_minor=minor(form.get("goods"), "goods") or 0, freight_minor=minor(form.get("freight"), "freight") or 0,
            freight_bearer=form.get("freight_bearer"),
            compensation_minor=minor(form.get("compensation"), "compensation") or 0, liability=form.get("liability"),
            needs_return=form.get("needs_return") == "1", restock=form.get("restock") == "1",
            rules=form.get("rules").replace(",", " ").replace("，", " ").split(), reason=form.get("reason"),
        )  # fmt: skip
    except Refusal as refusal:
        return await _page(request, case_id, refusal, form)
    return forms.see(f"/console/cases/{case_id}")


@post("/console/cases/{case_id:str}/talk", include_in_schema=False)
async def talk(request: Req, case_id: FromPath[str]) -> Response[Any]:
    """Reads what the two sides said to each other, for a reason that is kept."""
    form = await forms.read_form(request)
    try:
        found = await forms.ask(request, operations.read_talk, case_id=case_id, reason=form.get("reason"))
    except Refusal as refusal:
        return await _page(request, case_id, refusal, form)
    return await _page(request, case_id, talk=found)


@get("/console/cases/{case_id:str}/picture", include_in_schema=False)
async def picture(request: Req, case_id: FromPath[str]) -> Response[bytes]:
    """One picture of a case on file."""
    return await evidence.picture_on_file(request, case_id)


ROUTES = [cases, case, rule, talk, picture]
