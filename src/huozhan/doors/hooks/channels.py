"""Real payment channels call here, each in its own language; what they say is written down in ours, theirs beside it."""

from datetime import UTC, datetime
from typing import Any

from litestar import Request, Response, post

from huozhan import payments
from huozhan.doors.hall import Hall
from huozhan.doors.hooks.parties import (
    BODY_BYTES_MAX,
    REFUSED_BYTES_KEPT,
    note_about_money,
    refused_callbacks,
)
from huozhan.kernel.refusals import NotFound
from huozhan.kernel.signed_http import BadCallback


@post("/hooks/alipay", request_max_body_size=BODY_BYTES_MAX, include_in_schema=False)
async def hear_alipay(request: Request[Any, Any, Any]) -> Response[str]:
    """Alipay tells of a payment or a refund."""
    await _hear(request, "alipay")
    return Response("success", media_type="text/plain", status_code=200)


@post("/hooks/wechat-pay", request_max_body_size=BODY_BYTES_MAX, include_in_schema=False)
async def hear_wechat_pay(request: Request[Any, Any, Any]) -> Response[str]:
    """WeChat Pay tells of a payment or a refund."""
    await _hear(request, "wechat_pay")
    return Response('{"code":"SUCCESS"}', media_type="application/json", status_code=200)


async def _hear(request: Request[Any, Any, Any], name: str) -> None:
    hall: Hall = request.app.state.hall
    channel = hall.outside.channel
    if getattr(channel, "name", "") != name:
        raise NotFound
    body = await request.body()
    headers = {key.lower(): value for key, value in request.headers.items()}
    try:
        told = await channel.hear(headers, body, datetime.now(UTC))
    except BadCallback:
        if refused_callbacks.may_keep():
            await note_about_money(hall, "channel", "", body[:REFUSED_BYTES_KEPT], is_genuine=False)
        raise
    message = payments.write_message(told.about, told.said)
    if message is not None:
        await note_about_money(hall, "channel", told.message_id, message, is_genuine=True)
