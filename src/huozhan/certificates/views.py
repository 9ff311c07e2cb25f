"""What is shown of certificates."""

from datetime import date, datetime
from enum import StrEnum

from huozhan.certificates.certificate import CertificateKind
from huozhan.kernel.shapes import Bilingual, Id, View


class CertificateStatus(StrEnum):
    """What stands behind a certificate today; the words are under `certificate.status.<status>`."""

    verified = "verified"
    declared = "declared"
    expired = "expired"
    """Its last day is over, whatever was said of it."""
    refused = "refused"
    withdrawn = "withdrawn"


class CertificateView(View, frozen=True, kw_only=True):
    """One certificate as everybody sees it."""

    certificate_id: Id
    kind: CertificateKind
    number: str
    issuer: str
    valid_until: date
    status: CertificateStatus
    at: datetime
    """When the market decided on it, else when it was declared."""
    proof_id: str
    of_all: bool
    """Whether it is about all goods of the supplier."""


class OfferCertificates(View, frozen=True, kw_only=True):
    """The certificates that say something of an offer: those that hold first."""

    offer_id: Id
    items: list[CertificateView]


class OwnCertificateView(View, frozen=True, kw_only=True):
    """One of the supplier's own, with what was answered and the goods that it is about."""

    certificate: CertificateView
    answer: str
    offer_codes: list[str]
    can_be_withdrawn: bool


class CertificateToJudge(View, frozen=True, kw_only=True):
    """One that waits for the market, with whose it is."""

    certificate: CertificateView
    seller_id: Id
    seller: Bilingual
    offers: list[Bilingual]
    """What the goods are called that it is about."""
