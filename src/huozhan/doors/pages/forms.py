"""Forms: read what was posted, check the token, make the ask, and keep what was typed when it is refused."""

import hmac
import typing
from collections.abc import Iterable
from functools import cache
from typing import Any, TypeVar

import msgspec
from litestar import Request, Response
from litestar.datastructures import UploadFile
from litestar.response import Redirect

from huozhan.doors.entrance import CSRF_COOKIE
from huozhan.doors.hall import Hall
from huozhan.kernel.refusals import Forbidden, Invalid, NotFound, Refusal, Sort, Unauthenticated
from huozhan.kernel.work import UseCase

A = TypeVar("A")
V = TypeVar("V")
CSRF_FIELD = "csrf"
KEY_FIELD = "form_key"


class StaleForm(Refusal):
    """The form does not carry the token of this visitor."""

    code = "csrf"
    sort = Sort.forbidden


class Form(msgspec.Struct, frozen=True):
    """A posted form: single values, repeated values, files."""

    values: dict[str, str]
    lists: dict[str, list[str]]
    files: dict[str, list[UploadFile]]

    def get(self, name: str, otherwise: str = "") -> str:
        """One value, its outer blanks gone."""
        return self.values.get(name, otherwise).strip()

    def prefixed(self, prefix: str) -> dict[str, str]:
        """The values of fields named prefix[key], by key."""
        start = f"{prefix}["
        return {
            name[len(start) : -1]: value
            for name, value in self.values.items()
            if name.startswith(start) and name.endswith("]")
        }


async def read_form(request: Request[Any, Any, Any]) -> Form:
    """What was posted; refuses a form that another site made."""
    try:
        posted = await request.form()
    except (UnicodeDecodeError, LookupError) as error:
        # A part may name its own character set, and what it sends may be none of it.
        raise Invalid(detail="not UTF-8") from error
    values: dict[str, str] = {}
    lists: dict[str, list[str]] = {}
    files: dict[str, list[UploadFile]] = {}
    for name, value in posted.multi_items():
        if isinstance(value, UploadFile):
            files.setdefault(name, []).append(value)
        else:
            values[name] = str(value)
            lists.setdefault(name, []).append(str(value))
    given = values.pop(CSRF_FIELD, "") or request.headers.get("x-csrf-token", "")
    kept = request.scope["state"]["cookies"].get(CSRF_COOKIE, "")
    if not kept or not hmac.compare_digest(given.encode(), kept.encode()):
        raise StaleForm
    return Form(values, lists, files)


def ask_from(ask_type: type[A], fields: dict[str, Any]) -> A:
    """The ask made of form fields; empty ones count as not given."""
    given = {name: value for name, value in fields.items() if value not in ("", None)}
    try:
        return msgspec.convert(given, ask_type, strict=False)
    except msgspec.ValidationError as error:
        raise Invalid(detail=str(error)) from error


def fields_of(form: Form, names: Iterable[str]) -> dict[str, Any]:
    """The named fields of a form, for `ask_from`."""
    return {name: form.get(name) for name in names}


@cache
def ask_type_of(use_case: UseCase[A, V]) -> type[A]:
    """The shape of what a use case is asked."""
    hints = typing.get_type_hints(use_case)
    return next(hint for name, hint in hints.items() if name not in ("work", "return"))  # type: ignore[no-any-return]


async def ask(
    request: Request[Any, Any, Any], use_case: UseCase[A, V], *, key: str | None = None, **fields: Any
) -> V:
    """Asks a use case with these fields, for the one who looks at the page; empty ones count as not given."""
    ask_type: type[A] = ask_type_of(use_case)  # type: ignore[arg-type]  # functions are hashable; the protocol does not say so
    return await call(request, use_case, ask_from(ask_type, fields), key=key)


async def call(
    request: Request[Any, Any, Any], use_case: UseCase[A, V], ask: A, *, key: str | None = None
) -> V:
    """Runs a use case for the one who looks at the page."""
    hall: Hall = request.app.state.hall
    return await hall.run(use_case, ask, request.scope["state"]["actor"], key=key or None)


def see(path: str) -> Response[Any]:
    """After a change, on to the page that shows it."""
    return Redirect(path, status_code=303)


def whole_number(text: str, most: int) -> int | None:
    """A count that a page's own address or form carries, in plain digits up to `most`; None where the text is none."""
    # "²" is a digit to str.isdigit but not to int, which also refuses thousands of digits.
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(most))):
        return None
    number = int(text)
    return number if number <= most else None


def safe_path(path: str, otherwise: str = "/") -> str:
    """A path of this site to go back to; anything else becomes `otherwise`."""
    # Browsers read a backslash as a slash and drop tabs and line breaks, so that "/\t/host" is another site to them.
    is_plain = path.isprintable() and "\\" not in path
    return path if is_plain and path.startswith("/") and not path.startswith("//") else otherwise


def must_be_for_a_form(refused: Refusal | None) -> None:
    """A refusal about who looks, or at what, is answered by a page of its own."""
    if isinstance(refused, Forbidden | NotFound | Unauthenticated):
        raise refused
