"""Matching: a party's file of a day beside our own rows, line by line, into sorts of difference.

Pure: rows come in, judgements come out. Sorts after domain rule B5.5.
"""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from huozhan.payments.asks import TradeLine


class Sort(StrEnum):
    """How a line of the file, or a row of ours without one, stands."""

    matched = "matched"
    amount_differs = "amount_differs"
    state_differs = "state_differs"
    only_channel = "only_channel"
    only_ours = "only_ours"
    twice = "twice"
    cut_off = "cut_off"
    fee_differs = "fee_differs"
    currency_differs = "currency_differs"
    merchant_differs = "merchant_differs"
    unreadable = "unreadable"


OUTGOING = frozenset({"refund", "out"})
"""Kinds of lines by which the party has less of our money."""
TELLS_NOTHING = frozenset({Sort.twice, Sort.currency_differs, Sort.merchant_differs})
"""Lines that say nothing of the row with their name: it may still be missing from the file."""


class Ours(msgspec.Struct, frozen=True):
    """What our own rows say of a reference: whether its money is in the book, how much, since when, by what transaction.

    `fee_minor` is the fee agreed for it, None where its file tells none.
    """

    is_booked: bool
    amount_minor: int
    at: datetime
    channel_txn: str = ""
    fee_minor: int | None = None


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """One line judged; `effect_minor` is what the channel's account has more (or less) than our rows explain."""

    name: str
    payment_ref: str = ""
    channel_txn: str
    sort: Sort
    channel_minor: int
    ours_minor: int
    effect_minor: int = 0
    said: str = ""
    """What cannot be read, as it came."""


def unreadable(raw: Sequence[str]) -> list[Judged]:
    """Lines that nobody can read: they say nothing of any row of ours, and a person looks at each."""
    return [
        Judged(
            name=f"line:{nth}", channel_txn="", sort=Sort.unreadable, channel_minor=0, ours_minor=0, said=said or "-"
        )
        for nth, said in enumerate(raw, 1)
    ]  # fmt: skip


def name_of(line: TradeLine) -> str:
    """The name under which a line and our row meet: its kind with our reference, as `payment:…` or `refund:…`."""
    ref = line.merchant_refund_ref if line.kind == "refund" else line.merchant_ref
    return f"{line.kind}:{ref}"


def is_outgoing(name: str) -> bool:
    """Whether what has this name leaves the party's account."""
    return name.partition(":")[0] in OUTGOING


def judge(
    lines: Sequence[TradeLine],
    ours: Mapping[str, Ours],
    told_before: AbstractSet[str],
    names_before: AbstractSet[str] = frozenset(),
    *,
    merchant: str,
    currency: str,
) -> list[Judged]:
    """Judges every line of a file; `told_before` are the channel's transactions of earlier files, `names_before` its names.

    A row of ours that knows no transaction is told by one line: another one, under whatever transaction, tells it twice.
    """
    told, names = set(told_before), set(names_before)
    judged = []
    for line in lines:
        row = ours.get(name_of(line))
        is_told = line.channel_txn in told or (
            row is not None and not row.channel_txn and name_of(line) in names
        )
        one = _judge(line, row, merchant, currency, is_told=is_told)
        judged.append(one)
        if one.sort not in TELLS_NOTHING:
            told.add(line.channel_txn)
            names.add(one.name)
    return judged


def _judge(line: TradeLine, row: Ours | None, merchant: str, currency: str, *, is_told: bool) -> Judged:
    ours_minor = row.amount_minor if row and row.is_booked else 0
    if line.merchant and line.merchant != merchant:
        sort, explained = Sort.merchant_differs, line.amount_minor
    elif line.currency != currency:
        sort, explained = Sort.currency_differs, line.amount_minor
    elif is_told or _is_another(line, row):
        sort, explained = Sort.twice, 0
    elif row is None:
        sort, explained = Sort.only_channel, 0
    elif not row.is_booked:
        sort, explained = Sort.state_differs, 0
    else:
        sort = Sort.matched if row.amount_minor == line.amount_minor else Sort.amount_differs
        explained = row.amount_minor
        if sort is Sort.matched and row.fee_minor not in (None, line.fee_minor):
            return _other_fee(line, row.fee_minor or 0)
    more = line.amount_minor - explained
    return Judged(
        name=name_of(line),
        payment_ref=line.merchant_ref,
        channel_txn=line.channel_txn,
        sort=sort,
        channel_minor=line.amount_minor,
        ours_minor=ours_minor,
        effect_minor=-more if line.kind in OUTGOING else more,
    )


def _other_fee(line: TradeLine, agreed_minor: int) -> Judged:
    return Judged(
        name=name_of(line),
        payment_ref=line.merchant_ref,
        channel_txn=line.channel_txn,
        sort=Sort.fee_differs,
        channel_minor=line.fee_minor,
        ours_minor=agreed_minor,
    )


def _is_another(line: TradeLine, row: Ours | None) -> bool:
    """Whether somebody paid a second time what one transaction has paid already."""
    return row is not None and row.is_booked and row.channel_txn not in ("", line.channel_txn)


def missing(
    expected: Mapping[str, Ours], told_names: AbstractSet[str], *, day_end: datetime, cut_off: timedelta
) -> list[Judged]:
    """Judges what we hold for done on a day and no file has told yet; what fell near midnight may be in the next."""
    judged = []
    for name, row in sorted(expected.items()):
        if name in told_names:
            continue
        is_near = day_end - row.at <= cut_off
        judged.append(
            Judged(
                name=name,
                channel_txn="",
                sort=Sort.cut_off if is_near else Sort.only_ours,
                channel_minor=0,
                ours_minor=row.amount_minor,
                effect_minor=0 if is_near else missing_effect(name, row.amount_minor),
            )
        )
    return judged


def missing_effect(name: str, amount_minor: int) -> int:
    """What the party's account lacks when it never did what we hold for done."""
    return amount_minor if is_outgoing(name) else -amount_minor


def fees(lines: Iterable[tuple[TradeLine, int]], expected_of: Mapping[str, int]) -> list[Judged]:
    """Judges what a settlement kept beside what was agreed: lines with their fee, the agreed fee by transaction."""
    return [
        Judged(
            name=name_of(line),
            channel_txn=line.channel_txn,
            sort=Sort.fee_differs,
            channel_minor=fee_minor,
            ours_minor=expected_of[line.channel_txn],
        )
        for line, fee_minor in lines
        if fee_minor != expected_of[line.channel_txn]
    ]
