"""The makings of a query as OpenSearch takes them: what `search.making` says for the embedded engine, in JSON.

Facts of the query language are from OpenSearch's own documentation (2.x and 3.x say them alike).
"""

from collections.abc import Iterator, Sequence
from typing import Any

from huozhan.search.making import Made

KEY = "key"
"""The term by which an offer is replaced; here it is the document's `_id`, and no field."""
BM25_SCALE = 2.2
"""k1 + 1: OpenSearch's words are scored without it since 3.0, and the embedded engine's with it."""


class OpenSearchMaker:
    """Queries as request bodies. `scale` multiplies what words earn, where the server's BM25 leaves out k1 + 1."""

    def __init__(self, scale: float = BM25_SCALE) -> None:
        self._scale = scale

    def everything(self, score: float) -> Made:
        """See `Maker`."""
        return {"match_all": {"boost": score}}

    def term(self, field: str, value: str, *, often: bool = False) -> Made:  # noqa: ARG002 -- the mapping's
        """See `Maker`; how often a field says a word counts where the mapping keeps that: `often` is told to it."""
        if field == KEY:
            return {"ids": {"values": [value]}}
        return {"term": {field: {"value": value, "boost": self._scale}}}

    def any_of(self, ways: Sequence[Made], at_least: int | None = None) -> Made:
        """See `Maker`."""
        if not ways:
            return {"match_none": {}}
        return {"bool": {"should": list(ways), "minimum_should_match": at_least or 1}}

    def all_of(self, must: Sequence[Made], *, better: Sequence[Made] = (), none: Sequence[Made] = ()) -> Made:
        """See `Maker`; what only has to be there goes where nothing is scored and answers are remembered."""
        scored = [one for one in must if not _is_filter(one)]
        filters = [one["bool"]["filter"][0] for one in must if _is_filter(one)]
        said: dict[str, Any] = {
            "must": scored, "filter": filters, "should": list(better), "must_not": list(none)
        }  # fmt: skip
        said = {name: queries for name, queries in said.items() if queries}
        if better and (scored or filters):
            said["minimum_should_match"] = 0
        return {"bool": said}

    def best_of(self, ways: Sequence[Made], others: float = 0.0) -> Made:
        """See `Maker`."""
        return {"dis_max": {"queries": list(ways), "tie_breaker": others}}

    def times(self, query: Made, factor: float) -> Made:
        """See `Maker`: every kind of query that this maker makes has a boost of its own."""
        ((kind, said),) = query.items()
        if kind in ("term", "range"):
            ((field, its),) = said.items()
            return {kind: {field: its | {"boost": round(its.get("boost", 1.0) * factor, 6)}}}
        return {kind: said | {"boost": round(said.get("boost", 1.0) * factor, 6)}}

    def flat(self, query: Made, score: float) -> Made:
        """See `Maker`."""
        return {"constant_score": {"filter": _unscored(query), "boost": score}}

    def passing(self, query: Made) -> Made:
        """See `Maker`."""
        return {"bool": {"filter": [_unscored(query)]}}

    def within(self, field: str, low: int | None, high: int | None) -> Made:
        """See `Maker`."""
        bounds = {name: bound for name, bound in (("gte", low), ("lte", high)) if bound is not None}
        return {"range": {field: bounds}}

    def of_keys(self, offer_ids: Sequence[int]) -> Made:
        """See `Maker`."""
        return {"ids": {"values": [str(one) for one in offer_ids]}}


def _is_filter(query: Made) -> bool:
    return list(query) == ["bool"] and list(query["bool"]) == ["filter"] and len(query["bool"]["filter"]) == 1


def _unscored(query: Made) -> Made:
    """The same offers where nothing is scored: boosts say nothing there, and terms of one field are one list."""
    ((kind, said),) = query.items()
    if kind == "term":
        ((field, its),) = said.items()
        return {"term": {field: {"value": its["value"]}}}
    if (
        kind == "bool"
        and set(said) <= {"should", "minimum_should_match"}
        and said["minimum_should_match"] == 1
    ):
        return _one_list([_unscored(one) for one in said["should"]])
    return query


def _one_list(ways: list[Made]) -> Made:
    if len(ways) == 1:
        return ways[0]
    if all("ids" in way for way in ways) and ways:
        return {"ids": {"values": [value for way in ways for value in way["ids"]["values"]]}}
    fields = {field for way in ways for field in way.get("term", {"": None})}
    if ways and len(fields) == 1 and "" not in fields:
        (field,) = fields
        return {"terms": {field: [way["term"][field]["value"] for way in ways]}}
    return {"bool": {"should": ways, "minimum_should_match": 1}}


def clauses_in(query: Made) -> int:
    """How many terms and ranges a query asks for: a server refuses more than it was set to."""
    if isinstance(query, dict):
        ((kind, said),) = query.items()
        return sum(map(clauses_in, _inside(kind, said))) if kind in _COMPOUND else 1
    return 0


_COMPOUND = {"bool", "dis_max", "constant_score", "function_score"}


def _inside(kind: str, said: dict[str, Any]) -> Iterator[Made]:
    if kind == "bool":
        for name in ("must", "filter", "should", "must_not"):
            yield from said.get(name, ())
    elif kind == "dis_max":
        yield from said["queries"]
    else:
        yield said["filter" if kind == "constant_score" else "query"]
