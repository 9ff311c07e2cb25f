"""From an HTTP request to an ask, through the use case, to JSON."""

import typing
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.handlers import HTTPRouteHandler, route

from huozhan.doors.api.operations import Operation
from huozhan.doors.entrance import CSRF_COOKIE
from huozhan.doors.hall import Hall
from huozhan.doors.pages.forms import StaleForm
from huozhan.doors.problems import unreadable
from huozhan.kernel.refusals import Invalid, Refusal, Sort

JSON = "application/json"
IDEMPOTENCY_HEADER = "idempotency-key"
CSRF_HEADER = "x-csrf-token"
BODY_BYTES_MAX = 1_048_576


class KeyRequired(Refusal):
    """Money or stock moves here, so the call must say by a key which one it is."""

    code = "key_required"
    sort = Sort.invalid


def handler_for(operation: Operation) -> HTTPRouteHandler:
    """The route handler of one operation."""
    ask_type = operation.ask
    path_fields = operation.path_fields
    many = _many_valued(ask_type)
    use_case = operation.use_case

    async def handle(request: Request[Any, Any, Any]) -> Response[bytes]:
        hall: Hall = request.app.state.hall
        state = request.scope["state"]
        actor = state["actor"]
        key = request.headers.get(IDEMPOTENCY_HEADER)
        if use_case.writes:
            check_csrf(request)
            if key is None and operation.needs_key:
                raise KeyRequired
            if key is not None and not 1 <= len(key) <= 255:
                raise Invalid(detail="Idempotency-Key: 1 to 255 characters")
        try:
            ask = await _read_ask(request, ask_type, path_fields, many, body=operation.body_allowed)
        except msgspec.MsgspecError as error:
            raise unreadable(error) from error
        answer = await hall.run(use_case, ask, actor, key=key)
        return Response(msgspec.json.encode(answer), media_type=JSON, status_code=operation.status)

    handle.__name__ = operation.id
    litestar_path = "/api/v1" + operation.path.replace("}", ":str}")
    return route(litestar_path, http_method=operation.method, status_code=operation.status, include_in_schema=False, name=f"api.{operation.id}")(handle)  # type: ignore[arg-type]


def check_csrf(request: Request[Any, Any, Any]) -> None:
    """Refuses a change by session cookie that lacks the page's own token; bearer tokens need none."""
    state = request.scope["state"]
    if state.get("by_token") or not state["cookies"]:
        return
    if request.headers.get(CSRF_HEADER, "") != state["cookies"].get(CSRF_COOKIE):
        raise StaleForm


async def _read_ask(
    request: Request[Any, Any, Any], ask_type: type[Any], path_fields: tuple[str, ...], many: frozenset[str], *, body: bool
) -> Any:
    if not body:
        fields: dict[str, Any] = {}
        for name, value in request.query_params.multi_items():
            if name == "lang":
                continue
            if name in many:
                fields.setdefault(name, []).append(value)
            elif name in fields or name in path_fields:
                raise Invalid(detail=f"`{name}` is given twice")
            else:
                fields[name] = value
        return msgspec.convert({**fields, **_path(request, path_fields)}, ask_type, strict=False)
    raw = await request.body() or b"{}"
    if not path_fields:
        return msgspec.json.decode(raw, type=ask_type)
    content = msgspec.json.decode(raw)
    if not isinstance(content, dict):
        raise Invalid(detail="Expected `object`")
    if twice := content.keys() & set(path_fields):
        raise Invalid(detail=f"`{sorted(twice)[0]}` stands in the path already")
    return msgspec.convert({**content, **_path(request, path_fields)}, ask_type)


def _path(request: Request[Any, Any, Any], path_fields: tuple[str, ...]) -> dict[str, str]:
    return {name: request.path_params[name] for name in path_fields}


def _many_valued(ask_type: type[Any]) -> frozenset[str]:
    """The ask's fields that may stand several times in a query."""
    return frozenset(
        name for name, hint in typing.get_type_hints(ask_type).items() if typing.get_origin(hint) in (list, tuple)
    )
