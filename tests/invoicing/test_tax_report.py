"""The quarterly report of suppliers' income says what the book says, to the fen."""

import io
from datetime import UTC, datetime

import pytest
from python_calamine import CalamineWorkbook

from huozhan import invoicing, ledger
from huozhan.doors.jobs import tax_reports
from huozhan.invoicing.reporting import AskReport, QuarterNotOver, ReportRow
from huozhan.kernel.actor import system
from huozhan.kernel.refusals import Forbidden
from huozhan.kernel.shapes import Nothing
from tests.aftersales.complaining import Desk
from tests.credit.lending import Lending
from tests.invoicing.billing import Billing
from tests.ordering.staged_trade import StagedTrade

NEXT_QUARTER = datetime(2026, 4, 2, tzinfo=UTC)
GOODS_CUPS = 10_800
SELLERS = (203, 204, 205, 207)
"""Accounts that grow with what sellers own; 105 is what they owe."""


async def book(billing: Billing) -> dict[int, int]:
    """Each line of the trial balance, credit counted positive."""
    shown = await billing.hall.run(ledger.trial_balance, Nothing(), billing.trade.people.operator)
    assert shown.difference_minor == 0
    return {line.code: line.credit_minor - line.debit_minor for line in shown.lines}


async def rows_of(billing: Billing, year: int = 2026, quarter: int = 1) -> dict[str, ReportRow]:
    async with billing.hall.pool.acquire() as db:
        rows = await invoicing.quarter_of(billing.hall.work(db, system()), year, quarter)
    return {row.seller_id: row for row in rows}


async def test_a_quarter_of_every_kind_of_trade_equals_the_trial_balance(billing: Billing) -> None:
    trade, desk = billing.trade, Desk(billing.trade)
    before = await book(billing)
    # Escrow: received; given back before it was sent; in part and after it was received.
    await billing.received(red=10)
    unsent = await trade.paid(red=10)
    await trade.hall.run(*_refund(unsent, 4), trade.li)
    await trade.ship(unsent)
    await trade.confirm(unsent)
    complained = await billing.received(red=20)
    await desk.answer(await desk.apply(complained, l1=3), agree=True)
    # On credit: one bill paid in part. In stages: the first released, the second straight to the seller.
    lending = Lending(trade)
    await lending.grant()
    await lending.receive(10_000)
    await lending.repay(20_000)
    staged = StagedTrade(trade)
    order = await staged.one()
    await staged.to_second(order)
    await staged.push(order)
    await trade.pay(order)

    after, rows = await book(billing), await rows_of(billing)

    net_minor = sum(row.gross_minor - row.returns_minor for row in rows.values())
    change = {code: after.get(code, 0) - before.get(code, 0) for code in after}
    assert net_minor == sum(change[code] for code in (*SELLERS, 105, 301, 210))
    assert sum(row.fees_minor for row in rows.values()) == change[301] + change[210]
    cups = rows[str(trade.chenguang.org_id)]
    assert cups.returns_minor == 3_150
    assert cups.gross_minor == 10_800 + (10_800 - 4_320) + 21_000 + 93_000
    bolts = rows[str(trade.hongfa.org_id)]
    assert (bolts.gross_minor, bolts.returns_minor) == (20_000, 0)
    assert (cups.credit_code, cups.orders, bolts.orders) == ("91330782MA28A1B2X4", 4, 1)


def _refund(order, quantity):
    from huozhan import ordering
    from huozhan.ordering.asks import LineQuantity, RefundUnshipped

    ask = RefundUnshipped(
        order_id=order.order_id, lines=(LineQuantity(line_no=1, quantity=quantity),), reason="多订了"
    )
    return ordering.refund_unshipped, ask


async def test_a_report_is_made_once_its_quarter_is_over(billing: Billing) -> None:
    operator, hall = billing.trade.people.operator, billing.hall
    await billing.received(red=10)
    with pytest.raises(QuarterNotOver):
        await hall.run(invoicing.ask_report, AskReport(year=2026, quarter=1), operator)
    with pytest.raises(Forbidden):
        await hall.run(invoicing.ask_report, AskReport(year=2025, quarter=4), billing.trade.chenguang)
    billing.trade.clock.pass_(seconds=(NEXT_QUARTER - billing.trade.clock.now()).total_seconds())

    files = {}
    for format_ in ("xlsx", "csv"):
        asked = await hall.run(
            invoicing.ask_report, AskReport(year=2026, quarter=1, format=format_), operator
        )
        for _ in range(2):
            await tax_reports.make(hall, report_id=int(asked.report_id))
        found = await hall.run(
            invoicing.tax_report_file, invoicing.ReportRef(report_id=asked.report_id), operator
        )
        files[format_] = found.content

    shown = await hall.run(invoicing.tax_reports, Nothing(), operator)
    assert (shown.year, shown.quarter) == (2026, 1)
    assert [
        (one.state, one.sellers, one.orders, one.gross_minor, one.net_minor) for one in shown.reports
    ] == [("done", 1, 1, 10_800, 10_800)] * 2
    table = CalamineWorkbook.from_filelike(io.BytesIO(files["xlsx"])).get_sheet_by_index(0).to_python()
    assert table[1][1:7] == ["91330782MA28A1B2X4", "贸易商", "330700", 1.0, 108.0, ""] or table[1][5] == 108.0
    assert table[-1][4:8] == [1.0, 108.0, 0.0, 108.0]
    assert "义乌市晨光小商品有限公司,91330782MA28A1B2X4" in files["csv"].decode()
    assert await rows_of(billing, 2026, 2) == {}


async def test_what_went_back_in_another_quarter_counts_there(billing: Billing) -> None:
    order = await billing.received(red=10)
    billing.trade.clock.pass_(seconds=(NEXT_QUARTER - billing.trade.clock.now()).total_seconds())
    async with billing.hall.pool.acquire() as db:
        await db.execute("UPDATE trade_order SET ended_at = $1", billing.trade.clock.now())
    desk = Desk(billing.trade)
    await desk.answer(await desk.apply(order, l1=5), agree=True)

    (first,) = (await rows_of(billing)).values()
    (second,) = (await rows_of(billing, 2026, 2)).values()
    assert (first.gross_minor, first.returns_minor, first.orders) == (10_800, 0, 1)
    assert (second.gross_minor, second.returns_minor, second.net_minor, second.orders) == (
        0,
        5_400,
        -5_400,
        0,
    )
