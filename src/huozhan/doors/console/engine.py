"""系统: timers that are late, and jobs that were given up and wait for a person."""

from typing import Any

from litestar import Response, get, post

from huozhan import operations
from huozhan.doors.console.frame import Req, show
from huozhan.doors.pages import forms
from huozhan.doors.pages.forms import KEY_FIELD, Form
from huozhan.kernel.refusals import Refusal


@get("/console/timers", include_in_schema=False)
async def timers(request: Req) -> Response[Any]:
    """Timers past their moment."""
    chores = await forms.ask(request, operations.chores)
    pulse = await forms.ask(request, operations.pulse)
    return await show(
        request,
        "timers",
        "look.console.timers",
        "timers",
        timers=chores.late_timers,
        timers_set=pulse.timers_set,
    )


@get("/console/jobs", include_in_schema=False)
async def jobs(request: Req) -> Response[Any]:
    """Jobs that were given up."""
    return await _jobs(request)


async def _jobs(request: Req, refused: Refusal | None = None, form: Form | None = None) -> Response[Any]:
    chores = await forms.ask(request, operations.chores)
    typed = form.values if form else None
    return await show(
        request, "jobs", "look.console.jobs", "jobs", jobs=chores.failed_jobs, refused=refused, typed=typed
    )


@post("/console/jobs/{job_id:str}", include_in_schema=False)
async def settle(request: Req, job_id: str) -> Response[Any]:
    """Tries a job again, or takes it away."""
    form = await forms.read_form(request)
    use_case: Any = operations.retry_job if form.get("do") == "retry" else operations.discard_job
    try:
        await forms.ask(request, use_case, key=form.get(KEY_FIELD), job_id=job_id, reason=form.get("reason"))
    except Refusal as refusal:
        return await _jobs(request, refusal, form)
    return forms.see("/console/jobs")


ROUTES = [timers, jobs, settle]
