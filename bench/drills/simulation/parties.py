"""The post between a simulated market and its outside parties, and the plan by which they err.

Each party keeps its own truth: what it really did, under which reference. What it tells of that is another matter.
"""

import random
from datetime import datetime, timedelta
from typing import Any

import msgspec

from bench.drills.simulation.bank import Bank
from bench.drills.simulation.carrier import Carrier
from bench.drills.simulation.channel import Channel
from bench.drills.simulation.insurer import Insurer
from bench.drills.simulation.lender import Lender
from huozhan.kernel.clock import MovableClock
from huozhan.kernel.signed_http import PartySilent
from huozhan.payments.ports import BankCredit

MERCHANT = "huozhan"
LATE = timedelta(hours=3)


class Plan(msgspec.Struct, frozen=True):
    """How often what goes wrong, as weights (`tells`, `does`) and shares of a hundred."""

    tells: dict[str, int]
    """What happens to a message: none, duplicate, late, lost, wrong_amount, wrong_currency, forged."""
    pays: dict[str, int]
    """What a payer does: as asked (none), another amount, another currency."""
    refunds: dict[str, int]
    """What becomes of a refund: none, failed, partial."""
    files: dict[str, int]
    """What happens to a line of a file: none, missing, twice, amount, fee."""
    silent: int
    """Of a hundred calls so many are not answered, whether or not they were done."""
    silent_after: int = 0
    """Of a hundred calls so many are done and not answered."""
    transfers_failed: int = 15
    strikes: int = 0
    """How often at most a reference meets silence, and a transfer fails in all; 0 is without end."""
    late: timedelta = LATE


UNRELIABLE = Plan(
    tells={
        "none": 50, "duplicate": 12, "late": 10, "lost": 8, "wrong_amount": 6, "wrong_currency": 6, "forged": 6,
    },
    pays={"none": 92, "other_amount": 5, "other_currency": 3},
    refunds={"none": 75, "failed": 15, "partial": 10},
    files={"none": 92, "missing": 2, "twice": 2, "amount": 2, "fee": 2},
    silent=12,
)  # fmt: skip
CALM = Plan(
    tells={"none": 1}, pays={"none": 1}, refunds={"none": 1}, files={"none": 1}, silent=0, transfers_failed=0
)
"""Nothing errs, so that everything can come to rest."""


class Message(msgspec.Struct):
    """What a party sends; a forged one is not its own."""

    due_at: datetime
    party: str
    told: Any
    is_genuine: bool


class Parties:
    """All parties, and the post between them and the market."""

    def __init__(self, clock: MovableClock, chance: random.Random, plan: Plan) -> None:
        self.clock, self.chance, self.plan = clock, chance, plan
        self.post: list[Message] = []
        self.faults: dict[str, int] = {}
        self._struck: dict[str, int] = {}
        self.channel, self.bank, self.carrier = Channel(self), Bank(self), Carrier(self)
        self.lender, self.insurer = Lender(self), Insurer(self)

    def be_calm(self) -> None:
        """From now on nothing errs any more."""
        self.plan = CALM

    def fault(self, of: str) -> str:
        """Which fault of a sort (`tells`, `pays`, `refunds`, `files`) strikes now."""
        weights: dict[str, int] = getattr(self.plan, of)
        found = self.chance.choices(list(weights), list(weights.values()))[0]
        if found != "none":
            self.struck(found)
        return found

    def strikes(self, share: int, name: str) -> bool:
        """Whether something that strikes so many of a hundred does so now; of one name no oftener than the plan says."""
        struck = self._struck.get(name, 0)
        if not share or (self.plan.strikes and struck >= self.plan.strikes):
            return False
        is_hit = self.chance.randrange(100) < share
        self._struck[name] = struck + is_hit
        return is_hit

    def stumble(self, party: str, ref: str = "", *, is_done: bool) -> None:
        """Now and then nothing is heard of a call, whether or not it was done."""
        share = self.plan.silent + (self.plan.silent_after if is_done else 0)
        if self.strikes(share, f"{party} {ref}"):
            self.struck("silent_after" if is_done else "silent_before")
            raise PartySilent(party)

    def send(self, party: str, told: Any, lie: Any, lie_in_currency: Any) -> None:
        """Tells the market, as the plan has it; after a lie the truth can only be asked for."""
        now, fault = self.clock.now(), self.fault("tells")
        if fault == "late":
            self.post.append(Message(now + self.plan.late, party, told, is_genuine=True))
        elif fault == "reordered":
            minutes = self.chance.randrange(90)
            self.post.append(Message(now + timedelta(minutes=minutes), party, told, is_genuine=True))
        elif fault == "forged":
            self.post += [
                Message(now, party, lie, is_genuine=False),
                Message(now, party, told, is_genuine=True),
            ]
        elif fault in {"wrong_amount", "wrong_currency"}:
            said = lie if fault == "wrong_amount" else lie_in_currency
            self.post.append(Message(now, party, said, is_genuine=True))
        elif fault != "lost" or isinstance(told, BankCredit):  # a bank tells again until it is heard
            self.post += [Message(now, party, told, is_genuine=True)] * (2 if fault == "duplicate" else 1)

    def take(self) -> Message | None:
        """One message that is due, not always the oldest."""
        due = [message for message in self.post if message.due_at <= self.clock.now()]
        if not due:
            return None
        message = self.chance.choice(due)
        self.post.remove(message)
        return message

    def struck(self, fault: str) -> None:
        """Counts a fault."""
        self.faults[fault] = self.faults.get(fault, 0) + 1
