"""What a request may say: names, types and bounds, each refused with the error that OpenSearch gives."""

import re
from collections.abc import Collection, Mapping
from typing import Any

TYPES = {"text", "keyword", "long"}
OF_TYPE = {
    "text": {"type", "analyzer", "index_options", "similarity", "norms", "index"},
    "keyword": {"type", "doc_values", "index", "norms", "similarity", "ignore_above"},
    "long": {"type", "index", "doc_values"},
}
SETTINGS = {
    "number_of_shards", "number_of_replicas", "refresh_interval", "gc_deletes", "max_result_window", "sort",
    "similarity", "max_regex_length",
}  # fmt: skip
DYNAMIC = {"number_of_replicas", "refresh_interval", "gc_deletes", "max_result_window", "max_regex_length"}
MAPPINGS = {"dynamic", "_source", "_meta", "properties"}
SEARCH = {
    "query", "from", "size", "timeout", "track_total_hits", "_source", "docvalue_fields", "sort", "post_filter", "aggs",
}  # fmt: skip
SEARCH_PARAMETERS = {"preference", "allow_partial_search_results", "search_type"}
BULK_PARAMETERS = {"require_alias", "refresh"}
BULK_META = {"_index", "_id", "version", "version_type", "require_alias"}
TIME = re.compile(r"[0-9]+(ms|s|m|h|d)")
NAME = re.compile(r"[^-_+A-Z\\/*?\"<>| ,#:][^A-Z\\/*?\"<>| ,#:]{0,254}")
AGGREGATION_NAME = re.compile(r"[^\[\]>]+")


class Trouble(Exception):
    """An error as the server would answer it."""

    def __init__(self, status: int, kind: str, reason: str) -> None:
        super().__init__(f"{status} {kind}: {reason}")
        self.status, self.kind, self.reason = status, kind, reason

    def answer(self) -> dict[str, Any]:
        """The body of the answer."""
        cause = {"type": self.kind, "reason": self.reason}
        return {"error": {"root_cause": [cause], **cause}, "status": self.status}


def must_know(said: Any, known: Collection[str], where: str) -> None:
    """Refuses what is no object, and names that there are not."""
    if not isinstance(said, dict):
        raise Trouble(400, "parsing_exception", f"[{where}] expects an object")
    for name in said:
        if name not in known:
            raise Trouble(400, "parsing_exception", f"[{where}] unknown field [{name}]")


def must_be_index_body(body: Any) -> None:
    """Refuses a new index that is not well described."""
    must_know(body, {"settings", "mappings", "aliases"}, "create_index")
    settings = body.get("settings", {})
    must_know(settings, {"index"}, "settings")
    must_be_settings(settings.get("index", {}), SETTINGS)
    mappings = body.get("mappings", {})
    must_know(mappings, MAPPINGS, "mappings")
    if mappings.get("dynamic", "strict") not in ("strict", "true", "false", True, False):
        raise Trouble(400, "mapper_parsing_exception", "bad [dynamic]")
    must_know(mappings.get("_source", {}), {"enabled"}, "_source")
    similarities = settings.get("index", {}).get("similarity", {})
    must_be_properties(mappings.get("properties", {}), similarities)
    for field in _listed(settings.get("index", {}).get("sort", {}).get("field", [])):
        kept = mappings["properties"].get(field)
        if kept is None or not has_doc_values(kept):
            raise Trouble(
                400, "illegal_argument_exception", f"unknown or unsorted index sort field:[{field}]"
            )
    for alias, its in body.get("aliases", {}).items():
        if not NAME.fullmatch(alias):
            raise Trouble(400, "invalid_alias_name_exception", alias)
        must_know(its, {"filter", "is_write_index", "routing"}, "alias")


def must_be_settings(said: Any, known: Collection[str]) -> None:
    """Refuses settings that there are not, or not now, or not so."""
    if not isinstance(said, dict):
        raise Trouble(400, "parsing_exception", "settings expect an object")
    for name, value in said.items():
        if name not in known:
            fault = f"unknown or not dynamic setting [index.{name}]"
            raise Trouble(400, "illegal_argument_exception", fault)
        if name.startswith("number_of_") and not (isinstance(value, int) and value >= ("shards" in name)):
            raise Trouble(400, "illegal_argument_exception", f"Failed to parse value for [index.{name}]")
        if name in ("refresh_interval", "gc_deletes") and value != "-1" and not TIME.fullmatch(str(value)):
            raise Trouble(400, "illegal_argument_exception", f"failed to parse setting [index.{name}]")
    must_know(said.get("sort", {}), {"field", "order", "missing", "mode"}, "sort")
    for its in said.get("similarity", {}).values():
        must_know(its, {"type", "k1", "b", "discount_overlaps"}, "similarity")
        if its["type"] not in ("BM25", "LegacyBM25"):
            raise Trouble(400, "illegal_argument_exception", f"Unknown Similarity type [{its['type']}]")


def must_be_properties(properties: Any, similarities: Mapping[str, Any]) -> None:
    """Refuses fields that are not well described."""
    for name, its in properties.items():
        kind = its.get("type")
        if kind not in TYPES:
            raise Trouble(400, "mapper_parsing_exception", f"No handler for type [{kind}] on field [{name}]")
        for parameter in its:
            if parameter not in OF_TYPE[kind]:
                fault = f"unknown parameter [{parameter}] on mapper [{name}] of type [{kind}]"
                raise Trouble(400, "mapper_parsing_exception", fault)
        if its.get("index_options", "docs") not in ("docs", "freqs", "positions", "offsets"):
            raise Trouble(400, "mapper_parsing_exception", f"Unknown value for [index_options] of [{name}]")
        if its.get("analyzer", "whitespace") not in ("whitespace", "standard", "keyword"):
            raise Trouble(400, "mapper_parsing_exception", f"analyzer of [{name}] has not been configured")
        if its.get("similarity", "BM25") not in ("BM25", "boolean", *similarities):
            raise Trouble(400, "mapper_parsing_exception", f"Unknown Similarity type for field [{name}]")


def has_doc_values(its: Mapping[str, Any]) -> bool:
    """Whether a field's values are kept in order, to sort and count by."""
    return its["type"] != "text" and bool(its.get("doc_values", True))


def must_fit(source: Any, properties: Mapping[str, Any]) -> None:
    """Refuses a document that the strict mapping does not take."""
    if not isinstance(source, dict):
        raise Trouble(400, "mapper_parsing_exception", "failed to parse")
    for name, value in source.items():
        if name not in properties:
            fault = f"mapping set to strict, dynamic introduction of [{name}] within [_doc] is not allowed"
            raise Trouble(400, "strict_dynamic_mapping_exception", fault)
        for one in _listed(value):
            is_number = isinstance(one, int) and not isinstance(one, bool)
            if properties[name]["type"] == "long":
                if not is_number or not -(2**63) <= one < 2**63:
                    raise Trouble(
                        400, "mapper_parsing_exception", f"failed to parse field [{name}] of type [long]"
                    )
            elif not isinstance(one, str):
                raise Trouble(400, "mapper_parsing_exception", f"failed to parse field [{name}]")
            elif properties[name]["type"] == "keyword" and len(one.encode()) > 32_766:
                raise Trouble(400, "illegal_argument_exception", f"immense term in field [{name}]")


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


listed = _listed
