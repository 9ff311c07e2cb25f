"""Moments as forms carry them: what people type is in the market's time."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Request

from huozhan.doors.hall import Hall
from huozhan.kernel.refusals import Invalid

_INPUT = "%Y-%m-%dT%H:%M"


def read_moment(request: Request[Any, Any, Any], typed: str, field: str) -> str:
    """What a date and time field says, as a program writes it."""
    hall: Hall = request.app.state.hall
    try:
        return datetime.fromisoformat(typed).replace(tzinfo=ZoneInfo(hall.terms.timezone)).isoformat()
    except ValueError as error:
        raise Invalid(field=field, detail=f"at `$.{field}`") from error


def moment_in(request: Request[Any, Any, Any], days: int) -> str:
    """The next full hour, so many days from now, as a date and time field is filled in with it."""
    hall: Hall = request.app.state.hall
    local = hall.clock.now().astimezone(ZoneInfo(hall.terms.timezone)) + timedelta(days=days, hours=1)
    return local.replace(minute=0, second=0, microsecond=0).strftime(_INPUT)


def write_moment(request: Request[Any, Any, Any], at: datetime) -> str:
    """A moment as such a field shows it, down to the minute."""
    hall: Hall = request.app.state.hall
    return at.astimezone(ZoneInfo(hall.terms.timezone)).strftime(_INPUT)
