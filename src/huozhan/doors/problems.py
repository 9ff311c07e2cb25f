"""How a refusal is answered over HTTP: its sort becomes a status, its code and facts a problem document (RFC 9457)."""

from typing import Any

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


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """What went wrong, for a program and for a person: `code` is stable, `detail` is in the caller's language."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    facts: dict[str, Any]
    request_id: str = ""


def problem_of(hall: Hall, refusal: Refusal, lang: str, request_id: str) -> Problem:
    """The problem document of a refusal."""
    status = STATUS[refusal.sort]
    return Problem(
        type=f"urn:huozhan:refusal:{refusal.code}",
        title=hall.words.say(f"problem.{refusal.sort.value}", lang),
        status=status,
        code=refusal.code,
        detail=hall.say_refusal(refusal, lang),
        facts=refusal.facts,
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
