"""Certificates 资质证书: what goods and suppliers are certified for. The front desk.

Asks and views are reached as `certificates.asks.DeclareCertificate`, `certificates.views.CertificateView`.
"""

from huozhan.certificates import asks, facts, views
from huozhan.certificates.certificate import CertificateKind
from huozhan.certificates.declaring import (
    OVER_TIMER,
    certificate_over_due,
    declare_certificate,
    judge,
    withdraw_certificate,
)
from huozhan.certificates.showing import (
    certificates_to_judge,
    certificates_waiting,
    held,
    my_certificates,
    offer_certificates,
)

__all__ = [
    "OVER_TIMER",
    "CertificateKind",
    "asks",
    "certificate_over_due",
    "certificates_to_judge",
    "certificates_waiting",
    "declare_certificate",
    "facts",
    "held",
    "judge",
    "my_certificates",
    "offer_certificates",
    "views",
    "withdraw_certificate",
]
