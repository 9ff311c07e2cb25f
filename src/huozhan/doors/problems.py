"""How a refusal is answered over HTTP: its sort becomes a status, its code and facts a problem document (RFC 9457)."""

from typing import Any

import asyncpg
import msgspec

from huozhan.doors.hall import Hall
from huozhan.kernel.refusals import Invalid, Refusal, Sort

STATUS: dict[Sort, int] = {
    Sort.invalid: 400,
    Sort.unauthenticated: 401,
    Sort.forbidden: 403,
    Sort.not_found: 404,
    Sort.conflict: 409,
    Sort.mismatch: 422,
    Sort.too_many: 429,
    Sort.busy: 503,
}
RETRY_SECONDS = 1
PROBLEM = "application/problem+json"
PROGRAMS = ("/api/", "/hooks/")
"""Under these paths programs call, who are answered in problem documents; everybody else gets pages."""

DATABASE_AWAY = (
    OSError, asyncpg.PostgresConnectionError, asyncpg.CannotConnectNowError, asyncpg.OperatorInterventionError,
    asyncpg.InternalClientError, asyncpg.InsufficientResourcesError, asyncpg.TransactionRollbackError,
)  # fmt: skip
"""What is raised while the database is not there, or has no room left or none among others: for a caller it is busy."""


class MethodNotAllowed(Refusal):
    """There is such a page, but not for this method."""

    code = "method_not_allowed"
    sort = Sort.invalid


class TooLarge(Refusal):
    """The request is larger than this place takes."""

    code = "too_large"
    sort = Sort.invalid


class TooSlow(Refusal):
    """The body stopped coming."""

    code = "too_slow"
    sort = Sort.invalid


class WrongMedia(Refusal):
    """The body is not of the kind that is read here."""

    code = "wrong_media"
    sort = Sort.invalid


_OWN_STATUS: dict[type[Refusal], int] = {MethodNotAllowed: 405, TooSlow: 408, TooLarge: 413, WrongMedia: 415}
_FAULT_STATUS = 500


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """What went wrong, for a program and for a person: `code` is stable, `detail` is in the caller's language."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    facts: dict[str, Any]
    request_id: str = ""


def status_of(refusal: Refusal) -> int:
    """The HTTP status of a refusal: its sort's, unless HTTP has one for this very thing."""
    return _OWN_STATUS.get(type(refusal), STATUS[refusal.sort])


def problem_of(hall: Hall, refusal: Refusal, lang: str, request_id: str) -> Problem:
    """The problem document of a refusal."""
    status = status_of(refusal)
    return Problem(
        type=f"urn:huozhan:refusal:{refusal.code}",
        title=hall.words.say(f"problem.{refusal.sort.value}", lang),
        status=status,
        code=refusal.code,
        detail=hall.say_refusal(refusal, lang),
        facts=refusal.facts,
        request_id=request_id,
    )


def fault(hall: Hall, lang: str, request_id: str) -> Problem:
    """The apology for a fault of ours: the number under which the log tells what happened, and nothing else."""
    return Problem(
        type="urn:huozhan:fault",
        title=hall.words.say("problem.fault", lang),
        status=_FAULT_STATUS,
        code="fault",
        detail=hall.words.say("doors.fault", lang, request_id=request_id),
        facts={},
        request_id=request_id,
    )


def retry_after(refusal: Refusal) -> int | None:
    """Seconds after which the same call may succeed, where that is so."""
    if refusal.sort is Sort.too_many:
        return int(refusal.facts.get("retry_after_seconds", RETRY_SECONDS))
    return RETRY_SECONDS if refusal.sort is Sort.busy else None


def unreadable(error: msgspec.MsgspecError) -> Invalid:
    """A body or query that does not have the shape that was asked for."""
    return Invalid(detail=str(error))
