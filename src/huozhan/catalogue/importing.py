"""Import 批量导入: a seller's table is checked first, and published only when the seller says so.

Both run as jobs. A batch of offers and the progress row commit together, so that a killed import goes on behind the
last batch; publishing the same offer again changes nothing, so that nothing happens twice.
"""

import asyncio
import contextlib
import hashlib
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from itertools import islice
from typing import Annotated, Any

import msgspec

from huozhan.catalogue.listing import as_published
from huozhan.catalogue.offer import Axis, CategoryUnknown, FreightUnknown, Name, PublishOffer, SkuAsk
from huozhan.catalogue.publishing import publish_offers
from huozhan.catalogue.rows import Fault, FaultKind, Parsed, offers_of, rows_of
from huozhan.catalogue.sheet import SHEET_BYTES_MAX, Cells, Unreadable, open_table, write_table
from huozhan.catalogue.store import imports as store
from huozhan.catalogue.store import offers as offers_store
from huozhan.catalogue.store import publishing as publishing_store
from huozhan.kernel.actor import Actor
from huozhan.kernel.paging import Page, before_in, read_cursor, write_cursor
from huozhan.kernel.refusals import NotFound, Refusal, Sort
from huozhan.kernel.shapes import PAGE_SIZE, Ask, Cursor, Id, Nothing, PageSize, View
from huozhan.kernel.work import Work, use_case

CHECK_JOB = "catalogue.check_import"
APPLY_JOB = "catalogue.apply_import"
BATCH_OFFERS = 200
BATCH_ROWS = 600
FAULTS_KEPT_MAX = 20_000
EXPORT_PAGE = 200
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ImportTooLarge(Refusal):
    """The file has more bytes than we read."""

    code = "catalogue.import_too_large"
    sort = Sort.invalid


class ImportNotReady(Refusal):
    """The file is not checked yet, cannot be read, or is being published already."""

    code = "catalogue.import_not_ready"


class ImportState(StrEnum):
    """How far an import is; the words are under `import.state`."""

    uploaded = "uploaded"
    checked = "checked"
    applying = "applying"
    applied = "applied"
    unreadable = "unreadable"


class UploadImport(Ask, frozen=True, kw_only=True):
    """A table of offers, CSV or XLSX."""

    file_name: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    content: bytes


class OwnImport(Ask, frozen=True, kw_only=True):
    """One import of the seller's own."""

    import_id: Id


class ImportFaults(Ask, frozen=True, kw_only=True):
    """The bad cells of an import, in the order of the file."""

    import_id: Id
    cursor: Cursor = ""
    size: PageSize = PAGE_SIZE


class MyImports(Ask, frozen=True, kw_only=True):
    """The seller's imports."""

    cursor: Cursor = ""
    size: PageSize = PAGE_SIZE


class ImportView(View, frozen=True, kw_only=True):
    """How an import stands; `trouble` names why a file could not be read at all."""

    import_id: Id
    file_name: str
    state: ImportState
    rows_total: int
    rows_bad: int
    offers_total: int
    offers_done: int
    offers_changed: int
    trouble: str
    uploaded_at: datetime
    changed_at: datetime


class FaultView(View, frozen=True, kw_only=True):
    """One bad cell; the words for `code` are under `import.fault`."""

    row_no: int
    column: str
    code: str
    found: str


class SheetFile(View, frozen=True, kw_only=True):
    """A file to download."""

    file_name: str
    media_type: str
    content: bytes


@use_case("offer.edit", writes=True)
async def upload_import(work: Work, ask: UploadImport) -> ImportView:
    """Takes a table in and has it checked; nothing is published yet."""
    if len(ask.content) > SHEET_BYTES_MAX:
        raise ImportTooLarge(bytes_max=SHEET_BYTES_MAX)
    import_id = work.new_id()
    await store.add(work, import_id, ask.file_name, hashlib.sha256(ask.content).hexdigest(), ask.content)
    work.enqueue(CHECK_JOB, {"import_id": str(import_id)}, dedupe_key=f"{CHECK_JOB} {import_id}")
    return _view(await store.own(work, import_id))


@use_case("offer.view", writes=False)
async def import_page(work: Work, ask: OwnImport) -> ImportView:
    """How far an import is."""
    return _view(await store.own(work, int(ask.import_id)))


@use_case("offer.view", writes=False)
async def my_imports(work: Work, ask: MyImports) -> Page[ImportView]:
    """The seller's imports, newest first."""
    rows = await store.own_list(work, before_in(ask.cursor), ask.size + 1)
    next_cursor = write_cursor(rows[ask.size - 1]["import_id"]) if len(rows) > ask.size else None
    return Page([_view(row) for row in rows[: ask.size]], next_cursor)


