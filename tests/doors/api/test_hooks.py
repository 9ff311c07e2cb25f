"""Callbacks that nobody could read are kept or refused in words, however well they are signed."""

import base64
import hmac
import time
from collections.abc import Iterator

import httpx
import pytest

from huozhan.doors.hall import Outside
from huozhan.kernel.signed_http import callback_key
from huozhan.payments.message import Kind, read_message
from tests.doors.api.calling import Api, problem

SECRET = "whsec_" + base64.b64encode(b"a secret of the parties").decode()
UNREADABLE = (b"{", b"", b"\xff\xfe", b'"\xff"', b"[" * 30_000 + b"]" * 30_000, b'{"data": ' + b"[" * 30_000)


@pytest.fixture(autouse=True)
def _parties(api: Api) -> Iterator[None]:
    before = api.hall.outside
    api.hall.outside = Outside(callback_secrets=dict.fromkeys(("channel", "bank", "carrier"), SECRET))
    yield
    api.hall.outside = before


async def tell(api: Api, party: str, body: bytes, *, number: int = 1) -> httpx.Response:
    head, moment = f"msg_{number}", str(int(time.time()))
    digest = hmac.digest(callback_key(SECRET), f"{head}.{moment}.".encode() + body, "sha256")
    headers = {
        "webhook-id": head,
        "webhook-timestamp": moment,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
        "accept-language": "en",
    }
    return await api.client.post(f"/hooks/{party}", content=body, headers=headers)


async def test_a_carriers_message_that_is_no_json_is_refused(api: Api) -> None:
    for number, body in enumerate(UNREADABLE):
        problem(await tell(api, "carrier", body, number=number), 400)


async def test_what_is_said_of_money_is_kept_and_never_fails(api: Api) -> None:
    for number, body in enumerate(UNREADABLE):
        for party in ("channel", "bank"):
            assert (await tell(api, party, body, number=number)).status_code == 204, (party, body[:20])
        assert read_message(body) == (Kind.unreadable, None)
    deep = b'{"type": "payment.paid", "data": {"merchant": ' + b"[" * 30_000 + b"]" * 30_000 + b"}}"
    assert read_message(deep) == (Kind.unreadable, None)


async def test_a_callback_that_is_too_large_is_told_how_large_it_may_be(api: Api) -> None:
    answer = await tell(api, "channel", b" " * 70_000)

    assert problem(answer, 413)["facts"] == {"limit_bytes": 65_536}
