"""One operation of the JSON API: a method and path in front of one use case."""

import functools
import typing
from typing import Any

import msgspec

from huozhan.kernel.work import UseCase


class Operation(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """A row of the API's table. Path parameters are fields of the ask, named in `path` as {field}."""

    method: str
    path: str
    use_case: UseCase[Any, Any]
    tag: str
    status: int = 200
    needs_key: bool = False
    body_bytes_max: int | None = None
    """How large the body may be where the usual limit is too small; None for the usual one."""

    @property
    def id(self) -> str:
        """The operation's name in the OpenAPI document."""
        return self.use_case.__name__

    @functools.cached_property
    def ask(self) -> type[Any]:
        """The struct that the use case is asked with."""
        hints = typing.get_type_hints(self.use_case, include_extras=True)
        return next(hint for name, hint in hints.items() if name not in ("work", "return"))  # type: ignore[no-any-return]

    @property
    def answer(self) -> Any:
        """The struct that it answers."""
        return typing.get_type_hints(self.use_case, include_extras=True)["return"]

    @property
    def path_fields(self) -> tuple[str, ...]:
        """The ask's fields that stand in the path."""
        return tuple(part[1:-1] for part in self.path.split("/") if part.startswith("{"))

    @property
    def body_allowed(self) -> bool:
        """Tells whether the ask is read from the body (else from the query)."""
        return self.method in ("POST", "PUT", "PATCH")

    @property
    def takes_key(self) -> bool:
        """Tells whether a repeat by key is answered as the first call was; what is secret is not kept for that."""
        return self.use_case.writes and not self.use_case.is_secret


def get(path: str, use_case: UseCase[Any, Any], tag: str) -> Operation:
    """A read."""
    return Operation(method="GET", path=path, use_case=use_case, tag=tag)


def post(
    path: str,
    use_case: UseCase[Any, Any],
    tag: str,
    *,
    status: int = 200,
    needs_key: bool = False,
    body_bytes_max: int | None = None,
) -> Operation:
    """A change; `needs_key` where money or stock moves."""
    return Operation(
        method="POST", path=path, use_case=use_case, tag=tag, status=status, needs_key=needs_key,
        body_bytes_max=body_bytes_max,
    )  # fmt: skip


def put(path: str, use_case: UseCase[Any, Any], tag: str) -> Operation:
    """A replacement; the same call twice is the same as once."""
    return Operation(method="PUT", path=path, use_case=use_case, tag=tag)


def delete(path: str, use_case: UseCase[Any, Any], tag: str) -> Operation:
    """A removal; its ask is read from path and query."""
    return Operation(method="DELETE", path=path, use_case=use_case, tag=tag)
