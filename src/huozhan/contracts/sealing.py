"""The market's seal, and the door to signatures inside PDF, which are loaded where they are first needed.

The seal is a key of the market's own in its home folder, made at first use, with a certificate that it signs itself. It
says that the market received both signatures in this order; it signs for nobody else.
"""

import functools
import importlib
import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa, utils
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import NameOID

SEAL_YEARS_DAYS = 3_650
_KEY_BITS = 3_072
_DAY = timedelta(days=1)


class BadStamp(Exception):
    """The time stamp is none, or stands over something else."""


class Room(msgspec.Struct, frozen=True, kw_only=True):
    """A paper with room for a signature: where, the digest of all around it, and the attributes that are signed."""

    prepared: bytes
    room: tuple[int, int]
    digest: bytes
    attributes: bytes


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """One signature inside a paper."""

    field: str
    subject: str
    serial: str
    stamped_at: datetime | None
    """By a time stamp that is sound and trusted; None where there is no such."""
    is_sound: bool
    """What it signs is unchanged, and the key of its certificate signed it."""
    is_trusted: bool
    """Its certificate hangs on a root that is trusted."""
    is_unchanged: bool
    """Nothing but further signatures was added after it; after the last one, nothing at all."""

    @property
    def holds(self) -> bool:
        """Everything but the question whether the certificate was revoked."""
        return self.is_sound and self.is_trusted and self.is_unchanged and self.stamped_at is not None


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """What a signature shows on the last page: a one-page PDF, and where it stands, in points."""

    content: bytes
    box: tuple[int, int, int, int]


class Papers(Protocol):
    """What `pdf_signatures.py` offers."""

    def prepare(
        self,
        pdf: bytes,
        certificate: bytes,
        roots: Sequence[bytes],
        field: str,
        reason: str,
        mark: Mark | None = None,
    ) -> Room: ...
    def fill_in(
        self, room: Room, certificate: bytes, roots: Sequence[bytes], value: bytes, stamp: bytes
    ) -> bytes: ...
    def moment_of(self, stamp: bytes, value: bytes) -> datetime: ...
    def judge(self, pdf: bytes, roots: Sequence[bytes]) -> list[Judged]: ...


@functools.cache
def papers() -> Papers:
    """Signatures inside PDF; the first call takes a second or two and memory that a web process never needs."""
    found: Papers = importlib.import_module("huozhan.contracts.pdf_signatures")
    return found


class Seal:
    """The market's seal, as its file holds it."""

    def __init__(self, key: rsa.RSAPrivateKey, certificate: x509.Certificate) -> None:
        self._key = key
        self._certificate = certificate

    @property
    def certificate(self) -> bytes:
        """The certificate in DER; it is its own root."""
        return self._certificate.public_bytes(serialization.Encoding.DER)

    @property
    def serial(self) -> str:
        """Its number, as signatures name it."""
        return f"{self._certificate.serial_number:x}"

    @property
    def valid_until(self) -> datetime:
        """Until when it may be used."""
        return self._certificate.not_valid_after_utc

    def sign(self, digest: bytes) -> bytes:
        """Signs a sha256 digest; the same digest gets the same value."""
        return self._key.sign(digest, padding.PKCS1v15(), utils.Prehashed(hashes.SHA256()))

    def sign_beside(self, content: bytes) -> bytes:
        """A signature in a file of its own (CMS, DER), which `openssl cms -verify` reads."""
        options = [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary]
        builder = pkcs7.PKCS7SignatureBuilder().set_data(content)
        return builder.add_signer(self._certificate, self._key, hashes.SHA256()).sign(
            serialization.Encoding.DER, options
        )


def read_seal(file: Path, market_name: str, now: datetime) -> Seal:
    """The market's seal; makes it (mode 0600) where there is none yet."""
    if not file.exists():
        _make(file, market_name, now)
    pem = file.read_bytes()
    key = serialization.load_pem_private_key(pem, None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return Seal(key, x509.load_pem_x509_certificate(pem))


def _make(file: Path, market_name: str, now: datetime) -> None:
    key = rsa.generate_private_key(public_exponent=65_537, key_size=_KEY_BITS)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, market_name[:64])])
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=True, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _DAY)
        .not_valid_after(now + SEAL_YEARS_DAYS * _DAY)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ) + certificate.public_bytes(serialization.Encoding.PEM)
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(".new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        out.write(pem)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(file)


class Revoked(msgspec.Struct, frozen=True, kw_only=True):
    """An authority's list of what it revoked, its signature checked."""

    listed_at: datetime
    revoked: tuple[tuple[str, datetime], ...]


def read_revocations(crl: bytes, root: bytes) -> Revoked | None:
    """What a list says, if the root signed it; None where it did not."""
    authority = x509.load_der_x509_certificate(root)
    try:
        listed = x509.load_der_x509_crl(crl)
    except ValueError:
        return None
    key = authority.public_key()
    if listed.issuer != authority.subject or not listed.is_signature_valid(key):  # type: ignore[arg-type]
        return None
    return Revoked(
        listed_at=listed.last_update_utc,
        revoked=tuple((f"{one.serial_number:x}", one.revocation_date_utc) for one in listed),
    )
