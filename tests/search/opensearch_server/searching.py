"""One search: its body read strictly, its hits in order, its aggregations."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from tests.search.opensearch_server.grammar import (
    AGGREGATION_NAME,
    SEARCH,
    TIME,
    Trouble,
    has_doc_values,
    listed,
    must_know,
)
from tests.search.opensearch_server.scoring import Asking, Found, Searchable, lucene_pattern

AGGREGATIONS = {"terms", "filter", "filters", "global"}


def searched(at: Searchable, body: Any, name: str, *, window: int, regex_max: int) -> dict[str, Any]:
    """The answer to a search."""
    must_know(body, SEARCH, "search")
    start, size = body.get("from", 0), body.get("size", 10)
    if not all(isinstance(one, int) and one >= 0 for one in (start, size)):
        raise Trouble(400, "illegal_argument_exception", "[from] and [size] should be numbers from 0")
    if start + size > window:
        raise Trouble(400, "illegal_argument_exception", f"Result window is too large: {start + size}")
    if "timeout" in body and not TIME.fullmatch(body["timeout"]):
        raise Trouble(400, "parse_exception", f"failed to parse setting [timeout]: {body['timeout']}")
    asking = Asking(at)
    whole = asking.found(body.get("query", {"match_all": {}}))
    hits = whole
    if "post_filter" in body:
        after = Asking(at).found(body["post_filter"])
        hits = {key: score for key, score in whole.items() if key in after}
    ordered = _ordered(at, hits, body.get("sort", [{"_score": {"order": "desc"}}]))
    fields = [_with_doc_values(at, field) for field in body.get("docvalue_fields", ())]
    shown = []
    for key, by in ordered[start : start + size]:
        hit: dict[str, Any] = {"_index": name, "_id": key, "_score": None if "sort" in body else hits[key]}
        there = {field: listed(at.docs[key][field]) for field in fields if field in at.docs[key]}
        hit |= {"fields": there} if there else {}
        hit |= {"sort": by} if "sort" in body else {}
        shown.append(hit)
    answer: dict[str, Any] = {
        "took": 1,
        "timed_out": False,
        "_shards": {"total": 1, "successful": 1, "skipped": 0, "failed": 0},
        "hits": {"max_score": None, "hits": shown},
    }
    counts = body.get("track_total_hits", 10_000)
    if counts is not False:
        most = len(hits) if counts is True else counts
        relation = "eq" if len(hits) <= most else "gte"
        answer["hits"]["total"] = {"value": min(len(hits), most), "relation": relation}
    if "aggs" in body:
        answer["aggregations"] = aggregated(at, body["aggs"], whole, regex_max=regex_max)
    return answer


def _with_doc_values(at: Searchable, field: str) -> str:
    its = at.properties.get(field)
    if its is None:
        raise Trouble(400, "query_shard_exception", f"No mapping found for [{field}]")
    if not has_doc_values(its):
        raise Trouble(400, "illegal_argument_exception", f"Can't load fielddata on [{field}]")
    return field


def _ordered(at: Searchable, hits: Found, sort: Any) -> list[tuple[str, list[Any]]]:
    """Hits in order, each with what it was sorted by; equal ones as they were indexed."""
    keys: list[tuple[str, int]] = []
    for one in sort:
        ((field, its),) = one.items()
        must_know(its, {"order"} if field == "_score" else {"order", "unmapped_type", "missing"}, "sort")
        if its.get("order", "asc") not in ("asc", "desc"):
            raise Trouble(400, "illegal_argument_exception", f"Unknown sort order [{its['order']}]")
        if field != "_score":
            _with_doc_values(at, field)
        keys.append((field, -1 if its["order"] == "desc" else 1))

    def value(key: str, field: str, sign: int) -> float:
        if field == "_score":
            return hits[key]
        there = listed(at.docs[key].get(field, []))
        # What has no such number comes last either way.
        return there[0] if there else (2**63 - 1 if sign > 0 else -(2**63))

    ordered = sorted(hits, key=lambda key: [sign * value(key, field, sign) for field, sign in keys])
    return [(key, [value(key, field, sign) for field, sign in keys]) for key in ordered]


def aggregated(at: Searchable, said: Any, among: Found, *, regex_max: int) -> dict[str, Any]:
    """Aggregations over documents."""
    if not isinstance(said, dict):
        raise Trouble(400, "parsing_exception", "[aggs] expects an object")
    answer = {}
    for name, its in said.items():
        if not AGGREGATION_NAME.fullmatch(name):
            raise Trouble(400, "parsing_exception", f"Invalid aggregation name [{name}]")
        kinds = [kind for kind in its if kind not in ("aggs", "meta")]
        if len(kinds) != 1 or kinds[0] not in AGGREGATIONS:
            raise Trouble(400, "parsing_exception", f"Unknown aggregation type {kinds}")
        answer[name] = _one(at, kinds[0], its, among, regex_max)
    return answer


def _one(at: Searchable, kind: str, its: Mapping[str, Any], among: Found, regex_max: int) -> dict[str, Any]:
    if kind == "terms":
        if "aggs" in its:
            raise Trouble(400, "parsing_exception", "this stand-in counts terms and nothing in them")
        return _terms(at, its["terms"], among, regex_max)
    if kind == "filters":
        must_know(its["filters"], {"filters", "other_bucket"}, "filters")
        buckets = {
            name: {"doc_count": len(among.keys() & Asking(at).found(query).keys())}
            for name, query in its["filters"]["filters"].items()
        }
        return {"buckets": buckets}
    if kind == "global":
        must_know(its["global"], set(), "global")
        inside = dict.fromkeys(at.docs, 1.0)
    else:
        there = Asking(at).found(its["filter"])
        inside = {key: score for key, score in among.items() if key in there}
    return {"doc_count": len(inside), **aggregated(at, its.get("aggs", {}), inside, regex_max=regex_max)}


def _terms(at: Searchable, said: Any, among: Found, regex_max: int) -> dict[str, Any]:
    must_know(said, {"field", "size", "shard_size", "include", "order", "min_doc_count"}, "terms")
    field, size = _with_doc_values(at, said["field"]), said.get("size", 10)
    if size < 1 or said.get("shard_size", size) < size:
        raise Trouble(400, "illegal_argument_exception", "[size] must be greater than 0")
    pattern = lucene_pattern(said["include"], regex_max) if "include" in said else None
    counts = Counter(
        value
        for key in among
        for value in set(listed(at.docs[key].get(field, [])))
        if pattern is None or pattern.fullmatch(value)
    )
    top = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return {
        "doc_count_error_upper_bound": 0,
        "sum_other_doc_count": sum(n for _, n in top[size:]),
        "buckets": [{"key": key, "doc_count": n} for key, n in top[:size]],
    }
