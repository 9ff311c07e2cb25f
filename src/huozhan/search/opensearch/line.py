"""The line to an OpenSearch cluster: one call at a time with a time limit, and a circuit that leaves a silent one alone.

It answers, refuses (`PortRefused`: a mistake of ours or of its settings), is busy (`PortBusy`: later), or is silent.
"""

import ssl
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import httpx
import msgspec
import structlog

from huozhan.search.index import SearchUnavailable

SILENT_AFTER = 5
"""So many calls in a row that failed open the circuit."""
LEFT_ALONE_SECONDS = 5.0
"""So long nobody is made to wait; then one call tries."""
_BUSY = {429, 502, 503, 504}
log = structlog.get_logger()


class PortRefused(Exception):
    """The server understood and said no: the request or the index is not what it should be."""

    def __init__(self, status: int, kind: str, reason: str) -> None:
        super().__init__(f"{status} {kind}: {reason[:300]}")
        self.kind = kind


class PortBusy(SearchUnavailable):
    """The server has no room right now; the same call may succeed in a moment."""


class PortSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the cluster is, as `opensearch.toml` in the market's home says; docs/opensearch.md explains each."""

    url: str
    user: str = ""
    password: str = ""
    index: str = "huozhan-offers"
    """The name by which the index is asked: an alias; the builds behind it are named after it."""
    shards: int = 1
    replicas: int = 1
    timeout_ms: int = 1_000
    feed_timeout_s: int = 30
    ca_file: str = ""
    whole_frequencies: bool = False
    """Words are weighed by how rare they are in the whole index, not in a shard of it, at one more round trip."""

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> Self:
        """Reads the file's table; raises ValueError with what is wrong."""
        try:
            settings = msgspec.convert(said, cls)
        except msgspec.ValidationError as error:
            raise ValueError(str(error)) from error
        url = httpx.URL(settings.url)
        if url.scheme not in {"http", "https"} or not url.host:
            raise ValueError("`url` should look like https://search.example:9200")
        name = settings.index
        if name != name.lower() or not name or name[0] in "-_+." or set(name) & set('\\/*?"<>| ,#:'):
            raise ValueError("`index` should be a name in lower case, such as huozhan-offers")
        if not (1 <= settings.shards <= 1_024 and 0 <= settings.replicas <= 10):
            raise ValueError("`shards` should be from 1 to 1024, `replicas` from 0 to 10")
        if not 50 <= settings.timeout_ms <= 60_000 or not 1 <= settings.feed_timeout_s <= 600:
            raise ValueError("`timeout_ms` should be from 50 to 60000, `feed_timeout_s` from 1 to 600")
        return settings


class Line:
    """Calls to one cluster, from any thread."""

    def __init__(self, settings: PortSettings, *, transport: httpx.BaseTransport | None = None) -> None:
        self.settings = settings
        verify: Any = True
        if settings.ca_file:
            verify = ssl.create_default_context(cafile=str(Path(settings.ca_file)))
        self._client = httpx.Client(
            base_url=settings.url.rstrip("/"),
            auth=(settings.user, settings.password) if settings.user else None,
            verify=verify,
            transport=transport,
            limits=httpx.Limits(max_connections=64, max_keepalive_connections=64),
        )
        self._failures = 0
        self._next_try = 0.0
        self._lock = threading.Lock()

    def ask(self, path: str, body: Any, **query: str) -> dict[str, Any]:
        """Asks within the time limit of a search; raises SearchUnavailable where that is not answered."""
        self._must_be_closed()
        return self._call("POST", path, _json(body), query, self.settings.timeout_ms / 1_000)

    def get(self, path: str, **query: str) -> dict[str, Any]:
        """Asks how something stands, within the same limit."""
        self._must_be_closed()
        return self._call("GET", path, b"", query, self.settings.timeout_ms / 1_000)

    def do(self, method: str, path: str, body: Any = None, **query: str) -> dict[str, Any]:
        """Has something done to indices; nobody waits for it."""
        content = b"" if body is None else _json(body)
        return self._call(method, path, content, query, self.settings.feed_timeout_s)

    def send(self, path: str, lines: Sequence[Any], **query: str) -> dict[str, Any]:
        """Sends lines of a bulk, each a JSON document."""
        content = b"".join(_json(line) + b"\n" for line in lines)
        return self._call(
            "POST", path, content, query, self.settings.feed_timeout_s, kind="application/x-ndjson"
        )

    def close(self) -> None:
        """Closes the connections."""
        self._client.close()

    def _call(
        self, method: str, path: str, content: bytes, query: Mapping[str, str], seconds: float,
        *, kind: str = "application/json",
    ) -> dict[str, Any]:  # fmt: skip
        headers = {"Content-Type": kind} if content else {}
        try:
            response = self._client.request(
                method, path, content=content or None, params=query or None, headers=headers, timeout=seconds
            )
            answer = msgspec.json.decode(response.content or b"{}", type=dict[str, Any])
        except (httpx.HTTPError, msgspec.MsgspecError) as error:
            self._note_failure(type(error).__name__)
            raise SearchUnavailable from error
        if response.status_code in _BUSY:
            self._note_failure(str(response.status_code))
            raise PortBusy
        self._note_answer()
        if not response.is_success:
            said = answer.get("error")
            told = said if isinstance(said, dict) else {}
            kind, reason = str(told.get("type", "")), str(told.get("reason", said))
            raise PortRefused(response.status_code, kind, reason)
        return answer

    def _must_be_closed(self) -> None:
        """Lets a call through unless the circuit is open; of those that wait for its end only one goes to try."""
        with self._lock:
            if self._failures < SILENT_AFTER:
                return
            now = time.monotonic()
            if now < self._next_try:
                raise SearchUnavailable
            self._next_try = now + LEFT_ALONE_SECONDS

    def _note_failure(self, why: str) -> None:
        with self._lock:
            self._failures += 1
            opens = self._failures == SILENT_AFTER
            if opens:
                self._next_try = time.monotonic() + LEFT_ALONE_SECONDS
        if opens:
            log.warning("search.silent", why=why)

    def _note_answer(self) -> None:
        with self._lock:
            was_open, self._failures = self._failures >= SILENT_AFTER, 0
        if was_open:
            log.info("search.answers")


def _json(body: Any) -> bytes:
    return msgspec.json.encode(body)
