"""The table of fields as an index of OpenSearch: its mapping, its settings, and an offer's document.

Words come cut, with spaces between them, so the plain `whitespace` analyzer is all there is to analysis; the text itself is
not kept (`_source`), since pages are made of the catalogue and a new index of the market's own rows.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from huozhan.search.fields import FIELDS, SORTED_BY, Kind, OfferDocument
from huozhan.search.opensearch.making import KEY
from huozhan.search.versions import schema_version

WORDS = "words"
"""The similarity of texts: BM25 with the numbers that the embedded engine has built in."""
BM25 = {"type": "BM25", "k1": 1.2, "b": 0.75}
SAID_ONCE = frozenset({"kinds"})
"""Texts of which counts whether they say a word, not how often."""
COUNTED_ONCE = SAID_ONCE | {field.name for field in FIELDS if field.kind is Kind.words}
"""Texts whose length Lucene takes to be that of their different words, and the embedded engine that of all."""
AGAIN = "\ue000"
"""What makes another word of one that is said again: a sign that no text means anything by, and no space to whoever cuts."""
WEIGHED = frozenset({"code"})
"""Terms that are scored by how many others an offer has beside them."""
COUNTED = frozenset({"suggest"})
"""Terms whose values are read in order, beside the facets."""
READ_ONLY = frozenset({"offer_id", "sold", "weight", "factors", "shop", "goods", SORTED_BY})
"""Numbers that are read and sorted by, and never asked for by bounds."""
REFRESH = "1s"
DELETES_KEPT = "10m"
"""So long a removed offer's version is remembered, lest an older document bring it back."""
RESULT_WINDOW = 10_000


def properties() -> dict[str, Any]:
    """How each field is kept. A cluster counts all hits in the one request that finds them, so it needs no numbers beside facets."""
    return {
        field.name: _property(field.name, field.kind)
        for field in FIELDS
        if field.kind not in (Kind.key, Kind.beside)
    }


def _property(name: str, kind: Kind) -> dict[str, Any]:
    match kind:
        case Kind.text:
            options = "docs" if name in SAID_ONCE else "freqs"
            return {"type": "text", "analyzer": "whitespace", "index_options": options, "similarity": WORDS}
        case Kind.words:
            return {"type": "text", "analyzer": "whitespace", "index_options": "docs", "similarity": WORDS}
        case Kind.number:
            return {"type": "long", "index": name not in READ_ONLY}
        case Kind.term if name in WEIGHED:
            return {"type": "keyword", "doc_values": False, "norms": True, "similarity": WORDS}
        case Kind.term:
            return {"type": "keyword", "doc_values": name in COUNTED}
        case Kind.facet:
            return {"type": "keyword"}
        case Kind.key | Kind.beside:
            raise AssertionError("the key is the document's id, and numbers beside facets are not sent")


def index_body(*, shards: int, alias: str, share: int, scale: float) -> dict[str, Any]:
    """What a new index is made by; one of `share` offers lends its phrases to whoever types.

    While it is filled nobody asks it: it is neither refreshed nor copied until it is whole (`when_whole`).
    """
    return {
        "settings": {
            "index": {
                "number_of_shards": shards,
                "number_of_replicas": 0,
                "refresh_interval": "-1",
                "gc_deletes": DELETES_KEPT,
                "max_result_window": RESULT_WINDOW,
                "sort": {"field": SORTED_BY, "order": "asc"},
                "similarity": {WORDS: BM25},
            }
        },
        "mappings": {
            "dynamic": "strict",
            "_source": {"enabled": False},
            "_meta": {"version": schema_version(), "share": share, "scale": scale},
            "properties": properties(),
        },
        "aliases": {alias: {}},
    }


def when_whole(replicas: int) -> dict[str, Any]:
    """The settings of an index that answers."""
    return {"index": {"number_of_replicas": replicas, "refresh_interval": REFRESH}}


def source_of(document: OfferDocument) -> dict[str, Any]:
    """One offer as it is sent; a value alone is sent as itself, none are left out."""
    sent: dict[str, Any] = {"offer_id": document.offer_id, **document.numbers}
    for name, text in document.texts.items():
        if text:
            sent[name] = " ".join(_told_apart(text.split())) if name in COUNTED_ONCE else text
    for name, values in document.terms.items():
        kept = _told_apart(values) if name in WEIGHED else list(dict.fromkeys(values))
        if kept:
            sent[name] = kept if len(kept) > 1 else kept[0]
    return sent


def _told_apart(words: Iterable[str]) -> list[str]:
    """The words, each that is said again with a mark: so that a text is as long as in the embedded engine."""
    times: Counter[str] = Counter()
    told = []
    for word in words:
        told.append(f"{word}{AGAIN}{times[word]}" if times[word] else word)
        times[word] += 1
    return told


def id_of(offer_id: int) -> str:
    """An offer's `_id`: what the embedded index keeps in its field `key`."""
    return str(offer_id)


assert any(field.name == KEY and field.kind is Kind.key for field in FIELDS)
