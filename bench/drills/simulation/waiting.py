"""What waits for the worker, and from when on; asked anew only where something may have come since the last time."""

import re
from datetime import datetime
from typing import Any

from bench.drills.simulation.pool import OneHand

_NEXT = {
    "timers": "SELECT min(greatest(due_at, lease_until)) FROM timer",
    "jobs": "SELECT min(greatest(run_at, lease_until)) FROM job WHERE NOT is_dead",
    "questions": """
        SELECT least((SELECT min(ask_at) FROM payment), (SELECT min(ask_at) FROM payment_refund),
                     (SELECT min(ask_at) FROM withdrawal), (SELECT min(ask_at) FROM bank_payout),
                     (SELECT min(ask_at) FROM parked_receipt), (SELECT min(ask_at) FROM loan_deed),
                     (SELECT min(ask_at) FROM insurance_deed))""",
    "holds": "SELECT min(expires_at) FROM ledger_hold WHERE state = 'pending'",
}
"""When the next of each sort is due."""
_TABLES = {sort: tuple(re.findall(r"FROM (\w+)", sql)) for sort, sql in _NEXT.items()}


class Waiting:
    """When the next of each sort is due. A turn that worked at a sort says so by `forget`."""

    def __init__(self, hand: Any) -> None:
        self._hand: OneHand = hand
        self._next: dict[str, datetime | None] = {}
        self._seen: dict[str, int] = {}

    async def due(self, now: datetime) -> set[str]:
        """The sorts of which something is due."""
        for sort, sql in _NEXT.items():
            if self.has_changed(sort, _TABLES[sort]) or sort not in self._next:
                self._next[sort] = await self._hand.fetchval(sql)
        if self.has_changed("facts", ("outbox",)):
            self._next["facts"] = now
        return {sort for sort, at in self._next.items() if at is not None and at <= now}

    def has_changed(self, what: str, tables: tuple[str, ...]) -> bool:
        """Whether something was perhaps added to these tables since this was asked the last time."""
        times = sum(self._hand.added_to.get(table, 0) for table in tables)
        before, self._seen[what] = self._seen.get(what), times
        return before != times

    def forget(self, *sorts: str) -> None:
        """These were worked at; facts are taken all at once."""
        for sort in sorts:
            self._next.pop(sort, None)

    @property
    def next_at(self) -> datetime | None:
        """When the next of any sort is due, as of the last time that was asked."""
        return min((at for at in self._next.values() if at is not None), default=None)
