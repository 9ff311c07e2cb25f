"""Paging by cursor: a page tells where the next one begins; the cursor is opaque outside."""

import base64
import binascii
from typing import Generic, TypeVar

import msgspec

from huozhan.kernel.refusals import Refusal, Sort

Item = TypeVar("Item")
LAST_ID = 2**63 - 1
"""After every id there can be: where a list that runs from the newest begins."""


class BadCursor(Refusal):
    """The cursor was not given out by this list."""

    code = "bad_cursor"
    sort = Sort.invalid


class Page(msgspec.Struct, Generic[Item], frozen=True):
    """One page of a list; `next_cursor` is None on the last one."""

    items: list[Item]
    next_cursor: str | None = None


def write_cursor(*keys: int | str) -> str:
    """The cursor after the row with these sort keys."""
    return base64.urlsafe_b64encode(msgspec.json.encode(keys)).decode().rstrip("=")


def read_cursor(cursor: str | None, *kinds: type) -> tuple[int | str, ...] | None:
    """The sort keys inside a cursor; None where there is none; refuses what was not given out here."""
    if not cursor:
        return None
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        keys: list[int | str] = msgspec.json.decode(raw, type=list[int | str])
    except (binascii.Error, ValueError, msgspec.MsgspecError) as error:
        raise BadCursor from error
    if len(keys) != len(kinds) or not all(type(key) is kind for key, kind in zip(keys, kinds, strict=True)):
        raise BadCursor
    if any(isinstance(key, int) and not -(2**63) <= key < 2**63 for key in keys):
        raise BadCursor
    return tuple(keys)


def before_in(cursor: str | None) -> int:
    """The id before which a page of a list from the newest begins; `LAST_ID` for its first page."""
    keys = read_cursor(cursor, int)
    return int(keys[0]) if keys else LAST_ID
