"""Industrial belts 产业带: places that are known for one kind of goods, as reviewed suppliers name theirs."""

from typing import Annotated, Any

import msgspec

from huozhan.kernel.refusals import NotFound
from huozhan.kernel.shapes import Ask, Bilingual, Nothing, View
from huozhan.kernel.work import Work, use_case
from huozhan.parties.organisation import OrgFace, org_faces
from huozhan.parties.store import belts as store

BELTS_MAX = 500
SUPPLIERS_SHOWN = 60


class ShowBelt(Ask, frozen=True, kw_only=True):
    """A belt by its name: the Chinese one, or the English one where it has no other."""

    belt: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]


class BeltFace(View, frozen=True, kw_only=True):
    """A belt: its name, where most of its suppliers are, and how many they are."""

    belt: str
    name: Bilingual
    place_code: str
    suppliers: int


class Belts(View, frozen=True):
    """The belts of the market, those with most suppliers first."""

    items: list[BeltFace]


class BeltView(View, frozen=True, kw_only=True):
    """One belt with its suppliers, the longest there first."""

    belt: BeltFace
    suppliers: list[OrgFace]


@use_case("public", writes=False)
async def belts(work: Work, _ask: Nothing) -> Belts:
    """The industrial belts that sellers of this market belong to."""
    return Belts([_face(row) for row in await store.belts(work, BELTS_MAX)])


@use_case("public", writes=False)
async def belt(work: Work, ask: ShowBelt) -> BeltView:
    """One belt and who sells from it."""
    rows = await store.belts(work, 1, ask.belt)
    if not rows:
        raise NotFound
    ids = await store.suppliers_of(work, ask.belt, SUPPLIERS_SHOWN)
    faces = await org_faces(work, ids)
    return BeltView(belt=_face(rows[0]), suppliers=[faces[one] for one in ids])


def _face(row: Any) -> BeltFace:
    return BeltFace(
        belt=row["belt"],
        name=Bilingual(row["belt_zh"], row["belt_en"]),
        place_code=row["place_code"],
        suppliers=row["suppliers"],
    )
