"""From rows of a table to offers, and back: every bad cell is named with its row, its column and why.

A bad cell of a SKU keeps only that row out; a bad cell of the offer keeps out all its rows, because they cannot be
sold without it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal, DecimalException
from enum import StrEnum
from itertools import groupby
from typing import Any

import msgspec

from huozhan.catalogue import customisation as custom
from huozhan.catalogue import offer as limits
from huozhan.catalogue.customisation import Customisation, CustomKind
from huozhan.catalogue.dropship import Packing
from huozhan.catalogue.goods import QUANTITY_MAX, QuoteType, Step
from huozhan.catalogue.offer import AttributeValue, Axis, Name, PublishOffer, SkuAsk, Unit, faults
from huozhan.catalogue.sheet import AXES, COLUMNS, Cells
from huozhan.kernel.money import PRICE_E4_MAX, PRICE_SCALE
from huozhan.kernel.shapes import LONG_TEXT_MAX, Bilingual

FOUND_SHOWN_MAX = 80
_YES, _NO = {"yes", "y", "1", "true", "是", "支持"}, {"no", "n", "0", "false", "否", "不支持"}
_WIDE = str.maketrans({"：": ":", "；": ";", "，": ",", "｜": "|"})


class FaultKind(StrEnum):
    """Why a row is kept out; the words are under `import.fault.<kind>`."""

    missing = "missing"
    too_long = "too_long"
    not_whole_number = "not_whole_number"
    out_of_range = "out_of_range"
    not_a_price = "not_a_price"
    not_yes_or_no = "not_yes_or_no"
    unknown_word = "unknown_word"
    not_a_ladder = "not_a_ladder"
    not_attributes = "not_attributes"
    not_pictures = "not_pictures"
    differs_in_offer = "differs_in_offer"
    scattered = "scattered"
    held_back = "held_back"
    too_many = "too_many"
    unknown_column = "unknown_column"
    no_title = "catalogue.no_title"
    ladder_unsound = "catalogue.ladder_unsound"
    prices_do_not_fit = "catalogue.prices_do_not_fit"
    choice_unknown = "catalogue.choice_unknown"
    dropship_not_single = "catalogue.dropship_not_single"
    sku_twice = "catalogue.sku_twice"
    category_unknown = "catalogue.category_unknown"
    freight_unknown = "catalogue.freight_unknown"


class Fault(msgspec.Struct, frozen=True):
    """One bad cell: the row as numbered in the file, the column's key, why, and what was found there."""

    row_no: int
    column: str
    kind: FaultKind
    found: str = ""


class Parsed(msgspec.Struct, frozen=True, kw_only=True):
    """One offer of a table: what can be published of it, and what cannot be read. `row_of` is by SKU code."""

    offer_code: str
    rows: int
    ask: PublishOffer | None
    faults: tuple[Fault, ...]
    row_of: Mapping[str, int]
    bad_sku_codes: tuple[str, ...] = ()


class _Bad(Exception):
    def __init__(self, kind: FaultKind) -> None:
        super().__init__(kind)
        self.kind = kind


def offers_of(rows: Iterable[tuple[int, Cells]]) -> Iterator[Parsed]:
    """The offers of a table, one after the other; a row without an offer code goes on with the offer above it."""
    seen: set[str] = set()
    code = ""

    def with_code(row: tuple[int, Cells]) -> str:
        nonlocal code
        code = row[1].get("offer_code", code)
        return code

    for offer_code, group in groupby(rows, key=with_code):
        own = list(group)
        if offer_code and offer_code not in seen:
            seen.add(offer_code)
            yield _Reading(offer_code, own).parsed()
        else:
            kind = FaultKind.scattered if offer_code else FaultKind.missing
            wrong = tuple(Fault(row_no, "offer_code", kind, offer_code) for row_no, _ in own)
            yield Parsed(offer_code=offer_code, rows=len(own), ask=None, faults=wrong, row_of={})


