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
from huozhan.search.pictures.eye import Eye
from huozhan.search.pictures.finding import (
    FindByPhoto,
    FoundByPhoto,
    KeepPhoto,
    PhotoKept,
    ShowPhoto,
    find_by_photo,
    forget_photos,
    keep_photo,
    photo_file,
)
from huozhan.search.pictures.index import PictureIndexWriter, PicturesHeld
from huozhan.search.pictures.indexing import feed_all, note_pictures, pictures_waiting
from huozhan.search.ranking.standing import rank_some
from huozhan.search.saving import (
    EditSearch,
    SavedSearchList,
    SavedSearchView,
    SaveSearch,
    SearchRef,
    drop_search,
    edit_search,
    save_search,
    saved_search,
    saved_searches,
)
from huozhan.search.segmenting import load_dictionaries
from huozhan.search.watching import watch_round
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
    "EditSearch",
    "Eye",
    "FacetChoice",
    "Filter",
    "FilterValueUnknown",
    "FindByPhoto",
    "FindOffers",
    "FoundByPhoto",
    "FoundOffer",
    "IndexHeld",
    "KeepPhoto",
    "Notebook",
    "OfferIndex",
    "OfferIndexWriter",
    "OfferMeasures",
    "Paid",
    "PhotoKept",
    "PictureIndexWriter",
    "PicturesHeld",
    "PriceAt",
    "Results",
    "SaveSearch",
    "SavedSearchList",
    "SavedSearchView",
    "SearchRef",
    "ShowPhoto",
    "SoughtWords",
    "Suggest",
    "Suggestions",
    "attribute_value_name",
    "count_day",
    "day_to_count",
    "drop_search",
    "edit_search",
    "feed_all",
    "find_by_photo",
    "find_offers",
    "forget_old",
    "forget_people",
    "forget_person",
    "forget_photos",
    "index_waiting",
    "keep_photo",
    "load_dictionaries",
    "measures_of",
    "note_changed",
    "note_pictures",
    "note_touch",
    "offer_page",
    "open_index",
    "photo_file",
    "pictures_waiting",
    "put_away",
    "rank_some",
    "rebuild_batch",
    "save_search",
    "saved_search",
    "saved_searches",
    "searches_between",
    "suggest",
    "verify",
    "watch_round",
]
