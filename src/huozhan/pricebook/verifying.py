"""Verifying: whether every shop is marked for the buyers whom its books are for; without the mark nobody would ask."""

from huozhan import catalogue
from huozhan.kernel.findings import Finding
from huozhan.kernel.work import Work
from huozhan.pricebook.judging import NEVER
from huozhan.pricebook.store import books

FINDINGS_MAX = 100


async def verify(work: Work) -> list[Finding]:
    """Pairs of shop and buyer whose mark ends before their books do."""
    pairs = await books.pairs(work)
    marks = await catalogue.booked_until(work, list(pairs))
    found = []
    for pair, until in pairs.items():
        if pair not in marks or marks[pair] < (until or NEVER):
            facts = {"seller_id": pair[0], "buyer_id": pair[1]}
            found.append(Finding(code="pricebook.mark_apart", facts=facts))
    return found[:FINDINGS_MAX]
