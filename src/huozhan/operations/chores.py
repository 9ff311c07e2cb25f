"""What the machine could not do alone: late timers and failed jobs."""

from huozhan.kernel.queues import FailedJob, WaitingTimer, drop_job, failed_jobs, late_timers, revive_job
from huozhan.kernel.refusals import NotFound
from huozhan.kernel.shapes import Ask, Done, Id, Nothing, Reason, View
from huozhan.kernel.work import Work, use_case
from huozhan.operations.audit import note_act

LIST_MAX = 200


class Chores(View, frozen=True, kw_only=True):
    """Timers past their moment and jobs that were given up."""

    late_timers: list[WaitingTimer]
    failed_jobs: list[FailedJob]


class SettleJob(Ask, frozen=True, kw_only=True):
    """A failed job, and why it is tried again or taken away."""

    job_id: Id
    reason: Reason


@use_case("market.view", writes=False)
async def chores(work: Work, _ask: Nothing) -> Chores:
    """What waits for a person."""
    return Chores(
        late_timers=await late_timers(work, by=work.now, limit=LIST_MAX),
        failed_jobs=await failed_jobs(work, limit=LIST_MAX),
    )


@use_case("market.operate", writes=True)
async def retry_job(work: Work, ask: SettleJob) -> Done:
    """Tries a failed job again."""
    if not await revive_job(work, int(ask.job_id)):
        raise NotFound
    await note_act(work, "job.retry", about=ask.job_id, reason=ask.reason)
    return Done()


@use_case("market.operate", writes=True)
async def discard_job(work: Work, ask: SettleJob) -> Done:
    """Takes a failed job away for good."""
    if not await drop_job(work, int(ask.job_id)):
        raise NotFound
    await note_act(work, "job.discard", about=ask.job_id, reason=ask.reason)
    return Done()
