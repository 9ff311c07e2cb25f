"""From an HTTP request to an ask, through the use case, to JSON."""

import hmac
import json
import typing
from typing import Any

import msgspec
from litestar import HttpMethod, Request, Response
from litestar.handlers import HTTPRouteHandler, route
from litestar.types import Empty

from huozhan.doors.api.operations import Operation
from huozhan.doors.entrance import CSRF_COOKIE, LANGUAGE_PARAMETER, SESSION_COOKIE
from huozhan.doors.hall import Hall
from huozhan.doors.pages.forms import StaleForm
from huozhan.doors.problems import WrongMedia, unreadable
from huozhan.kernel.refusals import Invalid, Refusal, Sort
from huozhan.kernel.shapes import read_json

JSON = "application/json"
IDEMPOTENCY_HEADER = "idempotency-key"
CSRF_HEADER = "x-csrf-token"


class KeyRequired(Refusal):
    """Money or stock moves here, so the call must say by a key which one it is."""

    code = "key_required"
    sort = Sort.invalid


def handler_for(operation: Operation) -> HTTPRouteHandler:
    """The route handler of one operation."""
    path_fields = operation.path_fields
    many = _many_valued(operation.ask)
    use_case = operation.use_case

    async def handle(request: Request[Any, Any, Any]) -> Response[bytes]:
        hall: Hall = request.app.state.hall
        actor = request.scope["state"]["actor"]
        request.app.state.pace.take(actor)
        actor.must(use_case.permission)
        key = request.headers.get(IDEMPOTENCY_HEADER)
        if use_case.writes:
            check_csrf(request)
            if key is None and operation.needs_key:
                raise KeyRequired
        fields = await _body(request) if operation.body_allowed else _query(request, many)
        answer = await hall.run(
            use_case, _ask(operation, fields, _path(request, path_fields)), actor, key=key
        )
        return Response(msgspec.json.encode(answer), media_type=JSON, status_code=operation.status)

    handle.__name__ = operation.id
    path = "/api/v1" + operation.path.replace("}", ":str}")
    routed = route(
        path,
        http_method=HttpMethod(operation.method),
        status_code=operation.status,
        name=f"api.{operation.id}",
        request_max_body_size=operation.body_bytes_max or Empty,
    )
    return routed(handle)


def check_csrf(request: Request[Any, Any, Any]) -> None:
    """Refuses a change by session cookie that lacks the page's own token; a bearer token is nothing a browser sends by itself."""
    state = request.scope["state"]
    if state.get("by_token") or SESSION_COOKIE not in state["cookies"]:
        return
    kept = state["cookies"].get(CSRF_COOKIE, "")
    if not kept or not hmac.compare_digest(request.headers.get(CSRF_HEADER, "").encode(), kept.encode()):
        raise StaleForm


def _ask(operation: Operation, fields: dict[str, Any], path: dict[str, str]) -> Any:
    """The ask of these fields; a query has only texts, so there "5" may stand for 5."""
    if twice := fields.keys() & path.keys():
        raise Invalid(detail=f"`{min(twice)}` stands in the path already")
    try:
        return msgspec.convert({**fields, **path}, operation.ask, strict=operation.body_allowed)
    except msgspec.MsgspecError as error:
        raise unreadable(error) from error


def _query(request: Request[Any, Any, Any], many: frozenset[str]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, value in request.query_params.multi_items():
        if name == LANGUAGE_PARAMETER:
            continue
        if name in many:
            fields.setdefault(name, []).append(value)
        elif name in fields:
            raise Invalid(detail=f"`{name}` is given twice")
        else:
            fields[name] = value
    return fields


async def _body(request: Request[Any, Any, Any]) -> dict[str, Any]:
    """The members of the JSON object that was sent; nothing at all counts as an empty one."""
    raw = await request.body()
    if not raw:
        return {}
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != JSON:
        raise WrongMedia(wanted=JSON)
    try:
        content = read_json(raw)
        json.loads(
            raw, object_pairs_hook=_refuse_twins, parse_int=len, parse_float=len
        )  # numbers were read above
    except msgspec.MsgspecError as error:
        raise unreadable(error) from error
    except RecursionError as error:
        raise Invalid(detail="nested too deep") from error
    if not isinstance(content, dict):
        raise Invalid(detail="Expected `object`")
    return content


def _refuse_twins(members: list[tuple[str, Any]]) -> None:
    """Two members of one name mean different things to different readers, so they mean nothing here."""
    names = [name for name, _ in members]
    if len(set(names)) < len(names):
        raise Invalid(detail=f"`{next(name for name in names if names.count(name) > 1)}` is given twice")


def _path(request: Request[Any, Any, Any], path_fields: tuple[str, ...]) -> dict[str, str]:
    return {name: request.path_params[name] for name in path_fields}


def _many_valued(ask_type: type[Any]) -> frozenset[str]:
    """The ask's fields that may stand several times in a query."""
    return frozenset(
        name
        for name, hint in typing.get_type_hints(ask_type).items()
        if typing.get_origin(hint) in (list, tuple)
    )
