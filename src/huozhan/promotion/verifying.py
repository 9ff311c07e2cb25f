"""Verifying: whether budgets in the ledger are what orders took of them, and coupons as many as were counted."""

from typing import Any

from huozhan import ledger
from huozhan.kernel.findings import Finding
from huozhan.kernel.work import Work
from huozhan.promotion.store import uses

FINDINGS_MAX = 100
_PAGE = 1_000


async def verify(work: Work) -> list[Finding]:
    """What does not hold: budgets, the market's expense for coupons, counts of claims."""
    found: list[Finding] = []
    after = 0
    while rows := await uses.budgets(work, after, _PAGE):
        found += await _budgets(work, rows)
        after = rows[-1]["promotion_id"]
    for row in await uses.claims_apart(work, FINDINGS_MAX):
        found.append(Finding(code="promotion.claims_apart", facts=dict(row)))
    return found[:FINDINGS_MAX]


async def _budgets(work: Work, rows: list[Any]) -> list[Finding]:
    """Each budget in the ledger, and the market's expense for it, are what orders took of it and gave back."""
    free = {row["promotion_id"]: ledger.budget_free(row["promotion_id"]) for row in rows}
    expense = {row["promotion_id"]: ledger.coupon_subsidy(row["promotion_id"]) for row in rows}
    stands = await ledger.balances(work, [*free.values(), *expense.values()])
    found = []
    for row in rows:
        promotion_id, spent_minor = row["promotion_id"], row["spent_minor"]
        balance = stands[free[promotion_id]]
        orders = (row["budget_minor"] - spent_minor, row["held_minor"], spent_minor)
        book = (balance.posted_minor, balance.held_minor, stands[expense[promotion_id]].posted_minor)
        if orders != book:
            names = ("left", "held", "spent")
            facts = {f"{name}_minor": minor for name, minor in zip(names, orders, strict=True)}
            facts |= {f"ledger_{name}_minor": minor for name, minor in zip(names, book, strict=True)}
            found.append(Finding(code="promotion.budget_apart", facts={"promotion_id": promotion_id} | facts))
    return found