@use_case("offer.view", writes=False)
async def import_faults(work: Work, ask: ImportFaults) -> Page[FaultView]:
    """Every bad cell that was found, by row, with its column and why."""
    if await store.own(work, int(ask.import_id)) is None:
        raise NotFound
    keys = read_cursor(ask.cursor, int, int)
    after = (int(keys[0]), int(keys[1])) if keys else (0, 0)
    rows = await store.faults(work, int(ask.import_id), after, ask.size + 1)
    last = rows[ask.size - 1] if len(rows) > ask.size else None
    items = [
        FaultView(row_no=row["row_no"], column=row["column_"], code=row["code"], found=row["found"])
        for row in rows[: ask.size]
    ]
    return Page(items, write_cursor(last["row_no"], last["fault_no"]) if last else None)


@use_case("offer.edit", writes=True)
async def apply_import(work: Work, ask: OwnImport) -> ImportView:
    """Publishes the good rows of a checked table; asked again while it runs, it only tells how far it is."""
    row = await store.own(work, int(ask.import_id), lock=True)
    if row is None:
        raise NotFound
    if row["state"] in {ImportState.applying, ImportState.applied}:
        return _view(row)
    if row["state"] != ImportState.checked:
        raise ImportNotReady(state=row["state"])
    await store.note_applying(work, row["import_id"])
    work.enqueue(APPLY_JOB, {"import_id": ask.import_id}, dedupe_key=f"{APPLY_JOB} {ask.import_id}")
    return _view(await store.own(work, row["import_id"]))


@use_case("offer.view", writes=False)
async def import_template(work: Work, _ask: Nothing) -> SheetFile:
    """An empty table with our columns, and a second sheet with an example of each."""
    content = await asyncio.to_thread(write_table, [], work.actor.lang, with_examples=True)
    return SheetFile(file_name="huozhan-offers-template.xlsx", media_type=XLSX, content=content)


@use_case("offer.view", writes=False)
async def export_offers(work: Work, _ask: Nothing) -> SheetFile:
    """All offers of the shop as a table that can be imported again."""
    cells: list[Cells] = []
    after_id = 0
    while rows := await offers_store.own_after(work, after_id, EXPORT_PAGE):
        after_id = rows[-1]["offer_id"]
        cells += [row for offer in rows for row in rows_of(as_published(offer))]
    content = await asyncio.to_thread(write_table, cells, work.actor.lang)
    return SheetFile(file_name=f"huozhan-offers-{work.now:%Y%m%d}.xlsx", media_type=XLSX, content=content)


def _view(row: Any) -> ImportView:
    if row is None:
        raise NotFound
    shown = {name: row[name] for name in ImportView.__struct_fields__ if name not in {"import_id", "state"}}
    return ImportView(import_id=str(row["import_id"]), state=ImportState(row["state"]), **shown)


class ImportFile(msgspec.Struct, frozen=True, kw_only=True):
    """An import as its job takes it up: the file, how far it is, and for whom to act."""

    import_id: int
    state: ImportState
    offers_done: int
    offers_total: int
    seller_id: int
    uploaded_by: int
    content: bytes | None

    def acting(self, hand: Actor) -> Actor:
        """The market's hand at work for the seller."""
        return hand.using(org_id=self.seller_id, person_id=self.uploaded_by)

    def batches(self) -> "Batches":
        """The file's offers from the first that is not done."""
        return Batches(self.content or b"", skip=self.offers_done)


class Batches:
    """A table read piece by piece; reading blocks, so that jobs do it in a thread."""

    def __init__(self, content: bytes, skip: int = 0) -> None:
        table = open_table(content)
        self.strangers = table.strangers
        self._offers = offers_of(table.rows)
        for _ in islice(self._offers, skip):
            pass

    def next(self) -> list[Parsed]:
        """The next offers, at most a batch; none at the end."""
        batch: list[Parsed] = []
        rows = 0
        while rows < BATCH_ROWS and len(batch) < BATCH_OFFERS:
            parsed = next(self._offers, None)
            if parsed is None:
                break
            batch.append(parsed)
            rows += parsed.rows
        return batch


async def import_file(work: Work, import_id: int) -> ImportFile | None:
    """An import with its file, for its job."""
    row = await store.file(work, import_id)
    return ImportFile(**{name: row[name] for name in ImportFile.__struct_fields__}) if row else None


class Report(msgspec.Struct):
    """What a dry run has found so far."""

    rows: int = 0
    offers: int = 0
    bad_rows: set[int] = msgspec.field(default_factory=set)
    faults: list[Fault] = msgspec.field(default_factory=list)

    def add(self, batch: Sequence[Parsed], faults: Sequence[Fault]) -> None:
        """Adds one batch."""
        self.rows += sum(parsed.rows for parsed in batch)
        self.offers += len(batch)
        self.bad_rows.update(fault.row_no for fault in faults)
        self.faults += faults[: FAULTS_KEPT_MAX - len(self.faults)]


