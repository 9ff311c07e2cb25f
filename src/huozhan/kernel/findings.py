"""What a check of the books found to be wrong."""

from typing import Any

import msgspec


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that does not hold: a stable code and the facts to look for it."""

    code: str
    facts: dict[str, Any] = {}
