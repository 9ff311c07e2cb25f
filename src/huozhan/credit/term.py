"""Terms of payment: by when goods are to be paid that were received on a day. Pure."""

import calendar
from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum

SATURDAY = 5


class TermKind(StrEnum):
    """The four kinds of 1688's credit terms: its types 1, 3, 6 and 5."""

    monthly = "monthly"
    two_months = "two_months"
    three_months = "three_months"
    after_receipt = "after_receipt"


MONTHS: Mapping[TermKind, int] = {
    TermKind.monthly: 1,
    TermKind.two_months: 2,
    TermKind.three_months: 3,
}
_LONGEST: Mapping[int, int] = {1: 31, 2: 62, 3: 92}


def due_on(kind: TermKind, day: int, received_on: date) -> date:
    """The day by whose end goods received on a day are to be paid.

    `day` is the number of days after receipt, or the set day of the month: the next one after the receipt, in every
    month, in even months, or at the end of each quarter. A month without that day uses its last one.
    """
    if kind is TermKind.after_receipt:
        return received_on + timedelta(days=day)
    year, month = received_on.year, received_on.month
    while True:
        if month % MONTHS[kind] == 0:
            due = date(year, month, min(day, calendar.monthrange(year, month)[1]))
            if due > received_on:
                return due
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


def longest_days(kind: TermKind, day: int) -> int:
    """How many days after receipt such a term can end at most."""
    return day if kind is TermKind.after_receipt else _LONGEST[MONTHS[kind]]


def working_day_after(day: date, days: int) -> date:
    """The day so many working days later; Saturdays and Sundays are none."""
    while days:
        day += timedelta(days=1)
        days -= day.weekday() < SATURDAY
    return day
