"""Verifying: whether parcels and order lines say the same."""

from huozhan import ordering
from huozhan.fulfilment.store import parcels as store
from huozhan.kernel.findings import Finding
from huozhan.kernel.work import Work

FINDINGS_MAX = 100
_PAGE = 1_000


async def verify(work: Work) -> list[Finding]:
    """What does not hold: each line's shipped and received quantities must be the sums over its parcels."""
    found: list[Finding] = []
    after = 0
    while len(found) < FINDINGS_MAX and (lines := await ordering.lines_sent(work, after, _PAGE)):
        held = await store.sums_of(work, [order_id for order_id, _ in lines])
        for key in sorted(lines.keys() | held.keys()):
            if lines.get(key) != held.get(key):
                order_id, line_no = key
                facts = {
                    "order_id": order_id,
                    "line_no": line_no,
                    "line": lines.get(key),
                    "parcels": held.get(key),
                }
                found.append(Finding(code="fulfilment.parcels_apart", facts=facts))
        after = max(order_id for order_id, _ in lines)
    return found[:FINDINGS_MAX]
