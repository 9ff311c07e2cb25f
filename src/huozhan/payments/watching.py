"""Watching: what outside parties said that waits for a person."""

from huozhan.kernel.work import Work
from huozhan.payments.store import callbacks
from huozhan.payments.waiting import INTENT_PATIENCE

COUNT_MAX = 1_000


async def callbacks_in_trouble(work: Work) -> int:
    """How many callbacks nobody could make sense of, or nobody has worked on in time; counted up to a bound."""
    patience = work.rule(INTENT_PATIENCE).span
    late = await callbacks.waiting_since_before(work, work.now - patience, COUNT_MAX)
    return len(late) + len(await callbacks.odd(work, COUNT_MAX))
