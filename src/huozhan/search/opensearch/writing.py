"""The one writer of an index in an OpenSearch cluster: bulks of offers, and a whole new index that is swapped in by its alias.

Each offer is sent under its id with the number of the round that read it, so that whatever comes late changes nothing.
"""

import asyncio
import re
import secrets
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import structlog

from huozhan.kernel.work import Work
from huozhan.search.builds import put_out_of_use
from huozhan.search.fields import OfferDocument
from huozhan.search.index import SearchUnavailable
from huozhan.search.opensearch import store
from huozhan.search.opensearch.line import Line, PortBusy, PortRefused
from huozhan.search.opensearch.making import BM25_SCALE
from huozhan.search.opensearch.mapping import id_of, index_body, properties, source_of, when_whole
from huozhan.search.versions import schema_version
from huozhan.search.writer import IndexHeld, phrase_share

LEASE = timedelta(seconds=90)
BULK_BYTES = 5_000_000
TRIES = 8
PAUSE_SECONDS = 0.2
"""The first pause after a server had no room; each further one is twice as long."""
NEXT = "-next"
"""The alias by which a build is written before it is whole: its name is never made by mistake."""
_BUSY = {429, 503}
T = TypeVar("T")
Line_ = dict[str, Any]
log = structlog.get_logger()


