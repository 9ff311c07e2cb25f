"""Search 找货: finds offers and suggests while one types. The front desk."""

from huozhan.catalogue import APART
from huozhan.catalogue import value_name as attribute_value_name
from huozhan.search.filters import (
    ANY_REGION,
    FILTERS,
    AttributeFacet,
    Choice,
    FacetChoice,
    Filter,
    FilterValueUnknown,
)
from huozhan.search.finding import (
    PAGE_MAX,
    FindOffers,
    FoundOffer,
    PriceAt,
    Results,
    Suggest,
    Suggestions,
    find_offers,
    offer_page,
    suggest,
)
from huozhan.search.index import OfferIndex
from huozhan.search.indexing import index_waiting, note_changed, open_index, rebuild_batch, verify
from huozhan.search.measures.counting import (
    DayToCount,
    OfferMeasures,
    Paid,
    SoughtWords,
    count_day,
    day_to_count,
    measures_of,
    searches_between,
)
from huozhan.search.measures.keeping import (
    FORGET_JOB,
    forget_old,
    forget_people,
    forget_person,
    put_away,
)
from huozhan.search.measures.notebook import Notebook, note_touch
from huozhan.search.ranking.standing import rank_some
from huozhan.search.segmenting import load_dictionaries
from huozhan.search.writer import IndexHeld, OfferIndexWriter

__all__ = [
    "ANY_REGION",
    "APART",
    "FILTERS",
    "FORGET_JOB",
    "PAGE_MAX",
    "AttributeFacet",
    "Choice",
    "DayToCount",
    "FacetChoice",
    "Filter",
    "FilterValueUnknown",
    "FindOffers",
    "FoundOffer",
    "IndexHeld",
    "Notebook",
    "OfferIndex",
    "OfferIndexWriter",
    "OfferMeasures",
    "Paid",
    "PriceAt",
    "Results",
    "SoughtWords",
    "Suggest",
    "Suggestions",
    "attribute_value_name",
    "count_day",
    "day_to_count",
    "find_offers",
    "forget_old",
    "forget_people",
    "forget_person",
    "index_waiting",
    "load_dictionaries",
    "measures_of",
    "note_changed",
    "note_touch",
    "offer_page",
    "open_index",
    "put_away",
    "rank_some",
    "rebuild_batch",
    "searches_between",
    "suggest",
    "verify",
]
