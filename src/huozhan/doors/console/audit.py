"""操作日志: who did what to whom, and why; and the check of all books."""

from typing import Any

from litestar import Response, get, post

from huozhan import operations
from huozhan.doors.console.frame import Req, show
from huozhan.doors.hall import Hall
from huozhan.doors.pages import forms, showing

_NAMED = "console.act."


@get("/console/audit", include_in_schema=False)
async def audit(request: Req) -> Response[Any]:
    """Entries by kind, person and thing, the latest first."""
    wanted = {name: request.query_params.get(name, "").strip() for name in ("act", "by", "about")}
    cursor = request.query_params.get("cursor", "")
    found = await forms.ask(request, operations.audit_log, cursor=cursor, **wanted)
    hall: Hall = request.app.state.hall
    return await show(
        request,
        "audit",
        "look.console.audit",
        "audit",
        entries=[{"entry": entry, "named": hall.words.has(f"{_NAMED}{entry.act}")} for entry in found.items],
        wanted=wanted,
        acts=[key.removeprefix(_NAMED) for key in hall.words.texts if key.startswith(_NAMED)],
        next_href=showing.address("/console/audit", cursor=found.next_cursor, **wanted)
        if found.next_cursor
        else "",
        first_href=showing.address("/console/audit", **wanted) if cursor else "",
    )


@get("/console/books", include_in_schema=False)
async def books(request: Req) -> Response[Any]:
    """The way to the check."""
    return await show(request, "books", "look.console.books", "books", books=None)


@post("/console/books", include_in_schema=False)
async def check(request: Req) -> Response[Any]:
    """Checks all books now."""
    await forms.read_form(request)
    found = await forms.ask(request, operations.verify)
    return await show(request, "books", "look.console.books", "books", books=found)


ROUTES = [audit, books, check]
