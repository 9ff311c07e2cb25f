"""Writes quarterly reports of suppliers' income to files, beside the loop."""

import asyncio
from typing import Any

from huozhan import invoicing
from huozhan.doors.hall import Hall
from huozhan.doors.pages import tax_report
from huozhan.kernel.actor import system


async def make(hall: Hall, *, report_id: int, **_: Any) -> None:
    """Writes one report; one that is written stays as it is."""
    named = invoicing.ReportRef(report_id=str(report_id))
    errand = await hall.run(invoicing.report_errand, named, system())
    if errand.state != "waiting":
        return
    content = await asyncio.to_thread(tax_report.make_file, hall, errand)
    kept = invoicing.KeepReport(
        report_id=errand.report_id,
        content=content,
        sellers=len(errand.rows),
        orders=sum(row.orders for row in errand.rows),
        gross_minor=sum(row.gross_minor for row in errand.rows),
        returns_minor=sum(row.returns_minor for row in errand.rows),
    )
    await hall.run(invoicing.keep_report, kept, system())
