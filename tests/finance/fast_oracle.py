"""Fast arrival told once more in plain Python, from the rules and from no line of the product."""

from collections import deque


def half_up(numerator: int, denominator: int) -> int:
    return (2 * numerator + denominator) // (2 * denominator)


class Parcel:
    """So many units under way, and what the funder has to do with them; all amounts in minor units."""

    def __init__(self, units: int) -> None:
        self.units = units
        self.state = "none"
        self.advanced = self.fee = self.repaid = self.borne = 0

    @property
    def open(self) -> int:
        return self.advanced - self.repaid - self.borne if self.state == "open" else 0

    @property
    def spoken_for(self) -> int:
        return self.advanced if self.state == "asked" else self.open


class FastModel:
    """One order of one line whose freight is the seller's; the funder does what is asked in the order it was decided."""

    def __init__(self, quantity: int, goods_minor: int) -> None:
        self.quantity, self.goods_minor = quantity, goods_minor
        self.received = self.given_up = self.returned = 0
        self.parcels: list[Parcel] = []
        self.everyone: list[Parcel] = []
        """Parcels in the order in which they were sent, received ones too."""
        self.queue: deque[tuple[str, Parcel]] = deque()
        self.escrow = goods_minor
        self.seller = 0
        self.buyer = 0
        self.funder = 0
        """What the funder owes the market for what the market has booked."""

    def worth(self, units: int) -> int:
        return half_up(self.goods_minor * units, self.quantity)

    @property
    def settled(self) -> int:
        return self.received + self.given_up + self.returned

    @property
    def to_ship(self) -> int:
        return self.quantity - self.settled - self.under_way

    @property
    def under_way(self) -> int:
        return sum(parcel.units for parcel in self.parcels)

    def brings(self, units: int) -> tuple[int, int]:
        """What the next so many units to be received come to, and what the seller has of it after commission."""
        amount = self.worth(self.settled + units) - self.worth(self.settled)
        before, after = self.worth(self.received), self.worth(self.received + units)
        commission = half_up(after * 200, 10_000) - half_up(before * 200, 10_000)
        return amount, amount - commission

    def ship(self, units: int) -> Parcel:
        parcel = Parcel(units)
        self.parcels.append(parcel)
        self.everyone.append(parcel)
        return parcel

    def pick_up(self, parcel: Parcel) -> None:
        if parcel.state != "none":
            return
        free = self.brings(self.under_way)[1] - sum(one.spoken_for for one in self.everyone)
        amount = min(self.brings(parcel.units)[1], free)
        fee = half_up(max(amount, 0) * 40, 10_000)
        if amount > fee:
            parcel.state, parcel.advanced, parcel.fee = "asked", amount, fee
            self.queue.append(("advance", parcel))

    def receive(self, parcel: Parcel) -> None:
        """Its goods repay what was advanced on it; the rest is the seller's."""
        amount, net = self.brings(parcel.units)
        self.received += parcel.units
        self.parcels.remove(parcel)
        self.escrow -= amount
        part = min(net, parcel.open)
        parcel.repaid += part
        self.funder -= part
        self.seller += net - part
        self._end(parcel)

    def give_up(self, units: int) -> None:
        amount = self.worth(self.settled + units) - self.worth(self.settled)
        self.given_up += units
        self.escrow -= amount
        self.buyer += amount

    def give_back(self, parcel: Parcel) -> None:
        amount = self.worth(self.settled + parcel.units) - self.worth(self.settled)
        self.returned += parcel.units
        self.parcels.remove(parcel)
        self.escrow -= amount
        self.buyer += amount
        self._end(parcel)

    def flush(self) -> None:
        """The funder does everything that waits; what it gives nobody waits for any more is undone."""
        while self.queue:
            kind, parcel = self.queue.popleft()
            if kind == "advance" and parcel.state == "asked":
                parcel.state = "open"
                self.seller += parcel.advanced - parcel.fee
                self.funder += parcel.advanced - parcel.fee

    def _end(self, parcel: Parcel) -> None:
        """Nothing of it is under way any more: what did not come back never will."""
        if parcel.state == "asked":
            parcel.state = "withdrawn"
        elif parcel.state == "open":
            parcel.borne += parcel.open
            parcel.state = "borne" if parcel.borne else "repaid"
