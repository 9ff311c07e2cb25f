"""My credit terms 账期: what suppliers trust us with, what is owed and by when, and paying it."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from huozhan import credit
from huozhan.doors.pages import forms, showing
from huozhan.doors.pages.amounts import minor
from huozhan.doors.pages.forms import Form
from huozhan.kernel.crypto import new_token
from huozhan.kernel.refusals import NotFound, Refusal
from huozhan.kernel.work import UseCase

Req = Request[Any, Any, Any]


@get("/credit", include_in_schema=False)
async def lines(request: Req) -> Response[Any]:
    """The lines that suppliers have granted us."""
    cursor = request.query_params.get("cursor", "")
    listed = await forms.ask(request, credit.my_credit, cursor=cursor)
    return showing.show(
        request,
        "web/credit.html",
        "credit.title",
        page={"section": "me"},
        lines=listed.items,
        next=showing.address("/credit", cursor=listed.next_cursor) if listed.next_cursor else "",
        first="/credit" if cursor else "",
    )


@get("/credit/{agreement_id:str}", include_in_schema=False)
async def line(request: Req, agreement_id: FromPath[str]) -> Response[Any]:
    """One line: its terms, what is used, statements and bills."""
    return await _line_page(request, agreement_id)


async def _line_page(
    request: Req, agreement_id: str, refused: Refusal | None = None, form: Form | None = None, where: str = ""
) -> Response[Any]:
    shown = await forms.ask(request, credit.credit_page, agreement_id=agreement_id)
    if shown.line.side != "buyer":
        raise NotFound
    return showing.show(
        request,
        "web/credit_line.html",
        "credit.title",
        page={"section": "me"},
        refused=refused,
        typed=form.values if form else None,
        where=where,
        shown=shown,
        line=shown.line,
        sizes=list(credit.OrgSize),
        form_key=new_token(),
    )


async def _do(
    request: Req, agreement_id: str, use_case: UseCase[Any, Any], form: Form, where: str, **fields: Any
) -> Response[Any]:
    """Does one thing to the line and shows it again; a refusal is shown above it."""
    try:
        await forms.ask(request, use_case, key=form.get(forms.KEY_FIELD), agreement_id=agreement_id, **fields)
    except NotFound:
        raise
    except Refusal as refusal:
        return await _line_page(request, agreement_id, refusal, form, where)
    return forms.see(f"/credit/{agreement_id}")


@post("/credit/{agreement_id:str}/accept", include_in_schema=False)
async def accept(request: Req, agreement_id: FromPath[str]) -> Response[Any]:
    """Says yes to the terms that were shown."""
    form = await forms.read_form(request)
    fields = forms.fields_of(form, ("version", "buyer_size"))
    return await _do(request, agreement_id, credit.accept_credit, form, "accept", **fields)


@post("/credit/{agreement_id:str}/decline", include_in_schema=False)
async def decline(request: Req, agreement_id: FromPath[str]) -> Response[Any]:
    """Says no to them."""
    form = await forms.read_form(request)
    return await _do(
        request, agreement_id, credit.decline_credit, form, "accept", version=form.get("version")
    )


@post("/credit/{agreement_id:str}/pay", include_in_schema=False)
async def pay(request: Req, agreement_id: FromPath[str]) -> Response[Any]:
    """Opens a payment for what is owed, or for a part."""
    form = await forms.read_form(request)
    try:
        paying = await forms.ask(
            request,
            credit.repay_credit,
            key=form.get(forms.KEY_FIELD),
            agreement_id=agreement_id,
            amount_minor=minor(form.get("amount"), "amount"),
        )
    except NotFound:
        raise
    except Refusal as refusal:
        return await _line_page(request, agreement_id, refusal, form, "pay")
    return forms.see(f"/pay/{paying.payment_id}")


@post("/credit/{agreement_id:str}/dispute", include_in_schema=False)
async def dispute(request: Req, agreement_id: FromPath[str]) -> Response[Any]:
    """Questions a part of a bill."""
    form = await forms.read_form(request)
    try:
        amount_minor = minor(form.get("amount"), "amount")
    except Refusal as refusal:
        return await _line_page(request, agreement_id, refusal, form, "dispute")
    fields = forms.fields_of(form, ("bill_id", "reason"))
    return await _do(
        request, agreement_id, credit.dispute_bill, form, "dispute", amount_minor=amount_minor, **fields
    )


ROUTES = [lines, line, accept, decline, pay, dispute]
