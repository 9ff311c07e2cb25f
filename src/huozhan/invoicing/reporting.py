"""Reporting: the quarterly report of suppliers' income to the tax authority (State Council Order 810), from the book.

A supplier's gross is what it was paid for goods before the market's fees, its returns what went back to buyers after
that; refunds before a supplier was paid never were its income. Nothing is added by hand: the totals are the book's.
"""

import hashlib
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import msgspec

from huozhan import ledger, ordering, parties
from huozhan.invoicing.store import reports
from huozhan.kernel.moves import Moves
from huozhan.kernel.refusals import NotFound, Refusal
from huozhan.kernel.shapes import Ask, Done, Id, Nothing, View
from huozhan.kernel.work import Work, use_case

REPORT_JOB = "invoicing.report"
REPORTS_SHOWN = 20
_MONTHS, _LAST = 3, 4


class ReportState(StrEnum):
    """Whether the worker has made it."""

    waiting = "waiting"
    done = "done"


REPORT_MOVES = Moves("tax report", ReportState.waiting, {(ReportState.waiting, "make"): ReportState.done})


class QuarterNotOver(Refusal):
    """A quarter is reported once it is over."""

    code = "invoicing.quarter_not_over"


class AskReport(Ask, frozen=True, kw_only=True):
    """The report of one quarter, as a workbook or as CSV."""

    year: Annotated[int, msgspec.Meta(ge=2000, le=2999)]
    quarter: Annotated[int, msgspec.Meta(ge=1, le=4)]
    format: Literal["xlsx", "csv"] = "xlsx"


class ReportRef(Ask, frozen=True, kw_only=True):
    """One report."""

    report_id: Id


class KeepReport(Ask, frozen=True, kw_only=True):
    """A report that the worker has made, with what its rows come to."""

    report_id: Id
    content: bytes
    sellers: int
    orders: int
    gross_minor: int
    returns_minor: int


class ReportView(View, frozen=True, kw_only=True):
    """A report; its sums and hash are there once it is made."""

    report_id: Id
    year: int
    quarter: int
    format: str
    state: str
    sellers: int
    orders: int
    gross_minor: int
    returns_minor: int
    net_minor: int
    sha256: str
    asked_at: datetime
    made_at: datetime | None


class ReportsView(View, frozen=True):
    """The newest reports, and the last quarter that is over."""

    reports: list[ReportView]
    year: int
    quarter: int


class ReportRow(View, frozen=True, kw_only=True):
    """One supplier's quarter: who it is, and what it earned."""

    seller_id: Id
    name: str
    credit_code: str
    kind: str
    place_code: str
    orders: int
    gross_minor: int
    returns_minor: int
    net_minor: int
    fees_minor: int


class ReportErrand(View, frozen=True, kw_only=True):
    """What the worker writes into a report."""

    report_id: Id
    year: int
    quarter: int
    format: str
    lang: str
    state: str
    rows: list[ReportRow]


class ReportFile(View, frozen=True, kw_only=True):
    """A report's file."""

    file_name: str
    format: str
    content: bytes


@use_case("market.ledger", writes=True)
async def ask_report(work: Work, ask: AskReport) -> ReportView:
    """Have the report of a quarter made; it holds what the book says, nothing else."""
    if _quarter(work, ask.year, ask.quarter)[1] > work.now:
        raise QuarterNotOver(year=ask.year, quarter=ask.quarter)
    report_id = work.new_id()
    await reports.add(work, report_id, ask.year, ask.quarter, ask.format)
    work.enqueue(REPORT_JOB, {"report_id": report_id})
    row = await reports.one(work, report_id)
    assert row is not None
    return _view(row)


@use_case("market.ledger", writes=False)
async def tax_reports(work: Work, _ask: Nothing) -> ReportsView:
    """The newest reports."""
    today = work.now.astimezone(ZoneInfo(work.terms.timezone)).date()
    running = (today.month - 1) // _MONTHS + 1
    last = (today.year, running - 1) if running > 1 else (today.year - 1, _LAST)
    return ReportsView([_view(row) for row in await reports.newest(work, REPORTS_SHOWN)], *last)


