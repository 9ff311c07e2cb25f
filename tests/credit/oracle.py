"""The rules of a credit line told a second time, in plain Python; it imports nothing of the market.

One seller sells bolts at 0.035 each, freight included, to one buyer: paid so many days after receipt, stated seven days
before, half a permille of interest a day late; a fiftieth of the goods is the market's. Days are counted from 0.
"""

from fractions import Fraction
from math import floor


class No(Exception):
    """The rules do not allow it."""


def half_up(exact: Fraction) -> int:
    return floor(exact + Fraction(1, 2))


class BillModel:
    """What one receipt made owed."""

    def __init__(self, number: int, order: int, amount: int, fee: int, day: int, term: int) -> None:
        self.number = number
        self.order = order
        self.amount = amount
        self.fee = fee
        self.due = day + term
        self.paid = self.reduced = self.disputed = 0
        self.interest = self.interest_paid = 0
        self.counted_to = day
        self.stated: int | None = None
        self.asked = 0

    @property
    def open(self) -> int:
        return self.amount - self.paid - self.reduced

    @property
    def is_settled(self) -> bool:
        return self.open == 0 and self.interest == self.interest_paid

    def count(self, day: int) -> None:
        """Interest up to a day on what is open and not questioned."""
        start = max(self.due, self.counted_to)
        if day > start:
            self.interest += half_up(Fraction((self.open - self.disputed) * (day - start) * 5, 10_000))
            self.counted_to = day

    def fee_of(self, paid: int) -> int:
        """The market's part, tax and all, of so much that is paid of it: two shares, each rounded."""
        net = half_up(Fraction(self.fee * 100, 106))
        parts = (net, self.fee - net)
        return sum(half_up(Fraction(part * paid, self.amount)) for part in parts)


class OrderModel:
    """An order on the line: pieces and how far they are."""

    def __init__(self, pieces: int) -> None:
        self.pieces = pieces
        self.worth = half_up(Fraction(pieces * 35, 10))
        self.received = self.given_up = 0
        self.kept = self.gone = self.back = self.fee_back = 0
        self.ended: int | None = None

    def share(self, more: int) -> int:
        """The money of the next so many pieces."""
        done = self.received + self.given_up
        return self._until(done + more) - self._until(done)

    def _until(self, pieces: int) -> int:
        return half_up(Fraction(self.worth * pieces, self.pieces))

    @property
    def left(self) -> int:
        return self.pieces - self.received - self.given_up


