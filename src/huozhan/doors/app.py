"""All doors of one web process, as one ASGI application."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import structlog
from litestar import Litestar, Request, Response
from litestar.datastructures import State
from litestar.exceptions import HTTPException
from litestar.types import ASGIApp

from huozhan.doors import console, desk, hooks, web
from huozhan.doors.api import routes as api
from huozhan.doors.entrance import Entrance
from huozhan.doors.hall import Hall
from huozhan.doors.health import live, metrics, ready
from huozhan.doors.live import Listeners, events, listen
from huozhan.doors.pages import files, showing
from huozhan.doors.problems import STATUS, problem_of, retry_after
from huozhan.kernel.refusals import Invalid, NotFound, Refusal, Sort

REQUEST_BYTES_MAX = 1_048_576
log = structlog.get_logger()


class MethodNotAllowed(Refusal):
    """There is such a page, but not for this method."""

    code = "method_not_allowed"
    sort = Sort.invalid


class TooLarge(Refusal):
    """The request is larger than this place takes."""

    code = "too_large"
    sort = Sort.invalid


_BY_STATUS: dict[int, type[Refusal]] = {404: NotFound, 405: MethodNotAllowed, 413: TooLarge}


def make_app(hall: Hall) -> ASGIApp:
    """The app around a hall that is open already; the caller closes the hall."""
    listeners = Listeners()

    @contextlib.asynccontextmanager
    async def listening(_app: Litestar) -> AsyncIterator[None]:
        task = asyncio.create_task(listen(hall.settings.database_url, listeners)) if hall.settings.database_url else None
        yield
        if task:
            task.cancel()

    app = Litestar(
        route_handlers=[
            live, ready, metrics, events, *files.ROUTES, *web.ROUTES, *desk.ROUTES, *console.ROUTES, *hooks.ROUTES, *api.ROUTES
        ],
        state=State({"hall": hall, "listeners": listeners, "templates": showing.Templates(hall)}),
        exception_handlers={
            Refusal: answer_refusal,
            HTTPException: answer_http_exception,
            msgspec.MsgspecError: answer_unreadable,
        },
        lifespan=[listening],
        openapi_config=None,
        request_max_body_size=REQUEST_BYTES_MAX,
        logging_config=None,
        debug=False,
    )  # fmt: skip
    return Entrance(app, hall)


def answer_refusal(request: Request[Any, Any, Any], refusal: Refusal) -> Response[Any]:
    """A problem document for programs, a page for people."""
    hall: Hall = request.app.state.hall
    state = request.scope["state"]
    status = 405 if isinstance(refusal, MethodNotAllowed) else 413 if isinstance(refusal, TooLarge) else STATUS[refusal.sort]
    headers = {}
    if (seconds := retry_after(refusal)) is not None:
        headers["Retry-After"] = str(seconds)
    if request.url.path.startswith(("/api/", "/hooks/")):
        problem = msgspec.structs.replace(problem_of(hall, refusal, state["lang"], state["request_id"]), status=status)
        return Response(
            msgspec.json.encode(problem), status_code=status, headers=headers, media_type="application/problem+json"
        )
    return showing.refusal_page(request, refusal, status, headers)


def answer_http_exception(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    """What the framework itself refuses, in our words."""
    kind = _BY_STATUS.get(error.status_code)
    if kind is TooLarge:
        return answer_refusal(request, TooLarge(limit_bytes=REQUEST_BYTES_MAX))
    return answer_refusal(request, kind() if kind else Invalid(detail=str(error.detail)[:200]))


def answer_unreadable(request: Request[Any, Any, Any], error: msgspec.MsgspecError) -> Response[Any]:
    """Input that is not of the shape that was asked for."""
    return answer_refusal(request, Invalid(detail=str(error)))
