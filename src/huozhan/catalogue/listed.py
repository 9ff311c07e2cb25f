"""All offers on sale in stretches, for programs that gather them: short enough that each is read in a moment."""

from datetime import datetime
from typing import Annotated

import msgspec

from huozhan.catalogue.store import listed as store
from huozhan.kernel.shapes import Ask, Id, Nothing, View
from huozhan.kernel.work import Work, use_case

STRETCH = 10_000
STRETCHES_MAX = 5_000


class Stretches(View, frozen=True):
    """The first offer of each stretch."""

    starts: list[Id]


class ListOffers(Ask, frozen=True, kw_only=True):
    """The stretch that begins with this offer."""

    start: Id


class ListedOffer(View, frozen=True, kw_only=True):
    """An offer on sale, and when it changed last."""

    offer_id: Id
    changed_at: datetime


class ListedOffers(View, frozen=True):
    """The offers of a stretch, in order of their ids."""

    items: Annotated[list[ListedOffer], msgspec.Meta(max_length=STRETCH)]


@use_case("public", writes=False)
async def offer_stretches(work: Work, _ask: Nothing) -> Stretches:
    """Where each stretch of offers on sale begins."""
    return Stretches([str(start) for start in await store.starts(work, STRETCH, STRETCHES_MAX)])


@use_case("public", writes=False)
async def listed_offers(work: Work, ask: ListOffers) -> ListedOffers:
    """The offers on sale from one on."""
    rows = await store.listed_from(work, int(ask.start), STRETCH)
    return ListedOffers(
        [ListedOffer(offer_id=str(row["offer_id"]), changed_at=row["changed_at"]) for row in rows]
    )
