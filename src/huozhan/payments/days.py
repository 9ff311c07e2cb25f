"""The parties' days: days of China, wherever the market is."""

from datetime import date, datetime, timedelta, timezone

AHEAD = timedelta(hours=8)
TRADING_DAYS = timezone(AHEAD)


def day_bounds(on: date) -> tuple[datetime, datetime]:
    """A day of the parties as [from, until)."""
    start = datetime.combine(on, datetime.min.time(), TRADING_DAYS)
    return start, start + timedelta(days=1)
