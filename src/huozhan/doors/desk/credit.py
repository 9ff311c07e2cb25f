"""买家账期: whom we trust with how much, what they owe by when, and what is overdue."""

from typing import Any

from litestar import Response, get, post

from huozhan import credit, ordering
from huozhan.doors.desk.frame import Req, show
from huozhan.doors.pages import forms, showing
from huozhan.doors.pages.amounts import minor
from huozhan.doors.pages.forms import KEY_FIELD, Form
from huozhan.kernel.refusals import NotFound, Refusal
from huozhan.kernel.work import UseCase

ORDERS_LOOKED_AT = 100


@get("/desk/credit", include_in_schema=False)
async def lines(request: Req) -> Response[Any]:
    """The lines that we have granted."""
    return await _lines_page(request)


async def _lines_page(
    request: Req, refused: Refusal | None = None, form: Form | None = None
) -> Response[Any]:
    cursor = request.query_params.get("cursor", "")
    listed = await forms.ask(request, credit.credit_given, cursor=cursor)
    return await show(
        request,
        "credit",
        "desk.credit.title",
        "credit",
        lines=listed.items,
        refused=refused,
        typed=form.values if form else None,
        opened=(await forms.ask(request, credit.my_open_credit)).terms,
        next_href=showing.address("/desk/credit", cursor=listed.next_cursor) if listed.next_cursor else "",
        first_href="/desk/credit" if cursor else "",
    )


@post("/desk/credit/open", include_in_schema=False)
async def say_open(request: Req) -> Response[Any]:
    """Says to new buyers that we grant terms, or says it no more."""
    form = await forms.read_form(request)
    try:
        await forms.ask(
            request,
            credit.say_open_credit,
            term_days=form.get("term_days"),
            yearly_from_minor=minor(form.get("yearly_from"), "yearly_from"),
        )
    except Refusal as refusal:
        return await _lines_page(request, refusal, form)
    return forms.see("/desk/credit")


@get("/desk/credit/new", include_in_schema=False)
async def new(request: Req) -> Response[Any]:
    """Terms for a buyer who has none yet."""
    return await _new_page(request)


async def _new_page(request: Req, refused: Refusal | None = None, form: Form | None = None) -> Response[Any]:
    sales = await forms.ask(request, ordering.my_sales, size=ORDERS_LOOKED_AT)
    lang = request.scope["state"]["lang"]
    names = {order.counterparty_id: order.counterparty.say(lang) for order in sales.orders}
    return await show(
        request,
        "credit_new",
        "desk.credit.new",
        "credit",
        refused=refused,
        typed=form.values if form else {"buyer_id": request.query_params.get("buyer", "")},
        buyers=[{"value": org_id, "label": name} for org_id, name in names.items()],
        **_CHOICES,
    )


_CHOICES: dict[str, Any] = {"kinds": list(credit.TermKind), "sizes": list(credit.OrgSize)}


@post("/desk/credit", include_in_schema=False)
async def grant(request: Req) -> Response[Any]:
    """Offers terms: to a buyer who has none, or others in place of those in force."""
    form = await forms.read_form(request)
    agreement_id = form.get("agreement_id")
    try:
        line = await forms.ask(
            request,
            credit.grant_credit,
            key=form.get(KEY_FIELD),
            limit_minor=minor(form.get("limit"), "limit"),
            **forms.fields_of(
                form,
                ("buyer_id", "term_kind", "term_day", "grace_days", "expires_on", "seller_size", "custom"),
            ),
        )
    except Refusal as refusal:
        forms.must_be_for_a_form(refusal)
        if agreement_id:
            return await _line_page(request, agreement_id, refusal, form, "grant")
        return await _new_page(request, refusal, form)
    return forms.see(f"/desk/credit/{line.agreement_id}")


@get("/desk/credit/{agreement_id:str}", include_in_schema=False)
async def line(request: Req, agreement_id: str) -> Response[Any]:
    """One line: what is used, statements, bills, what is overdue."""
    return await _line_page(request, agreement_id)


async def _line_page(
    request: Req, agreement_id: str, refused: Refusal | None = None, form: Form | None = None, where: str = ""
) -> Response[Any]:
    forms.must_be_for_a_form(refused)
    shown = await forms.ask(request, credit.credit_page, agreement_id=agreement_id)
    if shown.line.side != "seller":
        raise NotFound(agreement_id=agreement_id)
    return await show(
        request,
        "credit_line",
        shown.line.counterparty.say(request.scope["state"]["lang"]) or "desk.credit.title",
        "credit",
        refused=refused,
        typed=form.values if form else None,
        where=where,
        shown=shown,
        line=shown.line,
        **_CHOICES,
    )


async def _do(
    request: Req, agreement_id: str, use_case: UseCase[Any, Any], form: Form, where: str, **fields: Any
) -> Response[Any]:
    try:
        await forms.ask(request, use_case, key=form.get(KEY_FIELD), agreement_id=agreement_id, **fields)
    except Refusal as refusal:
        return await _line_page(request, agreement_id, refusal, form, where)
    return forms.see(f"/desk/credit/{agreement_id}")


@post("/desk/credit/{agreement_id:str}/suspend", include_in_schema=False)
async def suspend(request: Req, agreement_id: str) -> Response[Any]:
    """Takes no more orders on credit for now."""
    form = await forms.read_form(request)
    return await _do(request, agreement_id, credit.suspend_credit, form, "stop", reason=form.get("reason"))


@post("/desk/credit/{agreement_id:str}/resume", include_in_schema=False)
async def resume(request: Req, agreement_id: str) -> Response[Any]:
    """Takes them again."""
    form = await forms.read_form(request)
    return await _do(request, agreement_id, credit.resume_credit, form, "stop")


@post("/desk/credit/{agreement_id:str}/end", include_in_schema=False)
async def end(request: Req, agreement_id: str) -> Response[Any]:
    """Ends the agreement."""
    form = await forms.read_form(request)
    return await _do(request, agreement_id, credit.end_credit, form, "stop", reason=form.get("reason"))


@post("/desk/credit/{agreement_id:str}/answer", include_in_schema=False)
async def answer(request: Req, agreement_id: str) -> Response[Any]:
    """Answers a question about a bill."""
    form = await forms.read_form(request)
    return await _do(
        request,
        agreement_id,
        credit.answer_dispute,
        form,
        "answer",
        dispute_id=form.get("dispute_id"),
        agree=form.get("agree") == "yes",
        answer=form.get("answer"),
    )


ROUTES = [say_open, lines, new, grant, line, suspend, resume, end, answer]
