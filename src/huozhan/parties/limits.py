"""Counted tries: after the free ones each costs a longer wait, until nobody has tried for a while.

A try is counted and committed before its outcome is known, so that many at once find the same wall.
"""

from datetime import datetime, timedelta

import msgspec

from huozhan.kernel.refusals import TooMany
from huozhan.kernel.rules import Rule
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


FAMILIES = {
    "sign_in.name": "sign_in",
    "sign_in.known_device": "sign_in",
    "password.person": "sign_in",
    "sign_in.address": "address",
    "code.address": "address",
    "code.name": "code",
    "mail.name": "mail",
    "mail.address": "mail_address",
    "reveal.person": "reveal",
    "photo.person": "photo",
    "photo.address": "photo_address",
}
"""Which rules bound which kind of try: `tries.<family>.free`, `.wait`, `.wait_max` and `.forgotten`."""


def limit_of(work: Work, kind: str) -> Limit | None:
    """What holds now for one kind of try; None where it is not bounded."""
    if kind not in FAMILIES:
        return None

    def rule(name: str) -> Rule:
        return work.rule(f"tries.{FAMILIES[kind]}.{name}")

    return Limit(
        free=rule("free").value,
        wait=rule("wait").span,
        wait_max=rule("wait_max").span,
        forgotten_after=rule("forgotten").span,
    )


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
    limit = limit_of(work, kind)
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


async def give_back(work: Work, kind: str, whose: str) -> None:
    """Takes one try back that turned out to be no guess: many people may come in from one address."""
    limit, key = limit_of(work, kind), _key(work, kind, whose)
    assert limit, f"{kind} is not bounded"
    tries = max((await store.lock_tries(work, key))["tries"] - 1, 0)
    await store.write_tries(work, key, tries, work.now + limit.wait_after(tries))


def _key(work: Work, kind: str, whose: str) -> bytes:
    return work.keyring.fingerprint(whose, field=f"try:{kind}")


def _seconds(until: datetime, now: datetime) -> int:
    return max(1, -int((now - until).total_seconds() // 1))
