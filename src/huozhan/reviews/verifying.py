"""Verifying: whether what stands beside an offer is what its reviews come to."""

from huozhan.kernel.findings import Finding
from huozhan.kernel.work import Work
from huozhan.reviews.store import tally

FINDINGS_MAX = 100


async def verify(work: Work) -> list[Finding]:
    """Offers whose tally is apart from the reviews that are shown and count."""
    return [
        Finding(code="reviews.tally_apart", facts={"offer_id": offer_id})
        for offer_id in await tally.apart(work, FINDINGS_MAX)
    ]
