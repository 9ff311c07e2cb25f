"""Counted tries: after the free ones each costs a longer wait, until nobody has tried for a while.

A try is counted and committed before its outcome is known, so that many at once find the same wall.
"""

from datetime import datetime, timedelta

import msgspec

from huozhan.kernel.refusals import TooMany
from huozhan.kernel.shapes import Ask, Done
from huozhan.kernel.work import Work, use_case
from huozhan.parties.store import people as store


class Limit(msgspec.Struct, frozen=True, kw_only=True):
    """How many tries are free, how the wait grows, and after how long a silence all is forgotten."""

    free: int
    wait: timedelta
    wait_max: timedelta
    forgotten_after: timedelta

    def wait_after(self, tries: int) -> timedelta:
        """How long to wait after this many tries."""
        if tries < self.free:
            return timedelta()
        doublings = min(tries - self.free, 20)
        return min(self.wait * (1 << doublings), self.wait_max)


SIGN_IN_BY_NAME = Limit(
    free=5, wait=timedelta(seconds=15), wait_max=timedelta(minutes=30), forgotten_after=timedelta(hours=6)
)
SIGN_IN_BY_ADDRESS = Limit(
    free=40, wait=timedelta(seconds=15), wait_max=timedelta(minutes=30), forgotten_after=timedelta(hours=1)
)
CODE_BY_NAME = Limit(
    free=5, wait=timedelta(minutes=5), wait_max=timedelta(hours=2), forgotten_after=timedelta(hours=6)
)
MAIL_BY_NAME = Limit(
    free=4, wait=timedelta(minutes=1), wait_max=timedelta(hours=2), forgotten_after=timedelta(hours=3)
)
MAIL_BY_ADDRESS = Limit(
    free=40, wait=timedelta(minutes=1), wait_max=timedelta(hours=1), forgotten_after=timedelta(hours=1)
)
PASSWORD_BY_PERSON = SIGN_IN_BY_NAME
REVEAL_BY_PERSON = Limit(
    free=60, wait=timedelta(minutes=1), wait_max=timedelta(hours=1), forgotten_after=timedelta(hours=1)
)
LIMITS = {
    "sign_in.name": SIGN_IN_BY_NAME,
    "sign_in.address": SIGN_IN_BY_ADDRESS,
    "code.name": CODE_BY_NAME,
    "code.address": SIGN_IN_BY_ADDRESS,
    "mail.name": MAIL_BY_NAME,
    "mail.address": MAIL_BY_ADDRESS,
    "password.person": PASSWORD_BY_PERSON,
    "reveal.person": REVEAL_BY_PERSON,
}


class CountTry(Ask, frozen=True):
    """One try at something that is limited by who or whence; `whose` is never stored in plain."""

    kind: str
    whose: str


@use_case("public", writes=True)
async def count_try(work: Work, ask: CountTry) -> Done:
    """Counts one try, or says how long to wait."""
    await count(work, ask.kind, ask.whose)
    if work.actor.address:
        await count(work, ask.kind.partition(".")[0] + ".address", work.actor.address)
    return Done()


async def count(work: Work, kind: str, whose: str) -> None:
    """Counts one try in the transaction at hand."""
    limit = LIMITS.get(kind)
    if limit is None:
        return
    key = _key(work, kind, whose)
    known = await store.lock_tries(work, key)
    tries = 1
    if known is not None:
        last_at, wait_until = known["last_at"], known["wait_until"]
        if wait_until > work.now:
            raise TooMany(retry_after_seconds=_seconds(wait_until, work.now))
        if last_at + limit.forgotten_after > work.now:
            tries = known["tries"] + 1
    await store.write_tries(work, key, tries, work.now + limit.wait_after(tries))


async def forget(work: Work, kind: str, whose: str) -> None:
    """Forgets the tries after one that succeeded."""
    await store.forget_tries(work, _key(work, kind, whose))


def _key(work: Work, kind: str, whose: str) -> bytes:
    return work.keyring.fingerprint(whose, field=f"try:{kind}")


def _seconds(until: datetime, now: datetime) -> int:
    return max(1, -int((now - until).total_seconds() // 1))
