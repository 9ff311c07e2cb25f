"""My money: the wallet, every change of it with what it rests on, and the way to the bank."""

from typing import Any

from litestar import Request, Response, get

from huozhan import payments
from huozhan.doors.pages import forms, records, showing, withdrawals
from huozhan.doors.pages.forms import Form
from huozhan.kernel.actor import Actor
from huozhan.kernel.crypto import new_token
from huozhan.kernel.refusals import Refusal

Req = Request[Any, Any, Any]


@get("/money", include_in_schema=False)
async def money(request: Req) -> Response[Any]:
    """The wallet and its lines, newest first."""
    return await _page(request)


async def _page(
    request: Req, refused: Refusal | None = None, form: Form | None = None, where: str = ""
) -> Response[Any]:
    forms.must_be_for_a_form(refused)
    stands = await forms.ask(request, payments.funds)
    cursor = request.query_params.get("cursor", "")
    lines = await forms.ask(request, payments.fund_lines, cursor=cursor, side="buyer")
    return _show(
        request,
        "web/money.html",
        "money.title",
        refused=refused,
        typed=form.values if form else None,
        where=where,
        funds=stands,
        lines=lines.items,
        next_href=showing.address("/money", cursor=lines.next_cursor) if lines.next_cursor else "",
        first_href="/money" if cursor else "",
        **await withdrawals.context(request, "wallet"),
    )


async def _sure(request: Req, **context: Any) -> Response[Any]:
    return _show(request, "web/money_withdraw.html", "desk.withdraw.title", **context)


async def _records(request: Req, **context: Any) -> Response[Any]:
    return _show(request, "web/records.html", "records.title", **context)


@get("/statements", include_in_schema=False)
async def statements(request: Req) -> Response[Any]:
    """Tells whoever holds a file of records whether this market made it."""
    sha256 = request.query_params.get("sha256", "").strip()
    check, refused = None, None
    if sha256:
        try:
            check = await forms.ask(request, payments.check_statement, sha256=sha256)
        except Refusal as refusal:
            refused = refusal
    return _show(
        request,
        "web/statements.html",
        "statements.title",
        refused=refused,
        typed={"sha256": sha256},
        check=check,
    )


def _show(request: Req, template: str, title: str, **context: Any) -> Response[Any]:
    actor: Actor = request.scope["state"]["actor"]
    return showing.show(
        request,
        template,
        title,
        page={"section": "me"},
        form_key=new_token(),
        may={"funds.withdraw": actor.may("funds.withdraw")},
        **context,
    )


PLACE = withdrawals.Place("/money", "wallet", _page, _sure)
RECORDS = records.Place("/money", "buyer", _records)
ROUTES = [money, statements, *withdrawals.routes(PLACE), *records.routes(RECORDS)]