@use_case("market.ledger", writes=False)
async def tax_report_file(work: Work, ask: ReportRef) -> ReportFile:
    """The file of a report."""
    row, content = (
        await reports.one(work, int(ask.report_id)),
        await reports.content(work, int(ask.report_id)),
    )
    if row is None or content is None:
        raise NotFound(report_id=ask.report_id)
    name = f"suppliers-income-{row['year']}-q{row['quarter']}.{row['format']}"
    return ReportFile(file_name=name, format=row["format"], content=content)


@use_case("system", writes=False)
async def report_errand(work: Work, ask: ReportRef) -> ReportErrand:
    """Tells the worker what a report says: every supplier that earned or gave back anything in the quarter."""
    row = await reports.one(work, int(ask.report_id))
    if row is None:
        raise NotFound(report_id=ask.report_id)
    return ReportErrand(
        report_id=ask.report_id,
        year=row["year"],
        quarter=row["quarter"],
        format=row["format"],
        lang=row["lang"],
        state=row["state"],
        rows=await quarter_of(work, row["year"], row["quarter"]),
    )


async def quarter_of(work: Work, year: int, quarter: int) -> list[ReportRow]:
    """The rows of a quarter's report, in order of the suppliers' ids."""
    from_at, until_at = _quarter(work, year, quarter)
    earned = {one.seller_id: one for one in await ledger.income_by_seller(work, from_at, until_at)}
    sold = await ordering.orders_paid_by_seller(work, from_at, until_at)
    who = await parties.registrations(work, sorted(earned.keys() | sold.keys()))
    none = ledger.Income(seller_id=0, gross_minor=0, returns_minor=0, fees_minor=0)
    return [
        ReportRow(
            seller_id=str(seller_id),
            name=one.name.say("zh"),
            credit_code=one.uscc,
            kind=one.supplier_kind,
            place_code=one.place_code or one.country,
            orders=sold.get(seller_id, 0),
            gross_minor=(income := earned.get(seller_id, none)).gross_minor,
            returns_minor=income.returns_minor,
            net_minor=income.net_minor,
            fees_minor=income.fees_minor,
        )
        for seller_id, one in sorted(who.items())
    ]


@use_case("system", writes=True)
async def keep_report(work: Work, ask: KeepReport) -> Done:
    """Keeps the file of a report; a second one changes nothing."""
    row = await reports.one(work, int(ask.report_id))
    if row is None or row["state"] != ReportState.waiting:
        return Done()
    state = REPORT_MOVES.after(ReportState(row["state"]), "make")
    sums = (ask.sellers, ask.orders, ask.gross_minor, ask.returns_minor)
    await reports.keep(work, row["report_id"], state, ask.content, hashlib.sha256(ask.content).digest(), sums)
    return Done()


def _quarter(work: Work, year: int, quarter: int) -> tuple[datetime, datetime]:
    """When a quarter begins in the market, and when the next one does."""
    zone = ZoneInfo(work.terms.timezone)
    begins = datetime(year, (quarter - 1) * _MONTHS + 1, 1, tzinfo=zone)
    after = (year + 1, 1) if quarter == _LAST else (year, quarter * _MONTHS + 1)
    return begins, datetime(*after, 1, tzinfo=zone)


def _view(row: reports.Row) -> ReportView:
    return ReportView(
        report_id=str(row["report_id"]),
        year=row["year"],
        quarter=row["quarter"],
        format=row["format"],
        state=row["state"],
        sellers=row["sellers"],
        orders=row["orders"],
        gross_minor=row["gross_minor"],
        returns_minor=row["returns_minor"],
        net_minor=row["gross_minor"] - row["returns_minor"],
        sha256=row["sha256"].hex() if row["sha256"] else "",
        asked_at=row["asked_at"],
        made_at=row["made_at"],
    )
