"""What buyers made of offers, as cards say it; those above who count it tell it here."""

from huozhan.catalogue.store import esteem as store
from huozhan.kernel.work import Work


async def note_points(work: Work, offer_id: int, *, reviews: int, points_sum: int) -> None:
    """Notes how many reviews of an offer count and how many points (1 to 5 each) they gave together."""
    await store.note_points(work, offer_id, reviews, points_sum)