class OpenSearchWriter:
    """The one writer of an index behind an alias; see `OfferIndexWriter`, which it stands for."""

    def __init__(self, line: Line, folder: Path, *, pause: Callable[[float], None] = time.sleep) -> None:
        """`folder` holds the embedded engine's index, which is not kept up meanwhile."""
        self._line = line
        self._folder = folder
        self._alias = line.settings.index
        self._holder = secrets.token_hex(8)
        self._pause = pause
        self._version = 0
        self._current: str | None = None
        self._draft: str | None = None
        self._leaves: str | None = None
        self.is_stale = True

    async def aside(self, do: Callable[[], T]) -> T:
        """Does what waits for the network while others go on."""
        return await asyncio.to_thread(do)

    async def ready(self, work: Work) -> None:
        """Becomes the writer, where it is not yet; raises IndexHeld where another process is."""
        if not self._version:
            await self.take(work)

    async def take(self, work: Work) -> None:
        """Begins a round: nobody else writes, and what is read from now on is newer than all that was sent before.

        Raises IndexHeld where another process is the writer, or was it meanwhile.
        """
        taken = await store.take(work, self._holder, LEASE)
        is_new = not self._version
        if taken is None or not (is_new or taken[1] == self._holder):
            raise IndexHeld(self._alias)
        if is_new:
            is_left = taken[1] == store.NOBODY
            await self.aside(lambda: self._open(is_left=is_left))
        self._version = taken[0]

    async def holds(self, work: Work) -> bool:
        """Whether what was sent in this round counts: no other writer came in between."""
        return await store.is_ours(work, self._holder, self._version)

    @property
    def is_answering(self) -> bool:
        """Whether a build is in use, of this version or of one before."""
        return self._current is not None

    @property
    def is_building(self) -> bool:
        """Whether a new build is being made."""
        return self._draft is not None

    def suggests(self, offer_id: int) -> bool:
        """Whether this offer lends its phrases to whoever types; in a large market one of so many does."""
        build = self._draft or self._current
        return build is None or offer_id % _share_of(build) == 0

    def begin(self, offers: int) -> None:
        """Begins a new build for about so many offers beside the one in use."""
        share = phrase_share(offers)
        name = f"{self._alias}-{schema_version()}-{share}-{secrets.token_hex(4)}"
        settings = self._line.settings
        self._line.do(
            "PUT",
            f"/{name}",
            index_body(shards=settings.shards, alias=self._alias + NEXT, share=share, scale=self._scale()),
        )
        self._draft = name

    def add(self, documents: Collection[OfferDocument]) -> None:
        """Adds offers to the new build, unless a later round put them there already."""
        assert self._draft, "no build was begun"
        self._send(self._alias + NEXT, [self._put(document) for document in documents])

    def put(self, documents: Collection[OfferDocument], gone: Collection[int] = ()) -> None:
        """Replaces these offers and removes the ones that are gone; seen within a second."""
        actions = [self._put(document) for document in documents]
        actions += [[{"delete": self._head(offer_id)}] for offer_id in gone]
        for alias, build in ((self._alias, self._current), (self._alias + NEXT, self._draft)):
            if build:
                self._send(alias, actions)
        self._drop_old()

    def commit(self) -> None:
        """Nothing more to do: the index shows by itself what it was sent."""

    def take_over(self) -> None:
        """Puts the finished build in the place of the one in use, at once for whoever asks by the alias."""
        assert self._draft, "no build was begun"
        self._line.do("POST", f"/{self._draft}/_refresh")
        self._line.do("PUT", f"/{self._draft}/_settings", when_whole(self._line.settings.replicas))
        in_use = [name for name, its in self._builds().items() if self._alias in its]
        self._line.do(
            "POST",
            "/_aliases",
            {
                "actions": [
                    *({"remove": {"index": name, "alias": self._alias}} for name in in_use),
                    {"add": {"index": self._draft, "alias": self._alias}},
                    {"remove": {"index": self._draft, "alias": self._alias + NEXT}},
                ]
            },
        )
        # It goes with the next batch: who asked a moment ago is still being answered by it.
        self._leaves = in_use[0] if in_use else None
        self._current, self._draft, self.is_stale = self._draft, None, False

    def close(self) -> None:
        """Nothing is held but the lease, which runs out."""

    def _open(self, *, is_left: bool = False) -> None:
        """Finds the build in use; half-made ones that nobody makes any more are thrown away.

        One that was left while the embedded engine answered is made anew, and so will that one's be.
        """
        builds = self._builds()
        in_use = [name for name, aliases in builds.items() if self._alias in aliases]
        for name in builds.keys() - set(in_use):
            self._line.do("DELETE", f"/{name}")
        self._current = in_use[0] if in_use and self._can_be_used(in_use[0]) else None
        of_this_version = f"{self._alias}-{schema_version()}-"
        self.is_stale = is_left or not (self._current or "").startswith(of_this_version)
        put_out_of_use(self._folder)

    def _can_be_used(self, name: str) -> bool:
        """Gives an older build the fields that were appended since; false where other fields changed."""
        try:
            self._line.do("PUT", f"/{name}/_mapping", {"properties": properties()})
        except PortRefused as refused:
            log.warning("index.of_another_kind", build=name, error=str(refused))
            return False
        return True

    def _builds(self) -> dict[str, set[str]]:
        """The builds of this index and by which aliases each is asked."""
        found = self._line.do("GET", f"/{self._alias}-*/_alias")
        ours = re.compile(re.escape(self._alias) + r"-[0-9a-z.]+-[0-9]+-[0-9a-f]{8}")
        return {name: set(its["aliases"]) for name, its in found.items() if ours.fullmatch(name)}

    def _scale(self) -> float:
        """By how much words are to be multiplied: before 3.0 the server's BM25 does it itself."""
        major = self._line.do("GET", "/")["version"]["number"].partition(".")[0]
        return BM25_SCALE if int(major) >= 3 else 1.0

    def _drop_old(self) -> None:
        if self._leaves:
            self._line.do("DELETE", f"/{self._leaves}", ignore_unavailable="true")
            self._leaves = None

    def _head(self, offer_id: int) -> dict[str, Any]:
        return {"_id": id_of(offer_id), "version": self._version, "version_type": "external"}

    def _put(self, document: OfferDocument) -> list[Line_]:
        return [{"index": self._head(document.offer_id)}, source_of(document)]

    def _send(self, alias: str, actions: Sequence[list[Line_]]) -> None:
        """Sends actions in bulks; those that a server had no room for are sent again, after longer and longer pauses."""
        for some in _in_bulks(actions):
            waiting = some
            for attempt in range(TRIES):
                waiting = self._refused_of(alias, waiting)
                if not waiting:
                    break
                self._pause(PAUSE_SECONDS * 2**attempt)
            if waiting:
                raise SearchUnavailable

    def _refused_of(self, alias: str, actions: list[list[Line_]]) -> list[list[Line_]]:
        """Sends one bulk; the actions that are to be sent again."""
        try:
            answer = self._line.send(
                f"/{alias}/_bulk", [line for action in actions for line in action], require_alias="true"
            )
        except PortBusy:
            return actions
        if not answer["errors"]:
            return []
        again = []
        for action, item in zip(actions, answer["items"], strict=True):
            ((_, said),) = item.items()
            if said["status"] in _BUSY:
                again.append(action)
            elif _is_trouble(said):
                error = said.get("error", {})
                if said["status"] == 404:
                    # The build itself is gone: whoever threw it away is the writer now.
                    raise PortRefused(404, str(error.get("type", "")), str(error.get("reason", "")))
                # It would be refused for ever; the check of the index against the offers on sale tells of it.
                log.error("index.offer_refused", offer=said["_id"], error=str(error)[:300])
        return again


def _is_trouble(said: dict[str, Any]) -> bool:
    """Whether an item failed: a newer document that was there (409) is as good, and so is one that was gone already."""
    return (
        said["status"] >= 300
        and said["status"] != 409
        and not (said["status"] == 404 and "error" not in said)
    )


def _in_bulks(actions: Sequence[list[Line_]]) -> Iterator[list[list[Line_]]]:
    some: list[list[Line_]] = []
    size = 0
    for action in actions:
        its = sum(len(msgspec.json.encode(line)) + 1 for line in action)
        if some and size + its > BULK_BYTES:
            yield some
            some, size = [], 0
        some.append(action)
        size += its
    if some:
        yield some


def _share_of(build: str) -> int:
    return int(build.rsplit("-", 2)[1])
