"""无主款项: money that came under a reference nobody made, sent back with a reason; foreign money ended another way."""

from typing import Any

from litestar import Response, get, post

from huozhan import operations, payments
from huozhan.doors.console.frame import Req, show
from huozhan.doors.pages import formats, forms, showing
from huozhan.doors.pages.forms import KEY_FIELD, Form
from huozhan.kernel.refusals import Refusal


@get("/console/receipts", include_in_schema=False)
async def receipts(request: Req) -> Response[Any]:
    """What came, newest first."""
    return await _page(request)


async def _page(request: Req, refused: Refusal | None = None, form: Form | None = None) -> Response[Any]:
    cursor = request.query_params.get("cursor", "")
    found = await forms.ask(request, payments.parked_receipts, cursor=cursor)
    return await show(
        request,
        "receipts",
        "look.console.receipts",
        "receipts",
        refused=refused,
        typed=form.values if form else None,
        receipts=[_row(receipt, request.app.state.hall.terms.currency) for receipt in found.items],
        next_href=showing.address("/console/receipts", cursor=found.next_cursor) if found.next_cursor else "",
        first_href="/console/receipts" if cursor else "",
    )


def _row(receipt: Any, own_currency: str) -> dict[str, Any]:
    """One receipt with its amounts in its own currency, which need not be the book's."""
    return {
        "receipt": receipt,
        "amount": formats.money(receipt.amount_minor, receipt.currency),
        "returned": formats.money(receipt.returned_minor, receipt.currency),
        "left": formats.money(receipt.amount_minor - receipt.returned_minor, receipt.currency),
        "is_foreign": receipt.currency != own_currency,
    }


@post("/console/receipts/{receipt_id:str}", include_in_schema=False)
async def send_back(request: Req, receipt_id: str) -> Response[Any]:
    """Sends one back to whoever paid it."""
    form = await forms.read_form(request)
    try:
        await forms.ask(
            request, operations.return_receipt, key=form.get(KEY_FIELD), receipt_id=receipt_id, reason=form.get("reason")
        )  # fmt: skip
    except Refusal as refusal:
        return await _page(request, refusal, form)
    return forms.see("/console/receipts")


@post("/console/receipts/{receipt_id:str}/settle", include_in_schema=False)
async def settle(request: Req, receipt_id: str) -> Response[Any]:
    """Ends foreign money that the channel does not send back, or proposes to."""
    form = await forms.read_form(request)
    try:
        await forms.ask(
            request, operations.settle_receipt, key=form.get(KEY_FIELD), receipt_id=receipt_id, reason=form.get("reason")
        )  # fmt: skip
    except Refusal as refusal:
        return await _page(request, refusal, form)
    return forms.see("/console/receipts")


ROUTES = [receipts, send_back, settle]
