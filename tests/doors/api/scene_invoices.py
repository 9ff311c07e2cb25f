"""The scene's invoices: one asked for, one issued, and two special ones of which something was given back."""

from huozhan import invoicing
from huozhan.doors.jobs import tax_reports
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
    things["invoice"] = (await billing.ask(await billing.received(red=2))).invoice_id
    things["issued_invoice"] = (await billing.issued(await billing.received(red=2))).card.invoice_id
    for name in ("", "failed_"):
        order = await billing.received(red=2)
        page = await billing.issued(order, kind="special")
        case = await Desk(trade).apply(order, l1=1)
        await Desk(trade).answer(case, agree=True)
        await billing.catch_up()
        page = await billing.page(page.card)
        if name:
            billing.tax.refuses = "exceeds_blue"
            page = await billing.confirm_red(page)
        things[f"{name}red_invoice"], things[f"{name}red"] = page.card.invoice_id, page.reds[-1].red_id
    trade.hall.outside = before
    ask = invoicing.AskReport(year=2025, quarter=4)
    report = await trade.hall.run(invoicing.ask_report, ask, trade.people.operator)
    await tax_reports.make(trade.hall, report_id=int(report.report_id))
    things["tax_report"] = report.report_id
