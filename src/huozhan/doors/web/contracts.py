"""合同: my contracts as a buyer, and the page on which anybody checks a contract's file."""

from typing import Any

from litestar import Request, Response, get

from huozhan import contracts
from huozhan.doors.pages import contracts as pages
from huozhan.doors.pages import forms, showing
from huozhan.kernel.crypto import new_token
from huozhan.kernel.refusals import Refusal

Req = Request[Any, Any, Any]


async def _show(request: Req, template: str, title: str, **context: Any) -> Response[Any]:
    return showing.show(
        request, f"web/{template}.html", title, page={"section": "orders"}, form_key=new_token(), **context
    )


@get("/contracts/check", include_in_schema=False)
async def check(request: Req) -> Response[Any]:
    """Tells whoever holds a file whether this market made it and whether it is what holds now."""
    sha256 = request.query_params.get("sha256", "").strip()
    found, refused = None, None
    if sha256:
        try:
            found = await forms.ask(request, contracts.check_contract, sha256=sha256)
        except Refusal as refusal:
            refused = refusal
    return await _show(
        request,
        "contract_check",
        "contract.check.title",
        refused=refused,
        typed={"sha256": sha256},
        check=found,
    )


ROUTES = [check, *pages.routes(pages.Place("", "buyer", _show))]
