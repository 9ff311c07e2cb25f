"""What is asked of certificates."""

from datetime import date
from typing import Annotated

import msgspec

from huozhan.certificates.certificate import CertificateKind
from huozhan.kernel.shapes import PAGE_SIZE, Ask, Cursor, Id, PageSize, Reason

OFFERS_MAX = 200
CODE_MAX = 64
NUMBER_MAX = 80
ISSUER_MAX = 120

_PLAIN = r"^[^\s\x00-\x1f](.*[^\s])?(?!\n)$"
Number = Annotated[str, msgspec.Meta(min_length=1, max_length=NUMBER_MAX, pattern=_PLAIN)]
Issuer = Annotated[str, msgspec.Meta(min_length=2, max_length=ISSUER_MAX, pattern=_PLAIN)]
OfferCode = Annotated[str, msgspec.Meta(min_length=1, max_length=CODE_MAX)]


class DeclareCertificate(Ask, frozen=True, kw_only=True):
    """A certificate with its proof, a picture on the shelf. It is about the goods of these codes; about all without any."""

    kind: CertificateKind
    number: Number
    issuer: Issuer
    valid_until: date
    proof_id: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}(?!\n)$")]
    offer_codes: Annotated[tuple[OfferCode, ...], msgspec.Meta(max_length=OFFERS_MAX)] = ()


class CertificateRef(Ask, frozen=True, kw_only=True):
    """One certificate of one's own."""

    certificate_id: Id


class ListCertificates(Ask, frozen=True, kw_only=True):
    """A page of certificates."""

    cursor: Cursor = ""
    size: PageSize = PAGE_SIZE


class CertificatesOf(Ask, frozen=True, kw_only=True):
    """Those of one offer."""

    offer_id: Id


class JudgeCertificate(Ask, frozen=True, kw_only=True):
    """Whether a certificate is what it says, with the reason: it was looked up, or what is wrong with it."""

    certificate_id: Id
    verify: bool
    reason: Reason


class CertificateDue(Ask, frozen=True, kw_only=True):
    """The last day of a certificate may be over."""

    about_id: Id
