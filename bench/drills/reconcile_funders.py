"""Many days of a lender's and a funder's two files with errors in them: all are found, each under its name, and nothing else.

The generator plays the party and our rows at once and writes down what it spoilt; it uses nothing of the matching. Some of
its files come empty or do not add up before they come as they are: nothing of those may be believed. What passes between
the banks follows the party's own file, its errors too, so that 103 must hold exactly what these leave, and no more.
"""

import asyncio
import random
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from typing import Any

import msgspec

from bench.drills.patient import DrillFailed
from bench.drills.reconciled import (
    ERRORS_PER_MILLE,
    FIRST_DAY,
    Spoilt,
    figures_of,
    must_be_found,
    post_all,
    seal_all,
)
from bench.ground import empty_market
from huozhan import finance, ledger
from huozhan.doors.hall import Hall
from huozhan.kernel.actor import system
from huozhan.ledger import Entry
from huozhan.main import open_hall
from huozhan.payments.days import TRADING_DAYS

BUYER, SELLER = 6, 7
AMOUNT_MAX = 5_000_000
_DOUBTFUL_EVERY = 3
"""So often a day's files come first as they cannot be."""


class Deed(msgspec.Struct, kw_only=True):
    """Something asked of the party, as it really was; `whole_minor` is what the loan or advance is about."""

    kind: str
    order_id: int
    about_id: int
    deed_id: int
    amount_minor: int
    at: datetime
    fee_minor: int = 0
    whole_minor: int = 0
    state: str = "done"

    @property
    def about(self) -> str:
        """Our name for the loan or advance."""
        return f"{self.order_id}-{self.about_id}"

    @property
    def name(self) -> str:
        """What it is called in a difference."""
        return f"{self.kind}:{self.about}-{self.deed_id}"


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the party's file of deeds."""

    kind: str
    txn: str
    ref: str
    about: str
    amount_minor: int
    fee_minor: int
    at: datetime
    currency: str = "CNY"


