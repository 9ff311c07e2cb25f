"""What a caller asks and what a party answers, apart from any web server."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, NamedTuple

import msgspec

Reference = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9._:-]{1,64}\Z")]
Waybill = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9-]{4,40}\Z")]
CarrierCode = Annotated[str, msgspec.Meta(pattern=r"^[A-Z0-9_]{1,20}\Z")]
Currency = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{3}\Z")]
AmountMinor = Annotated[int, msgspec.Meta(ge=1, le=10**15)]
Url = Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]

JSON = "application/json"
JSON_LINES = "application/x-ndjson"
HTML = "text/html; charset=utf-8"


class Refused(Exception):
    """A party says no: a status, a code of the stand-ins' page, and facts."""

    def __init__(self, status: int, code: str, detail: str = "", **facts: Any) -> None:
        super().__init__(code)
        self.status = status
        self.body = {"code": code, "detail": detail, **facts}


class Ask(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A body; `reference` is what idempotency and the fault plan go by."""

    @property
    def reference(self) -> str:
        """The caller's own name for the deed."""
        raise NotImplementedError

    def fingerprint(self) -> bytes:
        """Equal for equal bodies, whatever their spelling."""
        return msgspec.json.encode(self)


class NamedAsk(Ask, frozen=True):
    """A body that names the deed in its first field."""

    ref: Reference

    @property
    def reference(self) -> str:
        return self.ref


class Nothing(Ask, frozen=True):
    """An empty body."""


class Asked(NamedTuple):
    """One request, checked and read."""

    method: str
    path: str
    names: tuple[str, ...]
    query: dict[str, str]
    body: bytes
    ask: Any
    language: str
    from_this_machine: bool


class Answer(NamedTuple):
    """One answer."""

    status: int
    sort: str
    body: bytes
    location: str | None = None


class Route(NamedTuple):
    """One endpoint: `{}` in the template stands for one name; `fate` names the call the fault plan may strike."""

    method: str
    template: str
    act: Callable[[Asked], Answer]
    ask: type[Ask] | None = None
    signed: bool = True
    fate: str | None = None


def json_answer(body: object, status: int = 200) -> Answer:
    """Answer with one JSON value."""
    return Answer(status, JSON, msgspec.json.encode(body))


def lines_answer(lines: Sequence[msgspec.Struct]) -> Answer:
    """Answer with one JSON value per line."""
    return Answer(200, JSON_LINES, msgspec.json.Encoder().encode_lines(list(lines)))


def page_answer(text: str, status: int = 200) -> Answer:
    """Answer with a page."""
    return Answer(status, HTML, text.encode())


def see_other(url: str) -> Answer:
    """Send the browser elsewhere."""
    return Answer(303, HTML, b"", url)
