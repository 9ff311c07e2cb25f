"""Plays the payer at the channel's stand-in: signed calls as its page describes them."""

import hashlib
import hmac
import secrets
import time
import tomllib
from pathlib import Path

import msgspec

from bench.http import Client


class Payer:
    """Pays at the channel without a browser."""

    def __init__(self, home: Path) -> None:
        shared = tomllib.loads((home / "secrets.toml").read_text())["channel"]
        port = (home / "outside" / "port").read_text().strip()
        self._secret = shared["request_secret"].encode()
        self._client = Client(f"http://127.0.0.1:{port}")

    async def pay(self, merchant_ref: str) -> None:
        """Pays one payment in full."""
        path = f"/channel/payments/{merchant_ref}/simulate-pay"
        timestamp, nonce = str(int(time.time())), secrets.token_urlsafe(18)
        signed = f"{timestamp}.{nonce}.POST.{path}.".encode() + msgspec.json.encode({})
        signature = hmac.new(self._secret, signed, hashlib.sha256).hexdigest()
        await self._client.ask(
            "POST", path, {}, X_Timestamp=timestamp, X_Nonce=nonce, X_Signature=f"v1={signature}"
        )
