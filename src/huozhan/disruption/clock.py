"""The running clock: when a span is over if the clock stands still now and then (domain rules A3.4, B1.8). Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec

_NOTHING = timedelta()


class Stop(msgspec.Struct, frozen=True, kw_only=True):
    """A time during which the clock stands still; once it runs again at least `leaves` is left on it."""

    from_at: datetime
    until_at: datetime
    leaves: timedelta = _NOTHING


def due_at(start: datetime, span: timedelta, stops: Iterable[Stop]) -> datetime:
    """When `span` has run since `start` on a clock that stands still during every stop.

    A stop that begins when the span is over already moves nothing. Stops may overlap in any way; a longer stop, or
    one more, never makes it earlier.
    """
    ahead = [stop for stop in stops if stop.until_at > max(start, stop.from_at)]
    left, at = span, start
    for moment in sorted({edge for stop in ahead for edge in (stop.from_at, stop.until_at) if edge > start}):
        if left <= _NOTHING:
            break
        if not any(stop.from_at <= at < stop.until_at for stop in ahead):
            if left <= moment - at:
                return at + left
            left -= moment - at
        at = moment
        left = max([left, *(stop.leaves for stop in ahead if stop.until_at == at)])
    return at + left


def stands_still_until(moment: datetime, stops: Iterable[Stop]) -> datetime | None:
    """The end of the longest stop that holds the clock at a moment; None where it runs."""
    return max((stop.until_at for stop in stops if stop.from_at <= moment < stop.until_at), default=None)
