"""The shapes that cross every door: what is asked, what is shown, and the small values inside them."""

from typing import Annotated, Any

import msgspec

Id = Annotated[str, msgspec.Meta(pattern=r"^([0-9]{1,18}|[1-8][0-9]{18})(?!\n)$", examples=["7290113380352"])]
"""An id outside the database: digits as text, because 64 bits do not survive a JavaScript number; below 9·10¹⁸, so
that every one fits a bigint. (In Python `$` also matches before a last line break, which `(?!\\n)` forbids.)"""

SHORT_TEXT_MAX = 200
LONG_TEXT_MAX = 20_000
PAGE_SIZE_MAX = 100
PAGE_SIZE = 20

ShortText = Annotated[str, msgspec.Meta(min_length=1, max_length=SHORT_TEXT_MAX)]
Reason = Annotated[str, msgspec.Meta(min_length=2, max_length=500)]
PageSize = Annotated[int, msgspec.Meta(ge=1, le=PAGE_SIZE_MAX)]
Cursor = Annotated[str, msgspec.Meta(max_length=200)]


def read_json(body: bytes | str, kind: Any = Any, *, strict: bool = True) -> Any:
    """What a stranger sent, as `kind`; whatever may be the matter with it is a `msgspec.MsgspecError`."""
    try:
        return msgspec.json.decode(body, type=kind, strict=strict)
    except RecursionError as error:
        raise msgspec.DecodeError("nested too deep") from error
    except UnicodeDecodeError as error:
        raise msgspec.DecodeError("not UTF-8") from error


class Ask(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The input of one use case; unknown fields are refused."""


class View(msgspec.Struct, frozen=True):
    """What a use case answers: frozen, storable for a repeated call, shown by any door."""


class Nothing(Ask, frozen=True):
    """A use case that needs no input."""


class Done(View, frozen=True):
    """A use case that has nothing to show but that it happened."""

    done: bool = True


class Bilingual(msgspec.Struct, frozen=True):
    """One text in both languages of the market; either may be missing, never both."""

    zh: Annotated[str, msgspec.Meta(max_length=LONG_TEXT_MAX)] = ""
    en: Annotated[str, msgspec.Meta(max_length=LONG_TEXT_MAX)] = ""

    def __bool__(self) -> bool:
        return bool(self.zh or self.en)

    def say(self, lang: str) -> str:
        """The text in `lang`, or in the other language where this one is missing."""
        return (self.en or self.zh) if lang == "en" else (self.zh or self.en)
