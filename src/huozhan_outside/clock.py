"""The trading clock: the machine's time plus an offset that tests and simulators move."""

import time
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

REREAD_EVERY_S = 0.2
CHINA = timezone(timedelta(hours=8))  # no daylight saving since 1991


class Clock:
    """Tells the trading time in milliseconds; the clock file is re-read at most every 0.2 s."""

    def __init__(self, offset_file: Path | None = None) -> None:
        self.offset_file = offset_file
        self._offset_ms = 0
        self._read_again_at = 0.0

    def now_ms(self) -> int:
        """The trading time, in milliseconds since 1970."""
        if self.offset_file is not None and time.monotonic() >= self._read_again_at:
            self._read_again_at = time.monotonic() + REREAD_EVERY_S
            self._read(self.offset_file)
        return time.time_ns() // 1_000_000 + self._offset_ms

    def _read(self, offset_file: Path) -> None:
        try:
            self._offset_ms = int(offset_file.read_text()) * 1000
        except FileNotFoundError:
            self._offset_ms = 0
        except ValueError:
            # A writer that truncates before it writes leaves the file empty for an instant: keep the last offset.
            return


def as_text(moment_ms: int) -> str:
    """RFC 3339 in UTC with milliseconds."""
    whole = datetime.fromtimestamp(moment_ms // 1000, UTC)
    return f"{whole:%Y-%m-%dT%H:%M:%S}.{moment_ms % 1000:03d}Z"


def maybe_text(moment_ms: int | None) -> str | None:
    """The same for a moment that may not have come yet."""
    return None if moment_ms is None else as_text(moment_ms)


def as_ms(moment: datetime) -> int:
    """Milliseconds since 1970 of an aware moment."""
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def day_bounds_ms(day: date) -> tuple[int, int]:
    """A trading day of China as [from, until)."""
    start = datetime(day.year, day.month, day.day, tzinfo=CHINA)
    return as_ms(start), as_ms(start + timedelta(days=1))


def day_of_ms(moment_ms: int) -> date:
    """The trading day of China that a moment is in."""
    return datetime.fromtimestamp(moment_ms / 1000, CHINA).date()
