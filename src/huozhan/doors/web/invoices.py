"""My invoices 发票: titles, asking for an invoice of one or several orders, what became of it, its files."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from msgspec import structs

from huozhan import invoicing
from huozhan.doors.pages import forms, showing
from huozhan.doors.pages.forms import KEY_FIELD, Form
from huozhan.kernel.crypto import new_token
from huozhan.kernel.refusals import NotFound, Refusal
from huozhan.kernel.work import UseCase

MEDIA = {"pdf": "application/pdf", "ofd": "application/ofd", "xml": "application/xml"}
_TITLE = ("title_id", "kind", "name", "taxpayer_id", "address", "phone", "bank", "account")

Req = Request[Any, Any, Any]


@get("/invoices", include_in_schema=False)
async def invoices(request: Req) -> Response[Any]:
    """What we asked for, the newest first."""
    cursor = request.query_params.get("cursor", "")
    listed = await forms.ask(request, invoicing.my_invoices, cursor=cursor)
    return showing.show(
        request,
        "web/invoices.html",
        "invoices.title",
        page={"section": "me"},
        invoices=listed.items,
        next=showing.address("/invoices", cursor=listed.next_cursor) if listed.next_cursor else "",
        first="/invoices" if cursor else "",
    )


@get("/invoices/{invoice_id:str}", include_in_schema=False)
async def invoice(request: Req, invoice_id: FromPath[str]) -> Response[Any]:
    """One invoice: where it stands, its lines with tax, red letters, files."""
    return await _invoice_page(request, invoice_id)


async def _invoice_page(request: Req, invoice_id: str, refused: Refusal | None = None) -> Response[Any]:
    forms.must_be_for_a_form(refused)
    shown = await forms.ask(request, invoicing.invoice_page, invoice_id=invoice_id)
    if shown.card.side != "buyer":
        raise NotFound
    return showing.show(
        request,
        "web/invoice.html",
        "invoices.one",
        page={"section": "me"},
        refused=refused,
        shown=shown,
        card=shown.card,
        form_key=new_token(),
    )


async def _do(
    request: Req, invoice_id: str, use_case: UseCase[Any, Any], form: Form, **fields: Any
) -> Response[Any]:
    try:
        await forms.ask(request, use_case, key=form.get(KEY_FIELD), invoice_id=invoice_id, **fields)
    except Refusal as refusal:
        return await _invoice_page(request, invoice_id, refusal)
    return forms.see(f"/invoices/{invoice_id}")


@post("/invoices/{invoice_id:str}/withdraw", include_in_schema=False)
async def withdraw(request: Req, invoice_id: FromPath[str]) -> Response[Any]:
    """Takes a request back."""
    form = await forms.read_form(request)
    return await _do(request, invoice_id, invoicing.withdraw_invoice, form, reason=form.get("reason"))


@post("/invoices/{invoice_id:str}/confirm-red", include_in_schema=False)
async def confirm_red(request: Req, invoice_id: FromPath[str]) -> Response[Any]:
    """Confirms a red letter of a special invoice."""
    form = await forms.read_form(request)
    return await _do(request, invoice_id, invoicing.confirm_red, form, red_id=form.get("red_id"))


@get("/invoices/{invoice_id:str}/file", include_in_schema=False)
async def file(request: Req, invoice_id: FromPath[str]) -> Response[Any]:
    """A file of an invoice or of one of its red letters, for both of its sides."""
    params = request.query_params
    found = await forms.ask(
        request,
        invoicing.invoice_file,
        invoice_id=invoice_id,
        red_id=params.get("red"),
        format=params.get("format"),
    )
    headers = {
        "content-disposition": f'attachment; filename="{found.file_name}"',
        "cache-control": "no-store",
    }
    return Response(found.content, media_type=MEDIA[found.format], headers=headers)


@get("/orders/{order_id:str}/invoice", include_in_schema=False)
async def new(request: Req, order_id: FromPath[str]) -> Response[Any]:
    """Asks for an invoice of an order, and of others of the same supplier with it."""
    return await _new_page(request, order_id)


async def _new_page(
    request: Req, order_id: str, refused: Refusal | None = None, form: Form | None = None
) -> Response[Any]:
    forms.must_be_for_a_form(refused)
    shown = await forms.ask(request, invoicing.invoiceable_with, order_id=order_id)
    titles = (await forms.ask(request, invoicing.my_titles)).titles
    typed: dict[str, Any] = dict(form.values) if form else {}
    return showing.show(
        request,
        "web/invoice_new.html",
        "invoices.ask",
        page={"section": "orders"},
        refused=refused,
        typed=typed,
        chosen=form.lists.get("order_ids", []) if form else [order_id],
        shown=shown,
        order_id=order_id,
        titles=titles,
        form_key=new_token(),
    )


@post("/orders/{order_id:str}/invoice", include_in_schema=False)
async def ask(request: Req, order_id: FromPath[str]) -> Response[Any]:
    """Sends the request; a first title is kept with it."""
    form = await forms.read_form(request)
    try:
        title_id = form.get("title_id")
        if not title_id:
            key = f"{form.get(KEY_FIELD)}-title" if form.get(KEY_FIELD) else None
            fields = forms.fields_of(form, _TITLE[1:])
            title = await forms.ask(request, invoicing.save_title, key=key, **fields)
            title_id = title.title_id
        asked = await forms.ask(
            request,
            invoicing.ask_invoice,
            key=form.get(KEY_FIELD),
            order_ids=form.lists.get("order_ids", []) or [order_id],
            title_id=title_id,
            kind=form.get("invoice_kind"),
            note=form.get("note"),
        )
    except Refusal as refusal:
        return await _new_page(request, order_id, refusal, form)
    return forms.see(f"/invoices/{asked.invoice_id}")


@post("/orders/{order_id:str}/invoice/drop-wish", include_in_schema=False)
async def drop_wish(request: Req, order_id: FromPath[str]) -> Response[Any]:
    """Takes back what was wished for at checkout."""
    await forms.read_form(request)
    await forms.ask(request, invoicing.drop_wish, order_id=order_id)
    return forms.see(f"/orders/{order_id}")


@get("/invoice-titles", include_in_schema=False)
async def titles(request: Req) -> Response[Any]:
    """Whom our invoices are made out to."""
    return await _titles_page(request)


async def _titles_page(
    request: Req, refused: Refusal | None = None, form: Form | None = None
) -> Response[Any]:
    forms.must_be_for_a_form(refused)
    found = (await forms.ask(request, invoicing.my_titles)).titles
    edited = request.query_params.get("title", "")
    kept = next((one for one in found if one.title_id == edited), None)
    typed = form.values if form else structs.asdict(kept) if kept else None
    return showing.show(
        request,
        "web/invoice_titles.html",
        "invoices.titles",
        page={"section": "me"},
        refused=refused,
        typed=typed,
        titles=found,
        form_key=new_token(),
    )


@post("/invoice-titles", include_in_schema=False)
async def save_title(request: Req) -> Response[Any]:
    """Keeps a title, new or changed."""
    form = await forms.read_form(request)
    try:
        await forms.ask(
            request,
            invoicing.save_title,
            key=form.get(KEY_FIELD),
            is_default=form.get("is_default") or None,
            **forms.fields_of(form, _TITLE),
        )
    except Refusal as refusal:
        return await _titles_page(request, refusal, form)
    return forms.see("/invoice-titles")


@post("/invoice-titles/{title_id:str}/default", include_in_schema=False)
async def make_default(request: Req, title_id: FromPath[str]) -> Response[Any]:
    """Offers a title first."""
    form = await forms.read_form(request)
    await forms.ask(request, invoicing.set_default_title, key=form.get(KEY_FIELD), title_id=title_id)
    return forms.see("/invoice-titles")


@post("/invoice-titles/{title_id:str}/drop", include_in_schema=False)
async def drop(request: Req, title_id: FromPath[str]) -> Response[Any]:
    """Takes a title away."""
    form = await forms.read_form(request)
    await forms.ask(request, invoicing.drop_title, key=form.get(KEY_FIELD), title_id=title_id)
    return forms.see("/invoice-titles")


ROUTES = [
    invoices,
    invoice,
    withdraw,
    confirm_red,
    file,
    new,
    ask,
    titles,
    save_title,
    make_default,
    drop,
    drop_wish,
]
