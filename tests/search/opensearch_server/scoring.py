"""Documents of one index as they can be searched, and queries over them: who matches, with what score.

Words are scored as Lucene scores them: BM25 over the documents that have the field, lengths in its one-byte steps.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from typing import Any

from tests.search.opensearch_server.grammar import Trouble, has_doc_values, listed, must_know

K1, B = 1.2, 0.75
CLAUSES_MAX = 1_024
Found = dict[str, float]
"""Which documents match, each with its score."""


def in_steps(length: int) -> int:
    """A length as Lucene keeps it in one byte: exact to 40, then four significant bits (SmallFloat.intToByte4)."""
    free = 24
    if length < free:
        return length
    rest = length - free
    bits = rest.bit_length()
    if bits < 4:
        return length
    shift = bits - 4
    return free + ((rest >> shift) << shift)


class Searchable:
    """What was refreshed of an index."""

    def __init__(
        self, properties: Mapping[str, Any], docs: Mapping[str, Mapping[str, Any]], scale: float
    ) -> None:
        self.properties, self.docs, self._scale = properties, docs, scale
        self.postings: dict[tuple[str, Any], dict[str, int]] = defaultdict(dict)
        self.lengths: dict[str, dict[str, int]] = defaultdict(dict)
        for key, source in docs.items():
            for name, value in source.items():
                its = properties[name]
                said = str(value).split() if its["type"] == "text" else listed(value)
                if not said:
                    continue
                counts = Counter(said)
                once = its["type"] != "text" or its.get("index_options") == "docs"
                self.lengths[name][key] = len(counts) if once else len(said)
                for word, n in counts.items():
                    self.postings[name, word][key] = 1 if once else n

    def term(self, field: str, value: Any, boost: float) -> Found:
        """Documents that have the term."""
        its, there = self.properties[field], self.postings.get((field, value), {})
        if its["type"] == "long":
            return dict.fromkeys(there, boost)
        lengths = self.lengths[field]
        has_norms = its.get("norms", its["type"] == "text")
        mean = sum(lengths.values()) / len(lengths) if lengths else 1.0
        idf = math.log(1 + (len(lengths) - len(there) + 0.5) / (len(there) + 0.5))
        found = {}
        for key, n in there.items():
            length = in_steps(lengths[key]) if has_norms else 1
            found[key] = boost * self._scale * idf * n / (n + K1 * (1 - B + B * length / mean))
        return found


class Asking:
    """One request's queries, read strictly and answered."""

    def __init__(self, at: Searchable) -> None:
        self.at = at
        self.clauses = 0

    def found(self, query: Any) -> Found:
        """Who matches a query."""
        if not isinstance(query, dict) or len(query) != 1:
            raise Trouble(400, "parsing_exception", "[query] malformed query, expected one name")
        ((kind, said),) = query.items()
        reader: Callable[[Any], Found] | None = getattr(self, f"_{kind}", None)
        if reader is None or kind not in KINDS:
            raise Trouble(400, "parsing_exception", f"unknown query [{kind}]")
        if kind not in COMPOUND:
            self.clauses += 1
            if self.clauses > CLAUSES_MAX:
                raise Trouble(400, "too_many_nested_clauses", f"maxClauseCount is set to {CLAUSES_MAX}")
        return reader(said)

    def _boost(self, said: Mapping[str, Any]) -> float:
        boost = said.get("boost", 1.0)
        if isinstance(boost, bool) or not isinstance(boost, (int, float)) or boost < 0:
            raise Trouble(400, "illegal_argument_exception", f"negative [boost] are not allowed: [{boost}]")
        return float(boost)

    def _field(self, name: str) -> dict[str, Any]:
        its: dict[str, Any] | None = self.at.properties.get(name)
        if its is None:
            fault = f"No field mapping can be found for the field with name [{name}]"
            raise Trouble(400, "query_shard_exception", fault)
        return its

    def _one(self, kind: str, said: Any, known: set[str]) -> tuple[str, dict[str, Any]]:
        if not isinstance(said, dict) or len(said) != 1:
            raise Trouble(400, "parsing_exception", f"[{kind}] query doesn't support multiple fields")
        ((field, its),) = said.items()
        if kind == "term" and not isinstance(its, dict):
            its = {"value": its}
        must_know(its, known, kind)
        if not self._field(field).get("index", True):
            fault = f"Cannot search on field [{field}] since it is not indexed."
            raise Trouble(400, "query_shard_exception", fault)
        return field, its

    def _value(self, field: str, value: Any) -> Any:
        is_number = isinstance(value, int) and not isinstance(value, bool)
        if (self.at.properties[field]["type"] == "long") != is_number:
            raise Trouble(400, "query_shard_exception", f"failed to create query: {value!r} in [{field}]")
        return value

    def _match_all(self, said: Any) -> Found:
        must_know(said, {"boost"}, "match_all")
        return dict.fromkeys(self.at.docs, self._boost(said))

    def _match_none(self, said: Any) -> Found:
        must_know(said, {"boost"}, "match_none")
        return {}

    def _term(self, said: Any) -> Found:
        field, its = self._one("term", said, {"value", "boost", "case_insensitive"})
        return self.at.term(field, self._value(field, its["value"]), self._boost(its))

    def _terms(self, said: Any) -> Found:
        fields = [name for name in said if name != "boost"]
        if len(fields) != 1 or not isinstance(said[fields[0]], list):
            raise Trouble(400, "parsing_exception", "[terms] query requires one field with a list")
        if len(said[fields[0]]) > 65_536:
            raise Trouble(
                400, "illegal_argument_exception", "The number of terms exceeds the allowed maximum"
            )
        self._one("terms", {fields[0]: {}}, set())
        there = {
            key
            for value in said[fields[0]]
            for key in self.at.postings.get((fields[0], self._value(fields[0], value)), ())
        }
        return dict.fromkeys(there, self._boost(said))

    def _ids(self, said: Any) -> Found:
        must_know(said, {"values", "boost"}, "ids")
        if not all(isinstance(one, str) for one in said["values"]):
            raise Trouble(400, "parsing_exception", "[ids] failed to parse field [values]")
        return {one: self._boost(said) for one in said["values"] if one in self.at.docs}

    def _prefix(self, said: Any) -> Found:
        field, its = self._one("prefix", said, {"value", "boost", "case_insensitive"})
        there = {
            key
            for (name, value), keys in self.at.postings.items()
            if name == field and value.startswith(its["value"])
            for key in keys
        }
        return dict.fromkeys(there, self._boost(its))

    def _range(self, said: Any) -> Found:
        field, its = self._one("range", said, {"gte", "gt", "lte", "lt", "boost"})
        low, high = its.get("gte", -math.inf), its.get("lte", math.inf)
        above, below = its.get("gt", -math.inf), its.get("lt", math.inf)
        for bound in ("gte", "gt", "lte", "lt"):
            if bound in its:
                self._value(field, its[bound])
        return {
            key: self._boost(its)
            for key, source in self.at.docs.items()
            for value in listed(source.get(field, []))
            if low <= value <= high and above < value < below
        }

    def _bool(self, said: Any) -> Found:
        must_know(said, {"must", "filter", "should", "must_not", "minimum_should_match", "boost"}, "bool")
        must, passing, should, none = (
            [self.found(one) for one in listed(said.get(name, []))]
            for name in ("must", "filter", "should", "must_not")
        )
        least = said.get("minimum_should_match", 1 if should and not must and not passing else 0)
        if isinstance(least, bool) or not isinstance(least, (int, str)):
            raise Trouble(400, "parsing_exception", "[bool] failed to parse [minimum_should_match]")
        found: Found = {}
        for key in set(self.at.docs) if not must and not passing else set((must + passing)[0]):
            votes = sum(key in one for one in should)
            if (
                votes >= int(least)
                and all(key in one for one in must)
                and all(key in one for one in passing)
                and not any(key in one for one in none)
            ):
                found[key] = self._boost(said) * sum(one.get(key, 0.0) for one in (*must, *should))
        return found

    def _dis_max(self, said: Any) -> Found:
        must_know(said, {"queries", "tie_breaker", "boost"}, "dis_max")
        if not isinstance(said.get("queries"), list) or not said["queries"]:
            raise Trouble(
                400, "parsing_exception", "[dis_max] requires 'queries' field with at least one clause"
            )
        ways, found = [self.found(one) for one in said["queries"]], {}
        for key in set().union(*ways):
            scores = [way[key] for way in ways if key in way]
            best = max(scores)
            found[key] = self._boost(said) * (best + said.get("tie_breaker", 0.0) * (sum(scores) - best))
        return found

    def _constant_score(self, said: Any) -> Found:
        must_know(said, {"filter", "boost"}, "constant_score")
        if "filter" not in said:
            raise Trouble(400, "parsing_exception", "[constant_score] requires a 'filter' element")
        return dict.fromkeys(self.found(said["filter"]), self._boost(said))

    def _function_score(self, said: Any) -> Found:
        must_know(said, {"query", "functions", "boost_mode", "score_mode", "boost"}, "function_score")
        if said.get("boost_mode", "multiply") != "multiply" or len(said["functions"]) != 1:
            raise Trouble(400, "parsing_exception", "this stand-in multiplies by one function")
        (function,) = said["functions"]
        must_know(function, {"field_value_factor", "weight"}, "function_score")
        factor = function["field_value_factor"]
        must_know(factor, {"field", "modifier", "missing", "factor"}, "field_value_factor")
        if factor.get("modifier", "none") != "log2p":
            raise Trouble(400, "parsing_exception", f"unknown modifier [{factor.get('modifier')}]")
        if not has_doc_values(self._field(factor["field"])):
            raise Trouble(400, "illegal_argument_exception", "needs doc values")
        found = {}
        for key, score in self.found(said.get("query", {"match_all": {}})).items():
            value = listed(self.at.docs[key].get(factor["field"], factor.get("missing")))[0]
            if value is None:
                raise Trouble(400, "exception", f"Missing value for field [{factor['field']}]")
            weight = function.get("weight", 1.0) * self._boost(said)
            found[key] = score * weight * math.log10(2 + value * factor.get("factor", 1))
        return found


COMPOUND = {"bool", "dis_max", "constant_score", "function_score"}
KINDS = COMPOUND | {"match_all", "match_none", "term", "terms", "ids", "prefix", "range"}


def lucene_pattern(said: str, longest: int) -> re.Pattern[str]:
    """A pattern of Lucene's, of which only escaped signs, groups of choices and `.*` are read here."""
    if len(said) > longest:
        raise Trouble(
            400,
            "illegal_argument_exception",
            f"The length of regex [{len(said)}] exceeds the allowed maximum",
        )
    made, at = "", 0
    while at < len(said):
        sign = said[at]
        if sign == "\\":
            at += 1
            made += re.escape(said[at])
        elif sign in "()|" or said[at : at + 2] == ".*":
            made += ".*" if sign == "." else sign
            at += sign == "."
        elif sign in '.?+*{}[]"#@&<>~':
            raise Trouble(400, "illegal_argument_exception", f"this stand-in reads no [{sign}] in patterns")
        else:
            made += re.escape(sign)
        at += 1
    return re.compile(made, re.DOTALL)
