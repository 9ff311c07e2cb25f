"""平台开票: who issues the market's invoices of its fees, months that were billed, and what the tax party refused."""

from typing import Any

from litestar import Response, get, post

from huozhan import invoicing, operations
from huozhan.doors.console.frame import Req, show
from huozhan.doors.pages import forms
from huozhan.doors.pages.forms import KEY_FIELD, Form
from huozhan.kernel.refusals import Refusal

_PATH = "/console/fee-invoices"


@get(_PATH, include_in_schema=False)
async def fee_invoices(request: Req) -> Response[Any]:
    """How far the market is with its own invoices."""
    return await _page(request)


async def _page(request: Req, refused: Refusal | None = None, form: Form | None = None) -> Response[Any]:
    return await show(
        request,
        "fee_invoices",
        "fee_invoices.title",
        "fee_invoices",
        refused=refused,
        typed=form.values if form else None,
        found=await forms.ask(request, invoicing.fee_desk),
    )


@post(f"{_PATH}/issuer", include_in_schema=False)
async def set_issuer(request: Req) -> Response[Any]:
    """Says how the market names itself."""
    form = await forms.read_form(request)
    try:
        fields = forms.fields_of(form, ("name", "taxpayer_id", "reason"))
        await forms.ask(request, operations.set_fee_issuer, key=form.get(KEY_FIELD), **fields)
    except Refusal as refusal:
        return await _page(request, refusal, form)
    return forms.see(_PATH)


@post(f"{_PATH}/{{document_id:str}}/retry", include_in_schema=False)
async def retry(request: Req, document_id: str) -> Response[Any]:
    """Asks the tax party again."""
    form = await forms.read_form(request)
    try:
        await forms.ask(
            request, operations.retry_fee_invoice, key=form.get(KEY_FIELD), document_id=document_id,
            seller_id=form.get("seller_id"), reason=form.get("reason"),
        )  # fmt: skip
    except Refusal as refusal:
        return await _page(request, refusal, form)
    return forms.see(_PATH)


ROUTES = [fee_invoices, set_issuer, retry]
