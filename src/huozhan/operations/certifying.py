"""The operator's word on certificates, on record."""

from huozhan import certificates
from huozhan.kernel.work import Work, use_case
from huozhan.operations.audit import note_act


@use_case("market.review", writes=True)
async def judge_certificate(
    work: Work, ask: certificates.asks.JudgeCertificate
) -> certificates.views.CertificateView:
    """Verify a certificate that a supplier declared, or refuse it, and write down who did."""
    judged = await certificates.judge(work, ask)
    act = "certificate.verify" if ask.verify else "certificate.refuse"
    await note_act(work, act, about=ask.certificate_id, reason=ask.reason, number=judged.number)
    return judged
