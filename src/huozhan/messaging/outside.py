"""Messages that look like trade outside the market: left as they are, but their reader is warned.

The rule `talk.outside` says what is warned of: 0 nothing, 1 words of paying or meeting elsewhere and links,
2 phone numbers too.
"""

import re
from functools import cache
from importlib import resources

from huozhan.kernel.rules import Rule

_LINK = re.compile(r"https?://|www\.[a-z0-9-]+\.|[\w.+-]+@[\w-]+\.[a-z]{2,}", re.IGNORECASE | re.ASCII)
_PHONE = re.compile(r"(?<!\d)(?:\+?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)", re.ASCII)
_BLANKS = re.compile(r"[\s._*-]+")


def version_that_warns(text: str, rule: Rule) -> int:
    """The version of the rule by which a text is warned of; 0 where it is not."""
    is_warned = rule.value >= 1 and (
        _LINK.search(text) is not None
        or any(sign in _BLANKS.sub("", text).lower() for sign in _signs())
        or (rule.value >= 2 and _PHONE.search(text) is not None)
    )
    return rule.version if is_warned else 0


@cache
def _signs() -> tuple[str, ...]:
    lines = (resources.files("huozhan.reference") / "outside_signs.txt").read_text().splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))
