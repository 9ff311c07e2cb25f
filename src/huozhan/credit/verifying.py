"""Verifying: what agreements, orders and bills say is what the memo accounts of the ledger say."""

from collections.abc import Mapping
from typing import Any

from huozhan import ledger
from huozhan.credit.store import proof
from huozhan.kernel.findings import Finding
from huozhan.kernel.work import Work

FINDINGS_MAX = 100
_PAGE = 1_000


async def verify(work: Work) -> list[Finding]:
    """Compares each line's limit, what is held for orders and what is owed with the ledger; bills with their orders."""
    found: list[Finding] = []
    after = 0
    while len(found) < FINDINGS_MAX and (rows := await proof.lines(work, after, _PAGE)):
        ids = [row["agreement_id"] for row in rows]
        free = await ledger.balances(work, [ledger.credit_free(id_) for id_ in ids])
        owed = await ledger.balances(work, [ledger.credit_owed(id_) for id_ in ids])
        for row in rows:
            id_ = row["agreement_id"]
            said = _said(row)
            booked = {
                "limit_minor": free[ledger.credit_free(id_)].posted_minor
                + owed[ledger.credit_owed(id_)].posted_minor,
                "held_minor": free[ledger.credit_free(id_)].held_minor,
                "owed_minor": owed[ledger.credit_owed(id_)].posted_minor,
            }
            found += [
                Finding(
                    code="credit.line_differs",
                    facts={"agreement_id": id_, "what": what, "ours": said[what], "booked": booked[what]},
                )
                for what in said
                if said[what] != booked[what]
            ]
        after = ids[-1]
    found += [
        Finding(code="credit.bills_apart", facts=dict(row))
        for row in await proof.bills_apart(work, FINDINGS_MAX)
    ]
    return found[:FINDINGS_MAX]


def _said(row: Mapping[str, Any]) -> dict[str, int]:
    return {name: row[name] for name in ("limit_minor", "held_minor", "owed_minor")}


async def orders_on_credit(work: Work, after: int, limit: int) -> list[tuple[int, tuple[int, int, int]]]:
    """What orders on credit stand at: (order_id, (held, billed, freed)), in order of id, for ordering to compare."""
    return await proof.orders_on_credit(work, after, limit)
