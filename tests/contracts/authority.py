"""A certification authority in this process, that forgets nothing and can be told to fail."""

from datetime import datetime

from huozhan.contracts.ports import Confirmation, Issued
from huozhan.kernel.clock import MovableClock
from huozhan.kernel.signed_http import PartyRefused, PartySilent
from huozhan_outside import certificates
from huozhan_outside.certificates import Pair
from tests.conftest import OPENING

ROOT = certificates.make_root(OPENING)
STAMPER = certificates.make_stamper(ROOT, OPENING)
"""Made once: keys cost time, and a test of its own tries another root."""


class Authority:
    """The signer port; one reference is one deed. The keys stay here, as they do at a real one."""

    def __init__(self, clock: MovableClock, root: Pair = ROOT, stamper: Pair = STAMPER) -> None:
        self.clock = clock
        self.root, self.stamper = root, stamper
        self.pairs: dict[str, Pair] = {}
        self.by_ref: dict[str, str] = {}
        self.signed: dict[str, tuple[bytes, bytes]] = {}
        self.stamps: dict[str, tuple[bytes, bytes]] = {}
        self.revoked: dict[str, datetime] = {}
        self.confirmed: list[Confirmation] = []
        self.silent_after: int | None = None
        """After so many deeds the answer of the next one is lost, once."""

    async def certificate(self, ref: str, *, organisation: str, credit_code: str, country: str) -> Issued:
        if ref not in self.by_ref:
            pair = certificates.issue(self.root, organisation, credit_code, country, self.clock.now())
            serial = f"{certificates.serial_of(pair.certificate):x}"
            self.pairs[serial], self.by_ref[ref] = pair, serial
        self._maybe_lose()
        serial = self.by_ref[ref]
        certificate = self.pairs[serial].certificate
        return Issued(
            serial=serial,
            certificate=certificate,
            root=self.root.certificate,
            valid_until=certificates.valid_until(certificate),
        )

    async def sign(self, ref: str, *, serial: str, digest: bytes, confirmation: Confirmation) -> bytes:
        if serial in self.revoked:
            raise PartyRefused("signer", 409, "certificate_revoked", {})
        known = self.signed.setdefault(ref, (digest, certificates.sign(self.pairs[serial], digest)))
        assert known[0] == digest, "one reference, another digest"
        self.confirmed.append(confirmation)
        self._maybe_lose()
        return known[1]

    async def stamp(self, ref: str, *, digest: bytes) -> bytes:
        token = certificates.stamp(self.root, self.stamper, digest, self.clock.now())
        known = self.stamps.setdefault(ref, (digest, token))
        assert known[0] == digest, "one reference, another digest"
        self._maybe_lose()
        return known[1]

    async def revoke(self, serial: str, *, reason: str) -> None:
        self.revoked.setdefault(serial, self.clock.now())

    async def revocations(self) -> bytes:
        revoked = [(int(serial, 16), since) for serial, since in self.revoked.items()]
        return certificates.revocation_list(self.root, revoked, self.clock.now())

    def _maybe_lose(self) -> None:
        if self.silent_after is None:
            return
        self.silent_after -= 1
        if self.silent_after < 0:
            self.silent_after = None
            raise PartySilent("signer: lost")
