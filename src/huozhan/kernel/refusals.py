"""A refusal says no to a lawful person for a reason of the trade: a code and facts, never a sentence.

Each door renders it in the caller's language; the words are in `words/`, under `refusal.<code>`.
"""

from enum import StrEnum
from typing import Any, ClassVar


class Sort(StrEnum):
    """What kind of no this is; doors translate it (to an HTTP status, to a page)."""

    invalid = "invalid"
    unauthenticated = "unauthenticated"
    forbidden = "forbidden"
    not_found = "not_found"
    conflict = "conflict"
    mismatch = "mismatch"
    too_many = "too_many"
    busy = "busy"


class Refusal(Exception):
    """Base of every refusal; subclasses name their code. It is the trade's word: an error is a bug, this is not."""

    code: ClassVar[str]
    sort: ClassVar[Sort] = Sort.conflict
    registry: ClassVar[dict[str, type["Refusal"]]] = {}

    def __init_subclass__(cls) -> None:
        code = cls.__dict__.get("code")
        if code is not None:
            assert cls.registry.setdefault(code, cls) is cls, f"two refusals say {code}"

    def __init__(self, **facts: Any) -> None:
        super().__init__(self.code)
        self.facts: dict[str, Any] = facts

    def __str__(self) -> str:
        return f"{self.code} {self.facts}" if self.facts else self.code


class NotFound(Refusal):
    """There is no such thing within the actor's reach."""

    code = "not_found"
    sort = Sort.not_found


class Unauthenticated(Refusal):
    """The caller must sign in first."""

    code = "unauthenticated"
    sort = Sort.unauthenticated


class Forbidden(Refusal):
    """The actor's role does not include this."""

    code = "forbidden"
    sort = Sort.forbidden


class ScopeMissing(Forbidden):
    """The app's token was made without this, or its maker's role has lost it."""

    code = "scope_missing"


class Invalid(Refusal):
    """The input cannot be read as what is asked for."""

    code = "invalid"
    sort = Sort.invalid


class KeyMismatch(Refusal):
    """The idempotency key was used before with another input."""

    code = "idempotency.mismatch"
    sort = Sort.mismatch


class Busy(Refusal):
    """Something holds what is needed; the same call may succeed in a moment."""

    code = "busy"
    sort = Sort.busy


class TooMany(Refusal):
    """The caller asks more often than allowed."""

    code = "too_many"
    sort = Sort.too_many
