"""The stand-in's indices, aliases and bulks, and the ways to reach it: in this process, or over HTTP on the loopback."""

import contextlib
import fnmatch
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx

from tests.search.opensearch_server.grammar import (
    BULK_META,
    BULK_PARAMETERS,
    DYNAMIC,
    NAME,
    SEARCH_PARAMETERS,
    Trouble,
    must_be_index_body,
    must_be_properties,
    must_be_settings,
    must_fit,
    must_know,
)
from tests.search.opensearch_server.scoring import Searchable
from tests.search.opensearch_server.searching import searched

Answer = tuple[int, dict[str, Any]]


class Index:
    """One index: what was written, and what of it can be searched."""

    def __init__(self, body: Mapping[str, Any], scale: float) -> None:
        self.settings: dict[str, Any] = dict(body.get("settings", {}).get("index", {}))
        self.mappings: dict[str, Any] = dict(body.get("mappings", {}))
        self.mappings.setdefault("properties", {})
        self.aliases = set(body.get("aliases", {}))
        self.versions: dict[str, int] = {}
        self.docs: dict[str, dict[str, Any]] = {}
        self._scale = scale
        self.refresh()

    @property
    def properties(self) -> dict[str, Any]:
        """Its fields."""
        its: dict[str, Any] = self.mappings["properties"]
        return its

    def refresh(self) -> None:
        """Shows what was written."""
        self.seen = Searchable(dict(self.properties), dict(self.docs), self._scale)
        self.is_fresh = True