class Party(ABC):
    """A lender or a funder with our rows of it, of which some lines are spoilt on purpose."""

    source: str
    party_id: int
    what: str
    kinds: tuple[str, ...]
    """The sorts of error that its file can have."""
    signs: Mapping[str, int]
    """What a deed does to 103: the party owes it, is owed it, or nothing passes."""

    def __init__(self, hall: Hall, seed: int) -> None:
        self.hall = hall
        self.chance = random.Random(seed)
        self._late: list[Told] = []
        self.spoilt = Spoilt()
        self.lines = 0
        self.left_minor = 0
        """What the errors leave on 103."""

    @abstractmethod
    def draw(self, on: date) -> list[Deed]:
        """Something the market asked for and got; what must have come before it on the same day first."""

    @abstractmethod
    async def write(self, deeds: Sequence[Deed]) -> list[Entry]:
        """Keeps our rows of a day; returns what the book says of them."""

    @abstractmethod
    async def note_deeds(self, on: date, lines: Sequence[Told]) -> None:
        """Its file of what was done on a day comes."""

    @abstractmethod
    async def note_settlement(self, on: date, lines: Sequence[tuple[str, int]], total_minor: int) -> None:
        """Its file of what passes between the banks on a day comes; lines are of a kind and net."""

    async def open(self) -> list[Entry]:
        """What must stand in the book before the first day."""
        return []

    def in_book(self, deed: Deed) -> int:
        """What our book has on 103 for a deed."""
        return self.signs[deed.kind] * (deed.amount_minor - deed.fee_minor)

    def next_day(self, on: date, lines: int, *, is_last: bool) -> tuple[list[Deed], list[Told]]:
        """One day's rows and its file; what fell near midnight yesterday opens it."""
        deeds: list[Deed] = []
        file, self._late = list(self._late), []
        while len(file) < lines:
            if self.chance.randrange(1000) < ERRORS_PER_MILLE:
                kind = self.chance.choice(self.kinds)
                # On the last day nothing more comes, so nothing may be left for the day after.
                kind = "short" if kind == "cut_off" and is_last else kind
                self._spoil(on, kind, deeds, file, is_last=is_last)
            else:
                drawn = self.draw(on)
                deeds += drawn
                file += [self._line(one) for one in drawn]
        self.chance.shuffle(file)
        self.lines += len(file)
        return deeds, file

    def new_deed(self, on: date, kind: str, amount_minor: int, **more: Any) -> Deed:
        """A deed of the day about something new, or of what `more` says."""
        minute = self.chance.randrange(23 * 60)
        new = {
            "order_id": self.hall.mint.new(),
            "about_id": self.hall.mint.new(),
            "deed_id": self.hall.mint.new(),
        }
        at = datetime.combine(on, clock_time(minute // 60, minute % 60), TRADING_DAYS)
        return Deed(**{**new, "kind": kind, "amount_minor": amount_minor, "at": at, **more})

    def any_amount(self) -> int:
        """What a deed may be about."""
        return self.chance.randrange(100, AMOUNT_MAX)

    def _line(self, deed: Deed, **other: Any) -> Told:
        words = {"kind": deed.kind, "txn": f"ft{deed.deed_id}", "ref": str(deed.deed_id), "about": deed.about,
                 "amount_minor": deed.amount_minor, "fee_minor": deed.fee_minor, "at": deed.at}  # fmt: skip
        return Told(**{**words, **other})

    def _spoil(self, on: date, kind: str, deeds: list[Deed], file: list[Told], *, is_last: bool) -> None:
        if kind == "long":
            self._make_up(on, file)
            return
        *before, deed = self.draw(on)
        self.unuse(deed)
        if kind == "cut_off":
            deed.at = datetime.combine(on, clock_time(23, 45), TRADING_DAYS)
        if kind in {"state", "currency"}:
            deed.state = self.not_done(deed)
        deeds += [*before, deed]
        file += [self._line(one) for one in before]
        self.left_minor += self.in_book(deed)
        line, again = self._line(deed), []
        if kind == "amount":
            more_minor = self.chance.choice((-9, -1, 1, 1_000))
            line = self._line(deed, amount_minor=deed.amount_minor + more_minor)
        elif kind == "fee":
            line = self._line(deed, fee_minor=deed.fee_minor + self.chance.choice((1, 50)))
        elif kind == "currency":
            line = self._line(deed, currency="USD")
        elif kind == "twice":
            # Told once more under its own number, or done once more under another one.
            other = f"again{deed.deed_id}" if self.spoilt.kinds[kind] % 2 else line.txn
            again = [self._line(deed, txn=other)]
        if kind == "cut_off":
            self._late.append(line)
        elif kind != "short":
            file.append(line)
        if again and not is_last and self.chance.randrange(2):
            self._late += again
            on += timedelta(days=1)
        else:
            file += again
        self.left_minor -= sum(self.passes(one) for one in ([] if kind == "short" else [line, *again]))
        self.spoilt.note(on, deed.name, kind)

    def _make_up(self, on: date, file: list[Told]) -> None:
        """A line about something that we never asked for, under an id that could be ours or under none."""
        deed = self.new_deed(on, self.chance.choice(list(self.signs)), self.any_amount())
        ref = self.chance.choice((str(deed.deed_id), f"²{deed.deed_id}"))
        line = self._line(deed, ref=ref)
        file.append(line)
        self.left_minor -= self.passes(line)
        self.spoilt.note(on, f"{deed.kind}:{deed.about}-{ref}", "long")

    @abstractmethod
    def unuse(self, deed: Deed) -> None:
        """A deed that is spoilt is not what another one is about."""

    @abstractmethod
    def not_done(self, deed: Deed) -> str:
        """How a deed of ours stands that the party holds for done and we do not."""

    def passes(self, line: Told) -> int:
        """What passes between the banks for a line, as the party settles it."""
        return self.signs[line.kind] * (line.amount_minor - line.fee_minor) if line.currency == "CNY" else 0


async def play(settings: Any, party_of: type[Party], days: int, lines: int, seed: int) -> dict[str, Any]:
    """Plays a party's days; raises where something was missed, misnamed or made up, or 103 is not explained."""
    async with open_hall(settings) as hall:
        party = party_of(hall, seed)
        await post_all(hall, await party.open())
        closings, doubtful = [], 0
        for number in range(days):
            on = FIRST_DAY + timedelta(days=number)
            deeds, file = party.next_day(on, lines, is_last=number == days - 1)
            await post_all(hall, await party.write(deeds))
            if is_doubtful := number % _DOUBTFUL_EVERY == 0:
                doubtful += 1
            closings.append(await _close(party, on, file, is_doubtful=is_doubtful))
        await must_be_found(hall, party.spoilt, party.source)
        await _must_be_explained(hall, party)
        figures = figures_of(
            party.what,
            seed=seed,
            days=days,
            lines=(lines, party.lines),
            spoilt=party.spoilt,
            closings=closings,
        )
        return {
            **figures,
            "left_on_103_minor": party.left_minor,
            "days_with_files_not_believed_at_first": doubtful,
        }


async def _close(party: Party, on: date, file: Sequence[Told], *, is_doubtful: bool) -> float:
    """Compares a day's file and books what passes for it on the next day; how long that took."""
    passing = [(line.kind, party.passes(line)) for line in file if line.currency == "CNY"]
    total_minor = sum(net_minor for _, net_minor in passing)
    if is_doubtful:
        await party.note_deeds(on, [])
    begun = time.monotonic()
    await party.note_deeds(on, file)
    if is_doubtful:
        await party.note_settlement(on + timedelta(days=1), [], 0)
        await party.note_settlement(on + timedelta(days=1), passing, total_minor - 1)
    await party.note_settlement(on + timedelta(days=1), passing, total_minor)
    return time.monotonic() - begun


async def _must_be_explained(hall: Hall, party: Party) -> None:
    """103 is explained to the last unit, holds what the errors left and no more, and the book is whole."""
    await seal_all(hall)
    async with hall.pool.acquire() as db:
        work = hall.work(db, system())
        booked = (await ledger.balance(work, ledger.funder_clearing(party.party_id))).posted_minor
        findings = [*await ledger.verify(work), *await finance.verify(work)]
    # What the errors left stands open since the day of the first.
    findings = [one for one in findings if one.code != "payments.clearing_old"]
    if booked != party.left_minor or findings:
        raise DrillFailed(f"103 holds {booked} ≠ {party.left_minor}, {findings[:3]}")


def drill_of(party_of: type[Party], *, days: int, lines: int, seed: int) -> dict[str, Any]:
    """The drill of one party in a market of its own."""
    with empty_market() as ground:
        return asyncio.run(play(ground.settings, party_of, days, lines, seed))
