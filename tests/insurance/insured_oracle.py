"""Freight insurance told once more in plain Python, from the rules and from no line of the product."""

from collections import deque

SUM = 2_500


def premium_of(goods_minor: int) -> int:
    return min(max((2 * goods_minor * 60 + 10_000) // 20_000, 30), 1_000)


class Claim:
    """One claim, for goods of one case."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.state = "filed"
        self.is_back = False
        self.paid = 0

    @property
    def spoken_for(self) -> int:
        return self.most if self.state == "asked" else self.paid


class InsuredModel:
    """One insured order of one line; the insurer does what is asked in the order it was decided. Amounts in minor units."""

    def __init__(self, quantity: int, goods_minor: int, *, is_bought: bool) -> None:
        self.quantity = quantity
        self.is_bought = is_bought
        self.premium = premium_of(goods_minor)
        self.parcels: list[int] = []
        self.shipped = self.received = self.given_up = self.returned = self.gone = 0
        self.state = "asked"
        self.taken = self.premium if is_bought else 0
        self.handed = self.back = 0
        self.is_due = False
        self.claims: list[Claim] = []
        self.queue: deque[tuple[str, Claim | None]] = deque([("bind", None)])

    @property
    def to_ship(self) -> int:
        return self.quantity - self.shipped - self.given_up

    @property
    def is_over(self) -> bool:
        return self.given_up + self.received + self.returned == self.quantity

    @property
    def is_open(self) -> bool:
        return self.state in ("asked", "bound")

    @property
    def pool(self) -> int:
        """Premiums that are nobody's yet."""
        return self.taken - self.handed - (0 if self.handed else self.back)

    @property
    def insurer(self) -> int:
        """What the insurer owes for what the market has booked."""
        return sum(claim.paid for claim in self.claims) - self.handed + (self.back if self.handed else 0)

    def ship(self, units: int) -> None:
        self.parcels.append(units)
        self.shipped += units

    def receive(self, units: int) -> None:
        """Money comes to the supplier: its premium is taken out of it, or is due once the insurer has answered."""
        self.parcels.remove(units)
        self.received += units
        self._take()

    def give_up(self, units: int) -> None:
        self.given_up += units
        self._end_where_all_went_back()

    def send_back(self) -> Claim | None:
        left = SUM - sum(claim.paid for claim in self.claims)
        if not self.is_open or not left:
            return None
        self.claims.append(Claim(left))
        return self.claims[-1]

    def take_back(self, units: int, claim: Claim | None, *, under_way: bool) -> None:
        if under_way:
            self.parcels.remove(units)
            self.returned += units
            self._end_where_all_went_back()
        else:
            self.gone += units
        if claim:
            claim.is_back = True
        self._ask_waiting()

    def _ask_waiting(self) -> None:
        """The oldest first; what is left nothing waits for what is asked to come to less."""
        for claim in self.claims:
            if claim.state != "filed" or not claim.is_back:
                continue
            left = SUM - sum(other.spoken_for for other in self.claims)
            if left:
                claim.state, claim.most = "asked", left
                self.queue.append(("claim", claim))
            elif not any(other.state == "asked" for other in self.claims):
                claim.state = "dropped"

    def drop(self, claim: Claim | None) -> None:
        if claim and claim.state == "filed":
            claim.state = "dropped"

    def flush(self, freight: int, *, declines: bool, refuses: bool) -> None:
        """The insurer answers everything that waits."""
        while self.queue:
            kind, claim = self.queue.popleft()
            if kind == "bind":
                self._bind(declines=declines)
            elif claim:
                if refuses or self.state != "bound":
                    claim.state = "refused"
                else:
                    claim.state, claim.paid = "paid", min(claim.most, freight)
                self._ask_waiting()

    def _bind(self, *, declines: bool) -> None:
        if self.state != "asked":
            return
        if declines:
            self._over("refused")
            return
        self.state = "bound"
        if self.taken:
            self.handed = self.premium
        elif self.is_due:
            self._take()

    def _take(self) -> None:
        if self.is_bought or self.taken or not self.is_open:
            return
        if self.state == "asked":
            self.is_due = True
        else:
            self.taken = self.handed = self.premium

    def _end_where_all_went_back(self) -> None:
        if not self.is_over or self.received or not self.is_open:
            return
        if self.shipped:
            self._take()
        else:
            self._over("ended")

    def _over(self, state: str) -> None:
        self.state, self.back = state, self.taken
        for claim in self.claims:
            self.drop(claim)
