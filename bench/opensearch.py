"""What the OpenSearch port sends: an offer as a document of a bulk, a search as a request body. No cluster is asked."""

import gzip
import statistics
import time
from collections import Counter
from typing import Any

import msgspec

from bench.engine import made_cards, questions
from huozhan.search.documents import document_of
from huozhan.search.filters import FACETS, fields_of, filters_of
from huozhan.search.index import asked_with
from huozhan.search.kinds import kind_words
from huozhan.search.opensearch.asking import Question, body_of
from huozhan.search.opensearch.making import OpenSearchMaker, clauses_in
from huozhan.search.opensearch.mapping import id_of, source_of
from huozhan.search.segmenting import asked_words, load_dictionaries
from huozhan.search.synonyms import AS_SHIPPED
from huozhan.search.wording import Asked, words_query

VERSION = 1_764_500_000_000_000
SUGGESTING = 16
"""One of so many offers lends its phrases, as among a million."""


def measure_opensearch(*, offers: int) -> dict[str, Any]:
    """Figures of documents and of request bodies."""
    load_dictionaries()
    kind_words()
    return {"what": "requests of the OpenSearch port", "offer": _offers(offers), "search": _searches(offers)}


def _offers(offers: int) -> dict[str, Any]:
    sizes, words, encoding_s, first = [], Counter[str](), 0.0, b""
    for cards in made_cards(offers):
        documents = [
            document_of(card, face, suggests=card.offer_id % SUGGESTING == 0) for card, face in cards
        ]
        began = time.process_time()
        lines = [
            msgspec.json.encode(
                {"index": {"_id": id_of(one.offer_id), "version": VERSION, "version_type": "external"}}
            )
            + b"\n"
            + msgspec.json.encode(source_of(one))
            + b"\n"
            for one in documents
        ]
        encoding_s += time.process_time() - began
        sizes += map(len, lines)
        first = first or b"".join(lines[:500])
        for one in documents:
            words.update({name: len(text.split()) for name, text in one.texts.items()})
    return {
        "bytes": round(statistics.fmean(sizes)),
        "bytes_packed": round(len(gzip.compress(first)) / min(500, len(sizes))),
        "encoding_cpu_us": round(encoding_s / len(sizes) * 1e6, 1),
        "words": {name: round(count / len(sizes), 1) for name, count in sorted(words.items())},
    }


def _searches(offers: int) -> dict[str, Any]:
    sizes, clauses = [], []
    make = OpenSearchMaker()
    asks = questions(offers)
    began = time.process_time()
    for ask in asks:
        asked = asked_with(AS_SHIPPED, Asked(words=asked_words(ask.q), code=ask.q))
        wanted = words_query(make, asked, lambda _: False)
        question = Question(wanted=wanted, filters=filters_of(ask), limit=40, counted=fields_of(FACETS))
        sizes.append(len(msgspec.json.encode(body_of(make, question, timeout_ms=1_000))))
        clauses.append(clauses_in(wanted))
    return {
        "bytes": round(statistics.fmean(sizes)),
        "clauses": round(statistics.fmean(clauses), 1),
        "making_cpu_ms": round((time.process_time() - began) / len(asks) * 1e3, 3),
    }
