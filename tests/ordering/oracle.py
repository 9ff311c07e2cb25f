"""What an order must come to, told a second time in plain arithmetic; it imports nothing of the market."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from math import ceil, floor

HOUR = timedelta(hours=1)


class No(Exception):
    """The rules do not allow it."""


def half_up(amount: Fraction) -> int:
    """Rounded to a fen."""
    return floor(amount + Fraction(1, 2))


def shared(total: int, weights: list[int]) -> list[int]:
    """A total over weights: largest remainder, ties by position."""
    weights = weights if sum(weights) else [1] * len(weights)
    exact = [Fraction(total * weight, sum(weights)) for weight in weights]
    parts = [floor(part) for part in exact]
    order = sorted(range(len(parts)), key=lambda i: parts[i] - exact[i])
    for position in order[: total - sum(parts)]:
        parts[position] += 1
    return parts


@dataclass
class LineModel:
    """One line."""

    quantity: int
    goods: int
    freight: int
    shipped: int = 0
    received: int = 0
    refunded: int = 0

    @property
    def unsent(self) -> int:
        """Neither shipped nor refunded."""
        return self.quantity - self.shipped - self.refunded

    def worth(self, units: int) -> int:
        """What the next units to leave escrow are worth."""
        gone = self.received + self.refunded
        return sum(
            half_up(Fraction(amount * (gone + units), self.quantity))
            - half_up(Fraction(amount * gone, self.quantity))
            for amount in (self.goods, self.freight)
        )

    @property
    def commission(self) -> int:
        """Two per cent of what was received, rounded once."""
        return half_up(Fraction(half_up(Fraction(self.goods * self.received, self.quantity)), 50))


@dataclass
class ParcelModel:
    """One parcel."""

    lines: dict[int, int]
    due_at: datetime
    done: bool = False


@dataclass
class OrderModel:
    """One order of cups: 10.00 each, 9.00 from 100; 250 g each; 6.00 for the first kilogram, 1.00 for each further."""

    quantities: list[int]
    now: datetime
    lines: list[LineModel] = field(default_factory=list)
    parcels: list[ParcelModel] = field(default_factory=list)
    state: str = "wait_pay"
    paid: int = 0
    refunded: int = 0
    released: int = 0
    late: bool = False
    claim: int = 0
    asked: dict[int, int] = field(default_factory=dict)
    timers: dict[str, datetime] = field(default_factory=dict)

    def __post_init__(self) -> None:
        pieces = sum(self.quantities)
        price = 900 if pieces >= 100 else 1_000
        freight = 600 + 100 * ceil(Fraction(max(0, pieces * 250 - 1_000), 1_000))
        goods = [quantity * price for quantity in self.quantities]
        self.lines = [
            LineModel(*line) for line in zip(self.quantities, goods, shared(freight, goods), strict=True)
        ]
        self.placed_at = self.now
        self.timers["pay_close"] = self.now + 24 * HOUR

    @property
    def amount(self) -> int:
        """What it costs."""
        return sum(line.goods + line.freight for line in self.lines)

    @property
    def earned(self) -> int:
        """What the seller has of it."""
        return self.released - sum(line.commission for line in self.lines)

    @property
    def spoken_for(self) -> list[int]:
        """How many of each line are gone from what is free to buy."""
        if self.state == "closed":
            return [0] * len(self.lines)
        return [line.quantity - line.refunded for line in self.lines]

    def amend(self, goods: int) -> None:
        """The seller lowers the first line."""
        self._only("wait_pay")
        freight = sum(line.freight for line in self.lines)
        if goods >= self.lines[0].goods or freight + goods + sum(line.goods for line in self.lines[1:]) == 0:
            raise No
        self.lines[0].goods = goods
        for line, share in zip(self.lines, shared(freight, [line.goods for line in self.lines]), strict=True):
            line.freight = share
        self.timers["pay_close"] = self.now + 120 * HOUR

    def cancel(self) -> None:
        """Either side gives up."""
        self._only("wait_pay")
        self._end("closed")

    def pay(self) -> None:
        """The money comes in."""
        self._only("wait_pay")
        self.paid, self.state = self.amount, "wait_send"
        self.promise = self.now + 48 * HOUR
        self.timers = {"ship_promise": self.promise}

    def ship(self, quantities: list[int]) -> None:
        """One parcel leaves."""
        self._only("wait_send", "part_sent")
        held = {no: quantity for no, quantity in enumerate(quantities) if quantity}
        if not held or any(n > self.lines[no].unsent - self.asked.get(no, 0) for no, n in held.items()):
            raise No
        for no, quantity in held.items():
            self.lines[no].shipped += quantity
        self.parcels.append(ParcelModel(held, self.now + 720 * HOUR))
        self._settle_state()

    def confirm(self, number: int) -> None:
        """The buyer has a parcel."""
        if number >= len(self.parcels) or self.parcels[number].done:
            raise No
        self._receive([self.parcels[number]])

    def ask_back(self, quantities: list[int], reason_is_late: bool = False) -> None:
        """The buyer wants money back for what was not sent."""
        self._only("wait_send", "part_sent")
        wanted = {no: quantity for no, quantity in enumerate(quantities) if quantity}
        if self.asked or not wanted or any(n > self.lines[no].unsent for no, n in wanted.items()):
            raise No
        young = self.state == "wait_send" and self.now - self.placed_at <= 6 * HOUR and self.amount <= 100_000
        if young or self.late:
            self._give_back(wanted)
        else:
            self.asked, self.asked_at = wanted, self.now
            self.timers["refund_answer"] = self.now + 48 * HOUR

    def answer(self, agree: bool) -> None:
        """The seller answers."""
        if not self.asked:
            raise No
        wanted, self.asked = self.asked, {}
        self.timers.pop("refund_answer", None)
        if not self.late:
            self.promise += self.now - self.asked_at
            self.timers["ship_promise"] = self.promise
        if agree:
            self._give_back(wanted)

    def take_back(self) -> None:
        """The buyer asks for nothing any more."""
        self.answer(agree=False)

    def wait(self, hours: int) -> None:
        """Time passes; what is due happens, the earliest first, at the moment at which it is noticed."""
        self.now += hours * HOUR
        while True:
            due = sorted((at, kind) for kind, at in self.timers.items() if at <= self.now)
            if not due:
                return
            kind = due[0][1]
            del self.timers[kind]
            if kind == "pay_close":
                self._end("closed")
            elif kind == "ship_promise":
                self._break_promise()
            elif kind == "auto_refund":
                self._give_back({no: line.unsent for no, line in enumerate(self.lines) if line.unsent})
            elif kind == "refund_answer":
                self.answer(agree=True)
            else:
                self._receive([p for p in self.parcels if not p.done and p.due_at <= self.now])

    def _break_promise(self) -> None:
        """Nothing is broken while the seller waits for an answer; else a twentieth of the goods is owed."""
        if self.asked:
            return
        self.late = True
        paid = sum(
            line.goods - half_up(Fraction(line.goods * line.refunded, line.quantity)) for line in self.lines
        )
        if paid:
            self.claim = min(max(half_up(Fraction(paid, 20)), 500), 10_000)
        self.timers["auto_refund"] = self.now + 15 * 24 * HOUR

    def _only(self, *states: str) -> None:
        if self.state not in states:
            raise No

    def _receive(self, parcels: list[ParcelModel]) -> None:
        units = [sum(parcel.lines.get(no, 0) for parcel in parcels) for no in range(len(self.lines))]
        for line, count in zip(self.lines, units, strict=True):
            self.released += line.worth(count)
            line.received += count
        for parcel in parcels:
            parcel.done = True
        self._settle_state()

    def _give_back(self, wanted: dict[int, int]) -> None:
        for no, quantity in wanted.items():
            self.refunded += self.lines[no].worth(quantity)
            self.lines[no].refunded += quantity
        self._settle_state()

    def _settle_state(self) -> None:
        unsent = sum(line.unsent for line in self.lines)
        sent = sum(line.shipped for line in self.lines)
        on_the_way = sent - sum(line.received for line in self.lines)
        if unsent:
            self.state = "part_sent" if sent else "wait_send"
        elif on_the_way:
            self.state = "wait_receive"
            self.timers.pop("ship_promise", None)
            self.timers.pop("auto_refund", None)
        else:
            self._end("success" if sent else "terminated")
            return
        waiting = [parcel.due_at for parcel in self.parcels if not parcel.done]
        self.timers.pop("auto_confirm", None)
        if waiting:
            self.timers["auto_confirm"] = min(waiting)

    def _end(self, state: str) -> None:
        self.state = state
        self.timers = {}
