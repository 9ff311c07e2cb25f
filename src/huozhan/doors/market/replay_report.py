"""What a replay came to: the market's own records beside the file's sums, computed apart, and every difference."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from huozhan import ledger, operations, ordering
from huozhan.doors.hall import Hall
from huozhan.doors.market.replay_credits import NOTE as CREDIT
from huozhan.doors.market.replay_credits import WHYS, cases_of, given_of
from huozhan.doors.market.replay_people import buyer_name
from huozhan.doors.market.replay_reading import LONDON, File, Totals
from huozhan.doors.market.replay_trading import NOTE
from huozhan.kernel.actor import Actor, system
from huozhan.kernel.shapes import Nothing

DIFFERENCES_SHOWN = 50
CLEARING = 101
"""Money that the payment channel holds for us: all that buyers paid, less what went back the same way."""
WALLETS = 201
"""What is in buyers' wallets: here all that was given as goodwill, since nobody spends it."""


class Month(msgspec.Struct, frozen=True):
    """One month's sales and credits."""

    month: str
    file_minor: int
    market_minor: int
    file_credit_minor: int
    market_credit_minor: int


class Difference(msgspec.Struct, frozen=True):
    """A sum that the market has otherwise than the file."""

    what: str
    name: str
    file_minor: int
    market_minor: int


class Replayed(msgspec.Struct, frozen=True, kw_only=True):
    """What a replay came to; `is_exact` means that nothing differs by a penny and all books agree."""

    is_exact: bool
    rows: int
    rows_played: int
    rows_unplayed: int
    unplayed: dict[str, int]
    unplayed_file: str
    credit_rows: int
    credit_notes: int
    credit_notes_exact: int
    credit_file_minor: int
    credit_market_minor: int
    cases: int
    cases_minor: int
    """What went back to buyers by after-sales cases."""
    goodwill: dict[str, tuple[int, int]]
    """How often the seller gave something by why, and how much together."""
    played_as: dict[str, int]
    invoices: int
    invoices_exact: int
    lines: int
    lines_exact: int
    customers: int
    customers_exact: int
    file_minor: int
    market_minor: int
    paid_minor: int
    months: list[Month]
    differences: list[Difference]
    differences_count: int
    rows_at_ladder: int
    rows_priced: int
    ladder_share_bp: int
    price_lists: list[str]
    orders: dict[str, int]
    trial_difference_minor: int
    trial_balance: dict[int, int]
    """Debit less credit by line of the chart."""
    findings: list[str]
    seconds: float
    """Of playing in this run, without the comparison: one that goes on after a kill counts from there."""


class Credited(msgspec.Struct):
    """What the seller's own lists say was credited: cases that ended in money, and goodwill."""

    notes: dict[str, int] = msgspec.field(default_factory=lambda: defaultdict(int))
    months: dict[str, int] = msgspec.field(default_factory=lambda: defaultdict(int))
    cases: int = 0
    cases_minor: int = 0
    goodwill: dict[str, tuple[int, int]] = msgspec.field(default_factory=dict)

    def add(self, name: str, at: datetime, amount_minor: int) -> None:
        """One amount under the name of its credit note."""
        self.notes[name] += amount_minor
        self.months[f"{at.astimezone(LONDON):%Y-%m}"] += amount_minor


async def read_credits(hall: Hall, seller: Actor) -> Credited:
    """Reads the seller's lists of cases and of goodwill."""
    credited = Credited()
    async for case in cases_of(hall, seller):
        credited.add(case.evidence[0].note.removeprefix(CREDIT), case.applied_at, case.refunded_minor)
        credited.cases += 1
        credited.cases_minor += case.refunded_minor
    why_of = {words: why for why, words in WHYS.items()}
    async for one in given_of(hall, seller):
        name, words = one.reason.removeprefix(CREDIT).split(": ", 1)
        credited.add(name, one.given_at, one.amount_minor)
        times, minor = credited.goodwill.get(why_of[words], (0, 0))
        credited.goodwill[why_of[words]] = times + 1, minor + one.amount_minor
    return credited


class Records(msgspec.Struct):
    """What the seller's own export says was sold."""

    invoices: dict[str, int] = msgspec.field(default_factory=lambda: defaultdict(int))
    customers: dict[str, int] = msgspec.field(default_factory=lambda: defaultdict(int))
    months: dict[str, int] = msgspec.field(default_factory=lambda: defaultdict(int))
    lines: dict[tuple[str, str], int] = msgspec.field(default_factory=lambda: defaultdict(int))
    at_ladder: set[tuple[str, str]] = msgspec.field(default_factory=set)
    orders: dict[str, set[str]] = msgspec.field(default_factory=lambda: defaultdict(set))

    def add(self, row: Any) -> None:
        """One line of one order."""
        invoice_no, amount_minor = row.buyer_note.removeprefix(NOTE), row.goods_minor + row.freight_minor
        self.invoices[invoice_no] += amount_minor
        self.customers[row.counterparty.en] += amount_minor
        self.months[f"{row.placed_at.astimezone(LONDON):%Y-%m}"] += amount_minor
        self.lines[invoice_no, row.options.en] += row.goods_minor
        if row.freight_minor:
            self.lines[invoice_no, ""] += row.freight_minor
        if row.basis == "ladder":
            self.at_ladder.add((invoice_no, row.options.en))
        self.orders[row.state].add(row.number)


