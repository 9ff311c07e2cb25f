"""承运商: contracts with carriers and their price tables, lines of their bills to work off, money that goes to them."""

from typing import Any

from litestar import Response, get, post

from huozhan import carriage, fulfilment, operations
from huozhan.doors.console.frame import Req, show
from huozhan.doors.pages import forms, moments, price_table, showing
from huozhan.doors.pages.forms import KEY_FIELD, Form
from huozhan.doors.pages.price_table import PriceRow
from huozhan.kernel.refusals import Refusal

HERE = "/console/carriers"
BILLS = "/console/carrier-bills"


@get(HERE, include_in_schema=False)
async def carriers(request: Req) -> Response[Any]:
    """Carriers that the market has a contract with."""
    return await _carriers(request)


async def _carriers(request: Req, refused: Refusal | None = None, form: Form | None = None) -> Response[Any]:
    found = await forms.ask(request, carriage.carrier_contracts)
    known = await forms.ask(request, fulfilment.carriers)
    lang = _lang(request)
    return await show(
        request,
        "carriers",
        "look.console.carriers",
        "carriers",
        refused=refused,
        typed=form.values if form else None,
        found=found.contracts,
        names={one.carrier_code: one.name.say(lang) for one in known.carriers},
        options=[{"value": one.carrier_code, "label": one.name.say(lang)} for one in known.carriers],
    )


@post(HERE, include_in_schema=False)
async def make_contract(request: Req) -> Response[Any]:
    """Makes a contract, or moves the account its bills are paid to."""
    form = await forms.read_form(request)
    try:
        fields = forms.fields_of(form, ("carrier_code", "account_no", "account_name", "bank_name", "reason"))
        made = await forms.ask(request, operations.make_carrier_contract, key=form.get(KEY_FIELD), **fields)
    except Refusal as refusal:
        return await _carriers(request, refusal, form)
    return forms.see(f"{HERE}/{made.carrier_id}")


@get(HERE + "/{carrier_id:str}", include_in_schema=False)
async def carrier(request: Req, carrier_id: str) -> Response[Any]:
    """One contract with its price tables."""
    return await _carrier(request, carrier_id)


async def _carrier(
    request: Req, carrier_id: str, refused: Refusal | None = None, form: Form | None = None
) -> Response[Any]:
    found = await forms.ask(request, carriage.carrier_contract, carrier_id=carrier_id)
    lang = _lang(request)
    newest = found.versions[0].prices if found.versions else []
    rows = price_table.typed_rows(form) if form else price_table.rows_of(newest, lang)
    spare = [PriceRow("")] * (price_table.SPARE_ROWS if rows else price_table.SPARE_ROWS + 2)
    return await show(
        request,
        "carrier",
        "look.console.carriers",
        "carriers",
        refused=refused,
        typed=form.values if form else None,
        one=found,
        name=fulfilment.carrier_name(found.carrier_code).say(lang),
        rows=[*rows, *([] if form else spare)],
        tables={version.version: price_table.rows_of(version.prices, lang) for version in found.versions},
    )


@post(HERE + "/{carrier_id:str}/terms", include_in_schema=False)
async def publish_terms(request: Req, carrier_id: str) -> Response[Any]:
    """Publishes the next version: prices, or that no waybills are given any more."""
    form = await forms.read_form(request)
    is_on = form.get("do") != "off"
    try:
        typed = form.get("effective_from")
        moment = moments.read_moment(request, typed, "effective_from") if typed else ""
        await forms.ask(
            request,
            operations.publish_carrier_terms,
            key=form.get(KEY_FIELD),
            carrier_id=carrier_id,
            is_on=is_on,
            effective_from=moment,
            prices=price_table.read_prices(form) if is_on else [],
            reason=form.get("reason"),
        )
    except Refusal as refusal:
        return await _carrier(request, carrier_id, refusal, form if is_on else None)
    return forms.see(f"{HERE}/{carrier_id}")


@get(BILLS, include_in_schema=False)
async def bills(request: Req) -> Response[Any]:
    """What carriers are owed, and the lines of their bills."""
    return await _bills(request)


async def _bills(request: Req, refused: Refusal | None = None, form: Form | None = None) -> Response[Any]:
    state, cursor = request.query_params.get("state", "waiting"), request.query_params.get("cursor", "")
    found = await forms.ask(
        request, carriage.carrier_desk, state="all" if state == "all" else "waiting", cursor=cursor
    )
    lang = _lang(request)
    codes = {owed.carrier_id: owed.carrier_code for owed in found.owed}
    return await show(
        request,
        "carrier_bills",
        "look.console.carrier_bills",
        "carrier_bills",
        refused=refused,
        typed=form.values if form else None,
        found=found,
        names={carrier_id: fulfilment.carrier_name(code).say(lang) for carrier_id, code in codes.items()},
        state=state,
        next_href=showing.address(BILLS, state=state, cursor=found.next_cursor) if found.next_cursor else "",
        first_href=showing.address(BILLS, state=state) if cursor else "",
    )


@post(BILLS, include_in_schema=False)
async def decide(request: Req) -> Response[Any]:
    """Decides what becomes of a line."""
    form = await forms.read_form(request)
    deed, _, bearer = form.get("deed").partition("_")
    try:
        await forms.ask(
            request, operations.decide_bill_line, key=form.get(KEY_FIELD), on=form.get("on"), nth=form.get("nth"),
            deed=deed, bearer=bearer or None, reason=form.get("reason"),
        )  # fmt: skip
    except Refusal as refusal:
        return await _bills(request, refusal, form)
    return forms.see(BILLS)


@post(BILLS + "/payouts", include_in_schema=False)
async def pay(request: Req) -> Response[Any]:
    """Asks for what is payable to go to a carrier."""
    form = await forms.read_form(request)
    try:
        fields = forms.fields_of(form, ("carrier_id", "amount_minor", "code", "reason"))
        await forms.ask(request, operations.pay_carrier, key=form.get(KEY_FIELD), **fields)
    except Refusal as refusal:
        return await _bills(request, refusal, form)
    return forms.see(BILLS)


@post(BILLS + "/payouts/{payout_id:str}", include_in_schema=False)
async def answer(request: Req, payout_id: str) -> Response[Any]:
    """Approves money to a carrier, or refuses it."""
    form = await forms.read_form(request)
    use_case: Any = (
        operations.approve_carrier_payout if form.get("do") == "approve" else operations.refuse_carrier_payout
    )
    try:
        fields = forms.fields_of(form, ("carrier_id", "code", "reason"))
        await forms.ask(request, use_case, key=form.get(KEY_FIELD), payout_id=payout_id, **fields)
    except Refusal as refusal:
        return await _bills(request, refusal, form)
    return forms.see(BILLS)


def _lang(request: Req) -> str:
    return str(request.scope["state"]["lang"])


ROUTES = [carriers, make_contract, carrier, publish_terms, bills, decide, pay, answer]
