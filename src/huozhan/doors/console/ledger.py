"""试算平衡: the whole book in one table, any account's statement, how far the book is sealed."""

from typing import Any

from litestar import Response, get

from huozhan import ledger, operations
from huozhan.doors.console.frame import Req, show
from huozhan.doors.pages import forms, showing
from huozhan.kernel.ids import is_id
from huozhan.kernel.refusals import NotFound


@get("/console/ledger", include_in_schema=False)
async def trial_balance(request: Req) -> Response[Any]:
    """Every line of the chart."""
    return await show(
        request,
        "ledger",
        "look.console.ledger",
        "ledger",
        trial=await forms.ask(request, ledger.trial_balance),
        chain=await forms.ask(request, ledger.chain_state),
        codes=[code for code, kind in sorted(ledger.CHART.items()) if kind.is_checked],
    )


@get("/console/ledger/account", include_in_schema=False)
async def account(request: Req) -> Response[Any]:
    """One account's lines, newest first."""
    query = request.query_params
    code, owner_id, cursor = (
        query.get("code", ""),
        query.get("owner_id", "").strip() or "0",
        query.get("cursor", ""),
    )
    if not is_id(code):
        raise NotFound(code=code)
    found = await forms.ask(
        request, operations.account_statement, code=code, owner_id=owner_id, cursor=cursor
    )

    def at(**changes: Any) -> str:
        return showing.address("/console/ledger/account", code=code, owner_id=owner_id, **changes)

    return await show(
        request,
        "account",
        f"ledger.account.{code}",
        "ledger",
        account=found,
        next_href=at(cursor=found.lines.next_cursor) if found.lines.next_cursor else "",
        first_href=at() if cursor else "",
    )


ROUTES = [trial_balance, account]
