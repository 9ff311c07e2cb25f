"""A plain second telling of a conversation: who read what, who waits since when, and which waits were answered in time."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

SHANGHAI = timezone(timedelta(hours=8))
QUICK, IN_TIME, SILENCE = timedelta(minutes=3), timedelta(hours=24), timedelta(hours=24)


@dataclass
class Line:
    side: str
    at: datetime
    is_recalled: bool = False


@dataclass
class Wait:
    began: int
    at: datetime
    is_measured: bool
    answered_at: datetime | None = None
    is_void: bool = False


@dataclass
class Model:
    """Everything that was said, and nothing that is counted: counts are made anew each time they are asked for."""

    lines: list[Line] = field(default_factory=list)
    read: dict[str, int] = field(default_factory=lambda: {"buyer": 0, "seller": 0})
    waits: list[Wait] = field(default_factory=list)

    def write(self, side: str, at: datetime) -> None:
        was_silent = not self.lines or at - self.lines[-1].at >= SILENCE
        if side == "buyer":
            if self.open is None or was_silent:
                local = at.astimezone(SHANGHAI)
                self.waits.append(Wait(len(self.lines) + 1, at, 9 <= local.hour < 21))
        elif self.open is not None:
            self.open.answered_at = at
        self.lines.append(Line(side, at))
        self.read[side] = len(self.lines)

    def recall(self, number: int, side: str, at: datetime) -> bool:
        line = self.lines[number - 1]
        if line.side != side or at - line.at > timedelta(minutes=2):
            return False
        line.is_recalled = True
        wait = self.open
        if side == "buyer" and wait is not None:
            own = [one for one in self.lines[wait.began - 1 :] if one.side == "buyer"]
            wait.is_void = all(one.is_recalled for one in own)
        return True

    def mark(self, side: str, number: int) -> None:
        self.read[side] = max(self.read[side], min(number, len(self.lines)))

    @property
    def open(self) -> Wait | None:
        last = self.waits[-1] if self.waits else None
        return last if last and last.answered_at is None and not last.is_void else None

    def unread(self, side: str) -> int:
        return sum(
            1
            for number, line in enumerate(self.lines, 1)
            if line.side != side and not line.is_recalled and number > self.read[side]
        )

    def rate(self, at: datetime, *, quick: bool) -> tuple[int, int]:
        """How many of the waits that count were answered in time, and how many count, at a moment."""
        span, kept, due = (QUICK if quick else IN_TIME), 0, 0
        for wait in self.waits:
            if wait.is_void or (quick and not wait.is_measured):
                continue
            answered = wait.answered_at is not None and wait.answered_at < at
            in_time = answered and wait.answered_at is not None and wait.answered_at <= wait.at + span
            kept += bool(in_time)
            due += bool(in_time or wait.at + span <= at)
        return kept, due
