"""The payment channel, the bank and the carriers call here.

Signatures carry the machine's own time, so they are judged by it and not by the market's clock. A callback of the
channel or the bank that is not theirs is kept as well, because somebody tried; so many a minute and no more.
"""

import time
from datetime import UTC, datetime
from typing import Any

import msgspec
from litestar import Request, post

from huozhan import finance, fulfilment, invoicing, logistics, payments
from huozhan.doors.hall import Hall
from huozhan.kernel.actor import system
from huozhan.kernel.refusals import Invalid
from huozhan.kernel.shapes import read_json
from huozhan.kernel.signed_http import BadCallback, CallbackHead, verify_callback

BODY_BYTES_MAX = 65_536
REFUSED_BYTES_KEPT = 2_000
REFUSED_KEPT_PER_MINUTE = 60
_HEARD = 204


class RefusedCallbacks:
    """Counts what was not genuine, so that nobody can fill the market's tables from outside."""

    def __init__(self) -> None:
        self._minute = 0
        self._kept = 0

    def may_keep(self) -> bool:
        """Tells whether one more may be written down in this minute."""
        minute = int(time.monotonic() // 60)
        if minute != self._minute:
            self._minute, self._kept = minute, 0
        self._kept += 1
        return self._kept <= REFUSED_KEPT_PER_MINUTE


refused_callbacks = RefusedCallbacks()


@post("/hooks/channel", status_code=_HEARD, request_max_body_size=BODY_BYTES_MAX, include_in_schema=False)
async def hear_channel(request: Request[Any, Any, Any]) -> None:
    """The payment channel tells of a payment or a refund."""
    await _hear_about_money(request, "channel")


@post("/hooks/bank", status_code=_HEARD, request_max_body_size=BODY_BYTES_MAX, include_in_schema=False)
async def hear_bank(request: Request[Any, Any, Any]) -> None:
    """The bank tells of a transfer."""
    await _hear_about_money(request, "bank")


@post("/hooks/lender", status_code=_HEARD, request_max_body_size=BODY_BYTES_MAX, include_in_schema=False)
async def hear_lender(request: Request[Any, Any, Any]) -> None:
    """The lender tells of an account, an authorisation or a loan; whatever it says, it is asked."""
    await _hear_to_ask(request, "lender", finance.asks.HearLender, finance.hear_lender)


@post("/hooks/funder", status_code=_HEARD, request_max_body_size=BODY_BYTES_MAX, include_in_schema=False)
async def hear_funder(request: Request[Any, Any, Any]) -> None:
    """The funder tells of a supplier's account; whatever it says, it is asked."""
    await _hear_to_ask(request, "funder", finance.funder_asks.HearFunder, finance.hear_funder)


async def _hear_to_ask(request: Request[Any, Any, Any], party: str, said: Any, hear: Any) -> None:
    """Keeps what a party said that is asked in any case; what is not genuine, within reason."""
    hall: Hall = request.app.state.hall
    body = await request.body()
    try:
        head = _verified(hall, request, party, body)
    except BadCallback:
        if refused_callbacks.may_keep():
            false = said(message_id=_said_id(request), body=body[:REFUSED_BYTES_KEPT], is_genuine=False)
            await hall.run(hear, false, system("hooks"))
        raise
    true = said(message_id=head.message_id, body=body, is_genuine=True)
    await hall.run(hear, true, system("hooks"))


@post("/hooks/carrier", status_code=_HEARD, request_max_body_size=BODY_BYTES_MAX, include_in_schema=False)
async def hear_carrier(request: Request[Any, Any, Any]) -> None:
    """A carrier tells of a scan."""
    hall: Hall = request.app.state.hall
    body = await request.body()
    head = _verified(hall, request, "carrier", body)
    try:
        read_json(body)
    except msgspec.MsgspecError as error:
        raise Invalid(detail=str(error)) from error
    message = fulfilment.asks.CarrierMessage(message_id=head.message_id, body=body.decode())
    await hall.run(fulfilment.note_carrier_message, message, system("hooks"))


@post("/hooks/waybills", status_code=_HEARD, request_max_body_size=BODY_BYTES_MAX, include_in_schema=False)
async def hear_waybills(request: Request[Any, Any, Any]) -> None:
    """A carrier tells of a waybill it gave; whatever it says, it is asked."""
    hall: Hall = request.app.state.hall
    body = await request.body()
    try:
        head = _verified(hall, request, "carrier", body)
    except BadCallback:
        if refused_callbacks.may_keep():
            kept = body[:REFUSED_BYTES_KEPT]
            false = logistics.asks.HearWaybill(message_id=_said_id(request), body=kept, is_genuine=False)
            await hall.run(logistics.hear_waybill, false, system("hooks"))
        raise
    said = logistics.asks.HearWaybill(message_id=head.message_id, body=body, is_genuine=True)
    await hall.run(logistics.hear_waybill, said, system("hooks"))


@post("/hooks/tax", status_code=_HEARD, request_max_body_size=BODY_BYTES_MAX, include_in_schema=False)
async def hear_tax(request: Request[Any, Any, Any]) -> None:
    """The tax party tells that a request of ours has ended."""
    hall: Hall = request.app.state.hall
    body = await request.body()
    head = _verified(hall, request, "tax", body)
    try:
        read_json(body)
    except msgspec.MsgspecError as error:
        raise Invalid(detail=str(error)) from error
    message = invoicing.asks.TaxMessage(message_id=head.message_id, body=body.decode())
    await hall.run(invoicing.note_tax_message, message, system("hooks"))


async def _hear_about_money(request: Request[Any, Any, Any], party: str) -> None:
    hall: Hall = request.app.state.hall
    body = await request.body()
    try:
        head = _verified(hall, request, party, body)
    except BadCallback:
        if refused_callbacks.may_keep():
            await note_about_money(
                hall, party, _said_id(request), body[:REFUSED_BYTES_KEPT], is_genuine=False
            )
        raise
    await note_about_money(hall, party, head.message_id, body, is_genuine=True)


async def note_about_money(hall: Hall, party: str, message_id: str, body: bytes, *, is_genuine: bool) -> None:
    """Writes down what a party said; `is_genuine` says whether its signature held."""
    note = payments.asks.NoteCallback(
        party=party,
        message_id=message_id,
        body=body,
        is_genuine=is_genuine,
        merchant=hall.outside.channel.merchant if hall.outside.channel else "",
    )
    await hall.run(payments.note_callback, note, system("hooks"))


def _verified(hall: Hall, request: Request[Any, Any, Any], party: str, body: bytes) -> CallbackHead:
    secret = hall.outside.callback_secrets.get(party)
    if secret is None:
        raise BadCallback
    return verify_callback(request.headers, body, secret, datetime.now(UTC))


def _said_id(request: Request[Any, Any, Any]) -> str:
    return request.headers.get("webhook-id", "")[:200]
