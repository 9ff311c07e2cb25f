"""The one writer of an index folder: changes to the build in use, and a whole new one that is made beside it and swapped in.

Killed at any moment it leaves the build in use whole: what was not committed waits in the feed, a half-made build is
thrown away.
"""

import contextlib
import secrets
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path
from typing import TypeVar

import msgspec
import tantivy

from huozhan.kernel.work import Work
from huozhan.search.builds import build_in_use, is_of_this_version, put_in_use, share_of, widen
from huozhan.search.few import numbers_of
from huozhan.search.fields import SORTED_BY, OfferDocument, schema
from huozhan.search.holding import FolderHeld, hold
from huozhan.search.opensearch.store import leave
from huozhan.search.versions import schema_version

CHANGES_HEAP_BYTES = 32_000_000
BUILD_HEAP_BYTES = 600_000_000
"""Fewer, larger segments: every question opens its lists in each of them. Only a build of so many offers takes so much; ten thousand take 10 MB."""
SUGGESTING_OFFERS = 65_536
"""About so many offers of a build lend their phrases to whoever types; in a larger market one of so many does."""

T = TypeVar("T")


_encode = msgspec.json.Encoder().encode


class IndexHeld(RuntimeError):
    """Another process holds the writer of this index."""


class Build:
    """One directory of the index while it is written."""

    def __init__(self, path: Path, *, offers: int | None = None) -> None:
        """Opens the build, or begins one for about so many offers."""
        self.name, self.share = path.name, share_of(path.name)
        path.mkdir(exist_ok=True)
        is_new = offers is not None
        self._index = (
            tantivy.Index(schema(), str(path), sort_by_field=SORTED_BY)
            if is_new
            else tantivy.Index.open(str(path))
        )
        self._writer = self._index.writer(BUILD_HEAP_BYTES if is_new else CHANGES_HEAP_BYTES, 1)

    def replace(self, documents: Iterable[OfferDocument], gone: Iterable[int] = ()) -> None:
        """Puts these offers in the place of what is there of them, and removes those that are gone."""
        for offer_id in gone:
            self._writer.delete_documents_by_term("key", str(offer_id))
        for document in documents:
            self._writer.delete_documents_by_term("key", str(document.offer_id))
            self._writer.add_json(as_json(document))

    def add(self, documents: Iterable[OfferDocument]) -> None:
        """Adds offers of which nothing is there yet."""
        for document in documents:
            self._writer.add_json(as_json(document))

    def commit(self) -> None:
        """Makes what was put visible to readers."""
        self._writer.commit()

    def close(self) -> None:
        """Ends merging and lets go of the directory."""
        self._writer.wait_merging_threads()


class OfferIndexWriter:
    """The one writer of an index folder; raises IndexHeld where there is another already.

    `is_stale` tells that the build in use is missing or was made by another version: a new one is due. While it is made
    (`begin`, `add` … `take_over`), changes go to both.
    """

    def __init__(self, folder: Path, *, rebuild: bool = False) -> None:
        self._folder = folder
        try:
            self._let_go = hold(folder, self)
        except FolderHeld as error:
            raise IndexHeld(str(folder)) from error
        name = build_in_use(folder)
        self._current = Build(folder / name) if name and widen(folder / name) and not rebuild else None
        self._draft: Build | None = None
        self._changed: set[int] = set()
        self._is_ready = False
        self.is_stale = self._current is None or not is_of_this_version(name)
        self._sweep(name)

    async def aside(self, do: Callable[[], T]) -> T:
        """Does something with this writer: at once, as it is in this process."""
        return do()

    async def ready(self, work: Work) -> None:
        """Becomes the writer; an index elsewhere that was in use before is not kept up from now on."""
        if not self._is_ready:
            await leave(work)
            self._is_ready = True

    async def take(self, _work: Work) -> None:
        """Begins to read what is to be written: the folder is held, so nobody else does."""

    async def holds(self, _work: Work) -> bool:
        """Whether what was written since `take` counts."""
        return True

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
        return build is None or offer_id % build.share == 0

    def begin(self, offers: int) -> None:
        """Begins a new build for about so many offers beside the one in use."""
        name = f"{schema_version()}-{phrase_share(offers)}-{secrets.token_hex(4)}"
        self._draft, self._changed = Build(self._folder / name, offers=offers), set()

    def add(self, documents: Collection[OfferDocument]) -> None:
        """Adds offers to the new build; those that changed since it was begun are there already, and are replaced."""
        assert self._draft, "no build was begun"
        known = [document for document in documents if document.offer_id in self._changed]
        self._draft.replace(known)
        self._draft.add(one for one in documents if one.offer_id not in self._changed)

    def put(self, documents: Collection[OfferDocument], gone: Collection[int] = ()) -> None:
        """Replaces these offers and removes the ones that are gone; seen by readers after `commit`."""
        if self._draft:
            self._changed.update(document.offer_id for document in documents)
        for build in filter(None, (self._current, self._draft)):
            build.replace(documents, gone)

    def commit(self) -> None:
        """Makes what was put into the build in use visible to readers."""
        if self._current:
            self._current.commit()

    def take_over(self) -> None:
        """Puts the finished build in the place of the one in use, which readers of the last moment may still open."""
        assert self._draft, "no build was begun"
        self._draft.commit()
        put_in_use(self._folder, self._draft.name)
        before, self._current, self._draft = self._current, self._draft, None
        self._changed, self.is_stale = set(), False
        if before:
            before.close()
        self._sweep(self._current.name, before.name if before else "")

    def close(self) -> None:
        """Lets go of the folder."""
        for build in filter(None, (self._current, self._draft)):
            build.close()
        self._let_go()

    def _sweep(self, *kept: str) -> None:
        for other in self._folder.iterdir():
            if other.is_dir() and other.name not in kept:
                shutil.rmtree(other, ignore_errors=True)


def as_json(document: OfferDocument) -> str:
    """The document as the library reads it fastest: all at once, instead of value by value."""
    offer_id = document.offer_id
    known = {
        "key": str(offer_id),
        "offer_id": offer_id,
        **document.texts,
        **document.terms,
        **document.numbers,
        **numbers_of(document.terms),
    }
    return _encode(known).decode()


def phrase_share(offers: int) -> int:
    """One of how many of so many offers lends its phrases to whoever types."""
    share = 1
    while offers > SUGGESTING_OFFERS * share:
        share *= 2
    return share


@contextlib.contextmanager
def writing(folder: Path, *, rebuild: bool = False) -> Iterator[OfferIndexWriter]:
    """A writer for a while."""
    writer = OfferIndexWriter(folder, rebuild=rebuild)
    try:
        yield writer
    finally:
        writer.close()
