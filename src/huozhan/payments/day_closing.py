"""Closing checks of a day, as far as payments knows them (B5.5): its files, the channel, the bank, the clearing accounts' age."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

import msgspec

from huozhan.kernel.findings import Finding
from huozhan.kernel.work import Work
from huozhan.payments.custody import custody_state
from huozhan.payments.days import TRADING_DAYS, day_bounds
from huozhan.payments.differing import FILE_PATIENCE, FILES_OF_CHANNEL, FILES_OF_FUNDERS, PARTY_OF
from huozhan.payments.matching import is_outgoing
from huozhan.payments.ports import BANK_ID, CHANNEL_ID
from huozhan.payments.store import day_close as store
from huozhan.payments.store import proof, receipts, reconciliation
from huozhan.payments.views import ClearingAge, CustodyState, DayFileState

AGES = {
    101: "clearing.channel_age",
    103: "clearing.funder_age",
    206: "clearing.refund_age",
    207: "clearing.withdrawal_age",
    208: "clearing.carrier_age",
    213: "clearing.unmatched_age",
    214: "clearing.difference_age",
}
"""Rules of how old what stands on a clearing account may become."""
OF_OTHERS = frozenset({103, 208})
"""Accounts of which finance and carriage know since when something stands there."""
OF_SOME_MARKETS = frozenset({*FILES_OF_FUNDERS, "carrier"})
"""Files of parties that not every market has."""


class DayNumbers(msgspec.Struct, frozen=True, kw_only=True):
    """What the parties and our rows say of a day, and how the accounts between us stand now; minor units."""

    files: list[DayFileState]
    channel_ours_minor: int
    channel_told_minor: int
    settled_minor: int
    settled_at_bank_minor: int
    opening_minor: int | None
    """None before the bank's day was read."""
    before_minor: int | None
    closing_minor: int
    custody: CustodyState
    channel_explained_minor: int
    """What our rows and the differences make the channel's account (101)."""
    ages: list[ClearingAge]


async def day_numbers(work: Work, on: date) -> DayNumbers:
    """Everything a day's close is judged by; money of a day is settled on the day after it."""
    ours = await reconciliation.done_between(work, CHANNEL_ID, *day_bounds(on))
    bank = await store.bank_day(work, BANK_ID, on)
    return DayNumbers(
        files=await _files(work, on),
        channel_ours_minor=sum(
            -row.amount_minor if is_outgoing(name) else row.amount_minor for name, row in ours.items()
        ),
        channel_told_minor=await store.told_by_channel(work, CHANNEL_ID, on),
        settled_minor=await store.settled_net(work, CHANNEL_ID, on),
        settled_at_bank_minor=await store.settled_at_bank(work, BANK_ID, on),
        opening_minor=bank["opening_minor"] if bank else None,
        before_minor=bank["before_minor"] if bank else None,
        closing_minor=bank["closing_minor"] if bank else 0,
        custody=await custody_state(work),
        channel_explained_minor=await proof.at_channel(work, CHANNEL_ID)
        + sum((await receipts.parked(work)).values())
        + await reconciliation.held_for(work, FILES_OF_CHANNEL),
        ages=await clearing_ages(work),
    )


async def _files(work: Work, on: date) -> list[DayFileState]:
    wanted = [
        ("trades", PARTY_OF["trades"], on),
        ("settlement", PARTY_OF["settlement"], on + timedelta(days=1)),
        ("bank", PARTY_OF["bank"], on),
        ("lender", PARTY_OF["lender"], on),
        ("lender_settlement", PARTY_OF["lender_settlement"], on + timedelta(days=1)),
        ("funder", PARTY_OF["funder"], on),
        ("funder_settlement", PARTY_OF["funder_settlement"], on + timedelta(days=1)),
        ("insurer", PARTY_OF["insurer"], on),
        ("insurer_settlement", PARTY_OF["insurer_settlement"], on + timedelta(days=1)),
        ("carrier", PARTY_OF["carrier"], on),
    ]
    late_since = work.now - work.rule(FILE_PATIENCE).span
    return [
        DayFileState(
            source=row["source"],
            on=row["on_day"],
            state=_file_state(row, late_since),
            lines=row["lines"] or 0,
            differing=row["differing"],
            open=row["open"],
        )
        for row in await store.files(work, wanted)
        # A market without a lender, a funder or a contract with a carrier waits for none of their files.
        if row["source"] not in OF_SOME_MARKETS or row["lines"] is not None or row["due_at"] is not None
    ]


def _file_state(row: store.Row, late_since: datetime) -> str:
    if row["lines"] is not None:
        return "read"
    if row["doubted_at"] is not None:
        return "doubted"
    return "late" if row["due_at"] is not None and row["due_at"] <= late_since else "awaited"


async def clearing_ages(work: Work) -> list[ClearingAge]:
    """Since when something stands on each clearing account that payments knows, and how long it may."""
    since = await store.oldest(work, CHANNEL_ID)
    return [clearing_age(work, code, since.get(code)) for code in AGES if code not in OF_OTHERS]


def clearing_age(work: Work, code: int, since: datetime | None) -> ClearingAge:
    """Whether what stands on an account since then is too old."""
    span = work.rule(AGES[code]).span
    is_old = since is not None and since <= work.now - span
    return ClearingAge(code=code, since=since, days_max=span.days, is_old=is_old)


def clearing_old(ages: Iterable[ClearingAge]) -> list[Finding]:
    """What of them is too old."""
    return [
        Finding(
            code="payments.clearing_old",
            facts={"account": age.code, "since": age.since.isoformat(), "days_max": age.days_max},
        )
        for age in ages
        if age.is_old and age.since is not None
    ]


def newest_day(now: datetime) -> date:
    """The newest day that is over."""
    return now.astimezone(TRADING_DAYS).date() - timedelta(days=1)
