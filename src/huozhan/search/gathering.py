"""Several searches of one page: each is looked for by itself, and the goods of all of them are loaded together."""

from collections.abc import Mapping, Sequence

import msgspec

from huozhan import catalogue
from huozhan.kernel.shapes import Bilingual
from huozhan.kernel.work import Work
from huozhan.search.filters import ANY_REGION, FacetChoice, chosen_in, field_of, must_be_known
from huozhan.search.finding import (
    PAGE_MAX,
    FindOffers,
    FoundOffer,
    Look,
    Results,
    look_for,
    offers_of,
    region_of,
    results_of,
)
from huozhan.search.index import Hits, OfferIndex, SearchUnavailable
from huozhan.search.ranking.arranging import Arrangement
from huozhan.search.ranking.paging import arrangement_of
from huozhan.search.wordbook.taking_up import take_up
from huozhan.search.wording import Asked

_OF_THE_TREE = ("category", "vertical")


class Gathered(msgspec.Struct, frozen=True):
    """The results of several searches, and offers that were asked for beside them, by id."""

    results: Sequence[Results]
    beside: Mapping[int, FoundOffer]


async def find_several(work: Work, asks: Sequence[FindOffers], beside: Sequence[int] = ()) -> Gathered:
    """Finds what several searches ask, for a page that shows them side by side.

    They are no results that somebody looked for, so none is noted. Of identical goods one stands for all, and says nothing of
    the others. A search with a quantity, bounds of price or a region of its own loads its goods by itself.
    """
    await take_up(work)
    usual = FindOffers()
    home = await region_of(work, usual)
    wanted: list[tuple[FindOffers, Arrangement]] = []
    regions: list[str] = []
    for ask in asks:
        must_be_known(chosen_in(ask))
        region = await region_of(work, ask) if ask.to else home
        how = msgspec.structs.replace(arrangement_of(work, ask.q), is_grouped=not (ask.each or ask.seller_id))
        reaching = msgspec.structs.replace(ask, to=region or ANY_REGION)
        wanted.append((reaching, how))
        regions.append(region)
    looks = list(zip(asks, await _looks(work, wanted), regions, strict=True))
    plain = [look for ask, look, _ in looks if _is_plain(ask)]
    shared = {one for look in plain for one in (*look.hits.offer_ids, *look.others)}
    found = await offers_of(work, usual, home, sorted({*shared, *beside}))
    branches = {one for look in plain for name in _OF_THE_TREE for one in look.hits.facets.get(name, ())}
    names = await catalogue.category_names(work, branches) if branches else {}
    return Gathered(
        [
            _results(ask, look, found, names) if _is_plain(ask) else await results_of(work, ask, look, region)
            for ask, look, region in looks
        ],
        {one: found[one] for one in beside if one in found},
    )


async def _looks(work: Work, wanted: Sequence[tuple[FindOffers, Arrangement]]) -> list[Look]:
    """What each search finds; nothing while the search does not answer, so that the page is shown with the rest of it."""
    index: OfferIndex = work.index
    try:
        return await index.aside(lambda: [look_for(index, ask, how) for ask, how in wanted])
    except SearchUnavailable:
        nothing = Look(hits=Hits(offer_ids=[], total=0, facets={}), asked=Asked(words=[]))
        return [nothing for _ in wanted]


def _results(
    ask: FindOffers, look: Look, found: Mapping[int, FoundOffer], names: Mapping[str, Bilingual]
) -> Results:
    """A page of what was found, of goods that are loaded already; only facets of the tree say what their values are called."""
    hits = look.hits
    return Results(
        offers=[found[one] for one in hits.offer_ids if one in found],
        others=[found[one] for one in look.others if one in found],
        total=hits.total,
        page=ask.page,
        pages=min(-(-hits.total // ask.limit), PAGE_MAX),
        facets={
            name: [
                FacetChoice(value=value, count=count, name=names.get(value, Bilingual()))
                for value, count in hits.facets.get(field_of(name), {}).items()
            ]
            for name in ask.count or ()
        },
        words=list(look.asked.words),
    )


def _is_plain(ask: FindOffers) -> bool:
    """Whether goods are loaded for it as for any other."""
    return ask.n is None and ask.price_from_e4 is None and ask.price_to_e4 is None and ask.to is None
