"""Plays the people at the outside parties' stand-ins: signed calls as their page describes them."""

import hashlib
import hmac
import secrets
import time
import tomllib
from pathlib import Path
from typing import Any

import msgspec

from bench.http import Client


class OutsideParties:
    """A payer at the channel, a driver at the carrier, and an auditor of every party's own books."""

    def __init__(self, home: Path) -> None:
        self._secrets = tomllib.loads((home / "secrets.toml").read_text())
        port = (home / "outside" / "port").read_text().strip()
        self._client = Client(f"http://127.0.0.1:{port}")

    async def pay(self, merchant_ref: str) -> None:
        """Pays one payment in full."""
        await self._ask("POST", f"/channel/payments/{merchant_ref}/simulate-pay", {})

    async def move_parcel(self, carrier_code: str, waybill: str, state: str) -> None:
        """Moves a parcel to a station of its journey."""
        moved = {"carrier_code": carrier_code, "waybill": waybill, "state": state}
        await self._ask("POST", "/carrier/advance", moved)

    async def truth(self, party: str) -> list[dict[str, Any]]:
        """What really happened at a party, by reference."""
        rows: list[dict[str, Any]] = []
        after = ""
        while True:
            told = await self._ask("GET", f"/truth/{party}?after={after}" if after else f"/truth/{party}")
            rows += told["by_reference"]
            after = told["next"]
            if not after:
                return rows

    async def close(self) -> None:
        """Ends the connection."""
        await self._client.close()

    async def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        party = path.removeprefix("/truth").split("/")[1].partition("?")[0]
        timestamp, nonce = str(int(time.time())), secrets.token_urlsafe(18)
        content = msgspec.json.encode(body) if body is not None else b""
        signed = f"{timestamp}.{nonce}.{method}.{path}.".encode() + content
        secret = self._secrets[party]["request_secret"].encode()
        signature = hmac.new(secret, signed, hashlib.sha256).hexdigest()
        return await self._client.ask(
            method, path, body, X_Timestamp=timestamp, X_Nonce=nonce, X_Signature=f"v1={signature}"
        )