async def read_records(hall: Hall, seller: Actor, first: date, last: date) -> Records:
    """Exports the seller's sales, day after day."""
    records, day = Records(), first
    while day <= last:
        ask = ordering.asks.ExportOrders(selling=True, from_on=day, until_on=day)
        found = await hall.run(ordering.export_orders, ask, seller)
        assert not found.is_cut, f"more lines on {day} than an export holds"
        for row in found.rows:
            records.add(row)
        day += timedelta(days=1)
    return records


async def report(
    hall: Hall,
    seller: Actor,
    file: File,
    days: tuple[date, date],
    *,
    price_lists: list[str],
    unplayed_file: str,
    seconds: float,
) -> Replayed:
    """Compares, proves the books, and says what was found."""
    records, totals = await read_records(hall, seller, *days), file.totals()
    credited = await read_credits(hall, seller)
    counts, kinds = file.counts(), file.kinds()
    found = _differences(totals, records, credited)
    trial = await hall.run(ledger.trial_balance, Nothing(), system("replay"))
    books = await hall.run(operations.verify, operations.Verify(), system("replay"))
    balances = {line.code: line.debit_minor - line.credit_minor for line in trial.lines}
    balances = {code: balance for code, balance in balances.items() if balance}
    file_minor, market_minor = sum(totals.invoices.values()), sum(records.invoices.values())
    paid_minor = balances.get(CLEARING, 0) + credited.cases_minor
    given_minor = sum(minor for _, minor in credited.goodwill.values())
    for name, should, stands in (
        ("channel", file_minor, paid_minor),
        ("wallets", given_minor, -balances.get(WALLETS, 0)),
    ):
        if should != stands:
            found.append(Difference("money", name, should, stands))
    at_ladder = file.rows_of(records.at_ladder)
    priced = sum(count for kind, count in kinds.items() if kind != "freight")
    played = counts.pop("", 0)
    return Replayed(
        is_exact=not found and books.is_clean and trial.difference_minor == 0,
        rows=played + sum(counts.values()),
        rows_played=played,
        rows_unplayed=sum(counts.values()),
        unplayed=counts,
        unplayed_file=unplayed_file,
        credit_rows=file.credit_rows(),
        credit_notes=len(totals.credits),
        credit_notes_exact=_exact(totals.credits, credited.notes),
        credit_file_minor=sum(totals.credits.values()),
        credit_market_minor=sum(credited.notes.values()),
        cases=credited.cases,
        cases_minor=credited.cases_minor,
        goodwill=credited.goodwill,
        played_as=kinds,
        invoices=len(totals.invoices),
        invoices_exact=_exact(totals.invoices, records.invoices),
        lines=len(totals.lines),
        lines_exact=_exact(totals.lines, records.lines),
        customers=len(totals.customers),
        customers_exact=_exact(_named(totals.customers), records.customers),
        file_minor=file_minor,
        market_minor=market_minor,
        paid_minor=paid_minor,
        months=_months(totals, records, credited),
        differences=found[:DIFFERENCES_SHOWN],
        differences_count=len(found),
        rows_at_ladder=at_ladder,
        rows_priced=priced,
        ladder_share_bp=at_ladder * 10_000 // priced if priced else 0,
        price_lists=price_lists,
        orders={state: len(numbers) for state, numbers in records.orders.items()},
        trial_difference_minor=trial.difference_minor,
        trial_balance=balances,
        findings=[f"{finding.code} {finding.facts}" for finding in books.findings],
        seconds=round(seconds, 1),
    )


def _months(totals: Totals, records: Records, credited: Credited) -> list[Month]:
    return [
        Month(
            month,
            totals.months.get(month, 0),
            records.months.get(month, 0),
            totals.credit_months.get(month, 0),
            credited.months.get(month, 0),
        )
        for month in sorted(totals.months.keys() | totals.credit_months.keys())
    ]


def _differences(totals: Totals, records: Records, credited: Credited) -> list[Difference]:
    pairs: list[tuple[str, dict[Any, int], dict[Any, int]]] = [
        ("invoice", totals.invoices, records.invoices),
        ("customer", _named(totals.customers), records.customers),
        ("month", totals.months, records.months),
        ("line", totals.lines, records.lines),
        ("credit note", totals.credits, credited.notes),
        ("month of credits", totals.credit_months, credited.months),
    ]
    return [
        Difference(what, str(name), ours.get(name, 0), theirs.get(name, 0))
        for what, ours, theirs in pairs
        for name in sorted(ours.keys() | theirs.keys())
        if ours.get(name) != theirs.get(name)
    ]


def _named(customers: dict[str, int]) -> dict[str, int]:
    return {buyer_name(customer): minor for customer, minor in customers.items()}


def _exact(file: dict[Any, int], market: dict[Any, int]) -> int:
    return sum(1 for name, minor in file.items() if market.get(name) == minor)
