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

_UNSEEN = r"\x00-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0"
"""What no paper shows: controls, signs without a width, and those that turn the direction of what follows. With one of them the
same number would stand again, or be read otherwise than it is looked up."""
_PLAIN = rf"^[^\s{_UNSEEN}]([^{_UNSEEN}]*[^\s{_UNSEEN}])?(?!\n)$"
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
