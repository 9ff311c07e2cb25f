"""Importing tables of offers: every bad cell named, good rows never lost, the same file twice changes nothing."""

import csv
import io
import struct
import zipfile

import pytest
import xlsxwriter

from huozhan.catalogue import (
    Batches,
    Customisation,
    CustomKind,
    EditFreight,
    FreightTerms,
    ImportFaults,
    ImportState,
    MyOffers,
    Name,
    OwnImport,
    OwnOffer,
    Packing,
    Tariff,
    Unreadable,
    UploadImport,
    edit_freight,
    export_offers,
    import_faults,
    import_page,
    import_template,
    my_offers,
    offer_to_edit,
    publish_offer,
    upload_import,
)
from huozhan.catalogue import apply_import as apply
from huozhan.catalogue import sheet as sheets
from huozhan.catalogue.importing import ImportNotReady, ImportTooLarge
from huozhan.catalogue.rows import FaultKind, offers_of
from huozhan.catalogue.sheet import COLUMNS, SHEET_BYTES_MAX, open_table, write_table
from huozhan.doors.hall import Hall
from huozhan.doors.jobs import catalogue as jobs
from huozhan.doors.jobs.queue import TryLater
from huozhan.kernel.actor import Actor
from huozhan.kernel.refusals import NotFound
from huozhan.kernel.shapes import Nothing
from tests.catalogue.making import grid, shirts

HEAD = [
    "货号",
    "中文标题",
    "类目编号",
    "报价方式",
    "阶梯价",
    "规格1名称",
    "规格1",
    "规格编码",
    "规格价",
    "库存",
]
GOOD = ["A-1", "毛巾", "aa-1-13-8", "fixed", "1:5.00; 100:4.50", "", "", "", "", "300"]
RED = ["A-2", "拖鞋", "aa-1-13-8", "sku_price", "", "颜色|Colour", "红|Red", "A-2-R", "12.5", "10"]
BLUE = ["A-2", "", "", "", "", "", "蓝|Blue", "A-2-B", "13", "20"]


def table(*rows: list[str], encoding: str = "utf-8-sig") -> bytes:
    """A CSV file of our columns."""
    out = io.StringIO()
    csv.writer(out).writerows([HEAD, *rows])
    return out.getvalue().encode(encoding)


async def checked(hall: Hall, content: bytes, seller: Actor) -> str:
    """Uploads a table and lets the job check it."""
    uploaded = await hall.run(upload_import, UploadImport(file_name="goods.csv", content=content), seller)
    await jobs.check_import(hall, import_id=uploaded.import_id)
    return uploaded.import_id


async def applied(hall: Hall, content: bytes, seller: Actor):
    """Uploads, checks and publishes a table."""
    import_id = await checked(hall, content, seller)
    await hall.run(apply, OwnImport(import_id=import_id), seller)
    await jobs.apply_import(hall, import_id=import_id)
    return await hall.run(import_page, OwnImport(import_id=import_id), seller)


async def faults_of(hall: Hall, import_id: str, seller: Actor) -> list[tuple[int, str, str, str]]:
    """(row, column, code, found) of every bad cell."""
    page = await hall.run(import_faults, ImportFaults(import_id=import_id, size=100), seller)
    return [(fault.row_no, fault.column, fault.code, fault.found) for fault in page.items]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "gb18030"])
async def test_a_table_is_checked_first_and_published_when_the_seller_says_so(
    hall: Hall, mei: Actor, encoding: str
) -> None:
    import_id = await checked(hall, table(GOOD, RED, BLUE, encoding=encoding), mei)
    before = await hall.run(my_offers, MyOffers(), mei)
    dry = await hall.run(import_page, OwnImport(import_id=import_id), mei)
    assert (before.items, dry.state, dry.rows_total, dry.rows_bad) == ([], ImportState.checked, 3, 0)

    await hall.run(apply, OwnImport(import_id=import_id), mei)
    await jobs.apply_import(hall, import_id=import_id)

    done = await hall.run(import_page, OwnImport(import_id=import_id), mei)
    offers = {offer.offer_code: offer for offer in (await hall.run(my_offers, MyOffers(), mei)).items}
    assert (done.state, done.offers_done, done.offers_changed) == (ImportState.applied, 2, 2)
    assert (offers["A-1"].title.zh, offers["A-1"].free) == ("毛巾", 300)
    assert (offers["A-2"].skus, offers["A-2"].price_low_e4, offers["A-2"].free) == (2, 125_000, 30)


