"""Exporting: records as a file that the worker writes, its hash kept so that anybody who holds it can have it checked."""

import hashlib
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

from huozhan import ledger, parties
from huozhan.kernel.moves import Moves
from huozhan.kernel.paging import Page, before_in, write_cursor
from huozhan.kernel.refusals import Invalid, NotFound, Refusal
from huozhan.kernel.shapes import Bilingual, Done
from huozhan.kernel.work import Work, use_case
from huozhan.ledger import Account
from huozhan.payments.asks import (
    AskExport,
    CheckStatement,
    EndExport,
    ExportErrandAsk,
    ExportPage,
    ExportRef,
    MyExports,
    Wanted,
)
from huozhan.payments.facts import ExportReady
from huozhan.payments.funds import NAMES, lines_of, side_accounts, sought_of, worth
from huozhan.payments.store import exports
from huozhan.payments.views import ExportErrand, ExportFile, ExportView, FundLine, StatementCheck

EXPORT_JOB = "payments.export"
DAYS_MAX = 366
WAITING_MAX = 5
LINES_AT_ONCE = 1_000


class ExportState(StrEnum):
    """How far a file has come; the words are under `records.state`."""

    waiting = "waiting"
    done = "done"
    failed = "failed"


MOVES = Moves(
    "fund export",
    ExportState.waiting,
    {
        (ExportState.waiting, "write"): ExportState.done,
        (ExportState.waiting, "fail"): ExportState.failed,
    },
)


class TooManyRecords(Refusal):
    """There are more records than one file of this format holds; fewer days make fewer."""

    code = "payments.too_many_records"


class ExportsWait(Refusal):
    """So many files are being written already."""

    code = "payments.exports_wait"


@use_case("funds.withdraw", writes=True)
async def ask_export(work: Work, ask: AskExport) -> ExportView:
    """Has records of some days written to a file; the worker does it, page by page."""
    from_on, until_on = ask.from_on, ask.until_on
    if from_on is None or until_on is None or not 0 <= (until_on - from_on).days < DAYS_MAX:
        raise Invalid(field="until_on", detail=f"from_on, until_on: 1 to {DAYS_MAX} days")
    if await exports.waiting(work) >= WAITING_MAX:
        raise ExportsWait(most=WAITING_MAX)
    wanted = _wanted(ask)
    accounts = side_accounts(work.actor.org_id, ask.side)
    lines_total = await ledger.count_lines(work, accounts, _sought(work, wanted, work.now))
    rule = "payments.export_pdf_lines" if ask.format == "pdf" else "payments.export_lines"
    if lines_total > work.rule(rule).value:
        raise TooManyRecords(lines=lines_total, most=work.rule(rule).value)
    opening, closing = await _ends(work, accounts, wanted, work.now)
    export_id = work.new_id()
    await exports.add(
        work, export_id, kind=ask.kind, side=ask.side, format_=ask.format, lang=work.actor.lang, from_on=from_on,
        until_on=until_on, wanted=msgspec.json.encode(wanted).decode(), lines_total=lines_total,
        opening_minor=worth(opening), closing_minor=worth(closing),
    )  # fmt: skip
    work.enqueue(EXPORT_JOB, {"org_id": work.actor.org_id, "export_id": export_id})
    return await _shown(work, export_id)


@use_case("funds.view", writes=False)
async def my_exports(work: Work, ask: MyExports) -> Page[ExportView]:
    """Lists the organisation's files of records, newest first."""
    rows = await exports.of_org(work, before_in(ask.cursor), ask.size + 1)
    shown = rows[: ask.size]
    next_cursor = write_cursor(shown[-1]["export_id"]) if len(rows) > ask.size else None
    return Page([_view(row) for row in shown], next_cursor)


@use_case("funds.view", writes=False)
async def export_file(work: Work, ask: ExportRef) -> ExportFile:
    """Gives a file that was written."""
    export = await _shown(work, int(ask.export_id))
    content = await exports.content(work, int(ask.export_id))
    if content is None:
        raise NotFound(export_id=ask.export_id)
    name = f"{export.kind}-{export.side}-{export.from_on}-{export.until_on}.{export.format}"
    return ExportFile(file_name=name, format=export.format, content=content)


@use_case("public", writes=False)
async def check_statement(work: Work, ask: CheckStatement) -> StatementCheck:
    """Tells whoever holds a file whether this market made it, for whom and about which days."""
    row = await exports.by_hash(work, bytes.fromhex(ask.sha256))
    if row is None:
        return StatementCheck(is_known=False)
    faces = await parties.org_faces(work, [row["org_id"]])
    face = faces.get(row["org_id"])
    return StatementCheck(
        is_known=True,
        organisation=face.name if face else Bilingual(),
        kind=row["kind"],
        side=row["side"],
        format=row["format"],
        from_on=row["from_on"],
        until_on=row["until_on"],
        made_at=row["ended_at"],
    )


