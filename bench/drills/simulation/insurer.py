"""The insurer of a simulated market: what it took on and paid under which reference, and its files of a day."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from tests.insurance.insurer import PlainInsurer

from bench.drills.simulation.channel import CURRENCY, DAYS
from huozhan.kernel.signed_http import PartyRefused

if TYPE_CHECKING:
    from bench.drills.simulation.parties import Parties

_SIGNS = {"premiums": -1, "cancels": 1, "claims": 1}
DECLINES, REFUSES = 6, 12
"""Of a hundred orders and claims, those that it says no to."""


class Insurer(PlainInsurer):
    """Falls silent before and after its work, and says no now and then; `done` is its truth."""

    def __init__(self, parties: "Parties") -> None:
        super().__init__()
        self._parties = parties
        self._done_at: dict[str, datetime] = {}
        self.settled: dict[date, int] = {}
        """By day, what passed between the banks; of those that the market has read."""

    async def insure(self, ref: str, **asked: Any) -> Any:
        self._no(ref, DECLINES, "not_insurable")
        return await self._done(ref, super().insure(ref, **asked))

    async def do(self, ref: str, **asked: Any) -> Any:
        return await self._done(ref, super().do(ref, **asked))

    async def claim(self, ref: str, **asked: Any) -> Any:
        self._no(ref, REFUSES, "not_covered")
        self.freight_minor = self._parties.chance.choice((400, 900, 3_000))
        return await self._done(ref, super().claim(ref, **asked))

    def _no(self, ref: str, share: int, code: str) -> None:
        """Refuses something for good; what it did or refused before stays so."""
        if ref not in self.done and ref not in self.refused and self._parties.chance.randrange(100) < share:
            self.refused[ref] = code
        if ref in self.refused:
            raise PartyRefused("insurer", 422, self.refused[ref], {})

    async def _done(self, ref: str, call: Any) -> Any:
        try:
            self._parties.stumble("insurer", ref, is_done=False)
        except BaseException:
            call.close()
            raise
        try:
            answer = await call
        finally:
            if ref in self.done:
                self._done_at.setdefault(ref, self._parties.clock.now())
        self._parties.stumble("insurer", f"answer {ref}", is_done=True)
        return answer

    def moved(self) -> dict[str, int]:
        """What it did that moves money, by reference."""
        return {
            ref: one.amount_minor for ref, one in self.done.items() if one.kind in _SIGNS and one.amount_minor
        }

    async def movements(self, on: date) -> list[dict[str, Any]]:
        self._parties.stumble("insurer", is_done=False)
        return [
            {
                "kind": one.kind, "insurer_txn": f"it-{one.ref}", "ref": one.ref, "policy_ref": one.policy_ref,
                "amount_minor": one.amount_minor, "currency": one.currency, "at": self._done_at[one.ref].isoformat(),
            }
            for one in self._of(on)
        ]  # fmt: skip

    async def settlement(self, on: date) -> list[dict[str, Any]]:
        self._parties.stumble("insurer", is_done=False)
        moved = self._of(on - timedelta(days=1))
        if not moved:
            return []
        self.settled[on] = self._net(on)
        lines = [
            {"kind": one.kind, "currency": CURRENCY, "net_minor": _SIGNS[one.kind] * one.amount_minor}
            for one in moved
        ]
        total = {"kind": "total", "currency": CURRENCY, "net_minor": self.settled[on], "count": len(moved)}
        return [*lines, total]

    def settled_until(self, until: date) -> list[tuple[date, int]]:
        """By day, what it paid over, or took."""
        days = {at.astimezone(DAYS).date() + timedelta(days=1) for at in self._done_at.values()}
        return [(on, self._net(on)) for on in sorted(days) if on <= until]

    def _net(self, on: date) -> int:
        return sum(_SIGNS[one.kind] * one.amount_minor for one in self._of(on - timedelta(days=1)))

    def _of(self, on: date) -> list[Any]:
        moved = self.moved()
        return [self.done[ref] for ref in moved if self._done_at[ref].astimezone(DAYS).date() == on]
