"""A lent order told once more in plain Python, from the rules and from no line of the product."""

from collections import deque


def half_up(numerator: int, denominator: int) -> int:
    return (2 * numerator + denominator) // (2 * denominator)


class LoanModel:
    """One order of one line whose freight is the seller's; deeds reach the lender in the order they were decided."""

    def __init__(self, quantity: int, goods_minor: int) -> None:
        self.quantity, self.goods_minor = quantity, goods_minor
        self.received = self.refunded_units = 0
        self.captured = self.voided = 0
        self.queue: deque[tuple[str, int]] = deque()
        self.lent = self.refunded = self.repaid = 0
        self.commission = self.service = 0
        self.charged_goods = self.gone = self.returned = 0
        self.seller = self.wallet = 0
        self.stage = "active"
        self.refused: list[int] = []
        self.written = self.recovered = self.beyond_debt = 0

    def worth(self, units: int) -> int:
        return half_up(self.goods_minor * units, self.quantity)

    @property
    def settled(self) -> int:
        return self.received + self.refunded_units

    @property
    def left(self) -> int:
        return self.quantity - self.settled

    @property
    def held(self) -> int:
        return self.goods_minor - self.captured - self.voided

    @property
    def owed_at_lender(self) -> int:
        return self.lent - self.refunded - self.repaid

    @property
    def owed(self) -> int:
        """What the market says is owed: what was captured and refused is open until people end it."""
        return self.owed_at_lender + sum(self.refused)

    @property
    def lost(self) -> int:
        return self.written - self.recovered

    def _next(self, units: int) -> int:
        return self.worth(self.settled + units) - self.worth(self.settled)

    def receive(self, units: int) -> None:
        amount = self._next(units)
        before, after = self.worth(self.received), self.worth(self.received + units)
        commission = half_up(after * 200, 10_000) - half_up(before * 200, 10_000)
        service = half_up((self.captured + amount) * 50, 10_000) - half_up(self.captured * 50, 10_000)
        self.received += units
        self.captured += amount
        self.charged_goods += amount
        self.commission += commission
        self.service += service
        self.seller += amount - commission - service
        if amount:
            self.queue.append(("capture", amount))

    def give_up(self, units: int) -> None:
        amount = self._next(units)
        self.refunded_units += units
        self.voided += amount
        if amount:
            self.queue.append(("void", amount))

    def take_back(self, amount: int) -> None:
        """Received goods: the seller gives, the commission comes back by the running share, the lender has it first."""
        self.gone += amount
        back = max(half_up(self.commission * self.gone, self.charged_goods) - self.returned, 0)
        self.returned += back
        self.seller += back - amount
        self.queue.append(("refund", amount))

    def repay(self, amount: int) -> None:
        self.queue.append(("repay", amount))

    def repay_at_lender(self, amount: int) -> None:
        self.repaid += min(amount, self.owed_at_lender)

    def state(self) -> str:
        """Where the loan stands once the lender was heard: its last word, whatever it said before."""
        if not self.captured:
            return "authorised" if self.held else "voided"
        if not self.owed:
            return "repaid"
        if not self.lent:
            return "active"
        if self.stage in ("overdue", "written_off", "claimed"):
            return self.stage
        return "part" if self.repaid else self.stage

    def on_its_way(self) -> int:
        return sum(amount for kind, amount in self.queue if kind in ("refund", "repay"))

    def end_refused(self, amount: int, *, written_off: bool) -> None:
        """A refused capture is asked again and done, or lost: what refunds gave beyond the debt is taken back for it first."""
        self.refused.remove(amount)
        if not written_off:
            self.lent += amount
            self.stage = "active"
            return
        back = min(amount, self.beyond_debt - self.recovered, self.wallet)
        self.written += amount
        self.recovered += back
        self.wallet -= back

    def flush(self, *, refusing: bool = False) -> None:
        """The lender does everything that waits, the oldest first; what it does not take is the buyer's.

        Of a refund the market has first what it wrote off: that part of the price nobody paid.
        """
        while self.queue:
            kind, amount = self.queue.popleft()
            taken = min(amount, self.owed_at_lender)
            if kind == "capture" and refusing:
                self.refused.append(amount)
            elif kind == "capture":
                self.lent += amount
                self.stage = "active"
            elif kind == "refund":
                back = min(amount - taken, self.lost)
                self.refunded += taken
                self.beyond_debt += amount - taken
                self.recovered += back
                self.wallet += amount - taken - back
            elif kind == "repay":
                self.repaid += taken
                self.wallet += amount - taken