async def faults_of(work: Work, batch: Sequence[Parsed]) -> list[Fault]:
    """Everything wrong with a batch: what the table shows, and categories and templates that there are not."""
    found = [fault for parsed in batch for fault in parsed.faults]
    asks = [parsed.ask for parsed in batch if parsed.ask]
    categories, freight = await publishing_store.references(
        work, {ask.category_id for ask in asks}, {ask.freight_code for ask in asks}
    )
    for parsed in batch:
        ask = parsed.ask
        if ask is None:
            continue
        rows = sorted(parsed.row_of.values())
        if ask.category_id not in categories:
            found += _on_all(rows, "category_id", FaultKind.category_unknown, ask.category_id)
        if ask.freight_code and ask.freight_code not in freight:
            found += _on_all(rows, "freight_code", FaultKind.freight_unknown, ask.freight_code)
    return found


def _on_all(rows: Sequence[int], column: str, kind: FaultKind, found: str) -> list[Fault]:
    """The first row names the bad cell; the others are held back by it."""
    return [Fault(row, column, kind if row == rows[0] else FaultKind.held_back, found) for row in rows]


async def note_checked(work: Work, import_id: int, report: Report, strangers: Sequence[str]) -> None:
    """Ends a dry run: the report is there to be read. Columns that nobody knows are named in row 1."""
    unknown = [Fault(1, name, FaultKind.unknown_column, name) for name in strangers]
    await store.note_checked(
        work,
        import_id,
        rows_total=report.rows,
        rows_bad=len(report.bad_rows),
        offers_total=report.offers,
        faults=[*unknown, *report.faults],
    )


async def note_unreadable(work: Work, import_id: int, trouble: Unreadable) -> None:
    """Ends an import of which no row can be read."""
    await store.note_unreadable(work, import_id, trouble.why)


async def publish_batch(work: Work, file: ImportFile, before: int, batch: Sequence[Parsed]) -> bool:
    """Publishes the good offers of a batch and notes the progress; False where another worker is ahead."""
    standing = await _standing(work, batch)
    asks = [_with_standing_skus(parsed, standing) for parsed in batch if parsed.ask]
    changed = await _publish_good(work, asks)
    return await store.note_progress(
        work,
        file.import_id,
        before=before,
        done=before + len(batch),
        changed=changed,
        is_end=before + len(batch) >= file.offers_total,
    )


async def _publish_good(work: Work, asks: Sequence[PublishOffer]) -> int:
    """Publishes offers at once, or in halves where one is refused; that one is in the dry run's report."""
    if not asks:
        return 0
    with contextlib.suppress(CategoryUnknown, FreightUnknown):
        return sum(published.changed for published in await publish_offers(work, asks))
    half = len(asks) // 2
    return await _publish_good(work, asks[:half]) + await _publish_good(work, asks[half:]) if half else 0


async def _standing(work: Work, batch: Sequence[Parsed]) -> dict[str, PublishOffer]:
    """The offers as they stand of which some rows are bad."""
    codes = [parsed.offer_code for parsed in batch if parsed.ask and parsed.bad_sku_codes]
    rows = await offers_store.own_by_codes(work, codes) if codes else []
    return {row["offer_code"]: as_published(row) for row in rows}


def _with_standing_skus(parsed: Parsed, standing: dict[str, PublishOffer]) -> PublishOffer:
    """Keeps SKUs that stand and whose new row is bad: a bad row changes nothing, it does not take goods away."""
    ask, old = parsed.ask, standing.get(parsed.offer_code)
    assert ask is not None
    if old is None or [axis.name for axis in old.options] != [axis.name for axis in ask.options]:
        return ask
    values = [list(axis.values) for axis in ask.options]
    kept = []
    for sku in old.skus:
        if sku.sku_code in parsed.bad_sku_codes and sku.sku_code not in parsed.row_of:
            choice = tuple(
                _position(values[n], axis.values[at])
                for n, (axis, at) in enumerate(zip(old.options, sku.choice, strict=True))
            )
            kept.append(msgspec.structs.replace(sku, choice=choice, stock=None))
    taken = {sku.choice for sku in ask.skus}
    skus: tuple[SkuAsk, ...] = (*ask.skus, *(sku for sku in kept if sku.choice not in taken))
    options = tuple(
        Axis(name=axis.name, values=tuple(v)) for axis, v in zip(ask.options, values, strict=True)
    )
    return msgspec.structs.replace(ask, options=options, skus=skus)


def _position(values: list[Name], value: Name) -> int:
    if value not in values:
        values.append(value)
    return values.index(value)
