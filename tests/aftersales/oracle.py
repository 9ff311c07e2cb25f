"""What after-sales must come to, counted by hand: parcels, cases and money of one order, without a line of the market's code."""

from dataclasses import dataclass, field
from fractions import Fraction

COMMISSION_BP = 200


def half_up(numerator: int, denominator: int) -> int:
    return (2 * numerator + denominator) // (2 * denominator)


def difference(goods: int, own: tuple[int, int, int], wanted: tuple[int, int], most: int) -> int:
    """What another size costs more: `own` is (price, pieces of the line, pieces that go back), `wanted` (price, pieces)."""
    price, of, back = own
    exact = Fraction(goods * (wanted[0] * wanted[1] - price * back), price * of)
    sign = -1 if exact < 0 else 1
    return max(sign * half_up(abs(exact).numerator, exact.denominator), -most)


@dataclass
class OracleLine:
    """One line: its money, and how many of its units are where."""

    quantity: int
    goods: int
    freight: int
    shipped: int = 0
    received: int = 0
    refunded: int = 0
    returned: int = 0
    charged: int = 0
    kept_goods: int = 0
    kept_freight: int = 0
    gone: int = 0

    @property
    def to_ship(self) -> int:
        return self.quantity - self.shipped - self.refunded

    @property
    def to_receive(self) -> int:
        return self.shipped - self.received - self.returned

    def share(self, units: int) -> tuple[int, int]:
        """The money of the next units to be settled: the difference of two running totals."""
        done = self.received + self.refunded + self.returned
        return (
            half_up(self.goods * (done + units), self.quantity) - half_up(self.goods * done, self.quantity),
            half_up(self.freight * (done + units), self.quantity)
            - half_up(self.freight * done, self.quantity),
        )

    def share_after(self, units: int) -> tuple[int, int]:
        """The money of so many confirmed units, after those that came back before; no more than the seller has."""
        until = self.gone + units
        return (
            min(
                half_up(self.goods * until, self.quantity) - half_up(self.goods * self.gone, self.quantity),
                self.kept_goods,
            ),
            min(
                half_up(self.freight * until, self.quantity)
                - half_up(self.freight * self.gone, self.quantity),
                self.kept_freight,
            ),
        )


@dataclass
class OracleParcel:
    """So many units of each line that are still in it, and the cases that hold it up."""

    left: dict[int, int]
    held_by: set[int] = field(default_factory=set)


@dataclass
class OracleCase:
    """An open case: one line, some units, what is asked and the most that was there to ask."""

    line_no: int
    units: int
    goods: int
    freight: int
    most: tuple[int, int]
    after: bool = False
    """Its units were confirmed: the money comes from the seller."""
    stays: bool = False
    """They were exchanged for cheaper ones: only the difference goes back, and another case may be about them."""


class Oracle:
    """One paid order between a buyer and a seller."""

    def __init__(self, lines: dict[int, OracleLine]) -> None:
        self.lines = lines
        self.parcels: list[OracleParcel] = []
        self.cases: dict[int, OracleCase] = {}
        self.refunded = 0
        self.released = 0
        self.commission = 0
        self.earned_goods = self.back_goods = self.back = self.fee_back = 0
        self.topped_up = 0

    def ship(self, line_no: int, units: int) -> None:
        self.lines[line_no].shipped += units
        self.parcels.append(OracleParcel({line_no: units}))

    def free_parcels(self) -> list[OracleParcel]:
        return [parcel for parcel in self.parcels if sum(parcel.left.values()) and not parcel.held_by]

    def confirm(self) -> None:
        units: dict[int, int] = {}
        for parcel in self.free_parcels():
            for line_no, n in parcel.left.items():
                units[line_no] = units.get(line_no, 0) + n
            parcel.left = {}
        for line_no, n in units.items():
            line = self.lines[line_no]
            goods, freight = line.share(n)
            worth = half_up(line.goods * (line.received + n), line.quantity)
            worth -= half_up(line.goods * line.received, line.quantity)
            self._charge(line, worth)
            line.received += n
            self._keep(line, goods, freight)

    def give_unshipped_back(self, line_no: int, units: int) -> None:
        line = self.lines[line_no]
        self.refunded += sum(line.share(units))
        line.refunded += units

    def apply(self, number: int, case: OracleCase) -> None:
        self.cases[number] = case
        for parcel in self.parcels:
            if parcel.left.get(case.line_no) and not case.after:
                parcel.held_by.add(number)

    def end(self, number: int) -> None:
        del self.cases[number]
        for parcel in self.parcels:
            parcel.held_by.discard(number)

    def give_back(self, number: int) -> None:
        case = self.cases[number]
        if case.after:
            self._take_back(case)
            self.end(number)
            return
        line, missing = self.lines[case.line_no], case.units
        for parcel in self.parcels:
            if number in parcel.held_by:
                here = min(missing, parcel.left.get(case.line_no, 0))
                parcel.left[case.line_no] = parcel.left.get(case.line_no, 0) - here
                missing -= here
        assert missing == 0
        goods, freight = line.share(case.units)
        is_whole = (case.goods, case.freight) == case.most
        back = (goods, freight) if is_whole else (min(case.goods, goods), min(case.freight, freight))
        self.refunded += sum(back)
        self._keep(line, goods - back[0], freight - back[1])
        if back == (goods, freight):
            line.returned += case.units
        else:
            line.received += case.units
            self._charge(line, goods - back[0])
        self.end(number)

    def top_up(self, amount: int) -> None:
        """What dearer goods cost more is the seller's, less commission, and none of the order's own money."""
        self.topped_up += amount - half_up(amount * COMMISSION_BP, 10_000)

    def _keep(self, line: OracleLine, goods: int, freight: int) -> None:
        line.kept_goods += goods
        line.kept_freight += freight
        self.released += goods + freight
        self.earned_goods += goods

    def _take_back(self, case: OracleCase) -> None:
        """Goods and freight leave the seller; our fee comes back so that all of it is back once all goods are."""
        line = self.lines[case.line_no]
        line.kept_goods -= case.goods
        line.kept_freight -= case.freight
        line.gone += 0 if case.stays else case.units
        self.back += case.goods + case.freight
        self.back_goods += case.goods
        due = half_up(self.commission * self.back_goods, self.earned_goods) if self.earned_goods else 0
        self.fee_back += max(0, due - self.fee_back)

    def _charge(self, line: OracleLine, goods: int) -> None:
        before = half_up(line.charged * COMMISSION_BP, 10_000)
        line.charged += goods
        self.commission += half_up(line.charged * COMMISSION_BP, 10_000) - before

    @property
    def owed_to_seller(self) -> int:
        return self.released - self.commission - self.back + self.fee_back + self.topped_up
