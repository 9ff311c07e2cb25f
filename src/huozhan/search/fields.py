"""What the index holds of an offer: one row for each field. A new field is a row at the end and a line in `documents.py`.

Where a field was added, removed or changed the index is built anew beside the old one (`versions.py` tells). That one
answers meanwhile where fields were only appended; so rows keep their order.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cache

import msgspec
import tantivy

from huozhan.catalogue import QUANTITIES


class Kind(StrEnum):
    """How the index keeps a field."""

    key = "key"
    """The term by which an offer is replaced and removed."""
    text = "text"
    """Words of a text, with how often it says them; looked for, not filtered by."""
    words = "words"
    """Words of which only matters whether they are there."""
    term = "term"
    """Values that an offer has or has not: filtered by."""
    facet = "facet"
    """The same, and counted on every page of results."""
    number = "number"
    """A whole number from 0: ranges, orders, weights."""
    beside = "beside"
    """A number that the embedded engine's writer makes of the facets, so that few hits are counted by themselves (`few.py`)."""


class Field(msgspec.Struct, frozen=True):
    """One field of the index."""

    name: str
    kind: Kind


FIELDS = (
    Field("key", Kind.key),
    Field("offer_id", Kind.number),
    Field("title", Kind.text),
    Field("kinds", Kind.text),
    Field("options", Kind.text),
    Field("names", Kind.text),
    Field("details", Kind.text),
    Field("signs", Kind.text),
    Field("code", Kind.term),
    Field("seller", Kind.term),
    Field("within", Kind.term),
    Field("suggest", Kind.term),
    Field("category", Kind.facet),
    Field("vertical", Kind.facet),
    Field("province", Kind.facet),
    Field("supplier_kind", Kind.facet),
    Field("promise", Kind.facet),
    Field("belt", Kind.facet),
    Field("marks", Kind.facet),
    Field("pickup_48", Kind.facet),
    Field("pickup_24", Kind.facet),
    Field("score", Kind.facet),
    Field("attribute", Kind.facet),
    Field("reach", Kind.term),
    Field("price_low", Kind.number),
    *(Field(f"price_at_{quantity}", Kind.number) for quantity in QUANTITIES),
    Field("moq", Kind.number),
    Field("promise_hours", Kind.number),
    Field("sold", Kind.number),
    Field("published", Kind.number),
    Field("weight", Kind.number),
    Field("factors", Kind.number),
    Field("new", Kind.term),
    Field("shop", Kind.number),
    Field("goods", Kind.number),
    Field("any", Kind.words),
    Field("sample", Kind.term),
    Field("shuffled", Kind.number),
    Field("custom", Kind.facet),
    Field("certificate", Kind.facet),
    Field("invoice", Kind.facet),
    Field("credit", Kind.facet),
    Field("facets_1", Kind.beside),
    Field("facets_2", Kind.beside),
    Field("category_number", Kind.beside),
    Field("belt_number", Kind.beside),
    Field("sizes", Kind.term),
)
SORTED_BY = "shuffled"
"""By which number the offers of a build lie one after the other; see `sampling.py`."""
FACETS = tuple(field.name for field in FIELDS if field.kind is Kind.facet)
SORTS = {"price_up": ("price_low", tantivy.Order.Asc), "price_down": ("price_low", tantivy.Order.Desc),
         "sold": ("sold", tantivy.Order.Desc), "newest": ("published", tantivy.Order.Desc),
         **{f"price_up_{n}": (f"price_at_{n}", tantivy.Order.Asc) for n in QUANTITIES},
         **{f"price_down_{n}": (f"price_at_{n}", tantivy.Order.Desc) for n in QUANTITIES}}  # fmt: skip
"""By which number each order sorts; "best" is by relevance times `weight`."""


class OfferDocument(msgspec.Struct, frozen=True, kw_only=True):
    """One offer as the index holds it, each fact by the name of its field: texts as words with spaces between them."""

    offer_id: int
    texts: Mapping[str, str]
    terms: Mapping[str, Sequence[str]]
    numbers: Mapping[str, int]


@cache
def schema() -> tantivy.Schema:
    """The table of fields as the library takes it."""
    builder = tantivy.SchemaBuilder()
    for field in FIELDS:
        match field.kind:
            case Kind.text:
                builder.add_text_field(field.name, tokenizer_name="whitespace", index_option="freq")
            case Kind.words:
                builder.add_text_field(field.name, tokenizer_name="whitespace", index_option="basic")
            case Kind.key | Kind.term:
                builder.add_text_field(field.name, tokenizer_name="raw", index_option="basic")
            case Kind.facet:
                builder.add_text_field(field.name, tokenizer_name="raw", fast=True, index_option="basic")
            case Kind.number | Kind.beside:
                builder.add_unsigned_field(field.name, stored=False, indexed=False, fast=True)
    return builder.build()
