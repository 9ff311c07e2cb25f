"""What the values of facets and the likely categories of a search are called."""

from collections.abc import Mapping, Sequence

from huozhan import catalogue, parties
from huozhan.kernel.shapes import Bilingual
from huozhan.kernel.work import Work
from huozhan.search.filters import FilterValueUnknown
from huozhan.search.index import Hits, OfferIndex

Names = Mapping[str, dict[str, Bilingual]]


async def names_of(work: Work, chosen: Sequence[str], hits: Hits, likely: Sequence[str]) -> Names:
    """By facet, where rows know it; each read once for as long as the index stays as it is. Refuses a category that there is not."""
    index: OfferIndex = work.index
    state, keep = index.state, index.answers
    wanted = {*chosen, *likely, *hits.facets.get("category", ()), *hits.facets.get("vertical", ())}
    categories = await keep.each(state, "category", wanted, lambda some: catalogue.category_names(work, some))
    for one in chosen:
        if one not in categories:
            raise FilterValueUnknown(filter="category", value=one)
    belts = await keep.each(
        state, "belt", hits.facets.get("belt", {}), lambda some: parties.belt_names(work, some)
    )
    return {"category": categories, "vertical": categories, "belt": belts}
