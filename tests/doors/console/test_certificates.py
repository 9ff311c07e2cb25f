"""The operator's word on a certificate: what no button says decides nothing."""

from datetime import timedelta

from huozhan import certificates
from huozhan.certificates.asks import DeclareCertificate, ListCertificates
from huozhan.certificates.certificate import CertificateKind
from tests.doors.browsing import Browser
from tests.ordering.trading import Trade


async def test_only_what_a_button_says_decides(trade: Trade, operator: Browser) -> None:
    said = DeclareCertificate(
        kind=CertificateKind.ce,
        number="CE-1",
        issuer="TUV",
        valid_until=trade.hall.clock.now().date() + timedelta(days=10),
        proof_id="ab" * 16,
    )
    one = await trade.hall.run(certificates.declare_certificate, said, trade.people.hongfa)
    fields = {"certificate_id": one.certificate_id, "reason": "已在官网核对"}

    for decision, status in (("", 400), ("yes", 400), ("verify", 303)):
        answer = await operator.post("/console/certificates", {**fields, "decision": decision})
        assert answer.status_code == status
    own = await trade.hall.run(certificates.my_certificates, ListCertificates(), trade.people.hongfa)
    assert [row.certificate.status for row in own.items] == ["verified"]
