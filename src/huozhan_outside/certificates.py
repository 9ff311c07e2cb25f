"""What a certification authority makes: certificates, signatures, time stamps (RFC 3161), lists of what it revoked. Pure."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa, utils
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

ROOT_YEARS = 20
CERTIFICATE_DAYS = 365
NEXT_LIST = timedelta(days=1)
_DAY = timedelta(days=1)
AUTHORITY = "Huozhan stand-in CA (demonstration only)"
STAMPER = "Huozhan stand-in TSA (demonstration only)"
ORGANISATION_MAX = 64  # of a common name, by X.520

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


class Pair(NamedTuple):
    """A key (PKCS#8, DER) and its certificate (DER)."""

    key: bytes
    certificate: bytes


def make_root(now: datetime) -> Pair:
    """The authority itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name(AUTHORITY)
    certificate = (
        _certificate(name, name, key.public_key(), now, ROOT_YEARS * CERTIFICATE_DAYS * _DAY)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(is_root=True), critical=True)
        .sign(key, hashes.SHA256())
    )
    return _pair(key, certificate)


def make_stamper(root: Pair, now: datetime) -> Pair:
    """The authority's clock: its key stamps times and nothing else."""
    key = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
    stamping = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
    return _issue(root, _name(STAMPER), key, now, ROOT_YEARS * CERTIFICATE_DAYS * _DAY, stamping)


def issue(root: Pair, organisation: str, credit_code: str, country: str, now: datetime) -> Pair:
    """A key for one organisation and the certificate that says whose it is."""
    key = ec.generate_private_key(ec.SECP256R1())
    return _issue(root, _name(organisation, credit_code, country), key, now, CERTIFICATE_DAYS * _DAY, None)


def sign(pair: Pair, digest: bytes) -> bytes:
    """A signature over a sha256 digest."""
    key = serialization.load_der_private_key(pair.key, None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return key.sign(digest, ec.ECDSA(utils.Prehashed(hashes.SHA256())))


def stamp(root: Pair, stamper: Pair, digest: bytes, at: datetime) -> bytes:
    """A time stamp token over a sha256 digest."""
    from asn1crypto import algos, keys, tsp
    from asn1crypto import x509 as asn1_x509
    from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    chain = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    chain.register(asn1_x509.Certificate.load(root.certificate))
    imprint = {"hash_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}), "hashed_message": digest}
    asked = tsp.TimeStampReq({"version": 1, "message_imprint": tsp.MessageImprint(imprint), "cert_req": True})
    maker = DummyTimeStamper(
        asn1_x509.Certificate.load(stamper.certificate),
        keys.PrivateKeyInfo.load(stamper.key),
        certs_to_embed=chain,
        fixed_dt=at.astimezone(UTC).replace(microsecond=0),
    )
    token: bytes = maker.request_tsa_response(asked)["time_stamp_token"].dump()
    return token


def revocation_list(root: Pair, revoked: Iterable[tuple[int, datetime]], now: datetime) -> bytes:
    """Every certificate that was revoked, with the moment from which it counts for nothing."""
    authority = x509.load_der_x509_certificate(root.certificate)
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(authority.subject)
        .last_update(now)
        .next_update(now + NEXT_LIST)
    )
    for serial, since in revoked:
        one = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(since).build()
        builder = builder.add_revoked_certificate(one)
    return builder.sign(_private(root), hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def serial_of(certificate: bytes) -> int:
    """A certificate's number."""
    return x509.load_der_x509_certificate(certificate).serial_number


def valid_until(certificate: bytes) -> datetime:
    """A certificate's last moment."""
    return x509.load_der_x509_certificate(certificate).not_valid_after_utc


def _issue(
    root: Pair, name: x509.Name, key: Key, now: datetime, span: timedelta, extended: x509.ExtendedKeyUsage | None
) -> Pair:  # fmt: skip
    authority = x509.load_der_x509_certificate(root.certificate)
    builder = _certificate(name, authority.subject, key.public_key(), now, span)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_usage(is_root=False), critical=True)
    if extended is not None:
        builder = builder.add_extension(extended, critical=True)
    return _pair(key, builder.sign(_private(root), hashes.SHA256()))


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: object, now: datetime, span: timedelta
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)  # type: ignore[arg-type]
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _DAY)
        .not_valid_after(now + span)
    )


def _usage(*, is_root: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_root, content_commitment=not is_root, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=is_root, crl_sign=is_root, encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _name(common: str, credit_code: str = "", country: str = "CN") -> x509.Name:
    parts = [x509.NameAttribute(NameOID.COUNTRY_NAME, country)]
    if credit_code:
        parts.append(x509.NameAttribute(NameOID.ORGANIZATION_IDENTIFIER, f"USCC-{credit_code}"))
    return x509.Name([*parts, x509.NameAttribute(NameOID.COMMON_NAME, common[:ORGANISATION_MAX])])


def _pair(key: Key, certificate: x509.Certificate) -> Pair:
    der, pkcs8 = serialization.Encoding.DER, serialization.PrivateFormat.PKCS8
    return Pair(key.private_bytes(der, pkcs8, serialization.NoEncryption()), certificate.public_bytes(der))


def _private(pair: Pair) -> ec.EllipticCurvePrivateKey:
    key = serialization.load_der_private_key(pair.key, None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return key
