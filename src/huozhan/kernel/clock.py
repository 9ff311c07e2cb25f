"""The clock at the edge: doors read it once per call and pass `now` down."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

REREAD_SECONDS = 0.2


class Clock(Protocol):
    """Tells the market's time, aware and in UTC."""

    def now(self) -> datetime:
        """The moment it is."""
        ...


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        """The moment it is, by the machine."""
        return datetime.now(UTC)


class MovableClock:
    """A clock that a test or a simulator holds in its hand."""

    def __init__(self, at: datetime) -> None:
        assert at.tzinfo is not None
        self._at = at

    def now(self) -> datetime:
        """The moment it was last put to."""
        return self._at

    def put(self, at: datetime) -> None:
        """Sets the clock."""
        assert at.tzinfo is not None
        self._at = at

    def pass_(self, **duration: float) -> datetime:
        """Lets time pass, as `timedelta` counts it, and tells the new moment."""
        self._at += timedelta(**duration)
        return self._at


class ShiftedClock:
    """The machine's time plus the seconds written in a file: one hand moves all processes of a market."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._offset = timedelta()
        self._read_at = -1.0

    def now(self) -> datetime:
        """The moment it is, shifted."""
        mark = time.monotonic()
        if mark - self._read_at > REREAD_SECONDS:
            self._read_at = mark
            text = self._file.read_text().strip() if self._file.exists() else ""
            self._offset = timedelta(seconds=int(text or "0"))
        return datetime.now(UTC) + self._offset
