"""What goods say of themselves as values to filter by: the same value is the same key, in whichever language it was said.

The usual values of each attribute come from the reference file; what a seller wrote otherwise is a value of its own.
"""

import gzip
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from importlib import resources

import msgspec

from huozhan.kernel.shapes import Bilingual

KEY_LENGTH_MAX = 40
HANDLES_KEPT = 512
APART = ":"
"""Stands between handle and key where a value is one text: `material:cotton`."""

_SIZE_OR_CODE = re.compile(
    r"(?<![a-z0-9])(?:\d*x+[sl]|[sml]|[a-z]{1,3}-?\d{2,}[a-z]?|\d{5,}[a-z])(?![a-z0-9])"
)
"""Words that are written in capitals: XL, 3XL, AB-123, 84279B; an amount with its unit (100cm, 5l) is none of them."""


class _Record(msgspec.Struct, frozen=True):
    handle: str
    name_zh: str
    name_en: str
    values: msgspec.Raw = msgspec.Raw(b"[]")


class Said(msgspec.Struct, frozen=True):
    """One attribute of an offer, or one side of its options, with what it says of it; `handle` is empty for options."""

    handle: str
    name: Bilingual
    values: tuple[Bilingual, ...]


@cache
def _records() -> Mapping[str, _Record]:
    packed = (resources.files("huozhan") / "reference" / "attributes.jsonl.gz").read_bytes()
    read = msgspec.json.Decoder(_Record).decode_lines(gzip.decompress(packed))
    return {record.handle: record for record in read}


@cache
def _handles_by_name() -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = {}
    for record in _records().values():
        for name in {_alike(record.name_zh), _alike(record.name_en)}:
            found.setdefault(name, []).append(record.handle)
    return found


def usual_values(handles: Collection[str]) -> Iterator[tuple[str, Bilingual]]:
    """The values that the reference has of these attributes, each with its handle, in the order of the reference."""
    return ((handle, one) for handle in _records() if handle in handles for one in _choices(handle))


def _choices(handle: str) -> list[Bilingual]:
    """The usual values of an attribute, kept packed until they are asked for."""
    record = _records().get(handle)
    return msgspec.json.decode(record.values, type=list[Bilingual]) if record else []


@lru_cache(HANDLES_KEPT)
def _keys(handle: str) -> Mapping[str, str]:
    """By what is said, in either language: the key of the value."""
    return {
        text: _alike(one.en or one.zh)
        for one in _choices(handle)
        for text in map(_alike, (one.en, one.zh))
        if text
    }


@lru_cache(HANDLES_KEPT)
def _names(handle: str) -> Mapping[str, Bilingual]:
    return {_alike(one.en or one.zh): one for one in _choices(handle)}


def _alike(text: str) -> str:
    return " ".join(text.lower().split())[:KEY_LENGTH_MAX]


def is_attribute(handle: str) -> bool:
    """Whether the reference knows an attribute of this handle."""
    return handle in _records()


def value_keys(said: Iterable[Said], handles: Collection[str]) -> Iterator[tuple[str, str]]:
    """Handle and key of every value; `handles` are the category's own, which say what the name of an option stands for."""
    for one in said:
        handle = one.handle or _handle_of(one.name, handles)
        if not is_attribute(handle):
            continue
        for value in one.values:
            keys = _keys(handle)
            key = keys.get(_alike(value.en)) or keys.get(_alike(value.zh)) or _alike(value.zh or value.en)
            if key:
                yield handle, key


def _handle_of(name: Bilingual, handles: Collection[str]) -> str:
    """The attribute that a side of the options is named after, one of the category's own before others."""
    named = [h for text in (name.zh, name.en) if text for h in _handles_by_name().get(_alike(text), ())]
    return next((h for h in named if h in handles), named[0] if named else "")


def attribute_name(handle: str) -> Bilingual:
    """What an attribute is called; empty where there is none of this handle."""
    record = _records().get(handle)
    return Bilingual(record.name_zh, record.name_en) if record else Bilingual()


def value_name(handle: str, key: str) -> Bilingual:
    """What a value is called: as the reference has it, or as its key says it, with sizes and codes in capitals."""
    return _names(handle).get(key) or Bilingual(*[_SIZE_OR_CODE.sub(lambda found: found[0].upper(), key)] * 2)
