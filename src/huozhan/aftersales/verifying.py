"""Verifying: whether cases say the same as their lines, their moves, their clocks and the refunds they caused."""

from huozhan import ledger, payments
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
    holding, held = await checks.holding(work), await _held(work)
    found += [
        Finding(
            code="aftersales.hold_apart",
            facts={"case_id": id_, "case": holding.get(id_, 0), "held": held.get(id_, 0)},
        )
        for id_ in sorted(set(holding) | set(held))
        if holding.get(id_, 0) != held.get(id_, 0)
    ]
    topped_up, in_escrow = await checks.topped_up(work), await payments.difference_escrows(work)
    found += [
        Finding(
            code="aftersales.topup_apart",
            facts={"case_id": id_, "case": topped_up.get(id_, 0), "escrow": in_escrow.get(id_, 0)},
        )
        for id_ in sorted(topped_up)
        if in_escrow.get(id_, 0) < topped_up[id_]
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


async def _held(work: Work) -> dict[int, int]:
    """What the book holds for cases (E20), by case."""
    held = await ledger.held_between(work, ledger.PAYABLE_AVAILABLE, ledger.REFUND_PAYABLE)
    return {case_id: amount_minor for (_, case_id), amount_minor in held.items()}
