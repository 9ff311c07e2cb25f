"""Files of outside parties: lines that can be read become values, the others stay as they came, for a person to look at.

One line that is nonsense must not keep the rest of its day from being read.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypeVar

import msgspec

T = TypeVar("T", bound=msgspec.Struct)

RAW_MAX = 4_000
"""How much is kept of a line that cannot be read, in characters."""
TEXT_MAX = 200
"""What a text of a line may hold; more is in no real reference, and too much for an index."""
_WHOLE_MAX = 10**15
_YEARS = range(2000, 3000)


def read_rows(rows: Iterable[Any], kind: type[T]) -> tuple[list[T], list[str]]:
    """The rows of a file as values of `kind`, and as raw text what is none or what no row of ours could keep."""
    good: list[T] = []
    raw: list[str] = []
    for row in rows:
        try:
            value = msgspec.convert(row, kind)
        except msgspec.ValidationError:
            raw.append(raw_text(row))
            continue
        if all(_can_be_kept(getattr(value, name)) for name in value.__struct_fields__):
            good.append(value)
        else:
            raw.append(raw_text(row))
    return good, raw


def raw_text(row: Any) -> str:
    """A line as text that can be kept and shown, however odd it is."""
    text = row if isinstance(row, str) else msgspec.json.encode(row).decode()
    return text.replace("\0", "\\u0000").encode("utf-8", "replace").decode()[:RAW_MAX]


def decode_rows(body: bytes) -> list[Any]:
    """The lines of a file of JSON lines; one that is no JSON comes as its text."""
    return [_decode(line) for line in body.splitlines() if line.strip()]


def _decode(line: bytes) -> Any:
    try:
        return msgspec.json.decode(line)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return line.decode("utf-8", "replace")


def _can_be_kept(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) <= TEXT_MAX and "\0" not in value
    if isinstance(value, datetime):
        return value.tzinfo is not None and value.year in _YEARS
    return not isinstance(value, int) or abs(value) <= _WHOLE_MAX
