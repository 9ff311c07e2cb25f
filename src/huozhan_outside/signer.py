"""The certification authority: holds each organisation's key for that organisation alone, signs what its person confirmed,
stamps the time, and revokes."""

import base64
from datetime import UTC, datetime
from typing import Annotated

import msgspec

from huozhan_outside import certificates
from huozhan_outside.asking import Answer, Ask, Asked, NamedAsk, Refused, Route, json_answer
from huozhan_outside.certificates import Pair
from huozhan_outside.clock import as_text
from huozhan_outside.party import Party

SCHEMA = """
CREATE TABLE IF NOT EXISTS own_key (name TEXT PRIMARY KEY, key BLOB NOT NULL, certificate BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS certificate (
    serial TEXT PRIMARY KEY,
    ref TEXT NOT NULL UNIQUE,
    asked BLOB NOT NULL,
    key BLOB NOT NULL,
    certificate BLOB NOT NULL,
    revoked_ms INTEGER,
    reason TEXT
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS deed_done (
    kind TEXT NOT NULL,
    ref TEXT NOT NULL,
    asked BLOB NOT NULL,
    answer BLOB NOT NULL,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (kind, ref)
) WITHOUT ROWID;
"""

CRL = "application/pkix-crl"
Digest = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
Serial = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{1,40}\Z")]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class AskCertificate(NamedAsk, frozen=True):
    """An organisation wants a certificate; its authorised person stands behind the asking."""

    organisation: Name
    credit_code: Annotated[str, msgspec.Meta(max_length=24)]
    country: Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{2}\Z")]