class Server:
    """A cluster of one node. `version` decides by which BM25 it scores; the lists make it fail as often as they say."""

    def __init__(self, version: str = "3.1.0") -> None:
        self.version = version
        self.indices: dict[str, Index] = {}
        self.calls: list[tuple[str, str, Any]] = []
        self.busy = 0
        """So many calls are answered 429."""
        self.busy_items: dict[str, int] = {}
        """So often the item of an id is refused for lack of room."""
        self.is_silent = False
        self._lock = threading.RLock()

    def handle(self, method: str, target: str, content: bytes, kind: str) -> Answer:
        """Answers one request."""
        with self._lock:
            try:
                return 200, self._handle(method, target, content, kind)
            except Trouble as trouble:
                return trouble.status, trouble.answer()

    def look(self) -> None:
        """A second passes: indices that refresh by themselves do."""
        for index in self.indices.values():
            if index.settings.get("refresh_interval", "1s") != "-1":
                index.refresh()

    def _handle(self, method: str, target: str, content: bytes, kind: str) -> dict[str, Any]:
        url = urlsplit(target)
        query, parts = dict(parse_qsl(url.query)), [part for part in url.path.split("/") if part]
        self.calls.append((method, url.path, content))
        if self.busy:
            self.busy -= 1
            raise Trouble(429, "rejected_execution_exception", "rejected execution of coordinating operation")
        if parts[-1:] == ["_bulk"] and method == "POST":
            return self._bulk(parts[:-1], query, content, kind)
        if content and kind != "application/json":
            raise Trouble(
                406, "media_type_header_exception", f"Content-Type header [{kind}] is not supported"
            )
        try:
            body = json.loads(content) if content else None
        except ValueError:
            raise Trouble(400, "parsing_exception", "failed to parse request body") from None
        deeds: dict[tuple[str, str], Callable[..., dict[str, Any]]] = {
            ("POST", "_search"): self._search, ("GET", "_mapping"): self._mapping, ("GET", "_count"): self._count,
            ("GET", "_alias"): self._alias, ("PUT", "_mapping"): self._put_mapping,
            ("PUT", "_settings"): self._put_settings, ("POST", "_refresh"): self._refresh,
        }  # fmt: skip
        match parts:
            case [] if method == "GET":
                return {"version": {"distribution": "opensearch", "number": self.version}}
            case ["_aliases"] if method == "POST":
                return self._aliases(body)
            case [name] if method == "PUT":
                return self._create(name, body)
            case [name] if method == "DELETE":
                must_know(query, {"ignore_unavailable"}, "delete_index")
                return self._delete(name, is_calm=query.get("ignore_unavailable") == "true")
            case [name, deed] if (method, deed) in deeds:
                return deeds[method, deed](name, body, query)
        raise Trouble(405, "method_not_allowed", f"no handler found for [{method} {url.path}]")

    def _of(self, name: str) -> tuple[str, Index]:
        """The index of a name or an alias."""
        found = [(own, its) for own, its in self.indices.items() if name == own or name in its.aliases]
        if not found:
            raise Trouble(404, "index_not_found_exception", f"no such index [{name}]")
        if len(found) > 1:
            raise Trouble(400, "illegal_argument_exception", f"alias [{name}] has more than one index")
        return found[0]

    def _create(self, name: str, body: Any) -> dict[str, Any]:
        if not NAME.fullmatch(name):
            raise Trouble(400, "invalid_index_name_exception", f"Invalid index name [{name}]")
        if name in self.indices or any(name in index.aliases for index in self.indices.values()):
            raise Trouble(400, "resource_already_exists_exception", f"index [{name}] already exists")
        must_be_index_body(body or {})
        scale = 1.0 if int(self.version.partition(".")[0]) >= 3 else 2.2
        self.indices[name] = Index(body or {}, scale)
        return {"acknowledged": True, "shards_acknowledged": True, "index": name}

    def _delete(self, name: str, *, is_calm: bool) -> dict[str, Any]:
        if any(name in index.aliases for index in self.indices.values()):
            raise Trouble(400, "illegal_argument_exception", f"[{name}] is an alias, not an index")
        if name not in self.indices and not is_calm:
            raise Trouble(404, "index_not_found_exception", f"no such index [{name}]")
        self.indices.pop(name, None)
        return {"acknowledged": True}

    def _aliases(self, body: Any) -> dict[str, Any]:
        must_know(body, {"actions"}, "aliases")
        if not body["actions"]:
            raise Trouble(
                400, "action_request_validation_exception", "Must specify at least one alias action"
            )
        after = {name: set(index.aliases) for name, index in self.indices.items()}
        for action in body["actions"]:
            ((deed, its),) = action.items()
            if deed not in ("add", "remove"):
                raise Trouble(400, "parsing_exception", f"[aliases] unknown field [{deed}]")
            must_know(its, {"index", "alias"}, deed)
            if its["index"] not in after:
                raise Trouble(404, "index_not_found_exception", f"no such index [{its['index']}]")
            if deed == "add":
                if its["alias"] in self.indices:
                    raise Trouble(400, "invalid_alias_name_exception", "an index exists with the same name")
                after[its["index"]].add(its["alias"])
            elif its["alias"] not in after[its["index"]]:
                raise Trouble(404, "aliases_not_found_exception", f"aliases [{its['alias']}] missing")
            else:
                after[its["index"]].remove(its["alias"])
        for name, aliases in after.items():
            self.indices[name].aliases = aliases
        return {"acknowledged": True}

    def _mapping(self, name: str, _: Any, __: Any) -> dict[str, Any]:
        own, index = self._of(name)
        return {own: {"mappings": index.mappings}}

    def _alias(self, pattern: str, _: Any, __: Any) -> dict[str, Any]:
        there = sorted(name for name in self.indices if fnmatch.fnmatchcase(name, pattern))
        if not there and "*" not in pattern:
            raise Trouble(404, "index_not_found_exception", f"no such index [{pattern}]")
        return {
            name: {"aliases": {alias: {} for alias in sorted(self.indices[name].aliases)}} for name in there
        }

    def _put_mapping(self, name: str, body: Any, _: Any) -> dict[str, Any]:
        must_know(body, {"properties"}, "put_mapping")
        _, index = self._of(name)
        must_be_properties(body["properties"], index.settings.get("similarity", {}))
        for field, its in body["properties"].items():
            if field in index.properties and index.properties[field] != its:
                fault = f"Mapper for [{field}] conflicts with existing mapper"
                raise Trouble(400, "illegal_argument_exception", fault)
        index.properties.update(body["properties"])
        index.refresh()
        return {"acknowledged": True}

    def _put_settings(self, name: str, body: Any, _: Any) -> dict[str, Any]:
        must_know(body, {"index"}, "settings")
        must_be_settings(body["index"], DYNAMIC)
        self._of(name)[1].settings.update(body["index"])
        return {"acknowledged": True}

    def _refresh(self, name: str, _: Any, __: Any) -> dict[str, Any]:
        self._of(name)[1].refresh()
        return {"_shards": {"total": 1, "successful": 1, "failed": 0}}

    def _count(self, name: str, _: Any, __: Any) -> dict[str, Any]:
        return {"count": len(self._of(name)[1].seen.docs)}

    def _search(self, name: str, body: Any, query: Mapping[str, str]) -> dict[str, Any]:
        must_know(query, SEARCH_PARAMETERS, "search")
        if query.get("search_type", "query_then_fetch") not in ("query_then_fetch", "dfs_query_then_fetch"):
            raise Trouble(400, "illegal_argument_exception", "No search type for [search_type]")
        if query.get("preference", "q").startswith("_"):
            raise Trouble(400, "illegal_argument_exception", "no Preference for [preference]")
        own, index = self._of(name)
        window, regex = (
            index.settings.get("max_result_window", 10_000),
            index.settings.get("max_regex_length", 1_000),
        )
        return searched(index.seen, body or {}, own, window=window, regex_max=regex)

    def _bulk(self, parts: list[str], query: Mapping[str, str], content: bytes, kind: str) -> dict[str, Any]:
        must_know(query, BULK_PARAMETERS, "bulk")
        if kind not in ("application/x-ndjson", "application/json"):
            raise Trouble(
                406, "media_type_header_exception", f"Content-Type header [{kind}] is not supported"
            )
        if not content.endswith(b"\n"):
            raise Trouble(
                400, "illegal_argument_exception", "The bulk request must be terminated by a newline [\\n]"
            )
        lines, items = content.split(b"\n")[:-1], []
        at = 0
        while at < len(lines):
            (deed, meta), source = self._action(lines[at], at + 1), None
            at += 1
            if deed != "delete":
                if at == len(lines):
                    raise Trouble(
                        400, "illegal_argument_exception", "The bulk request must be terminated by a source"
                    )
                source = lines[at]
                at += 1
            items.append({deed: self._item(parts, query, deed, meta, source)})
        return {
            "took": 1,
            "errors": any("error" in its for one in items for its in one.values()),
            "items": items,
        }

    def _action(self, line: bytes, number: int) -> tuple[str, dict[str, Any]]:
        try:
            ((deed, meta),) = json.loads(line).items()
        except (ValueError, AttributeError):
            fault = f"Malformed action/metadata line [{number}]"
            raise Trouble(400, "illegal_argument_exception", fault) from None
        if deed not in ("index", "create", "delete") or not isinstance(meta, dict) or set(meta) - BULK_META:
            fault = f"Action/metadata line [{number}] contains an unknown action or parameter"
            raise Trouble(400, "illegal_argument_exception", fault)
        if meta.get("version_type", "internal") not in ("internal", "external", "external_gte"):
            raise Trouble(400, "illegal_argument_exception", f"bad version type in line [{number}]")
        return deed, meta

    def _item(
        self, parts: list[str], query: Mapping[str, str], deed: str, meta: Mapping[str, Any], source: bytes | None
    ) -> dict[str, Any]:  # fmt: skip
        target, key = meta.get("_index", parts[0] if parts else ""), meta["_id"]
        try:
            own, index = self._of(target)
            if query.get("require_alias") == "true" and target == own:
                raise Trouble(404, "index_not_found_exception", f"[{target}] is not an alias")
            if self.busy_items.get(key):
                self.busy_items[key] -= 1
                raise Trouble(429, "rejected_execution_exception", "rejected execution of primary operation")
            body = None
            if source is not None:
                try:
                    body = json.loads(source)
                except ValueError:
                    raise Trouble(400, "mapper_parsing_exception", "failed to parse") from None
                must_fit(body, index.properties)
            status, version = self._write(index, deed, key, meta, body)
        except Trouble as trouble:
            error = {"type": trouble.kind, "reason": trouble.reason}
            return {"_index": target, "_id": key, "status": trouble.status, "error": error}
        return {"_index": own, "_id": key, "_version": version, "status": status}

    def _write(
        self, index: Index, deed: str, key: str, meta: Mapping[str, Any], body: dict[str, Any] | None
    ) -> tuple[int, int]:
        was = index.versions.get(key, 0)
        version = meta.get("version", was + 1)
        kind = meta.get("version_type", "internal")
        if was and (version < was if kind == "external_gte" else version <= was):
            fault = (
                f"[{key}]: version conflict, current version [{was}] is higher or equal to the one provided"
            )
            raise Trouble(409, "version_conflict_engine_exception", fault)
        index.versions[key] = version
        is_there = key in index.docs
        index.is_fresh = False
        if deed == "delete":
            index.docs.pop(key, None)
            return (200 if is_there else 404), version
        assert body is not None
        index.docs[key] = body
        return (200 if is_there else 201), version


def transport_of(server: Server) -> httpx.MockTransport:
    """The way to the server inside this process."""

    def answered(request: httpx.Request) -> httpx.Response:
        if server.is_silent:
            raise httpx.ConnectError("connection refused")
        target = request.url.raw_path.decode()
        kind = request.headers.get("content-type", "")
        status, body = server.handle(request.method, target, request.content, kind)
        return httpx.Response(status, json=body)

    return httpx.MockTransport(answered)


@contextlib.contextmanager
def over_http(server: Server) -> Iterator[str]:
    """The server on a port of the loopback; its address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, body = server.handle(
                self.command, self.path, content, self.headers.get("Content-Type", "")
            )
            said = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        do_GET = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815 -- the library's names

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=listening.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.server_address[1]}"
    finally:
        listening.shutdown()
        listening.server_close()
        thread.join()
