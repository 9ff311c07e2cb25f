"""合同: every contract of the market, as its operators see it."""

from typing import Any

from litestar import Response, get
from litestar.params import FromPath

from huozhan import contracts
from huozhan.doors.console.frame import Req, actor_of, show
from huozhan.doors.pages import contracts as pages
from huozhan.doors.pages import forms, showing
from huozhan.kernel.crypto import new_token

_BASE = "/console"


@get("/console/contracts", include_in_schema=False)
async def listed(request: Req) -> Response[Any]:
    """All contracts, the newest first, or one order's."""
    actor_of(request).must("market.view")
    number = request.query_params.get("number", "").strip()
    cursor = request.query_params.get("cursor", "")
    found = await forms.ask(request, contracts.contracts_on_file, number=number, cursor=cursor)
    return await show(
        request, "contracts", "look.console.contracts", "contracts", typed={"number": number},
        **pages.list_context(_BASE, found.items, found.next_cursor, cursor, number=number),
    )  # fmt: skip


@get("/console/contracts/{contract_id:str}", include_in_schema=False)
async def page(request: Req, contract_id: FromPath[str]) -> Response[Any]:
    """One contract."""
    shown = await forms.ask(request, contracts.contract_on_file, contract_id=contract_id)
    return await show(
        request, "contract", shown.card.number, "contracts", **await pages.context(request, _BASE, shown)
    )


@get("/console/contracts/{contract_id:str}/part", include_in_schema=False)
async def part(request: Req, contract_id: FromPath[str]) -> Response[Any]:
    """The same without the page around it."""
    shown = await forms.ask(request, contracts.contract_on_file, contract_id=contract_id)
    return showing.fragment(
        request, "contract/body.html", wrong={}, form_key=new_token(), **await pages.context(request, _BASE, shown)
    )  # fmt: skip


@get("/console/contracts/{contract_id:str}/file", include_in_schema=False)
async def file(request: Req, contract_id: FromPath[str]) -> Response[Any]:
    """A version as a file."""
    return await pages.file_answer(request, contracts.take_contract_on_file, contract_id)


ROUTES = [listed, page, part, file]