class _Reading:
    """One offer's rows being read."""

    def __init__(self, offer_code: str, rows: Sequence[tuple[int, Cells]]) -> None:
        self.offer_code = offer_code
        self.rows = rows
        self.first_row = rows[0][0]
        self.offer_faults: list[Fault] = []
        self.sku_faults: list[Fault] = []

    def parsed(self) -> Parsed:
        """What can be published of these rows."""
        head = self._offer_cells()
        read = self._read(head, self.first_row, _OFFER_READERS, self.offer_faults)
        read["customisation"] = self._customisation(read)
        if len(self.rows) > limits.SKUS_MAX:
            self.offer_faults.append(
                Fault(self.first_row, "sku_code", FaultKind.too_many, str(len(self.rows)))
            )
        axis_names = [(n, _bilingual(head[f"option{n}_name"])) for n in AXES if f"option{n}_name" in head]
        values: dict[int, dict[Name, int]] = {n: {} for n, _ in axis_names}
        skus = [sku for row in self.rows if (sku := self._sku(*row, values)) is not None]
        if self.offer_faults or not skus:
            return self._kept_out()
        options = tuple(Axis(name=name, values=tuple(values[n])) for n, name in axis_names)
        ask = PublishOffer(
            offer_code=self.offer_code, options=options, skus=tuple(s for _, s in skus), **read
        )
        return self._judged(ask, {sku.sku_code: row_no for row_no, sku in skus})

    def _offer_cells(self) -> dict[str, str]:
        """The offer's own cells: said in any of its rows, the same wherever they are said again."""
        said: dict[str, str] = {}
        for row_no, cells in self.rows:
            for column in COLUMNS:
                text = cells.get(column.key)
                if text is None or column.is_of_sku:
                    continue
                if said.setdefault(column.key, text) != text:
                    self.offer_faults.append(_fault(row_no, column.key, FaultKind.differs_in_offer, text))
        said["offer_code"] = self.offer_code
        for column in COLUMNS:
            if column.is_needed and column.key not in said:
                self.offer_faults.append(Fault(self.first_row, column.key, FaultKind.missing))
        return said

    def _customisation(self, read: dict[str, Any]) -> Customisation | None:
        """The three cells about customisation as one; pieces or days without what is done to them say too little."""
        said = {name: read.pop(f"custom_{name}") for name in _CUSTOM if f"custom_{name}" in read}
        lacking = [name for name in ("kinds", "days") if said and name not in said]
        if said and not lacking:
            return Customisation(**said)
        known = {fault.column for fault in self.offer_faults}
        self.offer_faults += [
            Fault(self.first_row, column, FaultKind.missing)
            for name in lacking
            if (column := _CUSTOM[name]) not in known
        ]
        return None

    def _read(
        self,
        cells: Cells,
        row_no: int,
        readers: Mapping[str, tuple[str, Callable[[str], Any]]],
        into: list[Fault],
    ) -> dict[str, Any]:
        read = {}
        for key, (field, reader) in readers.items():
            if key in cells:
                try:
                    read[field] = reader(cells[key])
                except _Bad as bad:
                    into.append(_fault(row_no, key, bad.kind, cells[key]))
        title = Name(read.pop("title_zh", ""), read.pop("title_en", ""))
        description = Bilingual(read.pop("description_zh", ""), read.pop("description_en", ""))
        return {**read, "title": title, "description": description} if readers is _OFFER_READERS else read

    def _sku(
        self, row_no: int, cells: Cells, values: Mapping[int, dict[Name, int]]
    ) -> tuple[int, SkuAsk] | None:
        wrong: list[Fault] = []
        read = self._read(cells, row_no, _SKU_READERS, wrong)
        choice = []
        for n, known in values.items():
            if f"option{n}" in cells:
                choice.append(known.setdefault(_bilingual(cells[f"option{n}"]), len(known)))
            else:
                wrong.append(Fault(row_no, f"option{n}", FaultKind.missing))
        if wrong:
            self.sku_faults += wrong
            return None
        read.setdefault("sku_code", "-".join([self.offer_code, *(str(at + 1) for at in choice)]))
        return row_no, SkuAsk(choice=tuple(choice), **read)

    def _judged(self, ask: PublishOffer, row_of: Mapping[str, int]) -> Parsed:
        """Leaves out SKUs that contradict the rest."""
        twice: set[str] = set()
        for sku_code, refusal in faults(ask):
            kind = FaultKind(refusal.code)
            if sku_code:
                self.sku_faults.append(Fault(row_of[sku_code], _COLUMN_OF[kind], kind, sku_code))
                twice.add(sku_code)
            else:
                self.offer_faults.append(Fault(self.first_row, _COLUMN_OF[kind], kind))
        left = tuple(sku for sku in ask.skus if sku.sku_code not in twice)
        if self.offer_faults or not left:
            return self._kept_out()
        try:
            sound = msgspec.convert(
                msgspec.to_builtins(msgspec.structs.replace(ask, skus=left)), PublishOffer
            )
        except msgspec.ValidationError as error:
            self.offer_faults.append(_fault(self.first_row, "offer_code", FaultKind.out_of_range, str(error)))
            return self._kept_out()
        bad_codes = {self._code_at(fault.row_no) for fault in self.sku_faults}
        return Parsed(
            offer_code=self.offer_code,
            rows=len(self.rows),
            ask=sound,
            faults=tuple(self.sku_faults),
            row_of=row_of,
            bad_sku_codes=tuple(sorted(bad_codes - {""})),
        )

    def _code_at(self, row_no: int) -> str:
        return next(cells.get("sku_code", "") for at, cells in self.rows if at == row_no)

    def _kept_out(self) -> Parsed:
        wrong = [*self.offer_faults, *self.sku_faults]
        named = {fault.row_no for fault in wrong}
        wrong += [
            Fault(row_no, "offer_code", FaultKind.held_back, self.offer_code)
            for row_no, _ in self.rows
            if row_no not in named
        ]
        return Parsed(
            offer_code=self.offer_code, rows=len(self.rows), ask=None, faults=tuple(wrong), row_of={}
        )


