"""Calls to outside parties and callbacks from them, both signed; docs/stand-ins.md describes the wire.

A party either answered, refused (`PartyRefused`) or left the outcome unknown (`PartySilent`): after silence the
same reference is asked or sent again, never a new one. Signatures carry the machine's own time, not the market's.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar, overload

import httpx
import msgspec

from huozhan.kernel.files import decode_rows
from huozhan.kernel.refusals import Refusal, Sort

TIMEOUT_SECONDS = 10.0
CALLBACK_TOLERANCE_SECONDS = 300
_CALLBACK_SECRET_PREFIX = "whsec_"  # noqa: S105 -- the marker before a secret, not one

T = TypeVar("T")


class PartyRefused(Exception):
    """The party understood and said no; sending the same again changes nothing."""

    def __init__(self, party: str, status: int, code: str, answer: Mapping[str, Any]) -> None:
        super().__init__(f"{party}: {status} {code}")
        self.party = party
        self.status = status
        self.code = code
        self.answer = answer


class PartySilent(Exception):
    """The party failed or did not answer: whether it did the work is unknown."""


class BadCallback(Refusal):
    """The callback was not signed by the party, or too long ago."""

    code = "bad_callback"
    sort = Sort.unauthenticated


class CallbackHead(msgspec.Struct, frozen=True):
    """What a verified callback says about itself; `message_id` is the same on every attempt."""

    message_id: str
    sent_at_unix: int


class SignedHttp:
    """One party, reached over HTTP with signed requests; paths are relative to the party's own."""

    def __init__(
        self,
        base_url: str,
        party: str,
        request_secret: bytes,
        *,
        timeout_seconds: float = TIMEOUT_SECONDS,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.party = party
        self.base_url = base_url
        self._secret = request_secret
        self._client = httpx.AsyncClient(base_url=base_url, timeout=timeout_seconds, transport=transport)

    @overload
    async def post(self, path: str, body: Any, answer_type: type[T]) -> T: ...
    @overload
    async def post(self, path: str, body: Any) -> Any: ...
    async def post(self, path: str, body: Any, answer_type: Any = Any) -> Any:
        """Asks the party to do something and returns its answer."""
        content = msgspec.json.encode(body)
        return msgspec.json.decode(await self._call("POST", path, content, {}), type=answer_type)

    @overload
    async def get(self, path: str, answer_type: type[T], /, **query: str) -> T: ...
    @overload
    async def get(self, path: str, /, **query: str) -> Any: ...
    async def get(self, path: str, answer_type: Any = Any, /, **query: str) -> Any:
        """Asks the party how something stands."""
        return msgspec.json.decode(await self._call("GET", path, b"", query), type=answer_type)

    async def lines(self, path: str, **query: str) -> list[Any]:
        """A file of JSON lines that the party keeps for us; a line that is no JSON comes as its text."""
        return decode_rows(await self.file(path, **query))

    async def file(self, path: str, **query: str) -> bytes:
        """A file that the party keeps for us, as it is."""
        return await self._call("GET", path, b"", query)

    async def close(self) -> None:
        """Closes the connections."""
        await self._client.aclose()

    async def _call(self, method: str, path: str, content: bytes, query: Mapping[str, str]) -> bytes:
        request = self._client.build_request(
            method, f"/{self.party}/{path}", content=content or None, params=query or None
        )
        target = request.url.raw_path.decode()
        request.headers.update(sign_request(self._secret, int(time.time()), method, target, content))
        if content:
            request.headers["Content-Type"] = "application/json"
        try:
            response = await self._client.send(request)
        except httpx.HTTPError as error:
            raise PartySilent(f"{self.party}: {type(error).__name__}") from error
        if response.status_code >= 500:
            raise PartySilent(f"{self.party}: {response.status_code}")
        if not response.is_success:
            answer = _read_refusal(response.content)
            raise PartyRefused(self.party, response.status_code, str(answer.get("code", "")), answer)
        return response.content


def _read_refusal(content: bytes) -> dict[str, Any]:
    try:
        return msgspec.json.decode(content, type=dict[str, Any])
    except msgspec.MsgspecError:
        return {}


def sign_request(secret: bytes, timestamp: int, method: str, target: str, body: bytes) -> dict[str, str]:
    """The three headers of one attempt; the nonce is fresh for each."""
    nonce = secrets.token_urlsafe(18)
    signed = f"{timestamp}.{nonce}.{method}.{target}.".encode() + body
    signature = hmac.new(secret, signed, hashlib.sha256).hexdigest()
    return {"X-Timestamp": str(timestamp), "X-Nonce": nonce, "X-Signature": f"v1={signature}"}


def verify_callback(headers: Mapping[str, str], body: bytes, secret: str, now: datetime) -> CallbackHead:
    """Checks who sent a callback and when, or refuses; `now` is the machine's own time.

    `secret` is the party's `whsec_…` text. Header names are looked up in lower case.
    """
    message_id = headers.get("webhook-id", "")
    timestamp = headers.get("webhook-timestamp", "")
    if not message_id or not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > 12:
        raise BadCallback
    signed = f"{message_id}.{timestamp}.".encode() + body
    expected = base64.b64encode(hmac.digest(callback_key(secret), signed, "sha256")).decode()
    given = [part.partition(",") for part in headers.get("webhook-signature", "").split()]
    same = [hmac.compare_digest(text.encode(), expected.encode()) for kind, _, text in given if kind == "v1"]
    if not any(same) or abs(now.timestamp() - int(timestamp)) > CALLBACK_TOLERANCE_SECONDS:
        raise BadCallback
    return CallbackHead(message_id, int(timestamp))


def callback_key(secret: str) -> bytes:
    """The key inside a callback secret of the form `whsec_…`; anything else is a mistake of the operator."""
    try:
        key = base64.b64decode(secret.removeprefix(_CALLBACK_SECRET_PREFIX), validate=True)
    except binascii.Error as error:
        raise ValueError("a callback secret is whsec_ and base64") from error
    if not secret.startswith(_CALLBACK_SECRET_PREFIX) or not key:
        raise ValueError("a callback secret is whsec_ and base64")
    return key
