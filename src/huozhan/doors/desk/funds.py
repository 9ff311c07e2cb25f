"""资金: what is earned, what may be withdrawn, what is on its way, and the reason of every change."""

from typing import Any

from litestar import Response, get, post

from huozhan import operations, payments
from huozhan.doors.desk.frame import Req, actor_of, show
from huozhan.doors.hall import Hall
from huozhan.doors.pages import forms, records, sheets, showing, withdrawals
from huozhan.doors.pages.amounts import minor
from huozhan.doors.pages.forms import KEY_FIELD, Form
from huozhan.kernel.refusals import NotFound, Refusal

EXPORT_PAGES_MAX = 100
EXPORT_PAGE = 100


@get("/desk/funds", include_in_schema=False)
async def funds(request: Req) -> Response[Any]:
    """The account and its lines, newest first."""
    return await _page(request)


async def _page(
    request: Req, refused: Refusal | None = None, form: Form | None = None, where: str = ""
) -> Response[Any]:
    stands = await forms.ask(request, payments.funds)
    cursor = request.query_params.get("cursor", "")
    lines = await forms.ask(request, payments.fund_lines, cursor=cursor)
    return await show(
        request,
        "funds",
        "look.desk.funds",
        "funds",
        refused=refused,
        typed=form.values if form else None,
        where=where,
        funds=stands,
        lines=lines.items,
        next_href=showing.address("/desk/funds", cursor=lines.next_cursor),
        has_next=bool(lines.next_cursor),
        first_href="/desk/funds" if cursor else "",
        **await withdrawals.context(request, "available"),
    )


async def _sure(request: Req, **context: Any) -> Response[Any]:
    return await show(request, "withdraw", "desk.withdraw.title", "funds", **context)


@get("/desk/funds/export", include_in_schema=False)
async def export(request: Req) -> Response[Any]:
    """Every line as a spreadsheet, the newest first."""
    hall: Hall = request.app.state.hall
    lang = request.scope["state"]["lang"]
    head = [
        hall.words.say(f"desk.fund.{name}", lang) for name in ("at", "event", "account", "order", "change")
    ]
    rows: list[list[Any]] = []
    cursor = ""
    for _ in range(EXPORT_PAGES_MAX):
        page = await forms.ask(request, payments.fund_lines, cursor=cursor, size=EXPORT_PAGE)
        rows += [_row(request, line, lang) for line in page.items]
        cursor = page.next_cursor or ""
        if not cursor:
            break
    return sheets.csv_file("funds.csv", head, rows)


def _row(request: Req, line: Any, lang: str) -> list[Any]:
    hall: Hall = request.app.state.hall
    return [
        sheets.moment(request, line.at),
        hall.words.say(f"ledger.event.{line.event}", lang),
        hall.words.say(f"desk.fund.account.{line.account}", lang),
        line.memo.get("order_number", ""),
        sheets.amount(line.change_minor),
    ]


PLACE = withdrawals.Place("/desk/funds", "available", _page, _sure)


async def _records(request: Req, **context: Any) -> Response[Any]:
    return await show(request, "records", "records.title", "funds", **context)


@get("/desk/funds/deposit", include_in_schema=False)
async def deposit(request: Req) -> Response[Any]:
    """The deposit beside what the rules ask."""
    return await _deposit(request)


async def _deposit(
    request: Req, refused: Refusal | None = None, form: Form | None = None, where: str = ""
) -> Response[Any]:
    lines = await forms.ask(request, payments.fund_lines, account="deposit")
    return await show(
        request,
        "deposit",
        "deposit.title",
        "funds",
        refused=refused,
        typed=form.values if form else None,
        where=where,
        deposit=await forms.ask(request, payments.deposit),
        lines=lines.items,
        may_close=actor_of(request).may("org.manage") and actor_of(request).may("shop.edit"),
    )


@post("/desk/funds/deposit", include_in_schema=False)
async def pay_deposit(request: Req) -> Response[Any]:
    """Goes to the payment channel with a deposit."""
    form = await forms.read_form(request)
    try:
        paying = await forms.ask(
            request, payments.pay_deposit, key=form.get(KEY_FIELD), amount_minor=minor(form.get("amount"), "amount")
        )  # fmt: skip
    except Refusal as refusal:
        return await _deposit(request, refusal, form, "pay")
    return forms.see(f"/pay/{paying.payment_id}")


@post("/desk/funds/deposit/{deed:str}", include_in_schema=False)
async def close_or_open(request: Req, deed: str) -> Response[Any]:
    """Closes the shop, after which the deposit goes back, or opens it again."""
    form = await forms.read_form(request)
    use_case = {"close": operations.close_shop, "open": operations.open_shop}.get(deed)
    if use_case is None:
        raise NotFound(deed=deed)
    try:
        await forms.ask(request, use_case, key=form.get(KEY_FIELD))
    except Refusal as refusal:
        return await _deposit(request, refusal, form, "close")
    return forms.see("/desk/funds/deposit")


RECORDS = records.Place("/desk/funds", "seller", _records)
ROUTES = [
    funds,
    export,
    deposit,
    pay_deposit,
    close_or_open,
    *withdrawals.routes(PLACE),
    *records.routes(RECORDS),
]
