"""Writes fund records to files, page by page, and renders them beside the loop."""

import asyncio
from typing import Any

import structlog

from huozhan import payments
from huozhan.doors.hall import Hall
from huozhan.doors.pages import paper
from huozhan.kernel.actor import system

log = structlog.get_logger()


class DoesNotAddUp(Exception):
    """What a statement begins with and its lines do not come to what it ends with: something is still being written."""


async def make_export(hall: Hall, *, org_id: int, export_id: int, **_: Any) -> None:
    """Writes one file; run again after a kill it begins anew, and one that is written stays as it is."""
    named = {"org_id": str(org_id), "export_id": str(export_id)}
    errand = await hall.run(payments.export_errand, payments.asks.ExportErrandAsk(**named), system())
    if errand.state != "waiting":
        return
    lines: list[payments.views.FundLine] = []
    cursor = ""
    while True:
        ask = payments.asks.ExportPage(**named, cursor=cursor, done=len(lines))
        page = await hall.run(payments.export_page, ask, system())
        lines += page.items
        cursor = page.next_cursor or ""
        if not cursor:
            break
    _must_add_up(errand, lines)
    content = await asyncio.to_thread(paper.make_file, hall, errand, lines[::-1])
    await hall.run(payments.end_export, payments.asks.EndExport(**named, content=content), system())


def _must_add_up(errand: payments.views.ExportErrand, lines: list[payments.views.FundLine]) -> None:
    """A statement is only given out when it adds up; another try sees what was still on its way into the book."""
    changed = sum(line.change_minor for line in lines)
    if errand.kind == "statement" and errand.opening_minor + changed != errand.closing_minor:
        raise DoesNotAddUp


async def watch_deposits(hall: Hall) -> int:
    """A round of the worker over all sellers: their deposits beside what the rules ask now."""
    after = 0
    while True:
        judged = await hall.run(payments.watch_deposits, payments.asks.SellersAfter(after=after), system())
        if not judged.last:
            return 0
        after = judged.last
