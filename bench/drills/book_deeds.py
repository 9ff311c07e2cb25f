"""Deeds on the book, chosen by a seed: events of the trade in any order, repeats, forgeries, holds and their ends.

A deed names accounts and amounts only; the drill does it to the book through `huozhan.ledger` and to the oracle through
its own table of events, so neither learns from the other what an event is.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
from tests.ledger.oracle import EVENTS, Move

from huozhan.ledger import Entry, write_entry
from huozhan.ledger.journal import JOURNAL

OWNERS = {
    101: 3,
    102: 2,
    105: 40,
    201: 60,
    202: 150,
    203: 40,
    204: 40,
    205: 40,
    206: 120,
    207: 120,
    211: 40,
    213: 60,
}
"""How many accounts of each code there are: few enough for hands to meet."""
AMOUNT_MAX = 5_000
RICH_SHARE = 0.3
KEPT_FOR_REPEATS = 400


class Event(msgspec.Struct, frozen=True):
    """One entry to be written."""

    code: str
    key: str
    owners: Mapping[int, int]
    amounts: Mapping[str, int]

    def entry(self) -> Entry:
        """As the book takes it."""
        return write_entry(
            self.code, business_key=self.key, about_id=1, owners=self.owners, amounts=self.amounts
        )

    def plain(self) -> tuple[str, list[Move]]:
        """As the oracle takes it, by the oracle's own table."""
        event = EVENTS[self.code]
        return self.key, [
            ((debit, self.owners.get(debit, 0)), (credit, self.owners.get(credit, 0)), amount)
            for part, (debit, credit) in event.items()
            if (amount := self.amounts.get(part, 0))
        ]


class Deed(msgspec.Struct, frozen=True):
    """What one hand does in one transaction: `post` events, `hold`, or end a hold by `post_hold` or `void_hold`."""

    kind: str
    events: Sequence[Event] = ()
    key: str = ""
    move: Any = None


class Deeds:
    """An endless row of deeds for one seed."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(f"{seed}:book")
        self._count = 0
        self._known: list[Event] = []
        self._holds: list[Deed] = []

    def __iter__(self) -> Iterator[Deed]:
        return self

    def __next__(self) -> Deed:
        roll = self._chance.random()
        if roll < RICH_SHARE:
            return self._posting([self._event("E1")])
        if roll < 0.72:
            return self._posting([self._event(self._chance.choice(list(EVENTS))) for _ in range(self._few())])
        if roll < 0.80 and self._known:
            return Deed("post", (self._chance.choice(self._known),))
        if roll < 0.82 and self._known:
            return self._forged(self._chance.choice(self._known))
        if roll < 0.92 or not self._holds:
            return self._hold()
        return self._end_of_hold()

    def _posting(self, events: list[Event]) -> Deed:
        self._known = [*self._known[-KEPT_FOR_REPEATS:], *events]
        return Deed("post", tuple(events))

    def _event(self, code: str) -> Event:
        self._count += 1
        parts = list(EVENTS[code])
        taken = [parts[0], *(part for part in parts[1:] if self._chance.random() < 0.25)]
        codes = {account for moves in EVENTS[code].values() for account in moves}
        owners = {account: self._chance.randint(1, OWNERS[account]) for account in codes if account in OWNERS}
        amounts = {part: self._amount() for part in taken}
        return Event(code, f"{code}:{self._count}", owners, amounts)

    def _forged(self, event: Event) -> Deed:
        part = next(iter(event.amounts))
        amounts = {**event.amounts, part: event.amounts[part] + 1}
        return Deed("post", (Event(event.code, event.key, event.owners, amounts),))

    def _hold(self) -> Deed:
        if self._holds and self._chance.random() < 0.1:
            return self._chance.choice(self._holds)
        self._count += 1
        org, number = self._chance.randint(1, OWNERS[204]), self._chance.randint(1, OWNERS[207])
        made = Deed("hold", key=f"hold:{self._count}", move=((204, org), (207, number), self._amount()))
        self._holds = [*self._holds[-KEPT_FOR_REPEATS:], made]
        return made

    def _end_of_hold(self) -> Deed:
        made = self._chance.choice(self._holds)
        if self._chance.random() < 0.4:
            return Deed("void_hold", key=made.key)
        (_, org), (_, number), amount = made.move
        posted = amount if self._chance.random() < 0.7 else self._chance.randint(1, amount)
        self._count += 1
        events = [Event("E6a", f"E6a:{self._count}", {204: org, 207: number}, {"available": posted})]
        if self._chance.random() < 0.6:
            events.append(Event("E6b", f"E6b:{self._count}", {207: number, 102: 1}, {"amount": posted}))
        return Deed("post_hold", tuple(events), key=made.key)

    def _few(self) -> int:
        return self._chance.choices((1, 2, 3), (8, 3, 1))[0]

    def _amount(self) -> int:
        return self._chance.randint(1, AMOUNT_MAX)


def unknown_to_the_oracle() -> list[str]:
    """Events of the book's table that the oracle's does not know; none of them is proven here."""
    return sorted(set(JOURNAL) - set(EVENTS))
