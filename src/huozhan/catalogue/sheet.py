"""Offers as a table, one row per SKU: the columns, and files read and written with them (CSV, XLSX)."""

import csv
import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec
import python_calamine
import xlsxwriter

SHEET_BYTES_MAX = 20 * 1024 * 1024
UNPACKED_BYTES_MAX = 400 * 1024 * 1024
ROWS_MAX = 100_000
AXES = (1, 2, 3)
_LOCAL_HEADER_BYTES = 30
_PIECE_BYTES = 1024 * 1024
_DIGITS = 15
"""How many digits of a number a spreadsheet shows at most."""
_DELIMITERS = ",;\t"


class Column(msgspec.Struct, frozen=True):
    """One column; `is_of_sku` tells whether each row has its own value or the offer's first row speaks for all."""

    key: str
    zh: str
    en: str
    example: str
    is_of_sku: bool = False
    is_needed: bool = False

    def header(self, lang: str) -> str:
        """What stands above the column."""
        return self.en if lang == "en" else self.zh


COLUMNS = (
    Column("offer_code", "货号", "Offer code", "TEE-1", is_needed=True),
    Column("title_zh", "中文标题", "Chinese title", "纯棉圆领T恤"),
    Column("title_en", "英文标题", "English title", "Crew-neck cotton T-shirt"),
    Column("category_id", "类目编号", "Category id", "aa-1-13-8", is_needed=True),
    Column("quote_type", "报价方式", "Quote type", "offer_ladder", is_needed=True),
    Column("ladder", "阶梯价", "Price ladder", "2:15.00; 100:13.50"),
    Column("unit", "单位", "Unit", "piece"),
    Column("moq", "起批量", "MOQ", "2"),
    Column("lot", "每手件数", "Lot", "1"),
    Column("mixable", "支持混批", "Mixed batch", "yes"),
    Column("sample_price", "样品价", "Sample price", "20.00"),
    *(Column(f"option{n}_name", f"规格{n}名称", f"Option {n} name", f"{zh}|{en}")
      for n, zh, en in zip(AXES, ("颜色", "尺码", "套餐"), ("Colour", "Size", "Bundle"), strict=True)),
    *(Column(f"option{n}", f"规格{n}", f"Option {n}", f"{zh}|{en}", is_of_sku=True)
      for n, zh, en in zip(AXES, ("红色", "均码", "单件"), ("Red", "One size", "Single"), strict=True)),
    Column("sku_code", "规格编码", "SKU code", "TEE-1-R", is_of_sku=True),
    Column("price", "规格价", "SKU price", "15.00", is_of_sku=True),
    Column("sku_ladder", "规格阶梯价", "SKU ladder", "2:15.00; 100:13.50", is_of_sku=True),
    Column("stock", "库存", "Stock", "500", is_of_sku=True),
    Column("sku_weight_g", "规格重量(克)", "SKU weight (g)", "180", is_of_sku=True),
    Column("weight_g", "重量(克)", "Weight (g)", "180"),
    Column("length_mm", "长(毫米)", "Length (mm)", "300"),
    Column("width_mm", "宽(毫米)", "Width (mm)", "200"),
    Column("height_mm", "高(毫米)", "Height (mm)", "20"),
    Column("promise_hours", "发货时限(小时)", "Ships within (h)", "48"),
    Column("freight_code", "运费模板", "Freight template", "express"),
    Column("origin_code6", "产地区划码", "Origin code", "350581"),
    Column("attributes", "属性", "Attributes", "material:棉|Cotton; season:夏季|Summer"),
    Column("description_zh", "中文描述", "Chinese description", ""),
    Column("description_en", "英文描述", "English description", ""),
    Column("pictures", "图片编号", "Picture ids", ""),
    Column("dropship", "一件代发包装", "Dropship packing", "plain"),
    Column("custom_kinds", "支持定制", "Customisation", "logo; packaging"),
    Column("custom_from", "定制起订件数", "Customised from (pcs)", "100"),
    Column("custom_days", "定制工期(天)", "Customised within (days)", "7"),
)  # fmt: skip
_BY_HEADER = {name.casefold(): column for column in COLUMNS for name in (column.key, column.zh, column.en)}


def column_heads(lang: str) -> dict[str, str]:
    """What stands above each column in the reader's language, by key."""
    return {column.key: column.header(lang) for column in COLUMNS}


Cells = Mapping[str, str]
"""A row's cells by column key; empty ones are left out."""


