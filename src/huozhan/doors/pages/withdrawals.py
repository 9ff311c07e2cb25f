"""Sending money to the bank, as the workbench and the buyer's market both show it: one set of forms under two addresses."""

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from litestar import Request, Response, post
from litestar.handlers import BaseRouteHandler

from huozhan import parties, payments
from huozhan.doors.hall import Hall
from huozhan.doors.pages import forms, sheets
from huozhan.doors.pages.amounts import minor
from huozhan.doors.pages.forms import KEY_FIELD, Form
from huozhan.kernel.actor import Actor
from huozhan.kernel.refusals import NotFound, Refusal

SHOWN = 10

Req = Request[Any, Any, Any]


class Place(NamedTuple):
    """Where the forms stand: their address, whose money it is, the page around them and the last question."""

    base: str
    source: str
    page: Callable[..., Awaitable[Response[Any]]]
    sure: Callable[..., Awaitable[Response[Any]]]


async def context(request: Req, source: str) -> dict[str, Any]:
    """What the forms need to know: the current account, withdrawals of this kind, who looks."""
    hall: Hall = request.app.state.hall
    actor: Actor = request.scope["state"]["actor"]
    accounts = (await forms.ask(request, payments.bank_accounts)).accounts
    found = await forms.ask(request, payments.my_withdrawals, size=SHOWN)
    return {
        "account": next((account for account in accounts if account.is_current), None),
        "withdrawals": [
            {"one": one, "why": _why(request, one.reason)} for one in found.items if one.source == source
        ],
        "now": hall.clock.now(),
        "holder": actor.org_name.say("zh"),
    }


def _why(request: Req, reason: str) -> str:
    """Why a withdrawal came to nothing, in words where the bank gave a reason that is known."""
    hall: Hall = request.app.state.hall
    key = f"withdrawal.reason.{reason}"
    return hall.words.say(key, request.scope["state"]["lang"]) if hall.words.has(key) else reason


def routes(place: Place) -> list[BaseRouteHandler]:
    """The forms of one place."""

    @post(f"{place.base}/account", include_in_schema=False)
    async def name_account(request: Req) -> Response[Any]:
        """Names the bank account that money goes to."""
        form = await forms.read_form(request)
        try:
            await forms.ask(
                request, payments.add_bank_account, key=form.get(KEY_FIELD),
                **forms.fields_of(form, ("number", "holder", "bank_name")),
            )  # fmt: skip
        except Refusal as refusal:
            return await place.page(request, refusal, form, "account")
        return forms.see(place.base)

    @post(f"{place.base}/withdraw", include_in_schema=False)
    async def withdraw(request: Req) -> Response[Any]:
        """Shows what is about to happen first; with `sure`, sends the money."""
        form = await forms.read_form(request)
        try:
            amount_minor = minor(form.get("amount"), "amount")
            if form.get("sure"):
                await forms.ask(
                    request, payments.withdraw, key=form.get(KEY_FIELD), account_id=form.get("account_id"),
                    amount_minor=amount_minor, code=form.get("code"), source=place.source,
                )  # fmt: skip
                return forms.see(f"{place.base}#withdrawals")
        except Refusal as refusal:
            return await place.page(request, refusal, form, "withdraw")
        return await _sure(request, place, form, amount_minor)

    @post(f"{place.base}/withdrawals/{{withdrawal_id:str}}/approve", include_in_schema=False)
    async def approve(request: Req, withdrawal_id: str) -> Response[Any]:
        """Says yes to a colleague's."""
        form = await forms.read_form(request)
        return await _answer(
            request, place, form, payments.approve_withdrawal, withdrawal_id, code=form.get("code")
        )

    @post(f"{place.base}/withdrawals/{{withdrawal_id:str}}/refuse", include_in_schema=False)
    async def refuse(request: Req, withdrawal_id: str) -> Response[Any]:
        """Says no, with a reason."""
        form = await forms.read_form(request)
        return await _answer(
            request, place, form, payments.refuse_withdrawal, withdrawal_id, reason=form.get("reason")
        )

    @post(f"{place.base}/withdrawals/{{withdrawal_id:str}}/take-back", include_in_schema=False)
    async def take_back(request: Req, withdrawal_id: str) -> Response[Any]:
        """Takes one's own back."""
        form = await forms.read_form(request)
        return await _answer(request, place, form, payments.take_back_withdrawal, withdrawal_id)

    return [name_account, withdraw, approve, refuse, take_back]


async def _sure(request: Req, place: Place, form: Form, amount_minor: int | None) -> Response[Any]:
    accounts = (await forms.ask(request, payments.bank_accounts)).accounts
    account = next((one for one in accounts if one.account_id == form.get("account_id")), None)
    if account is None or not amount_minor:
        return forms.see(place.base)
    hall: Hall = request.app.state.hall
    approval_from = hall.rules.at("withdraw.approval_from", hall.clock.now()).value
    return await place.sure(
        request,
        account=account,
        amount_minor=amount_minor,
        amount=sheets.amount(amount_minor),
        approval_from_minor=approval_from,
        needs_colleague=amount_minor >= approval_from,
        second_step=(await forms.ask(request, parties.profile)).two_step_is_on,
    )


async def _answer(
    request: Req, place: Place, form: Form, use_case: Any, withdrawal_id: str, **said: str
) -> Response[Any]:
    try:
        await forms.ask(request, use_case, key=form.get(KEY_FIELD), withdrawal_id=withdrawal_id, **said)
    except NotFound:
        raise
    except Refusal as refusal:
        return await place.page(request, refusal, form, "withdrawals")
    return forms.see(f"{place.base}#withdrawals")
