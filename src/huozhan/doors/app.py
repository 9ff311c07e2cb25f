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
from huozhan.doors.api.pace import Pace
from huozhan.doors.entrance import Entrance
from huozhan.doors.glancing import keep_glances
from huozhan.doors.hall import Hall
from huozhan.doors.health import live, metrics, ready
from huozhan.doors.live import Listeners, events, listen
from huozhan.doors.noting import keep_notes
from huozhan.doors.pages import files, showing
from huozhan.doors.problems import (
    DATABASE_AWAY,
    PROBLEM,
    PROGRAMS,
    MethodNotAllowed,
    Problem,
    TooLarge,
    fault,
    problem_of,
    retry_after,
)
from huozhan.kernel.refusals import Busy, Invalid, NotFound, Refusal

REQUEST_BYTES_MAX = 1_048_576
CLIENT_GONE = 499
"""Nobody hears it, but the log and the counters must not call it a fault of ours."""
FORM_PARTS_MAX = 5_000
"""A SKU grid of 1,000 cells posts a price, a stock and what they were."""
log = structlog.get_logger()
_BY_STATUS: dict[int, type[Refusal]] = {404: NotFound, 405: MethodNotAllowed, 413: TooLarge}


def make_app(hall: Hall) -> ASGIApp:
    """The app around a hall that is open already; the caller closes the hall."""
    listeners = Listeners()

    @contextlib.asynccontextmanager
    async def listening(_app: Litestar) -> AsyncIterator[None]:
        task = (
            asyncio.create_task(listen(hall.settings.database_url, listeners))
            if hall.settings.database_url
            else None
        )
        async with keep_notes(hall), keep_glances(hall, hall.glances):
            yield
        if task:
            task.cancel()

    app = Litestar(
        route_handlers=[
            live, ready, metrics, events, *files.ROUTES, *web.ROUTES, *desk.ROUTES, *console.ROUTES, *hooks.ROUTES, *api.ROUTES
        ],
        state=State(
            {"hall": hall, "listeners": listeners, "templates": showing.Templates(hall), "pace": Pace.of(hall.settings)}
        ),
        exception_handlers={
            Refusal: answer_refusal,
            HTTPException: answer_http_exception,
            msgspec.MsgspecError: answer_unreadable,
            **dict.fromkeys(DATABASE_AWAY, answer_away),
            Exception: answer_fault,
        },
        lifespan=[listening],
        openapi_config=None,
        request_max_body_size=REQUEST_BYTES_MAX,
        multipart_form_part_limit=FORM_PARTS_MAX,
        logging_config=None,
        debug=False,
    )  # fmt: skip
    return Entrance(app, hall)


def answer_refusal(request: Request[Any, Any, Any], refusal: Refusal) -> Response[Any]:
    """A problem document for programs, a page for people."""
    state = request.scope["state"]
    headers = {}
    if (seconds := retry_after(refusal)) is not None:
        headers["Retry-After"] = str(seconds)
    if request.url.path.startswith(PROGRAMS):
        return _document(
            problem_of(request.app.state.hall, refusal, state["lang"], state["request_id"]), headers
        )
    return showing.refusal_page(request, refusal, headers)


def answer_http_exception(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    """What the framework itself refuses, in our words."""
    if request.scope["state"].get("is_gone"):
        return Response(b"", status_code=CLIENT_GONE)
    if error.status_code >= 500:
        return answer_fault(request, error)
    kind = _BY_STATUS.get(error.status_code)
    if kind is TooLarge:
        limit_bytes = request.route_handler.resolve_request_max_body_size() or REQUEST_BYTES_MAX
        return answer_refusal(request, TooLarge(limit_bytes=limit_bytes))
    answer = answer_refusal(request, kind() if kind else Invalid(detail=str(error.detail)[:200]))
    answer.headers.update(error.headers or {})
    return answer


def answer_unreadable(request: Request[Any, Any, Any], error: msgspec.MsgspecError) -> Response[Any]:
    """Input that is not of the shape that was asked for."""
    return answer_refusal(request, Invalid(detail=str(error)))


def answer_away(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """The database is not there for a moment; what was begun is undone, and the same call may be made again."""
    log.error("database.away", exc_info=error)
    return answer_refusal(request, Busy())


def answer_fault(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """A fault of ours: the trace goes to the log under the request's number, and the number to the caller."""
    log.error(
        "request.failed", method=request.method, path=request.scope.get("path_template"), exc_info=error
    )
    state = request.scope["state"]
    problem = fault(request.app.state.hall, state["lang"], state["request_id"])
    return (
        _document(problem, {})
        if request.url.path.startswith(PROGRAMS)
        else showing.fault_page(request, problem)
    )


def _document(problem: Problem, headers: dict[str, str]) -> Response[bytes]:
    return Response(
        msgspec.json.encode(problem), status_code=problem.status, headers=headers, media_type=PROBLEM
    )
