"""The lender of a simulated market: what it promised, what it did under which reference, and its files of a day."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec
from tests.finance.lender import PlainLender

from bench.drills.simulation.channel import CURRENCY, DAYS
from huozhan.kernel.signed_http import PartyRefused

if TYPE_CHECKING:
    from bench.drills.simulation.parties import Parties

_SIGNS = {"captures": 1, "refunds": -1, "repayments": -1}


class Lender(PlainLender):
    """Falls silent before and after its work; `done` is its truth."""

    def __init__(self, parties: "Parties") -> None:
        super().__init__(parties.clock)
        self._parties = parties
        self._open_until: dict[str, datetime] = {}
        self._done_at: dict[str, datetime] = {}
        self.settled: dict[date, int] = {}
        """By day, what passed between the banks; of those that the market has read."""
        self.words: list[bytes] = []
        """What it says at the hook; each is only a reason to ask."""

    def _said(self, what: str, ref: str, answer: Any) -> Any:
        self._parties.stumble("lender", f"{what} {ref}", is_done=True)
        return answer

    async def authorise(self, ref: str, *, expires_at: datetime, **asked: Any) -> Any:
        self._parties.stumble("lender", ref, is_done=False)
        if expires_at <= self.clock.now():
            raise PartyRefused("lender", 422, "invalid", {})
        self._open_until[ref] = expires_at
        return await super().authorise(ref, expires_at=expires_at, **asked)

    async def payment(self, ref: str) -> Any:
        self._parties.stumble("lender", ref, is_done=False)
        return await super().payment(ref)

    async def loan(self, loan_ref: str) -> Any:
        self._parties.stumble("lender", loan_ref, is_done=False)
        return await super().loan(loan_ref)

    async def do(self, ref: str, **asked: Any) -> Any:
        self._parties.stumble("lender", ref, is_done=False)
        try:
            return await super().do(ref, **asked)
        finally:
            if ref in self.done:
                self._done_at.setdefault(ref, self.clock.now())

    def payable(self) -> list[str]:
        """What a buyer may still agree to."""
        now = self.clock.now()
        return [
            ref
            for ref, until in self._open_until.items()
            if ref not in self.given and ref not in self.closed and now < until
        ]

    def agree(self, ref: str) -> None:
        """The buyer agrees; the lender may tell so, twice or never."""
        self.consent(ref)
        self.tell("authorisation.granted", merchant_ref=ref)

    def tell(self, kind: str, **data: Any) -> None:
        """Something is said at the hook, as the plan has it."""
        word = msgspec.json.encode({"type": kind, "timestamp": self.clock.now().isoformat(), "data": data})
        self.words += [word] * {"lost": 0, "duplicate": 2}.get(self._parties.fault("tells"), 1)

    async def movements(self, on: date) -> list[dict[str, Any]]:
        self._parties.stumble("lender", is_done=False)
        return [
            {
                "kind": one.kind, "lender_txn": f"lt-{one.ref}", "ref": one.ref, "loan_ref": one.loan_ref,
                "amount_minor": one.taken_minor, "currency": one.currency, "at": self._done_at[one.ref].isoformat(),
            }
            for one in self._of(on)
        ]  # fmt: skip

    async def settlement(self, on: date) -> list[dict[str, Any]]:
        self._parties.stumble("lender", is_done=False)
        moved = [one for one in self._of(on - timedelta(days=1)) if one.kind in _SIGNS]
        if not moved:
            return []
        self.settled[on] = self._net(on)
        lines = [
            {"kind": one.kind, "currency": CURRENCY, "net_minor": _SIGNS[one.kind] * one.taken_minor}
            for one in moved
        ]
        total = {"kind": "total", "currency": CURRENCY, "net_minor": self.settled[on], "count": len(moved)}
        return [*lines, total]

    def settled_until(self, until: date) -> list[tuple[date, int]]:
        """By day, what it paid over, or took."""
        days = {at.astimezone(DAYS).date() + timedelta(days=1) for at in self._done_at.values()}
        return [(on, self._net(on)) for on in sorted(days) if on <= until]

    def _net(self, on: date) -> int:
        return sum(_SIGNS.get(one.kind, 0) * one.taken_minor for one in self._of(on - timedelta(days=1)))

    def _of(self, on: date) -> list[Any]:
        return [one for ref, one in self.done.items() if self._done_at[ref].astimezone(DAYS).date() == on]
