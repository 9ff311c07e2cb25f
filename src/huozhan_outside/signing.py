"""Signatures of requests to a party and of callbacks from it."""

import base64
import hashlib
import hmac

TOLERANCE_S = 300
SHORTEST_SECRET = 24


class BadSecret(ValueError):
    """A secret that is too short or not in the form the page of the stand-ins prescribes."""


def request_signature(secret: bytes, timestamp: str, nonce: str, method: str, path: str, body: bytes) -> str:
    """Sign one request; `path` is the request target as sent, query string included."""
    head = f"{timestamp}.{nonce}.{method}.{path}.".encode()
    return "v1=" + hmac.new(secret, head + body, hashlib.sha256).hexdigest()


def request_headers(
    secret: bytes, timestamp: int, nonce: str, method: str, path: str, body: bytes
) -> dict[str, str]:
    """The three headers a signed request carries."""
    stamp = str(timestamp)
    return {
        "X-Timestamp": stamp,
        "X-Nonce": nonce,
        "X-Signature": request_signature(secret, stamp, nonce, method, path, body),
    }


def callback_signature(secret: bytes, message_id: str, timestamp: int, body: bytes) -> str:
    """Sign one callback the Standard Webhooks way."""
    digest = hmac.digest(secret, f"{message_id}.{timestamp}.".encode() + body, "sha256")
    return "v1," + base64.b64encode(digest).decode()


def callback_headers(secret: bytes, message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The three headers a callback carries."""
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": callback_signature(secret, message_id, timestamp, body),
    }


def same(given: str, expected: str) -> bool:
    """Compare two signatures in constant time."""
    return hmac.compare_digest(given.encode(errors="replace"), expected.encode())


def request_key(text: str) -> bytes:
    """The key of a `request_secret`."""
    key = text.encode()
    if len(key) < SHORTEST_SECRET:
        raise BadSecret("a request_secret has at least 24 bytes")
    return key


def callback_key(text: str) -> bytes:
    """The key inside a `callback_secret` of the form `whsec_…`."""
    try:
        key = base64.b64decode(text.removeprefix("whsec_"), validate=True)
    except ValueError as problem:
        raise BadSecret("a callback_secret is whsec_ and base64") from problem
    if not text.startswith("whsec_") or not SHORTEST_SECRET <= len(key) <= 64:
        raise BadSecret("a callback_secret is whsec_ and 24 to 64 bytes in base64")
    return key
