"""What the values of facets and the likely categories of a search are called."""

from collections.abc import Mapping, Sequence

from huozhan import catalogue, parties
from huozhan.kernel.shapes import Bilingual
from huozhan.kernel.work import Work
from huozhan.search.filters import FilterValueUnknown
from huozhan.search.index import Hits, OfferIndex

Names = Mapping[str, dict[str, Bilingual]]


async def names_of(work: Work, chosen: Sequence[str], hits: Hits, likely: Sequence[str]) -> Names:
    """By facet, where rows know it; read once for as long as the index stays as it is. Refuses a category that there is not."""
    index: OfferIndex = work.index
    named = [sorted(hits.facets.get(name, ())) for name in ("category", "vertical", "belt")]
    return await index.answers.told(
        index.state, ("names", *named, chosen, likely), lambda: _names(work, chosen, hits, likely)
    )


async def _names(work: Work, chosen: Sequence[str], hits: Hits, likely: Sequence[str]) -> Names:
    wanted = {*chosen, *likely, *hits.facets.get("category", ()), *hits.facets.get("vertical", ())}
    categories = await catalogue.category_names(work, wanted) if wanted else {}
    for one in chosen:
        if one not in categories:
            raise FilterValueUnknown(filter="category", value=one)
    belts = hits.facets.get("belt", {})
    return {
        "category": categories,
        "vertical": categories,
        "belt": await parties.belt_names(work, belts) if belts else {},
    }
