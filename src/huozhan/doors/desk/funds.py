"""资金: what is earned, what may be withdrawn, what is on its way, and the reason of every change."""

from typing import Any

from litestar import Response, get, post

from huozhan import parties, payments
from huozhan.doors.desk.amounts import minor
from huozhan.doors.desk.frame import Req, actor_of, show
from huozhan.doors.hall import Hall
from huozhan.doors.pages import forms, sheets, showing
from huozhan.doors.pages.forms import KEY_FIELD, Form
from huozhan.kernel.refusals import Refusal

EXPORT_PAGES_MAX = 100
EXPORT_PAGE = 100
WITHDRAWALS_SHOWN = 10
_ABOUT_AN_ORDER = {"E4", "E5", "E7a", "E1"}


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
    accounts = (await forms.ask(request, payments.bank_accounts)).accounts
    withdrawals = await forms.ask(request, payments.my_withdrawals, size=WITHDRAWALS_SHOWN)
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
        about_orders=_ABOUT_AN_ORDER,
        next_href=showing.address("/desk/funds", cursor=lines.next_cursor),
        has_next=bool(lines.next_cursor),
        first_href="/desk/funds" if cursor else "",
        account=next((account for account in accounts if account.is_current), None),
        withdrawals=[{"one": one, "why": _why(request, one.reason)} for one in withdrawals.items],
        second_step=(await forms.ask(request, parties.profile)).two_step_is_on,
        now=_now(request),
        holder=actor_of(request).org_name.say("zh"),
    )


def _why(request: Req, reason: str) -> str:
    """Why the bank returned a withdrawal, in words where it gave a reason that is known."""
    hall: Hall = request.app.state.hall
    key = f"withdrawal.reason.{reason}"
    return hall.words.say(key, request.scope["state"]["lang"]) if hall.words.has(key) else reason


def _now(request: Req) -> Any:
    hall: Hall = request.app.state.hall
    return hall.clock.now()


@post("/desk/funds/account", include_in_schema=False)
async def name_account(request: Req) -> Response[Any]:
    """Names the bank account that money goes to."""
    form = await forms.read_form(request)
    try:
        await forms.ask(
            request, payments.add_bank_account, key=form.get(KEY_FIELD),
            **forms.fields_of(form, ("number", "holder", "bank_name")),
        )  # fmt: skip
    except Refusal as refusal:
        return await _page(request, refusal, form, "account")
    return forms.see("/desk/funds")


@post("/desk/funds/withdraw", include_in_schema=False)
async def withdraw(request: Req) -> Response[Any]:
    """Shows what is about to happen first; with `sure`, sends the money."""
    form = await forms.read_form(request)
    try:
        amount_minor = minor(form.get("amount"), "amount")
        if form.get("sure"):
            await forms.ask(
                request, payments.withdraw, key=form.get(KEY_FIELD), account_id=form.get("account_id"),
                amount_minor=amount_minor, code=form.get("code"),
            )  # fmt: skip
            return forms.see("/desk/funds#withdrawals")
    except Refusal as refusal:
        return await _page(request, refusal, form, "withdraw")
    accounts = (await forms.ask(request, payments.bank_accounts)).accounts
    account = next((one for one in accounts if one.account_id == form.get("account_id")), None)
    if account is None or not amount_minor:
        return forms.see("/desk/funds")
    return await show(
        request,
        "withdraw",
        "desk.withdraw.title",
        "funds",
        account=account,
        amount_minor=amount_minor,
        amount=sheets.amount(amount_minor),
        second_step=(await forms.ask(request, parties.profile)).two_step_is_on,
    )


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


ROUTES = [funds, name_account, withdraw, export]
