"""发票: what buyers ask for and by when, issuing or entering it, red letters, tax rates."""

from typing import Any

from litestar import Response, get, post

from huozhan import invoicing
from huozhan.doors.desk.frame import Req, actor_of, show
from huozhan.doors.pages import forms, showing
from huozhan.doors.pages.forms import KEY_FIELD, Form
from huozhan.kernel.refusals import Invalid, NotFound, Refusal
from huozhan.kernel.work import UseCase

RATES = (1300, 900, 600, 300, 100, 0)
TABS = ("waiting", "issued", "")
OWN_SHOWN_MAX = 200


@get("/desk/invoices", include_in_schema=False)
async def invoices(request: Req) -> Response[Any]:
    """What waits to be issued, and what was."""
    params = request.query_params
    state = params.get("state", "waiting")
    state = state if state in TABS else "waiting"
    wanted = {"waiting": True} if state == "waiting" else {"state": state}
    listed = await forms.ask(request, invoicing.invoices_to_issue, **wanted, cursor=params.get("cursor"))
    return await show(
        request,
        "invoices",
        "desk.invoices.title",
        "invoices",
        invoices=listed.items,
        state=state,
        record=await forms.ask(request, invoicing.invoice_record),
        next_href=showing.address("/desk/invoices", state=state, cursor=listed.next_cursor)
        if listed.next_cursor
        else "",
        first_href=showing.address("/desk/invoices", state=state) if params.get("cursor") else "",
    )


@get("/desk/invoices/{invoice_id:str}", include_in_schema=False)
async def invoice(request: Req, invoice_id: str) -> Response[Any]:
    """One request or invoice, and what may be done about it."""
    return await _invoice_page(request, invoice_id)


async def _invoice_page(
    request: Req, invoice_id: str, refused: Refusal | None = None, form: Form | None = None
) -> Response[Any]:
    forms.must_be_for_a_form(refused)
    shown = await forms.ask(request, invoicing.invoice_page, invoice_id=invoice_id)
    if shown.card.side != "seller":
        raise NotFound(invoice_id=invoice_id)
    return await show(
        request,
        "invoice",
        "desk.invoices.one",
        "invoices",
        refused=refused,
        typed=form.values if form else None,
        shown=shown,
        card=shown.card,
    )


async def _do(
    request: Req, invoice_id: str, use_case: UseCase[Any, Any], form: Form, **fields: Any
) -> Response[Any]:
    try:
        await forms.ask(request, use_case, key=form.get(KEY_FIELD), invoice_id=invoice_id, **fields)
    except Refusal as refusal:
        return await _invoice_page(request, invoice_id, refusal, form)
    return forms.see(f"/desk/invoices/{invoice_id}")


@post("/desk/invoices/{invoice_id:str}/issue", include_in_schema=False)
async def issue(request: Req, invoice_id: str) -> Response[Any]:
    """Has it issued by the tax party."""
    form = await forms.read_form(request)
    return await _do(request, invoice_id, invoicing.issue_invoice, form)


@post("/desk/invoices/{invoice_id:str}/enter", include_in_schema=False)
async def enter(request: Req, invoice_id: str) -> Response[Any]:
    """Enters the number and file of one that was issued elsewhere."""
    actor_of(request).must("invoice.issue")  # before a file is read
    form = await forms.read_form(request)
    file = next(iter(form.files.get("file", [])), None)
    content = await file.read() if file else b""
    if file is None or not content:
        return await _invoice_page(
            request, invoice_id, Invalid(field="file", detail="required field `file`"), form
        )
    format_ = file.filename.rpartition(".")[2].lower()
    if len(content) > invoicing.asks.FILE_BYTES_MAX or format_ not in ("pdf", "ofd", "xml"):
        detail = f"file: pdf, ofd, xml, {invoicing.asks.FILE_BYTES_MAX // 1000} kB"
        return await _invoice_page(request, invoice_id, Invalid(field="file", detail=detail), form)
    return await _do(
        request, invoice_id, invoicing.enter_invoice, form, number=form.get("number"), format=format_, content=content
    )  # fmt: skip


@post("/desk/invoices/{invoice_id:str}/refuse", include_in_schema=False)
async def refuse(request: Req, invoice_id: str) -> Response[Any]:
    """Refuses the request."""
    form = await forms.read_form(request)
    return await _do(request, invoice_id, invoicing.refuse_invoice, form, reason=form.get("reason"))


@post("/desk/invoices/{invoice_id:str}/void", include_in_schema=False)
async def void(request: Req, invoice_id: str) -> Response[Any]:
    """Has the invoice made void."""
    form = await forms.read_form(request)
    return await _do(request, invoice_id, invoicing.void_invoice, form, reason=form.get("reason"))


@post("/desk/invoices/{invoice_id:str}/retry-red", include_in_schema=False)
async def retry_red(request: Req, invoice_id: str) -> Response[Any]:
    """Asks for a refused red letter again."""
    form = await forms.read_form(request)
    return await _do(request, invoice_id, invoicing.retry_red, form, red_id=form.get("red_id"))


@get("/desk/invoice-rates", include_in_schema=False)
async def rates(request: Req) -> Response[Any]:
    """The shop's tax rates."""
    return await _rates_page(request)


async def _rates_page(
    request: Req, refused: Refusal | None = None, form: Form | None = None
) -> Response[Any]:
    forms.must_be_for_a_form(refused)
    shown = await forms.ask(request, invoicing.my_rates)
    return await show(
        request,
        "invoice_rates",
        "desk.invoices.rates",
        "invoices",
        refused=refused,
        typed=form.values if form else None,
        shown=shown,
        issued=form.lists.get("issues", []) if form else shown.issues,
        rates=RATES,
    )


@post("/desk/invoice-rates", include_in_schema=False)
async def save_rates(request: Req) -> Response[Any]:
    """Writes the rates: those that stay, and one more where it was typed."""
    form = await forms.read_form(request)
    kept = set(form.lists.get("keep", []))
    own = [
        {"scope": scope, "code": code, "rate_bp": rate}
        for one in sorted(kept)[:OWN_SHOWN_MAX]
        for scope, rate, code in [(*one.split(":", 2), "", "")[:3]]
    ]
    if form.get("code"):
        fields = {"scope": form.get("scope"), "code": form.get("code"), "rate_bp": form.get("own_rate")}
        own = [one for one in own if (one["scope"], one["code"]) != (fields["scope"], fields["code"])]
        own.append(fields)
    try:
        await forms.ask(
            request,
            invoicing.save_rates,
            key=form.get(KEY_FIELD),
            rate_bp=form.get("rate_bp"),
            at_payment=form.get("at_payment") or None,
            issues=form.lists.get("issues", []),
            own=own,
        )
    except Refusal as refusal:
        return await _rates_page(request, refusal, form)
    return forms.see("/desk/invoice-rates")


ROUTES = [invoices, invoice, issue, enter, refuse, void, retry_red, rates, save_rates]
