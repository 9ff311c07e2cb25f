"""The certification authority as the market sees it: it issues certificates, signs, stamps the time, and revokes."""

from datetime import datetime
from typing import Protocol

import msgspec


class Issued(msgspec.Struct, frozen=True, kw_only=True):
    """A certificate in DER with the root it hangs on."""

    serial: str
    certificate: bytes
    root: bytes
    valid_until: datetime


class Confirmation(msgspec.Struct, frozen=True, kw_only=True):
    """What a person confirmed, for the authority's own records: who, in which session, when, which text."""

    person: str
    session: str
    at: datetime
    sha256: str


class Signer(Protocol):
    """Holds the organisations' keys, each for its organisation alone. One `ref` sent twice is one deed.

    Every call raises `PartyRefused` where the authority says no, `PartySilent` where the outcome is unknown.
    """

    async def certificate(self, ref: str, *, organisation: str, credit_code: str, country: str) -> Issued:
        """Issues a certificate for an organisation whose person was authorised to ask for one."""
        ...

    async def sign(self, ref: str, *, serial: str, digest: bytes, confirmation: Confirmation) -> bytes:
        """Signs a sha256 digest with the key of a certificate; the value stands in a CMS signature."""
        ...

    async def stamp(self, ref: str, *, digest: bytes) -> bytes:
        """A time stamp token (RFC 3161, DER) over a sha256 digest."""
        ...

    async def revoke(self, serial: str, *, reason: str) -> None:
        """Revokes a certificate from now on."""
        ...

    async def revocations(self) -> bytes:
        """The list of revoked certificates (X.509 CRL, DER)."""
        ...
