"""Search 找货: finds offers and suggests while one types. The front desk."""

from huozhan.search.finding import (
    PAGE_MAX,
    FacetChoice,
    FindOffers,
    FoundOffer,
    Results,
    Suggest,
    Suggestions,
    find_offers,
    suggest,
)
from huozhan.search.index import OfferIndex
from huozhan.search.indexing import index_waiting, note_changed, open_index, rebuild_batch, verify
from huozhan.search.segmenting import load_dictionaries
from huozhan.search.writer import IndexHeld, OfferIndexWriter

__all__ = [
    "PAGE_MAX",
    "FacetChoice",
    "FindOffers",
    "FoundOffer",
    "IndexHeld",
    "OfferIndex",
    "OfferIndexWriter",
    "Results",
    "Suggest",
    "Suggestions",
    "find_offers",
    "index_waiting",
    "load_dictionaries",
    "note_changed",
    "open_index",
    "rebuild_batch",
    "suggest",
    "verify",
]
