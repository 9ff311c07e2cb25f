"""银行来款: money at the custody bank, what waits for a person, lines that were refused, refunds that failed."""

from typing import Any

from litestar import Response, get, post

from huozhan import operations, payments
from huozhan.doors.console.frame import Req, actor_of, show
from huozhan.doors.pages import formats, forms, showing
from huozhan.doors.pages.forms import KEY_FIELD, Form
from huozhan.kernel.refusals import Invalid, Refusal
from huozhan.kernel.work import UseCase

TABS = ("open", "all", "refused", "failed")
UPLOAD_BYTES_MAX = 2 * 1024 * 1024
_NOTED = ("lines", "added", "known", "refused")


@get("/console/bank", include_in_schema=False)
async def bank(request: Req) -> Response[Any]:
    """What came and is not settled yet; or all of it, or what was refused, or what failed."""
    return await _page(request)


async def _page(request: Req, refused: Refusal | None = None, form: Form | None = None) -> Response[Any]:
    tab, cursor = request.query_params.get("tab", ""), request.query_params.get("cursor", "")
    tab = tab if tab in TABS else "open"
    found = await _found(request, tab, cursor)
    following = found.next_cursor
    noted = {name: forms.whole_number(request.query_params.get(name, ""), 10**6) for name in _NOTED}
    return await show(
        request,
        "bank",
        "look.console.bank",
        "bank",
        refused=refused,
        typed=form.values if form else None,
        tab=tab,
        tabs=[{"name": name, "href": showing.address("/console/bank", tab=name)} for name in TABS],
        rows=[{"one": one, "amount": formats.money(one.amount_minor, one.currency)} for one in found.items]
        if tab != "refused"
        else [{"one": one, "amount": ""} for one in found.items],
        noted=noted if None not in noted.values() else None,
        next_href=showing.address("/console/bank", tab=tab, cursor=following) if following else "",
        first_href=showing.address("/console/bank", tab=tab) if cursor else "",
    )


async def _found(request: Req, tab: str, cursor: str) -> Any:
    if tab == "refused":
        return await forms.ask(request, payments.refused_bank_lines, cursor=cursor)
    if tab == "failed":
        return await forms.ask(request, payments.failed_payouts, cursor=cursor)
    return await forms.ask(request, payments.bank_receipts, cursor=cursor, open=tab == "open")


@post("/console/bank", include_in_schema=False, request_max_body_size=UPLOAD_BYTES_MAX)
async def upload(request: Req) -> Response[Any]:
    """Takes in a statement as a table."""
    actor_of(request).must("market.ledger")  # before so large a body is read
    form = await forms.read_form(request)
    try:
        file = next(iter(form.files.get("file", [])), None)
        content = await file.read() if file else b""
        if not content:
            raise Invalid(field="file", detail="required field `file`")
        noted = await forms.ask(
            request, operations.import_statement, key=form.get(KEY_FIELD), content=_text(content)
        )
    except Refusal as refusal:
        return await _page(request, refusal, form)
    return forms.see(showing.address("/console/bank", **{name: str(getattr(noted, name)) for name in _NOTED}))


def _text(content: bytes) -> str:
    """A table's text; Chinese banks still write some in the older national character set."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Invalid(field="file", detail="not UTF-8")


async def _do(request: Req, use_case: UseCase[Any, Any], form: Form, **fields: Any) -> Response[Any]:
    try:
        await forms.ask(request, use_case, key=form.get(KEY_FIELD), reason=form.get("reason"), **fields)
    except Refusal as refusal:
        return await _page(request, refusal, form)
    return forms.see("/console/bank")


@post("/console/bank/{receipt_id:str}/assign", include_in_schema=False)
async def assign(request: Req, receipt_id: str) -> Response[Any]:
    """Credits parked money to a payment."""
    form = await forms.read_form(request)
    return await _do(
        request,
        operations.assign_bank_receipt,
        form,
        receipt_id=receipt_id,
        account_no=form.get("account_no"),
    )


@post("/console/bank/{receipt_id:str}/return", include_in_schema=False)
async def send_back(request: Req, receipt_id: str) -> Response[Any]:
    """Sends parked money back to where it came from."""
    form = await forms.read_form(request)
    return await _do(request, operations.return_bank_receipt, form, receipt_id=receipt_id)


@post("/console/bank/{receipt_id:str}/retry", include_in_schema=False)
async def retry(request: Req, receipt_id: str) -> Response[Any]:
    """Sends a refund once more that the bank could not pay."""
    form = await forms.read_form(request)
    return await _do(
        request, operations.retry_payout, form, receipt_id=receipt_id, payout_id=form.get("payout_id")
    )


ROUTES = [bank, upload, assign, send_back, retry]