def _fault(row_no: int, column: str, kind: FaultKind, found: str) -> Fault:
    return Fault(row_no, column, kind, found[:FOUND_SHOWN_MAX])


def _text(max_length: int) -> Callable[[str], str]:
    def read(text: str) -> str:
        if len(text) > max_length:
            raise _Bad(FaultKind.too_long)
        return text

    return read


def _whole(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not text.removeprefix("-").isdecimal() or len(text) > 20:
            raise _Bad(FaultKind.not_whole_number)
        number = int(text)
        if not low <= number <= high:
            raise _Bad(FaultKind.out_of_range)
        return number

    return read


def _price_e4(low: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        try:
            price_e4 = Decimal(text.lstrip("¥￥£$").replace(",", "")) * PRICE_SCALE
        except DecimalException as error:
            raise _Bad(FaultKind.not_a_price) from error
        if not price_e4.is_finite() or price_e4 != price_e4.to_integral_value():
            raise _Bad(FaultKind.not_a_price)
        if not low <= price_e4 <= PRICE_E4_MAX:
            raise _Bad(FaultKind.out_of_range)
        return int(price_e4)

    return read


def _yes_or_no(text: str) -> bool:
    word = text.casefold()
    if word not in _YES | _NO:
        raise _Bad(FaultKind.not_yes_or_no)
    return word in _YES


def _word(kind: type[StrEnum]) -> Callable[[str], Any]:
    def read(text: str) -> StrEnum:
        try:
            return kind(text.casefold())
        except ValueError as error:
            raise _Bad(FaultKind.unknown_word) from error

    return read


def _custom_kinds(text: str) -> tuple[CustomKind, ...]:
    read, parts = _word(CustomKind), text.translate(_WIDE).replace(",", ";").split(";")
    kinds = tuple(dict.fromkeys(read(part.strip()) for part in parts if part.strip()))
    if not kinds:
        raise _Bad(FaultKind.unknown_word)
    return kinds


def _ladder(text: str) -> tuple[Step, ...]:
    quantity, price_e4 = _whole(1, QUANTITY_MAX), _price_e4(1)
    steps = []
    for part in text.translate(_WIDE).split(";"):
        if part.strip():
            from_quantity, colon, price = part.partition(":")
            if not colon:
                raise _Bad(FaultKind.not_a_ladder)
            steps.append(Step(quantity(from_quantity.strip()), price_e4(price.strip())))
    if not 0 < len(steps) <= limits.STEPS_MAX:
        raise _Bad(FaultKind.not_a_ladder)
    return tuple(steps)


def _bilingual(text: str) -> Name:
    """中文|English; without a bar the text is Chinese where it holds a character beyond ASCII, else English."""
    zh, bar, en = text.translate(_WIDE).partition("|")
    if bar:
        return Name(zh.strip(), en.strip())
    return Name(en=text) if text.isascii() else Name(zh=text)


def _attributes(text: str) -> tuple[AttributeValue, ...]:
    found = []
    for part in text.translate(_WIDE).split(";"):
        if part.strip():
            handle, colon, value = part.partition(":")
            if not colon or not handle.strip() or not value.strip():
                raise _Bad(FaultKind.not_attributes)
            found.append(AttributeValue(handle=handle.strip(), value=_bilingual(value.strip())))
    return tuple(found)


def _pictures(text: str) -> tuple[str, ...]:
    ids = tuple(part.strip().lower() for part in text.translate(_WIDE).split(";") if part.strip())
    if len(ids) > limits.PICTURES_MAX or not all(
        len(i) == 32 and set(i) <= set("0123456789abcdef") for i in ids
    ):
        raise _Bad(FaultKind.not_pictures)
    return ids


def _division(text: str) -> str:
    if not (len(text) == 6 and text.isdecimal()):
        raise _Bad(FaultKind.out_of_range)
    return text


_Reader = tuple[str, Callable[[str], Any]]
_OFFER_READERS: Mapping[str, _Reader] = {
    "title_zh": ("title_zh", _text(limits.NAME_MAX)),
    "title_en": ("title_en", _text(limits.NAME_MAX)),
    "category_id": ("category_id", _text(limits.CODE_MAX)),
    "quote_type": ("quote_type", _word(QuoteType)),
    "ladder": ("ladder", _ladder),
    "unit": ("unit", _word(Unit)),
    "moq": ("moq", _whole(1, limits.MOQ_MAX)),
    "lot": ("lot", _whole(1, limits.MOQ_MAX)),
    "mixable": ("mixable", _yes_or_no),
    "sample_price": ("sample_price_e4", _price_e4(0)),
    "weight_g": ("weight_g", _whole(0, limits.WEIGHT_G_MAX)),
    "length_mm": ("length_mm", _whole(0, limits.SIDE_MM_MAX)),
    "width_mm": ("width_mm", _whole(0, limits.SIDE_MM_MAX)),
    "height_mm": ("height_mm", _whole(0, limits.SIDE_MM_MAX)),
    "promise_hours": ("promise_hours", _whole(1, limits.PROMISE_HOURS_MAX)),
    "freight_code": ("freight_code", _text(limits.CODE_MAX)),
    "origin_code6": ("origin_code6", _division),
    "attributes": ("attributes", _attributes),
    "description_zh": ("description_zh", _text(LONG_TEXT_MAX)),
    "description_en": ("description_en", _text(LONG_TEXT_MAX)),
    "pictures": ("pictures", _pictures),
    "dropship": ("dropship", _word(Packing)),
    "custom_kinds": ("custom_kinds", _custom_kinds),
    "custom_from": ("custom_from_pieces", _whole(1, custom.PIECES_MAX)),
    "custom_days": ("custom_days", _whole(1, custom.DAYS_MAX)),
}
_SKU_READERS: Mapping[str, _Reader] = {
    "sku_code": ("sku_code", _text(limits.CODE_MAX)),
    "price": ("price_e4", _price_e4(1)),
    "sku_ladder": ("ladder", _ladder),
    "stock": ("stock", _whole(0, limits.STOCK_MAX)),
    "sku_weight_g": ("weight_g", _whole(0, limits.WEIGHT_G_MAX)),
}
_CUSTOM = {"kinds": "custom_kinds", "from_pieces": "custom_from", "days": "custom_days"}
"""What is said of customisation, and in which column."""
_COLUMN_OF = {
    FaultKind.no_title: "title_zh",
    FaultKind.ladder_unsound: "ladder",
    FaultKind.prices_do_not_fit: "price",
    FaultKind.choice_unknown: "option1",
    FaultKind.dropship_not_single: "dropship",
    FaultKind.sku_twice: "sku_code",
}


def rows_of(ask: PublishOffer) -> Iterator[Cells]:
    """The rows that read back as this offer."""
    for position, sku in enumerate(ask.skus):
        cells = _head(ask) if position == 0 else {"offer_code": ask.offer_code}
        for n, axis, at in zip(AXES, ask.options, sku.choice, strict=False):
            cells[f"option{n}"] = _written(axis.values[at])
        cells |= {
            "sku_code": sku.sku_code,
            "price": "" if sku.price_e4 is None else _price(sku.price_e4),
            "sku_ladder": _ladder_text(sku.ladder),
            "stock": "" if sku.stock is None else str(sku.stock),
            "sku_weight_g": "" if sku.weight_g is None else str(sku.weight_g),
        }
        yield cells


def _head(ask: PublishOffer) -> dict[str, str]:
    plain = ("offer_code", "category_id", "unit", "moq", "lot", "weight_g", "length_mm", "width_mm", "height_mm",
             "promise_hours", "freight_code", "origin_code6", "quote_type")  # fmt: skip
    return {
        **{name: str(getattr(ask, name)) for name in plain},
        **{f"option{n}_name": _written(axis.name) for n, axis in zip(AXES, ask.options, strict=False)},
        "title_zh": ask.title.zh,
        "title_en": ask.title.en,
        "description_zh": ask.description.zh,
        "description_en": ask.description.en,
        "ladder": _ladder_text(ask.ladder),
        "mixable": "yes" if ask.mixable else "no",
        "sample_price": "" if ask.sample_price_e4 is None else _price(ask.sample_price_e4),
        "attributes": "; ".join(f"{a.handle}:{_written(a.value)}" for a in ask.attributes if a.handle),
        "pictures": "; ".join(ask.pictures),
        "dropship": ask.dropship or "",
        **_custom_cells(ask.customisation),
    }


def _custom_cells(said: Customisation | None) -> dict[str, str]:
    if said is None:
        return {}
    return {
        "custom_kinds": "; ".join(said.kinds),
        "custom_from": str(said.from_pieces),
        "custom_days": str(said.days),
    }


def _written(name: Bilingual) -> str:
    return f"{name.zh}|{name.en}"


def _price(price_e4: int) -> str:
    whole, part = divmod(price_e4, PRICE_SCALE)
    digits = f"{part:04d}".rstrip("0")
    return f"{whole}.{digits:0<2}"


def _ladder_text(steps: Iterable[Step]) -> str:
    return "; ".join(f"{step.from_quantity}:{_price(step.price_e4)}" for step in steps)
