"""日结: one day's closing checks, with their numbers."""

from datetime import date, timedelta
from typing import Any

from litestar import Response, get

from huozhan import operations
from huozhan.doors.console.frame import Req, show
from huozhan.doors.pages import forms, showing

_PATH = "/console/day-close"


@get(_PATH, include_in_schema=False)
async def day_close(request: Req) -> Response[Any]:
    """Whether a day is closed, and what it still needs."""
    close = await forms.ask(request, operations.day_close, on=_day(request.query_params.get("on", "")))
    return await show(
        request,
        "day_close",
        "look.console.day_close",
        "day_close",
        close=close,
        before_href=showing.address(_PATH, on=close.on - timedelta(days=1)),
        after_href=showing.address(_PATH, on=close.on + timedelta(days=1)),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


ROUTES = [day_close]