async def test_the_same_file_twice_changes_nothing(hall: Hall, mei: Actor) -> None:
    first = await applied(hall, table(GOOD, RED, BLUE), mei)
    again = await applied(hall, table(GOOD, RED, BLUE), mei)

    assert (first.offers_changed, again.offers_changed, again.state) == (2, 0, ImportState.applied)


async def test_every_bad_cell_is_named_and_the_good_rows_are_published(hall: Hall, mei: Actor) -> None:
    rows = [
        GOOD,
        RED,
        [*BLUE[:8], "abc", "-1"],
        ["A-3", "", "no-such", "fixed", "10:5;5:6", "", "", "", "", "1"],
        ["A-4", "杯子", "no-such", "fixed", "1:5", "", "", "", "", "1"],
        ["A-5", "碗", "aa", "cheap", "1-5", "", "", "", "", "1"],
        ["A-1", "毛巾", "aa-1-13-8", "fixed", "1:5", "", "", "", "", "1"],
    ]
    import_id = await checked(hall, table(*rows), mei)

    assert await faults_of(hall, import_id, mei) == [
        (4, "price", "not_a_price", "abc"),
        (4, "stock", "out_of_range", "-1"),
        (5, "title_zh", "catalogue.no_title", ""),
        (5, "ladder", "catalogue.ladder_unsound", ""),
        (6, "category_id", "catalogue.category_unknown", "no-such"),
        (7, "quote_type", "unknown_word", "cheap"),
        (7, "ladder", "not_a_ladder", "1-5"),
        (8, "offer_code", "scattered", "A-1"),
    ]
    await hall.run(apply, OwnImport(import_id=import_id), mei)
    await jobs.apply_import(hall, import_id=import_id)
    offers = {offer.offer_code: offer.skus for offer in (await hall.run(my_offers, MyOffers(), mei)).items}
    assert offers == {"A-1": 1, "A-2": 1}


async def test_a_bad_row_does_not_take_away_the_sku_that_stands(hall: Hall, mei: Actor) -> None:
    await applied(hall, table(RED, BLUE), mei)

    await applied(hall, table([*RED[:8], "11", "10"], [*BLUE[:8], "abc", "20"]), mei)

    [row] = (await hall.run(my_offers, MyOffers(), mei)).items
    offer = (await hall.run(offer_to_edit, OwnOffer(offer_id=row.offer_id), mei)).offer
    assert [(sku.sku_code, sku.price_e4, sku.stock) for sku in offer.skus] == [
        ("A-2-R", 110_000, 10),
        ("A-2-B", 130_000, 20),
    ]


async def test_a_killed_import_goes_on_behind_its_last_batch(hall: Hall, mei: Actor, monkeypatch) -> None:
    rows = [[f"B-{n:03}", *GOOD[1:]] for n in range(25)]
    import_id = await checked(hall, table(*rows), mei)
    await hall.run(apply, OwnImport(import_id=import_id), mei)
    monkeypatch.setattr("huozhan.catalogue.importing.BATCH_OFFERS", 10)
    monkeypatch.setattr(jobs, "SPELL_SECONDS", -1)

    for done in (10, 20):
        with pytest.raises(TryLater):
            await jobs.apply_import(hall, import_id=import_id)
        assert (await hall.run(import_page, OwnImport(import_id=import_id), mei)).offers_done == done
    await jobs.apply_import(hall, import_id=import_id)
    await jobs.apply_import(hall, import_id=import_id)

    ended = await hall.run(import_page, OwnImport(import_id=import_id), mei)
    assert (ended.state, ended.offers_done, ended.offers_changed) == (ImportState.applied, 25, 25)


async def test_what_is_exported_reads_back_as_it_stands(hall: Hall, mei: Actor) -> None:
    tariff = Tariff(first_unit=1_000, first_fee_minor=600, next_unit=1_000, next_fee_minor=100)
    freight = EditFreight(
        code="express", name=Name("快递", "Express"), terms=FreightTerms(charge_by="weight", tariff=tariff)
    )
    await hall.run(edit_freight, freight, mei)
    custom = Customisation(kinds=(CustomKind.logo, CustomKind.to_drawing), from_pieces=50, days=5)
    published = [
        shirts(freight_code="express", sample_price_e4=200_000),
        grid(3, 4, moq=1, dropship=Packing.buyers, customisation=custom),
    ]
    for offer in published:
        await hall.run(publish_offer, offer, mei)

    exported = await hall.run(export_offers, Nothing(), mei)
    read = [parsed.ask for parsed in offers_of(open_table(exported.content).rows)]
    again = await applied(hall, exported.content, mei)

    assert read == published
    assert again.offers_changed == 0


