"""Verifying: whether cases say the same as their lines, their moves, their clocks and the refunds they caused."""

from huozhan import payments
from huozhan.aftersales.store import checks
from huozhan.kernel.findings import Finding
from huozhan.kernel.work import Work

FINDINGS_MAX = 100
_PAGE = 1_000


async def verify(work: Work) -> list[Finding]:
    """What does not hold of any case."""
    found = [
        Finding(code=code, facts=dict(row))
        for code, check in checks.CHECKS.items()
        for row in await checks.apart(work, check, FINDINGS_MAX)
    ]
    after = 0
    while cases := await checks.refunded(work, after, _PAGE):
        paid = await payments.refunds_by_id(work, list(cases))
        for refund_id, (case_id, amount_minor) in cases.items():
            if paid.get(refund_id) != amount_minor:
                facts = {"case_id": case_id, "case": amount_minor, "refund": paid.get(refund_id)}
                found.append(Finding(code="aftersales.refund_apart", facts=facts))
        after = max(cases)
    return found[:FINDINGS_MAX]