class LineModel:
    """The line as it must be."""

    def __init__(self, limit: int, term: int, grace: int) -> None:
        self.limit, self.term, self.grace = limit, term, grace
        self.day = 0
        self.state = "active"
        self.orders: list[OrderModel] = []
        self.bills: list[BillModel] = []
        self.seller = self.market = self.wallet = 0

    @property
    def held(self) -> int:
        return sum(order.share(order.left) for order in self.orders)

    @property
    def owed(self) -> int:
        return sum(bill.open for bill in self.bills)

    @property
    def free(self) -> int:
        return self.limit - self.held - self.owed

    def late(self) -> int:
        """For how many days something is overdue."""
        due = [bill.due for bill in self.bills if bill.open > bill.disputed and bill.due < self.day]
        return self.day - min(due) if due else 0

    def order(self, pieces: int) -> None:
        order = OrderModel(pieces)
        if self.state != "active" or self.late() > self.grace or order.worth > self.free or not order.worth:
            raise No
        self.orders.append(order)

    def receive(self, number: int, pieces: int) -> None:
        order = self.orders[number]
        amount = order.share(pieces)
        was, order.received = order.received, order.received + pieces
        fee = half_up(Fraction(order._until(order.received), 50)) - half_up(Fraction(order._until(was), 50))
        order.kept += amount
        order.ended = None if order.left else self.day
        if amount:
            self.bills.append(BillModel(len(self.bills), number, amount, fee, self.day, self.term))
            self.look()

    def give_up(self, number: int) -> None:
        self.orders[number].given_up += self.orders[number].left

    def come_back(self, number: int, pieces: int) -> None:
        """Received pieces come back: off what is open of the order's bills, what is questioned last; the rest was paid."""
        order, bills = self.orders[number], [bill for bill in self.bills if bill.order == number]
        until = order._until(order.gone + pieces) - order._until(order.gone)
        amount = left = min(until, order.kept)
        if not amount:
            raise No
        for reach_disputed in (False, True):
            for bill in sorted(bills, key=lambda one: (one.due, one.number)):
                less = min(left, bill.open - (0 if reach_disputed else bill.disputed))
                if less:
                    bill.count(self.day)
                    bill.reduced += less
                    bill.disputed = min(bill.disputed, bill.open)
                    left -= less
        if left < amount and self.state == "frozen" and not self.late():
            self.state = "active"
        order.kept -= amount
        order.gone += pieces
        paid, fee = sum(bill.paid for bill in bills), sum(bill.fee_of(bill.paid) for bill in bills)
        if back := min(left, paid - order.back):
            order.back += back
            fee_back = max(half_up(Fraction(fee * order.back, paid)) - order.fee_back, 0)
            order.fee_back += fee_back
            self.market -= fee_back
            self.seller -= back - fee_back
            self.wallet += back

    def limit_to(self, limit: int) -> None:
        if self.state not in {"active", "suspended"} or limit < self.held + self.owed:
            raise No
        self.limit = limit

    def stop(self, going_on: bool) -> None:
        if self.state != ("suspended" if going_on else "active"):
            raise No
        self.state = "active" if going_on else "suspended"

    def debt(self) -> int:
        for bill in self.bills:
            bill.count(self.day)
        return sum(bill.open + bill.interest - bill.interest_paid for bill in self.bills)

    def pay(self, amount: int) -> None:
        """The money meets the oldest due bill first, of each its interest first; what is questioned comes last."""
        if not 0 < amount <= self.debt():
            raise No
        for reach_disputed in (False, True):
            for bill in sorted(self.bills, key=lambda one: (one.due, one.number)):
                interest = min(amount, bill.interest - bill.interest_paid)
                room = bill.open - (0 if reach_disputed else bill.disputed)
                principal = min(amount - interest, room)
                before = bill.fee_of(bill.paid)
                bill.interest_paid += interest
                bill.paid += principal
                bill.disputed = min(bill.disputed, bill.open)
                fee = bill.fee_of(bill.paid) - before
                self.market += fee
                self.seller += interest + principal - fee
                amount -= interest + principal
        assert amount == 0
        if self.state == "frozen" and not self.late():
            self.state = "active"

    def dispute(self, number: int, amount: int) -> None:
        bill = self.bills[number]
        if bill.stated is None or bill.is_settled or bill.disputed:
            raise No
        if self.day > self.working_days_after(bill.stated, 5) or amount > bill.open:
            raise No
        bill.count(self.day)
        bill.disputed = bill.asked = amount

    def answer(self, number: int, agree: bool) -> None:
        bill = self.bills[number]
        if not bill.asked:
            raise No
        bill.count(self.day)
        if agree:
            bill.reduced += min(bill.asked, bill.disputed)
        bill.disputed = bill.asked = 0
        if agree and self.state == "frozen" and not self.late():
            self.state = "active"

    @staticmethod
    def working_days_after(day: int, days: int) -> int:
        """Day 0 of the tests' calendar is a Sunday, the first of March 2026."""
        while days:
            day += 1
            days -= day % 7 not in (0, 6)
        return day

    def pass_day(self) -> None:
        self.day += 1
        self.look()

    def look(self) -> None:
        """What the clock does once a day and whenever goods are received."""
        for bill in self.bills:
            if bill.stated is None and bill.open and bill.due - 7 <= self.day:
                bill.stated = self.day
        if all(bill.is_settled for bill in self.bills):
            return
        if self.late() >= 30 and self.state in {"active", "suspended", "frozen"}:
            self.state = "terminated"
        elif self.late() >= 15 and self.state == "active":
            self.state = "frozen"
