"""The buyer's side: shelves with goods on them."""

from collections.abc import Collection, Sequence

import msgspec

from huozhan import search
from huozhan.kernel.refusals import NotFound
from huozhan.kernel.shapes import Nothing
from huozhan.kernel.work import Work, use_case
from huozhan.search import FindOffers, FoundOffer, Results
from huozhan.shelves import store
from huozhan.shelves.asks import ShowShelf
from huozhan.shelves.shelf import Place, Shelf
from huozhan.shelves.views import Entrances, FilledShelf, ShelfFace

HOME_OFFERS = 36
"""More than a row shows: a door may take few of each shop."""
PAGE_OFFERS = 40
NOTHING = Results(offers=[], total=0, page=1, pages=0, facets={}, words=[])
_BRANCHES = FindOffers(limit=1, count=["vertical"])
SELECTED, VERIFIED = "selected", "verified"
_SELECTED = FindOffers(has=[SELECTED], limit=1, count=[])


@use_case("public", writes=False)
async def entrances(work: Work, _ask: Nothing) -> Entrances:
    """What a buyer may have come for, and the shelves of the home page with their first goods; an empty shelf is left out."""
    shown = await store.shelves(work, shown_only=True)
    home = [one for one in shown if one.place is Place.home]
    ruled = [one for one in home if one.rule is not None]
    gathered = await search.find_several(
        work,
        [
            _BRANCHES,
            *[await _page_of(work, one.rule, 1, HOME_OFFERS) for one in ruled if one.rule is not None],
        ],
        [pick for one in home for pick in one.pinned],
    )
    branches, *results = gathered.results
    by_key = {one.shelf_key: found for one, found in zip(ruled, results, strict=True)}
    filled = [
        _filled(
            face_of(one),
            one.rule,
            by_key.get(one.shelf_key, NOTHING),
            [gathered.beside[pick] for pick in one.pinned if pick in gathered.beside],
            {*one.pinned, *one.hidden},
        )
        for one in home
    ]
    return Entrances(
        entrances=[face_of(one) for one in shown if one.place is Place.entrance],
        shelves=[one for one in filled if one.offers],
        branches=branches.facets["vertical"],
    )


@use_case("public", writes=False)
async def shelf(work: Work, ask: ShowShelf) -> FilledShelf:
    """One shelf, page by page; a shelf that is not shown is not found."""
    found = await store.shelf(work, ask.shelf_key)
    if found is None or not found.is_shown:
        raise NotFound
    return await _fill(work, found, page=ask.page)


def face_of(one: Shelf) -> ShelfFace:
    """A shelf by its name."""
    return ShelfFace(shelf_key=one.shelf_key, title=one.title, line=one.line, sign=one.sign)


async def _fill(work: Work, one: Shelf, *, page: int = 1, limit: int = PAGE_OFFERS) -> FilledShelf:
    return await fill(work, face_of(one), one.rule, one.pinned, one.hidden, page=page, limit=limit)


async def fill(
    work: Work,
    face: ShelfFace,
    rule: FindOffers | None,
    pinned: Sequence[int],
    hidden: Sequence[int],
    *,
    page: int = 1,
    limit: int = PAGE_OFFERS,
) -> FilledShelf:
    """Goods picked by hand on the first page, then what the rule finds without them and without what is left out.

    A page may hold a few more or fewer than `limit`: the rule's own pages stay as they are, so that nothing is shown twice.
    """
    found = await _found(work, rule, page, limit)
    first = await search.found_offers(work, pinned) if page == 1 and pinned else []
    return _filled(face, rule, found, first, {*pinned, *hidden})


def _filled(
    face: ShelfFace,
    rule: FindOffers | None,
    found: Results,
    first: Sequence[FoundOffer],
    left_out: Collection[int],
) -> FilledShelf:
    rest = [one for one in found.offers if int(one.card.offer_id) not in left_out]
    return FilledShelf(
        shelf=face,
        offers=[*first, *rest],
        total=max(found.total, len(first)),
        page=found.page,
        pages=max(found.pages, 1),
        rule=rule,
    )


async def _found(work: Work, rule: FindOffers | None, page: int, limit: int) -> Results:
    if rule is None:
        return msgspec.structs.replace(NOTHING, page=page)
    return await search.find_offers(work, await _page_of(work, rule, page, limit))


async def _page_of(work: Work, rule: FindOffers, page: int, limit: int) -> FindOffers:
    """A page of what a rule finds; a shelf shows no filters, so nothing is counted.

    Until anybody's service has been measured nobody passes by scores: then suppliers whose papers were looked at stand for them.
    """
    asked = msgspec.structs.replace(rule, page=page, limit=limit, count=[])
    if SELECTED not in rule.has or await search.offers_for(work, _SELECTED):
        return asked
    has = [VERIFIED if one == SELECTED else one for one in rule.has]
    return msgspec.structs.replace(asked, has=has)
