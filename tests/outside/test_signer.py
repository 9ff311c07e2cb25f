"""The certification authority: one reference is one deed, keys never leave, what is revoked signs nothing."""

import base64
import hashlib
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

from tests.outside.conftest import Outside

DIGEST = hashlib.sha256(b"signed attributes").hexdigest()
CONFIRMATION = {"person": "71", "session": "9", "at": "2026-03-01T02:03:04.567Z", "sha256": "ab" * 32}


def certificate(outside: Outside, ref: str = "7-1") -> dict[str, Any]:
    body = {"ref": ref, "organisation": "小李杂货店", "credit_code": "91330782MA28A1B2X4", "country": "CN"}
    found: dict[str, Any] = outside.ask("POST", "/signer/certificates", body).json
    return found


def sign(outside: Outside, serial: str, ref: str = "S-1", digest: str = DIGEST) -> Any:
    body = {"ref": ref, "serial": serial, "digest": digest, "confirmation": CONFIRMATION}
    return outside.ask("POST", "/signer/signatures", body)


def test_a_certificate_says_whose_key_it_is(outside: Outside) -> None:
    issued = certificate(outside)

    assert certificate(outside) == issued
    root = x509.load_der_x509_certificate(base64.b64decode(issued["root"]))
    own = x509.load_der_x509_certificate(base64.b64decode(issued["certificate"]))
    own.verify_directly_issued_by(root)
    assert "小李杂货店" in own.subject.rfc4514_string()
    assert "key" not in issued
    other = outside.ask(
        "POST",
        "/signer/certificates",
        {"ref": "7-1", "organisation": "别人", "credit_code": "", "country": "CN"},
    )
    assert (other.status, other.json["code"]) == (409, "other_body")


def test_a_signature_is_made_once_and_verifies(outside: Outside) -> None:
    issued = certificate(outside)

    signed = sign(outside, issued["serial"]).json

    assert sign(outside, issued["serial"]).json == signed
    assert sign(outside, issued["serial"], digest="0" * 64).json["code"] == "other_body"
    assert sign(outside, "ab", ref="S-2").json["code"] == "certificate_unknown"
    key = x509.load_der_x509_certificate(base64.b64decode(issued["certificate"])).public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    key.verify(
        base64.b64decode(signed["signature"]),
        bytes.fromhex(DIGEST),
        ec.ECDSA(utils.Prehashed(hashes.SHA256())),
    )
    assert [row["kind"] for row in outside.truth("signer")] == ["certificate", "signature"]


def test_a_stamp_is_made_once_also_after_a_restart(outside: Outside) -> None:
    body = {"ref": "S-1", "digest": DIGEST}
    stamped = outside.ask("POST", "/signer/stamps", body).json
    outside.kill()
    outside.start()

    assert outside.ask("POST", "/signer/stamps", body).json == stamped
    assert bytes.fromhex(DIGEST) in base64.b64decode(stamped["token"])


def test_what_is_revoked_signs_nothing_and_stands_in_the_list(outside: Outside) -> None:
    issued = certificate(outside)
    body = {"serial": issued["serial"], "reason": "密钥外泄"}
    revoked = outside.ask("POST", "/signer/revocations", body).json

    assert outside.ask("POST", "/signer/revocations", body).json == revoked
    assert sign(outside, issued["serial"]).json["code"] == "certificate_revoked"
    crl = x509.load_der_x509_crl(outside.ask("GET", "/signer/crl").body)
    root = x509.load_der_x509_certificate(base64.b64decode(issued["root"]))
    assert crl.is_signature_valid(root.public_key())  # type: ignore[arg-type]
    assert [f"{one.serial_number:x}" for one in crl] == [issued["serial"]]
    unknown = outside.ask("POST", "/signer/revocations", {**body, "serial": "ab"})
    assert unknown.status == 404


def test_a_failure_does_nothing_and_a_lost_answer_comes_again(outside: Outside) -> None:
    outside.set_faults("signer", error_500=1.0)
    body = {"ref": "7-1", "organisation": "小李杂货店", "credit_code": "", "country": "CN"}
    assert outside.ask("POST", "/signer/certificates", body).status == 500
    assert outside.truth("signer") == []
    assert outside.ask("POST", "/signer/certificates", body).status == 200
