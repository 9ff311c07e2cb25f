"""Who sells and how they serve, as cards say it: one process reads it of a seller once a second at most.

A market has far fewer sellers than offers, and what is said of them changes on few days: a busy process would ask for the
same rows some hundred times a second. Whether their goods may be shown is not kept, the catalogue says so with each card.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple

from huozhan import parties, scenes
from huozhan.kernel.work import Work
from huozhan.parties import OrgFace

KEPT = timedelta(seconds=1)
SELLERS_MAX = 4_000
"""Of more sellers than these nothing is kept for long: the oldest second's go at once."""


class SellerFace(NamedTuple):
    """What everybody may see of a seller; no face where there is no such organisation."""

    face: OrgFace | None
    service: scenes.views.CardFace


class Sellers:
    """What one process read of sellers within the last second."""

    def __init__(self) -> None:
        self._since: datetime | None = None
        self._faces: dict[int, SellerFace] = {}

    async def faces(self, work: Work, seller_ids: Collection[int]) -> dict[int, SellerFace]:
        """What is said of these sellers; what was read more than a second ago is read again.

        Inside a transaction nothing is taken from here and nothing left: it may see what nobody else ever will.
        """
        if work.db.is_in_transaction():
            return await _read(work, seller_ids)
        if (
            self._since is None
            or abs(work.now - self._since) >= KEPT
            or len(self._faces) + len(seller_ids) > SELLERS_MAX
        ):
            self._since, self._faces = work.now, {}
        kept = self._faces
        if missing := {one for one in seller_ids if one not in kept}:
            # Kept where it was looked for: a second may have ended while the database was asked.
            kept.update(await _read(work, missing))
        return {one: kept[one] for one in seller_ids}


async def _read(work: Work, seller_ids: Collection[int]) -> dict[int, SellerFace]:
    faces = await parties.org_faces(work, seller_ids)
    served = await scenes.cards_of(work, seller_ids)
    return {one: SellerFace(faces.get(one), served[one]) for one in seller_ids}
