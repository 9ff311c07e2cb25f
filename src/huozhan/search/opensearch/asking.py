"""One search as one request body, and its answer as the hits that every page knows. Pure.

Filters that are themselves counted stand in `post_filter`, so that each facet can be counted as if its own were not there.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from huozhan.search.fields import SORTED_BY, SORTS
from huozhan.search.index import BUCKETS_MAX, PARTED_BUCKETS_MAX, Hits, passing
from huozhan.search.making import Made
from huozhan.search.narrowing import PART, Filters
from huozhan.search.opensearch.making import OpenSearchMaker
from huozhan.search.sampling import SAMPLE

READ = ("offer_id", "factors", "shop", "goods")
"""The numbers that a hit tells of its offer."""
LOG2_IN_LOG10 = round(1 / math.log10(2), 6)
"""The embedded engine weighs by log2(2 + weight), `log2p` by log10(2 + weight)."""
PER_SHARD = 5
"""So many times as many values are counted in each shard as are asked for, so that none common in the whole is missed."""
SAMPLED, LIES, WHOLE, VALUES, AROUND = "sampled", "lies", "category.whole", "values", "around."


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """One search: what is wanted by words, what must hold of it, and which part of the answer is asked for."""

    wanted: Made
    filters: Filters
    sort: str = "best"
    offset: int = 0
    limit: int = 0
    counted: Sequence[str] = ()
    without: Sequence[int] = ()
    share: int = 1
    """Facets are counted among one of so many offers."""


def body_of(make: OpenSearchMaker, question: Question, *, timeout_ms: int) -> dict[str, Any]:
    """The request body of a search."""
    around = around_of(question)
    inside, outside = _parted(question.filters, set(around.values()))
    must, none = passing(make, inside)
    after, _ = passing(make, outside)
    gone = [make.of_keys(question.without)] if question.without else []
    body: dict[str, Any] = {
        "query": _weighed(make.all_of([question.wanted, *must], none=none), question.sort),
        "from": question.offset,
        "size": question.limit,
        "timeout": f"{timeout_ms}ms",
        "track_total_hits": True,
        "_source": False,
        "docvalue_fields": list(READ),
        "sort": _order(question.sort),
    }
    if after or gone:
        body["post_filter"] = make.all_of(after, none=gone)
    if question.counted:
        body["aggs"] = _aggregations(make, question, around)
    return body


def around_of(question: Question) -> dict[str, str]:
    """By which filter each counted facet is filtered itself: by that of its own field, of a part of it, or of its branch."""
    around = {facet: facet for facet in question.counted if facet in question.filters.terms}
    if "category" in question.counted and question.filters.terms.get("within"):
        if "category" in around:
            around[WHOLE] = "category"
        around["category"] = "within"
    for filtered in question.filters.terms:
        facet, apart, _ = filtered.partition(PART)
        if apart and facet in question.counted:
            around[AROUND + filtered] = filtered
    return around


def _parted(filters: Filters, names: set[str]) -> tuple[Filters, Filters]:
    """The filters but for those of these names, and those of these names."""
    inside = {name: values for name, values in filters.terms.items() if name not in names}
    outside = {name: values for name, values in filters.terms.items() if name in names}
    return msgspec.structs.replace(filters, terms=inside), Filters(terms=outside)


def _weighed(query: Made, sort: str) -> Made:
    if sort in SORTS:
        return query
    return {
        "function_score": {
            "query": query,
            "functions": [
                {
                    "field_value_factor": {"field": "weight", "modifier": "log2p", "missing": 0},
                    "weight": LOG2_IN_LOG10,
                }
            ],
            "boost_mode": "multiply",
        }
    }


def _order(sort: str) -> list[Any]:
    """Equal ones lie as they lie in a build of the embedded engine."""
    ties = {SORTED_BY: {"order": "asc", "unmapped_type": "long"}}
    if sort not in SORTS:
        return [{"_score": {"order": "desc"}}, ties]
    field, is_up = SORTS[sort][0], sort.startswith("price_up")
    return [{field: {"order": "asc" if is_up else "desc", "unmapped_type": "long"}}, ties]


def _aggregations(make: OpenSearchMaker, question: Question, around: Mapping[str, str]) -> dict[str, Any]:
    """Counts of each facet among what passes every filter but its own."""
    terms = question.filters.terms

    def among(facet: str, left_out: str) -> dict[str, Any]:
        counted = {"terms": _terms_of(facet)}
        others = {name: terms[name] for name in dict.fromkeys(around.values()) if name != left_out}
        must, _ = passing(make, Filters(terms=others))
        return {"filter": make.all_of(must), "aggs": {VALUES: counted}} if must else counted

    made = {facet: among(facet, around.get(facet, "")) for facet in question.counted}
    for name, filtered in around.items():
        if name.startswith(AROUND):
            made[name] = among(filtered.partition(PART)[0], filtered)
    lies = {}
    if around.get("category") == "within":
        made[WHOLE] = among("category", around.get(WHOLE, ""))
        # Whether goods lie in the chosen categories themselves, whatever else is asked for.
        at = {one: {"term": {"category": {"value": one}}} for one in terms["within"]}
        lies = {LIES: {"global": {}, "aggs": {VALUES: {"filters": {"filters": at}}}}}
    if question.share > 1:
        sample = {"term": {SAMPLE: {"value": str(question.share)}}}
        made = {SAMPLED: {"filter": sample, "aggs": made}}
    return made | lies


def _terms_of(facet: str) -> dict[str, Any]:
    size = PARTED_BUCKETS_MAX if facet == "attribute" else BUCKETS_MAX
    return {"field": facet, "size": size, "shard_size": size * PER_SHARD}


def hits_of(question: Question, answer: Mapping[str, Any]) -> Hits:
    """An answer as hits."""
    found = answer["hits"]["hits"]
    read = {field: [_number(hit, field) for hit in found] for field in READ}
    return Hits(
        offer_ids=read["offer_id"],
        # A hit's score stands first among what it was sorted by; beside another order nothing is scored.
        scores=[] if question.sort in SORTS else [float(hit["sort"][0]) for hit in found],
        factors=read["factors"],
        shops=read["shop"],
        goods=read["goods"],
        total=answer["hits"]["total"]["value"],
        facets=counts_of(question, answer),
        about=question.share > 1,
    )


def _number(hit: Mapping[str, Any], field: str) -> int:
    """A number of a hit; 0 where its document was made before there was such a number."""
    return int(hit.get("fields", {}).get(field, (0,))[0])


def counts_of(question: Question, answer: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    """The counts of each facet, of a sample multiplied."""
    said = answer.get("aggregations", {})
    if not question.counted or not answer["hits"]["total"]["value"]:
        return {}
    made = said[SAMPLED] if question.share > 1 else said
    counts = {
        name: {
            bucket["key"]: bucket["doc_count"] * question.share
            for bucket in its.get(VALUES, its).get("buckets", ())
        }
        for name, its in made.items()
        if name not in (LIES, "doc_count", "meta")
    }
    if LIES in said and not all(one["doc_count"] for one in said[LIES][VALUES]["buckets"].values()):
        # A branch is gone into; goods do not lie in it themselves, so none beside it can be chosen.
        counts["category"] = counts[WHOLE]
    counts.pop(WHOLE, None)
    for name in [name for name in counts if name.startswith(AROUND)]:
        facet, _, part = name.removeprefix(AROUND).partition(PART)
        of_part = {term: n for term, n in counts.pop(name).items() if term.startswith(f"{part}:")}
        counts[facet] = {**counts[facet], **of_part}
    return counts
