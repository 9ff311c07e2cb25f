"""How money, counts and moments are written, in Chinese and in English."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime

from huozhan.kernel.money import E4_PER_MINOR, MINOR_PER_MAJOR, PRICE_SCALE
from huozhan.kernel.wording import Words

_SIGNS = {"CNY": "¥", "GBP": "£", "USD": "$", "EUR": "€", "JPY": "JP¥"}
_LOCALES = {"zh": "zh_Hans_CN", "en": "en_GB"}
_WAN = 10_000
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400


def sign(currency: str) -> str:
    """What stands before an amount."""
    return _SIGNS.get(currency, f"{currency} ")


def money(amount_minor: int, currency: str) -> str:
    """¥1,234.50 from minor units."""
    minus = "-" if amount_minor < 0 else ""
    major, minor = divmod(abs(amount_minor), MINOR_PER_MAJOR)
    return f"{minus}{sign(currency)}{major:,}.{minor:02d}"


def unit_price(price_e4: int, currency: str) -> str:
    """¥5.20 from 1/10 000; a price with more than two decimals keeps them: ¥0.035."""
    if price_e4 % E4_PER_MINOR == 0:
        return money(price_e4 // E4_PER_MINOR, currency)
    major, rest = divmod(price_e4, PRICE_SCALE)
    return f"{sign(currency)}{major:,}." + f"{rest:04d}".rstrip("0")


def count(number: int, lang: str) -> str:
    """1.2万 or 12k for big counts; small ones in full."""
    if lang == "zh":
        return _shortened(number, _WAN, "万") if number >= _WAN else str(number)
    if number >= 1_000_000:
        return _shortened(number, 1_000_000, "m")
    return _shortened(number, 1_000, "k") if number >= 10_000 else f"{number:,}"


def _shortened(number: int, size: int, mark: str) -> str:
    tenths = number * 10 // size
    return (
        f"{tenths // 10}.{tenths % 10}{mark}" if tenths % 10 and tenths < 1_000 else f"{tenths // 10}{mark}"
    )


def percent(rate_bp: int) -> str:
    """A rate in basis points as people read it: 98.5%."""
    whole, rest = divmod(rate_bp, 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".") + "%" if rest else f"{whole}%"


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def exact(at: datetime, lang: str, timezone: str) -> str:
    """The moment in full, in the market's time."""
    return format_datetime(at.astimezone(_zone(timezone)), "yyyy-MM-dd HH:mm", locale=_LOCALES[lang])


def day(on: date, lang: str) -> str:
    """A date as people write it."""
    return format_date(on, "long", locale=_LOCALES[lang])


def when(at: datetime, now: datetime, lang: str, timezone: str, words: Words) -> str:
    """The moment as one would say it: 5 minutes ago, else the date."""
    seconds = int((now - at).total_seconds())
    if seconds < 0:
        return exact(at, lang, timezone)
    if seconds < _MINUTE:
        return words.say("format.just_now", lang)
    if seconds < _HOUR:
        return words.say("format.minutes_ago", lang, n=seconds // _MINUTE)
    if seconds < _DAY:
        return words.say("format.hours_ago", lang, n=seconds // _HOUR)
    if seconds < 7 * _DAY:
        return words.say("format.days_ago", lang, n=seconds // _DAY)
    local, today = at.astimezone(_zone(timezone)), now.astimezone(_zone(timezone))
    pattern = "MM-dd HH:mm" if local.year == today.year else "yyyy-MM-dd"
    return format_datetime(local, pattern, locale=_LOCALES[lang])


def left(until: datetime, now: datetime, lang: str, words: Words) -> str:
    """The time left to a deadline."""
    seconds = int((until - now).total_seconds())
    if seconds <= 0:
        return words.say("look.clock.over", lang)
    days, hours, minutes = seconds // _DAY, seconds % _DAY // _HOUR, seconds % _HOUR // _MINUTE
    if days:
        return words.say("format.left_days", lang, days=days, hours=hours)
    if hours:
        return words.say("format.left_hours", lang, hours=hours, minutes=minutes)
    return words.say("format.left_minutes", lang, minutes=max(minutes, 1))


def read_moment(value: datetime | str) -> datetime:
    """A moment from a view, which holds it as datetime or as text."""
    at = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def span(duration: timedelta, lang: str, words: Words) -> str:
    """A promise such as 48 hours or 7 days."""
    hours = int(duration.total_seconds()) // _HOUR
    if hours <= 72 or hours % 24:
        return words.say("format.hours", lang, n=hours)
    return words.say("format.days", lang, n=hours // 24)