class Unreadable(Exception):
    """The file is no table we can read; `why` is a word under `import.unreadable`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Table(msgspec.Struct):
    """An opened file: columns that nobody knows, and the rows as they come, numbered as in the file."""

    strangers: tuple[str, ...]
    rows: Iterator[tuple[int, Cells]]


def open_table(content: bytes) -> Table:
    """Opens a CSV (UTF-8 or GB 18030) or XLSX file by what it is, not by its name."""
    lines = _xlsx_rows(content) if content.startswith(b"PK\x03\x04") else _csv_rows(content)
    header = next(lines, None)
    if header is None:
        raise Unreadable("empty")
    columns = [_BY_HEADER.get(name.strip().casefold()) for name in header]
    known = {column.key for column in columns if column}
    if not {column.key for column in COLUMNS if column.is_needed} <= known:
        raise Unreadable("no_header")
    strangers = tuple(
        name.strip() for name, column in zip(header, columns, strict=True) if name.strip() and column is None
    )
    return Table(strangers, _numbered(lines, [column.key if column else None for column in columns]))


def _numbered(lines: Iterator[Sequence[str]], keys: Sequence[str | None]) -> Iterator[tuple[int, Cells]]:
    for row_no, line in enumerate(lines, start=2):
        if row_no > ROWS_MAX + 1:
            raise Unreadable("too_many_rows")
        cells = {
            key: text
            for key, cell in zip(keys, line, strict=False)
            if key is not None and (text := cell.strip())
        }
        if cells:
            yield row_no, cells


def _csv_rows(content: bytes) -> Iterator[Sequence[str]]:
    text = _decoded(content)
    first = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    except csv.Error as error:
        raise Unreadable("not_a_table") from error


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text
    raise Unreadable("not_a_table")


def _xlsx_rows(content: bytes) -> Iterator[Sequence[str]]:
    try:
        if _unpacks_beyond(content, UNPACKED_BYTES_MAX):
            raise Unreadable("too_large")
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        rows = book.get_sheet_by_index(0).iter_rows()
        for row in rows:
            yield [_text(cell) for cell in row]
    except (zipfile.BadZipFile, zlib.error, python_calamine.CalamineError, IndexError) as error:
        raise Unreadable("not_a_table") from error


def _unpacks_beyond(content: bytes, bytes_max: int) -> bool:
    """Tells whether a packed file holds more than so many bytes; they are counted, for what it says of itself may be a lie."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        entries = packed.infolist()
    left = bytes_max
    for entry in entries:
        head = entry.header_offset
        names = int.from_bytes(content[head + 26 : head + 28], "little") + int.from_bytes(
            content[head + 28 : head + 30], "little"
        )
        begins = head + _LOCAL_HEADER_BYTES + names
        packed_bytes = content[begins : begins + entry.compress_size]
        if entry.compress_type == zipfile.ZIP_STORED:
            left -= len(packed_bytes)
        elif entry.compress_type == zipfile.ZIP_DEFLATED:
            left = _inflated_within(packed_bytes, left)
        else:
            raise Unreadable("not_a_table")
        if left < 0:
            return True
    return False


def _inflated_within(packed_bytes: bytes, left: int) -> int:
    """What is left of so many bytes after unpacking, piece by piece; below nothing where they do not suffice."""
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    while packed_bytes and left >= 0:
        left -= len(stream.decompress(packed_bytes, _PIECE_BYTES))
        packed_bytes = stream.unconsumed_tail
    return left


def _text(cell: Any) -> str:
    """A cell as a person reads it: spreadsheets keep every number as a float, 12 as 12.0, 0.3 as 0.30000000000000004."""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else f"{cell:.{_DIGITS}g}"
    return str(cell)


def write_table(rows: Iterable[Cells], lang: str, *, with_examples: bool = False) -> bytes:
    """An XLSX file with our columns in the reader's language and these rows."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet("货品" if lang == "zh" else "Offers")
    sheet.freeze_panes(1, 1)
    for at, column in enumerate(COLUMNS):
        sheet.set_column(at, at, 26 if column.key.startswith(("title", "description", "attributes")) else 14)
    for at, column in enumerate(COLUMNS):
        sheet.write_string(0, at, column.header(lang), bold)
    for row_no, cells in enumerate(rows, start=1):
        for at, column in enumerate(COLUMNS):
            if text := cells.get(column.key):
                sheet.write_string(row_no, at, text)
    if with_examples:
        examples = book.add_worksheet("示例" if lang == "zh" else "Example")
        for at, column in enumerate(COLUMNS):
            examples.write_string(at, 0, column.header(lang), bold)
            examples.write_string(at, 1, column.example)
    book.close()
    return out.getvalue()
