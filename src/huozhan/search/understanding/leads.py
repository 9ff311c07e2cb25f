"""What narrows results to what the words probably mean: a category, a brand."""

from collections.abc import Mapping

import msgspec

from huozhan import catalogue
from huozhan.catalogue import APART
from huozhan.kernel.shapes import Bilingual
from huozhan.search.filters import FacetChoice
from huozhan.search.index import Hits, OfferIndex
from huozhan.search.narrowing import Filters
from huozhan.search.wording import Asked


def categories_meant(asked: Asked, hits: Hits, names: Mapping[str, Bilingual]) -> list[FacetChoice]:
    """Categories that the words probably mean: where they narrow the results, or where nothing has the words at all."""
    counts, total = hits.facets.get("category", {}), hits.total
    return [
        FacetChoice(value=category, count=counts.get(category, 0), name=names[category])
        for category, _ in asked.likely
        if category in names and (not total or 0 < counts.get(category, 0) < total)
    ]


def brands_meant(index: OfferIndex, asked: Asked, filters: Filters, hits: Hits) -> list[FacetChoice]:
    """Brands that the words name, as values of a filter, where they narrow the results."""
    found = []
    for term in asked.brands if hits.total else ():
        of_it = msgspec.structs.replace(filters, every={**filters.every, "attribute": [term]})
        count = index.search(asked, of_it, sort="best", offset=0, limit=1, counted=()).total
        if 0 < count < hits.total:
            handle, _, key = term.partition(APART)
            found.append(FacetChoice(value=term, count=count, name=catalogue.value_name(handle, key)))
    return found
