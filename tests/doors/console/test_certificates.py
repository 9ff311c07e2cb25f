"""The operator's word on a certificate: what no button says decides nothing."""

from datetime import timedelta

import pytest

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


@pytest.mark.parametrize(
    ("path", "names", "word"),
    [("filings", ("order_id", "filing_id"), "grant"), ("same", ("report_id",), "accept"), ("service-appeals", ("order_id", "appeal_id"), "accept")],
)  # fmt: skip
async def test_what_no_button_says_decides_nothing_elsewhere_either(
    operator: Browser, path: str, names: tuple[str, ...], word: str
) -> None:
    fields = {**dict.fromkeys(names, "1"), "reason": "已核对"}

    for decision, status in (("", 400), ("yes", 400), (word, 404)):
        answer = await operator.post(f"/console/{path}", {**fields, "decision": decision})
        assert answer.status_code == status, decision
