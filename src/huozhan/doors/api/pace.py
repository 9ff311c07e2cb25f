"""How fast one principal may call the API: a bucket of calls that fills again steadily, per process.

It keeps one busy program from taking the whole market; what must never happen too often (tries at a password, mails)
has limits of its own that are counted in the database.
"""

import math
import time
from collections.abc import Callable

from huozhan.doors.settings import Settings
from huozhan.kernel.actor import Actor
from huozhan.kernel.refusals import TooMany

MEMBER_LIMIT = "api.member"
VISITOR_LIMIT = "api.visitor"
VISITOR_SHARE = 4
"""A visitor has so many times less than a member."""
BURST_SECONDS = 10
BUCKETS_MAX = 20_000


class Bucket:
    """The buckets of one named limit, by principal."""

    def __init__(self, name: str, calls_per_minute: int, watch: Callable[[], float] = time.monotonic) -> None:
        self.name = name
        self._per_second = calls_per_minute / 60
        self._size = max(1.0, self._per_second * BURST_SECONDS)
        self._watch = watch
        self._left: dict[str, tuple[float, float]] = {}

    def take(self, principal: str) -> None:
        """Takes one call out, or refuses and says after how many seconds there is one again."""
        moment = self._watch()
        calls, at = self._left.get(principal, (self._size, moment))
        calls = min(self._size, calls + (moment - at) * self._per_second)
        if calls < 1:
            raise TooMany(limit=self.name, retry_after_seconds=math.ceil((1 - calls) / self._per_second))
        if len(self._left) >= BUCKETS_MAX:
            self._forget_the_full(moment)
        self._left[principal] = (calls - 1, moment)

    def _forget_the_full(self, moment: float) -> None:
        """Who did not call for a while starts with a full bucket anyway; else, whoever called longest ago goes."""
        kept = {who: left for who, left in self._left.items() if moment - left[1] < BURST_SECONDS}
        self._left = dict(sorted(kept.items(), key=lambda item: item[1][1])[-BUCKETS_MAX // 2 :])


class Pace:
    """The API's limits in one process."""

    def __init__(self, member: Bucket, visitor: Bucket) -> None:
        self.member = member
        self.visitor = visitor

    @classmethod
    def of(cls, settings: Settings) -> "Pace":
        """The limits as the market is set."""
        calls = settings.api_calls_per_minute
        return cls(Bucket(MEMBER_LIMIT, calls), Bucket(VISITOR_LIMIT, max(1, calls // VISITOR_SHARE)))

    def take(self, actor: Actor) -> None:
        """Counts one call of this actor: a member's by person and organisation, a visitor's by address."""
        if actor.person_id or actor.org_id:
            self.member.take(f"{actor.org_id}/{actor.person_id}")
        else:
            self.visitor.take(actor.address)
