"""One app for test after test: to build it costs more than most of what is asked of it."""

import copy
from pathlib import Path
from typing import Any

import msgspec

from huozhan.doors.app import make_app
from huozhan.doors.hall import Hall

_APPS: dict[tuple[Any, ...], tuple[Hall, Any, Any]] = {}
"""What is told apart → whoever stands behind the app now, the app, and the channel, whose number nobody else must get."""


def app_of(hall: Hall) -> Any:
    """The app in front of this hall; halls of the same words, terms, ways out and settings share what is built.

    Calls of two halls must not overlap.
    """
    settings = msgspec.structs.replace(hall.settings, home=Path("/"))
    channel = hall.outside.channel
    key = (id(hall.words), hall.terms, id(channel), str(settings))
    if key not in _APPS:
        front = copy.copy(hall)
        _APPS[key] = front, make_app(front), channel
    front, app, _ = _APPS[key]

    async def lead(scope: Any, receive: Any, send: Any) -> None:
        front.__dict__ = hall.__dict__
        await app(scope, receive, send)

    return lead