@use_case("system", writes=False)
async def export_errand(work: Work, ask: ExportErrandAsk) -> ExportErrand:
    """Tells the worker what a file is to hold, and what its days began and ended with."""
    row = await _row(work, ask)
    accounts = side_accounts(row["org_id"], row["side"])
    days = Wanted(from_on=row["from_on"], until_on=row["until_on"])
    opening, closing = await _ends(work, accounts, days, row["asked_at"])
    face = (await parties.org_faces(work, [row["org_id"]]))[row["org_id"]]
    return ExportErrand(
        state=row["state"],
        kind=row["kind"],
        side=row["side"],
        format=row["format"],
        lang=row["lang"],
        name_zh=face.name.zh,
        name_en=face.name.en,
        from_on=row["from_on"],
        until_on=row["until_on"],
        lines_total=row["lines_total"],
        opening={NAMES[account.code]: minor for account, minor in opening.items()},
        closing={NAMES[account.code]: minor for account, minor in closing.items()},
        opening_minor=worth(opening),
        closing_minor=worth(closing),
    )


@use_case("system", writes=True)
async def export_page(work: Work, ask: ExportPage) -> Page[FundLine]:
    """Gives the worker the next lines of a file, newest first, and notes how far it has come."""
    row = await _row(work, ask)
    wanted = msgspec.json.decode(row["wanted"], type=Wanted)
    accounts = side_accounts(row["org_id"], row["side"])
    sought = _sought(work, wanted, row["asked_at"])
    page = await lines_of(work, accounts, sought, ask.cursor, LINES_AT_ONCE)
    await exports.progress(
        work, row["org_id"], row["export_id"], min(ask.done + len(page.items), row["lines_total"])
    )
    return page


@use_case("system", writes=True)
async def end_export(work: Work, ask: EndExport) -> Done:
    """Keeps a file that was written, with its hash, or why it could not be; a second time changes nothing."""
    row = await exports.lock(work, int(ask.org_id), int(ask.export_id))
    if row is None or row["state"] != ExportState.waiting:
        return Done()
    state = MOVES.after(ExportState(row["state"]), "fail" if ask.trouble else "write")
    await exports.end(
        work, row["org_id"], row["export_id"], state=state, content=ask.content or None,
        sha256=hashlib.sha256(ask.content).digest() if ask.content else None, trouble=ask.trouble,
    )  # fmt: skip
    if state is ExportState.done:
        work.record(ExportReady(export_id=row["export_id"], org_id=row["org_id"], side=row["side"]))
    return Done()


def _wanted(ask: AskExport) -> Wanted:
    """A statement leaves nothing out, whatever else was said."""
    whole = Wanted(from_on=ask.from_on, until_on=ask.until_on)
    if ask.kind == "statement":
        return whole
    return msgspec.structs.replace(
        whole, sort=ask.sort, number=ask.number, least_minor=ask.least_minor, most_minor=ask.most_minor
    )


def _sought(work: Work, wanted: Wanted, asked_at: datetime) -> ledger.Sought:
    """What a file holds: never what happened after it was asked for, so that a running day adds up too."""
    sought = sought_of(work, wanted)
    return msgspec.structs.replace(sought, until_at=min(sought.until_at, asked_at))


async def _ends(
    work: Work, accounts: list[Account], days: Wanted, asked_at: datetime
) -> tuple[dict[Account, int], dict[Account, int]]:
    """What the accounts stood at when the days began and when they ended, or when the file was asked for."""
    sought = _sought(work, days, asked_at)
    return (
        await ledger.balances_at(work, accounts, sought.from_at),
        await ledger.balances_at(work, accounts, sought.until_at),
    )


async def _row(work: Work, ask: ExportErrandAsk) -> exports.Row:
    row = await exports.show(work, int(ask.org_id), int(ask.export_id))
    if row is None:
        raise NotFound(export_id=ask.export_id)
    return row


async def _shown(work: Work, export_id: int) -> ExportView:
    row = await exports.show(work, work.actor.org_id, export_id)
    if row is None:
        raise NotFound(export_id=str(export_id))
    return _view(row)


def _view(row: Any) -> ExportView:
    return ExportView(
        export_id=str(row["export_id"]),
        kind=row["kind"],
        side=row["side"],
        format=row["format"],
        from_on=row["from_on"],
        until_on=row["until_on"],
        state=row["state"],
        lines_total=row["lines_total"],
        lines_done=row["lines_done"],
        trouble=row["trouble"],
        opening_minor=row["opening_minor"],
        closing_minor=row["closing_minor"],
        sha256=row["sha256"].hex() if row["sha256"] else "",
        asked_at=row["asked_at"],
        ended_at=row["ended_at"],
    )