class Confirmation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who confirmed which text, in which session, when: the signer keeps it beside the signature."""

    person: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    session: Annotated[str, msgspec.Meta(max_length=40)]
    at: datetime
    sha256: Digest


class AskSignature(NamedAsk, frozen=True):
    """A digest to be signed with the key of a certificate."""

    serial: Serial
    digest: Digest
    confirmation: Confirmation


class AskStamp(NamedAsk, frozen=True):
    """A digest to be stamped with the time."""

    digest: Digest


class AskRevocation(Ask, frozen=True):
    """A certificate that is to count for nothing from now on."""

    serial: Serial
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=500)]

    @property
    def reference(self) -> str:
        return self.serial


class Signer(Party):
    """The certification authority."""

    name = "signer"
    schema = SCHEMA

    def routes(self) -> list[Route]:
        """The authority's endpoints."""
        return [
            Route("POST", "/signer/certificates", self.issue, AskCertificate, fate="certificates"),
            Route("POST", "/signer/signatures", self.sign, AskSignature, fate="signatures"),
            Route("POST", "/signer/stamps", self.stamp, AskStamp, fate="stamps"),
            Route("POST", "/signer/revocations", self.revoke, AskRevocation, fate="revocations"),
            Route("GET", "/signer/crl", self.show_list),
        ]

    def issue(self, asked: Asked) -> Answer:
        """Make a key for an organisation and a certificate for it; the same reference is one certificate."""
        ask: AskCertificate = asked.ask
        root = self._root()
        found = self.store.row("SELECT asked, certificate FROM certificate WHERE ref = ?", ask.ref)
        if found is not None and found[0] != ask.fingerprint():
            raise Refused(409, "other_body", f"{ask.ref} was asked with another body")
        if found is None:
            pair = certificates.issue(root, ask.organisation, ask.credit_code, ask.country, self._now())
            with self.store.writing():
                self.happened("certificate", ask.ref, _serial(pair.certificate))
                self.store.write(
                    "INSERT INTO certificate (serial, ref, asked, key, certificate) VALUES (?, ?, ?, ?, ?)",
                    _serial(pair.certificate), ask.ref, ask.fingerprint(), pair.key, pair.certificate,
                )  # fmt: skip
            certificate = pair.certificate
        else:
            certificate = found[1]
        until = certificates.valid_until(certificate)
        return json_answer(
            {
                "serial": _serial(certificate),
                "certificate": _text(certificate),
                "root": _text(root.certificate),
                "valid_until": as_text(int(until.timestamp() * 1000)),
            }
        )

    def sign(self, asked: Asked) -> Answer:
        """Sign what a person confirmed; the same reference gets the same signature."""
        ask: AskSignature = asked.ask
        done = self._done("signature", ask)
        if done is None:
            found = self.store.row(
                "SELECT key, certificate, revoked_ms FROM certificate WHERE serial = ?", ask.serial
            )
            if found is None:
                raise Refused(422, "certificate_unknown", ask.serial)
            if found[2] is not None:
                raise Refused(409, "certificate_revoked", ask.serial)
            if certificates.valid_until(found[1]) <= self._now():
                raise Refused(409, "certificate_expired", ask.serial)
            done = certificates.sign(Pair(found[0], found[1]), bytes.fromhex(ask.digest))
            self._keep("signature", ask, ask.serial, done)
        return json_answer({"ref": ask.ref, "signature": _text(done)})

    def stamp(self, asked: Asked) -> Answer:
        """Stamp a digest with the time; the same reference gets the same stamp."""
        ask: AskStamp = asked.ask
        done = self._done("stamp", ask)
        if done is None:
            root, stamper = self._root(), self._own("stamper")
            done = certificates.stamp(root, stamper, bytes.fromhex(ask.digest), self._now())
            self._keep("stamp", ask, "", done)
        return json_answer({"ref": ask.ref, "token": _text(done)})

    def revoke(self, asked: Asked) -> Answer:
        """Revoke a certificate; a second time changes nothing."""
        ask: AskRevocation = asked.ask
        found = self.store.row("SELECT revoked_ms FROM certificate WHERE serial = ?", ask.serial)
        if found is None:
            raise Refused(404, "not_found")
        if found[0] is None:
            with self.store.writing():
                at_ms = self.happened("revocation", ask.serial)
                self.store.write(
                    "UPDATE certificate SET revoked_ms = ?, reason = ? WHERE serial = ?",
                    at_ms,
                    ask.reason,
                    ask.serial,
                )
        else:
            at_ms = found[0]
        return json_answer({"serial": ask.serial, "revoked_at": as_text(at_ms)})

    def show_list(self, _asked: Asked) -> Answer:
        """The list of revoked certificates, signed now."""
        rows = self.store.rows(
            "SELECT serial, revoked_ms FROM certificate WHERE revoked_ms IS NOT NULL ORDER BY serial"
        )
        revoked = [(int(serial, 16), _moment(at_ms)) for serial, at_ms in rows]
        return Answer(200, CRL, certificates.revocation_list(self._root(), revoked, self._now()))

    def _done(self, kind: str, ask: AskSignature | AskStamp) -> bytes | None:
        found = self.store.row(
            "SELECT asked, answer FROM deed_done WHERE kind = ? AND ref = ?", kind, ask.ref
        )
        if found is None:
            return None
        if found[0] != ask.fingerprint():
            raise Refused(409, "other_body", f"{ask.ref} was asked with another body")
        answer: bytes = found[1]
        return answer

    def _keep(self, kind: str, ask: AskSignature | AskStamp, part: str, answer: bytes) -> None:
        with self.store.writing():
            at_ms = self.happened(kind, ask.ref, part)
            self.store.write(
                "INSERT INTO deed_done (kind, ref, asked, answer, at_ms) VALUES (?, ?, ?, ?, ?)",
                kind, ask.ref, ask.fingerprint(), answer, at_ms,
            )  # fmt: skip

    def _root(self) -> Pair:
        return self._own("root")

    def _own(self, name: str) -> Pair:
        """The authority's own key and certificate, made when first needed."""
        found = self.store.row("SELECT key, certificate FROM own_key WHERE name = ?", name)
        if found is not None:
            return Pair(*found)
        now = self._now()
        pair = certificates.make_root(now) if name == "root" else certificates.make_stamper(self._root(), now)
        with self.store.writing():
            self.store.write("INSERT INTO own_key (name, key, certificate) VALUES (?, ?, ?)", name, *pair)
        return pair

    def _now(self) -> datetime:
        return _moment(self.now_ms())


def _moment(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms // 1000, UTC)


def _serial(certificate: bytes) -> str:
    return f"{certificates.serial_of(certificate):x}"


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()
