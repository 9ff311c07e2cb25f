"""Signatures both ways; the other side's rules are written out here once more, from docs/stand-ins.md."""

import base64
import hashlib
import hmac
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from huozhan.kernel.signed_http import BadCallback, PartyRefused, PartySilent, SignedHttp, verify_callback

SECRET = b"a request secret of 24 bytes"
KEY = b"k" * 32
CALLBACK_SECRET = "whsec_" + base64.b64encode(KEY).decode()
NOW = datetime(2026, 3, 1, tzinfo=UTC)
BODY = b'{"type":"payment.paid"}'


def client(answer: Callable[[httpx.Request], httpx.Response]) -> SignedHttp:
    return SignedHttp("http://party.test", "channel", SECRET, transport=httpx.MockTransport(answer))


def headers(
    body: bytes = BODY, *, at: datetime = NOW, key: bytes = KEY, message_id: str = "msg_1"
) -> dict[str, str]:
    stamp = str(int(at.timestamp()))
    digest = hmac.new(key, f"{message_id}.{stamp}.".encode() + body, hashlib.sha256).digest()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": stamp,
        "webhook-signature": "v1," + base64.b64encode(digest).decode(),
    }


async def test_a_request_is_signed_over_its_target_and_body() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"state": "open"})

    http = client(answer)
    assert await http.post("payments", {"ref": "PA-1"}) == {"state": "open"}
    await http.get("files/trades", on="2026-03-01")
    await http.get("files/trades", on="2026-03-01")
    assert [request.url.raw_path for request in seen[:2]] == [
        b"/channel/payments",
        b"/channel/files/trades?on=2026-03-01",
    ]
    for request in seen:
        sent = request.headers
        signed = f"{sent['x-timestamp']}.{sent['x-nonce']}.{request.method}.{request.url.raw_path.decode()}."
        expected = hmac.new(SECRET, signed.encode() + request.content, hashlib.sha256).hexdigest()
        assert sent["x-signature"] == f"v1={expected}"
    assert len({request.headers["x-nonce"] for request in seen}) == 3


async def test_a_no_a_failure_and_silence_are_told_apart() -> None:
    with pytest.raises(PartyRefused) as refused:
        await client(lambda _: httpx.Response(409, json={"code": "already_paid"})).post("payments", {})
    assert (refused.value.status, refused.value.code) == (409, "already_paid")
    with pytest.raises(PartySilent):
        await client(lambda _: httpx.Response(500, json={"code": "party_failed"})).post("payments", {})

    def drop(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("no answer", request=request)

    with pytest.raises(PartySilent):
        await client(drop).get("payments/PA-1")


async def test_a_file_is_read_line_by_line() -> None:
    http = client(lambda _: httpx.Response(200, content=b'{"n":1}\n{"n":2}\n'))
    assert await http.lines("files/trades", on="2026-03-01") == [{"n": 1}, {"n": 2}]


def test_a_true_callback_passes() -> None:
    assert verify_callback(headers(), BODY, CALLBACK_SECRET, NOW).message_id == "msg_1"


@pytest.mark.parametrize(
    "given",
    [
        headers(b"{}"),
        headers(key=b"x" * 32),
        headers(at=NOW - timedelta(seconds=301)),
        headers(at=NOW + timedelta(seconds=301)),
        {**headers(), "webhook-id": "msg_2"},
        {**headers(), "webhook-timestamp": "soon"},
        {**headers(), "webhook-timestamp": "٣"},
        {**headers(), "webhook-signature": "v1,é"},
        {},
    ],
)
def test_a_false_callback_is_refused(given: dict[str, str]) -> None:
    with pytest.raises(BadCallback):
        verify_callback(given, BODY, CALLBACK_SECRET, NOW)


def test_one_of_several_signatures_is_enough() -> None:
    given = headers()
    given["webhook-signature"] = "v1,AAAA " + given["webhook-signature"]
    assert verify_callback(given, BODY, CALLBACK_SECRET, NOW).message_id == "msg_1"
