"""The one writer of an index folder: changes to the build in use, or a whole new one that is swapped in."""

import contextlib
import secrets
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import tantivy

from huozhan.search.fields import VERSION, OfferDocument, schema
from huozhan.search.index import CURRENT

WRITER_HEAP_BYTES = 32_000_000


class IndexHeld(RuntimeError):
    """Another process holds the writer of this index."""


class OfferIndexWriter:
    """The one writer of an index folder; raises IndexHeld where there is another already."""

    def __init__(self, folder: Path, *, rebuild: bool = False) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        current = _current_build(folder)
        self.is_new = rebuild or current is None
        self._build = f"{VERSION}-{secrets.token_hex(4)}" if self.is_new or current is None else current
        path = folder / self._build
        path.mkdir(exist_ok=True)
        self._index = tantivy.Index(schema(), str(path)) if self.is_new else tantivy.Index.open(str(path))
        try:
            self._writer = self._index.writer(WRITER_HEAP_BYTES, 1)
        except ValueError as error:
            if "LockBusy" in str(error):
                raise IndexHeld(str(folder)) from error
            raise

    def put(self, documents: Iterable[OfferDocument], gone: Iterable[int] = ()) -> None:
        """Replaces these offers and removes the ones that are gone; seen by readers after `commit`."""
        for offer_id in gone:
            self._writer.delete_documents_by_term("key", str(offer_id))
        for document in documents:
            self._writer.delete_documents_by_term("key", str(document.offer_id))
            self._writer.add_document(_tantivy_document(document))

    def commit(self) -> None:
        """Makes what was put visible to readers."""
        self._writer.commit()

    def take_over(self) -> None:
        """Puts a finished rebuild in the place of the index in use and sweeps older ones away."""
        draft = self._folder / f"{CURRENT}.new"
        draft.write_text(self._build)
        draft.replace(self._folder / CURRENT)
        self.is_new = False
        for other in self._folder.iterdir():
            if other.is_dir() and other.name != self._build:
                shutil.rmtree(other, ignore_errors=True)

    def close(self) -> None:
        """Lets go of the writer's lock."""
        self._writer.wait_merging_threads()


def _current_build(folder: Path) -> str | None:
    """The build in use, where it was made by this version's schema and dictionary."""
    file = folder / CURRENT
    build = file.read_text().strip() if file.exists() else ""
    usable = build.startswith(f"{VERSION}-") and (folder / build / "meta.json").exists()
    return build if usable else None


def _tantivy_document(document: OfferDocument) -> tantivy.Document:
    made = tantivy.Document()
    made.add_text("key", str(document.offer_id))
    made.add_unsigned("offer_id", document.offer_id)
    for field, words in document.texts.items():
        made.add_text(field, " ".join(words))
    for field, terms in document.terms.items():
        for term in terms:
            made.add_text(field, term)
    for field, number in document.numbers.items():
        made.add_unsigned(field, number)
    return made


@contextlib.contextmanager
def writing(folder: Path, *, rebuild: bool = False) -> Iterator[OfferIndexWriter]:
    """A writer for a while."""
    writer = OfferIndexWriter(folder, rebuild=rebuild)
    try:
        yield writer
    finally:
        writer.close()
