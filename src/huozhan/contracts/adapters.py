"""The certification authority over signed HTTP, as docs/stand-ins.md says."""

import base64
from datetime import datetime

import msgspec

from huozhan.contracts.ports import Confirmation, Issued
from huozhan.kernel.signed_http import SignedHttp


class _Issued(msgspec.Struct, frozen=True):
    serial: str
    certificate: str
    root: str
    valid_until: datetime


class _Signature(msgspec.Struct, frozen=True):
    signature: str


class _Stamp(msgspec.Struct, frozen=True):
    token: str


class HttpSigner:
    """The signer port over signed HTTP."""

    def __init__(self, http: SignedHttp) -> None:
        self._http = http

    async def certificate(self, ref: str, *, organisation: str, credit_code: str, country: str) -> Issued:
        """Has a certificate issued; the same reference gets the same one."""
        body = {"ref": ref, "organisation": organisation, "credit_code": credit_code, "country": country}
        told = await self._http.post("certificates", body, _Issued)
        return Issued(
            serial=told.serial,
            certificate=base64.b64decode(told.certificate),
            root=base64.b64decode(told.root),
            valid_until=told.valid_until,
        )

    async def sign(self, ref: str, *, serial: str, digest: bytes, confirmation: Confirmation) -> bytes:
        """Has a digest signed; the same reference gets the same signature."""
        body = {"ref": ref, "serial": serial, "digest": digest.hex(), "confirmation": confirmation}
        return base64.b64decode((await self._http.post("signatures", body, _Signature)).signature)

    async def stamp(self, ref: str, *, digest: bytes) -> bytes:
        """Has a digest stamped; the same reference gets the same stamp."""
        told = await self._http.post("stamps", {"ref": ref, "digest": digest.hex()}, _Stamp)
        return base64.b64decode(told.token)

    async def revoke(self, serial: str, *, reason: str) -> None:
        """Has a certificate revoked; a second time changes nothing."""
        await self._http.post("revocations", {"serial": serial, "reason": reason})

    async def revocations(self) -> bytes:
        """The authority's list."""
        return await self._http.file("crl")
