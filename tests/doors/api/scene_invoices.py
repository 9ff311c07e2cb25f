"""The scene's invoices: one asked for, one issued, and two special ones of which something was given back."""

from datetime import date

from huozhan import invoicing
from huozhan.doors.jobs import tax_reports
from huozhan.kernel.actor import system
from huozhan.ordering.asks import InvoiceWish
from tests.aftersales.complaining import Desk
from tests.invoicing.billing import Billing
from tests.ordering.trading import Trade


async def billed(trade: Trade, things: dict[str, str]) -> None:
    """小李 has a title, orders to be invoiced, and invoices in every state that somebody must act in."""
    before = trade.hall.outside
    billing = Billing(trade)
    title = await billing.title(is_default=True)
    billing._titles = {True: title, False: title}
    things["title"] = title.title_id
    things["received_order"] = (await billing.received(red=2)).order_id
    wish = InvoiceWish(title_id=title.title_id)
    things["wished_order"] = (await trade.place(*trade.want(red=1), invoice=wish)).orders[0].order_id
    await billing.catch_up()
    things["invoice"] = (await billing.ask(await billing.received(red=2))).invoice_id
    things["issued_invoice"] = (await billing.issued(await billing.received(red=2))).card.invoice_id
    for name in ("", "failed_"):
        order = await billing.received(red=2)
        page = await billing.issued(order, kind="special")
        case = await Desk(trade).apply(order, l1=1)
        await Desk(trade).answer(case, agree=True)
        await billing.catch_up()
        page = await billing.page(page.card)
        if not name:
            things["gated_case"], things["gated_order"] = case.case_id, order.order_id
        if name:
            billing.tax.refuses = "exceeds_blue"
            page = await billing.confirm_red(page)
        things[f"{name}red_invoice"], things[f"{name}red"] = page.card.invoice_id, page.reds[-1].red_id
    things["fee_invoice"], things["failed_fee_invoice"] = await _billed_by_the_market(trade)
    trade.hall.outside = before
    ask = invoicing.AskReport(year=2025, quarter=4)
    report = await trade.hall.run(invoicing.ask_report, ask, trade.people.operator)
    await tax_reports.make(trade.hall, report_id=int(report.report_id))
    things["tax_report"] = report.report_id


async def _billed_by_the_market(trade: Trade) -> tuple[str, str]:
    """Two documents of the market for 晨光: one with a file, one that the tax party refused."""
    async with trade.hall.working(system()) as work:
        issued, failed = work.new_id(), work.new_id()
        db = work.db
        await db.executemany(
            "INSERT INTO fee_invoice (seller_id, document_id, month, amount_minor, tax_minor, rate_bp, seller_name,"
            " seller_taxpayer_id, state, number, reason, made_at, asked_at, issued_at)"
            " VALUES ($1, $2, $3, 200, 11, 600, '晨光', '', $4, $5, $6, $7, $7, $7)",
            [
                (trade.chenguang.org_id, issued, date(2026, 1, 1), "issued", "2" * 20, "", trade.clock.now()),
                (
                    trade.chenguang.org_id,
                    failed,
                    date(2026, 2, 1),
                    "failed",
                    "",
                    "taxpayer_under_review",
                    trade.clock.now(),
                ),
            ],
        )
        await db.execute(
            "INSERT INTO fee_invoice_file (seller_id, document_id, format, content) VALUES ($1, $2, 'pdf', $3)",
            trade.chenguang.org_id, issued, b"%PDF-1.7",
        )  # fmt: skip
    return str(issued), str(failed)
