"""Contracts, as the buyer's market and the workbench both show them: list, one contract, what can be done, files."""

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from litestar import Request, Response, get, post
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath

from huozhan import contracts
from huozhan.doors.pages import forms, showing
from huozhan.doors.pages.forms import KEY_FIELD, Form
from huozhan.kernel.actor import Actor
from huozhan.kernel.crypto import new_token
from huozhan.kernel.refusals import NotFound, Refusal
from huozhan.kernel.work import UseCase

Req = Request[Any, Any, Any]
_DEEDS: dict[str, UseCase[Any, Any]] = {
    "sign": contracts.sign_contract,
    "refuse": contracts.refuse_contract,
    "withdraw": contracts.withdraw_contract,
    "revoke": contracts.revoke_certificate,
    "packages": contracts.ask_package,
}
_SAID = {
    "sign": ("version_no", "sha256", "code"),
    "refuse": ("reason",),
    "withdraw": ("reason",),
    "revoke": ("reason", "code"),
    "packages": (),
}
"""Which fields each deed's form carries."""


class Place(NamedTuple):
    """Where contracts stand: the address before theirs, which side's they are, and the page around them."""

    base: str
    side: str
    show: Callable[..., Awaitable[Response[Any]]]


def routes(place: Place) -> list[BaseRouteHandler]:
    """The pages of one place."""
    one = f"{place.base}/contracts/{{contract_id:str}}"

    @get(f"{place.base}/contracts", include_in_schema=False)
    async def listed(request: Req) -> Response[Any]:
        """My contracts, the newest first."""
        cursor = request.query_params.get("cursor", "")
        found = await forms.ask(request, contracts.my_contracts, side=place.side, cursor=cursor)
        return await place.show(
            request, "contracts", "contract.title", **list_context(place.base, found.items, found.next_cursor, cursor)
        )  # fmt: skip

    @get(one, include_in_schema=False)
    async def page(request: Req, contract_id: FromPath[str]) -> Response[Any]:
        """One contract."""
        return await _page(request, place, contract_id)

    @get(f"{one}/part", include_in_schema=False)
    async def part(request: Req, contract_id: FromPath[str]) -> Response[Any]:
        """The same without the page around it, for the page that is open while something happens."""
        shown = await _mine(request, place, contract_id)
        return showing.fragment(
            request, "contract/body.html", wrong={}, form_key=new_token(), **await context(request, place.base, shown)
        )  # fmt: skip

    @post(f"{place.base}/orders/{{order_id:str}}/contract", include_in_schema=False)
    async def ask(request: Req, order_id: FromPath[str]) -> Response[Any]:
        """Has a contract about an order drawn up."""
        form = await forms.read_form(request)
        try:
            asked = await forms.ask(
                request, contracts.ask_contract, key=form.get(KEY_FIELD), order_id=order_id
            )
        except contracts.ContractOpen:
            return forms.see(f"{place.base}/orders/{order_id}")
        return forms.see(f"{place.base}/contracts/{asked.contract_id}")

    @post(f"{one}/{{deed:str}}", include_in_schema=False)
    async def do(request: Req, contract_id: FromPath[str], deed: FromPath[str]) -> Response[Any]:
        """Signs, refuses, withdraws, revokes one's certificate, or has the evidence packed."""
        form = await forms.read_form(request)
        if deed not in _DEEDS:
            raise NotFound(deed=deed)
        fields = forms.fields_of(form, _SAID[deed])
        if deed != "revoke":
            fields["contract_id"] = contract_id
        try:
            await forms.ask(request, _DEEDS[deed], key=form.get(KEY_FIELD), **fields)
        except Refusal as refusal:
            return await _page(request, place, contract_id, refusal, form)
        return forms.see(f"{place.base}/contracts/{contract_id}")

    @get(f"{one}/file", include_in_schema=False)
    async def file(request: Req, contract_id: FromPath[str]) -> Response[Any]:
        """A version as a file."""
        return await file_answer(request, contracts.take_contract, contract_id)

    @get(f"{one}/package", include_in_schema=False)
    async def package(request: Req, contract_id: FromPath[str]) -> Response[Any]:
        """A package of evidence."""
        package_id = request.query_params.get("package_id", "")
        return _sent(
            await forms.ask(request, contracts.package_file, contract_id=contract_id, package_id=package_id)
        )

    return [listed, page, part, ask, do, file, package]


async def file_answer(request: Req, use_case: UseCase[Any, Any], contract_id: str) -> Response[Any]:
    """A version as a file to be kept; the address says which version and what of it."""
    query = request.query_params
    found = await forms.ask(
        request, use_case, contract_id=contract_id, version_no=query.get("version_no", ""), kind=query.get("kind", "")
    )  # fmt: skip
    return _sent(found)


def _sent(found: contracts.views.ContractFile) -> Response[Any]:
    headers = {
        "content-disposition": f'attachment; filename="{found.file_name}"', "cache-control": "no-store"
    }  # fmt: skip
    return Response(found.content, media_type=found.media_type, headers=headers)


def list_context(
    base: str, cards: list[contracts.views.ContractCard], following: str | None, cursor: str, **query: str
) -> dict[str, Any]:
    """What a list of contracts shows."""
    path = f"{base}/contracts"
    return {
        "listed": cards,
        "base": base,
        "is_market": base == "/console",
        "next_href": showing.address(path, **query, cursor=following) if following else "",
        "first_href": showing.address(path, **query) if cursor else "",
    }


async def context(request: Req, base: str, shown: contracts.views.ContractPage) -> dict[str, Any]:
    """What one contract's page shows beside the contract."""
    actor: Actor = request.scope["state"]["actor"]
    use_case = contracts.contract_text if base != "/console" else contracts.text_on_file
    found = await forms.ask(
        request, use_case, contract_id=shown.card.contract_id, version_no=shown.card.version_no
    )
    return {
        "shown": shown,
        "text": contracts.text.read_text(found.text),
        "base": base,
        "may_revoke": base != "/console" and actor.may("org.manage"),
    }


async def _mine(request: Req, place: Place, contract_id: str) -> contracts.views.ContractPage:
    shown = await forms.ask(request, contracts.contract_page, contract_id=contract_id)
    if shown.card.side != place.side:
        raise NotFound(contract_id=contract_id)
    return shown


async def _page(
    request: Req, place: Place, contract_id: str, refused: Refusal | None = None, form: Form | None = None
) -> Response[Any]:
    forms.must_be_for_a_form(refused)
    shown = await _mine(request, place, contract_id)
    return await place.show(
        request,
        "contract",
        shown.card.number,
        refused=refused,
        typed=form.values if form else None,
        **await context(request, place.base, shown),
    )