async def test_a_template_says_its_columns_in_the_readers_language(hall: Hall, mei: Actor) -> None:
    for lang in ("zh", "en"):
        template = await hall.run(import_template, Nothing(), mei.using(lang=lang))
        assert list(open_table(template.content).rows) == []
    examples = [{column.key: column.example for column in COLUMNS if column.example}]
    assert list(open_table(write_table(examples, "en")).rows) == [(2, examples[0])]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"a,b,c\n1,2,3\n", "no_header"),
        (b"PK\x03\x04 and nothing more", "not_a_table"),
        (b"\xff\xfe\x00\x01", "not_a_table"),
        (table(['A-1"x', *GOOD[1:]]).replace(b'""x"', b'"x'), "not_a_table"),
    ],
)
async def test_a_file_that_is_no_table_is_said_to_be_none(
    hall: Hall, mei: Actor, content: bytes, why: str
) -> None:
    import_id = await checked(hall, content, mei)

    told = await hall.run(import_page, OwnImport(import_id=import_id), mei)

    assert (told.state, told.trouble) == (ImportState.unreadable, why)
    with pytest.raises(ImportNotReady):
        await hall.run(apply, OwnImport(import_id=import_id), mei)


async def test_files_too_large_are_refused_at_the_door(hall: Hall, mei: Actor) -> None:
    with pytest.raises(ImportTooLarge):
        await hall.run(upload_import, UploadImport(file_name="x", content=b" " * (SHEET_BYTES_MAX + 1)), mei)


async def test_the_import_of_another_shop_is_not_found(hall: Hall, mei: Actor, bolt_works: Actor) -> None:
    import_id = await checked(hall, table(GOOD), mei)

    for use_case, ask in (
        (import_page, OwnImport(import_id=import_id)),
        (apply, OwnImport(import_id=import_id)),
        (import_faults, ImportFaults(import_id=import_id)),
    ):
        with pytest.raises(NotFound):
            await hall.run(use_case, ask, bolt_works)


def test_fifty_thousand_rows_are_read_piece_by_piece() -> None:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEAD)
    writer.writerows([f"C-{n}", *GOOD[1:]] for n in range(50_000))
    batches = Batches(out.getvalue().encode())

    sizes = []
    while batch := batches.next():
        sizes.append(len(batch))
        assert all(parsed.ask and not parsed.faults for parsed in batch)

    assert (sum(sizes), max(sizes)) == (50_000, 200)


def test_a_column_that_nobody_knows_is_named() -> None:
    assert Batches(b"Offer code,Category id,Quote type,Colour of the sky\n").strangers == (
        "Colour of the sky",
    )
    with pytest.raises(Unreadable):
        open_table(b"")
    assert FaultKind("catalogue.no_title") is FaultKind.no_title


def test_a_packed_table_is_measured_by_what_it_holds_and_not_by_what_it_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sheets, "UNPACKED_BYTES_MAX", 3_000_000)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/sharedStrings.xml", b" " * 4_000_000)
    liar = packed.getvalue().replace(struct.pack("<I", 4_000_000), struct.pack("<I", 10))
    assert len(liar) < 10_000
    with pytest.raises(Unreadable) as refused:
        open_table(liar)
    assert refused.value.why == "too_large"


@pytest.mark.parametrize("odd", ["--5", "²", "1e999999999", "9" * 5_000, "NaN", "-", "１e9"])
async def test_a_cell_that_is_hardly_a_number_is_named_and_stops_nothing(
    hall: Hall, mei: Actor, odd: str
) -> None:
    import_id = await checked(hall, table(GOOD, RED, [*BLUE[:8], odd, odd]), mei)

    assert [(row_no, column) for row_no, column, _, _ in await faults_of(hall, import_id, mei)] == [
        (4, "price"), (4, "stock"),
    ]  # fmt: skip


def test_a_price_that_a_formula_made_is_read_as_the_sheet_shows_it() -> None:
    book = io.BytesIO()
    with xlsxwriter.Workbook(book) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, ["offer_code", "category_id", "quote_type", "price", "stock"])
        sheet.write_row(1, 0, ["X1", "aa-1-13-8", "sku_price"])
        sheet.write_formula(1, 3, "=0.1+0.2", None, 0.1 + 0.2)
        sheet.write_number(1, 4, 12)

    [(_, cells)] = open_table(book.getvalue()).rows

    assert (cells["price"], cells["stock"]) == ("0.3", "12")
