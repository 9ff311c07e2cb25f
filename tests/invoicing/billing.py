"""Invoices to tell stories with: what 小李, the sellers and the tax party do, in one line each."""

from typing import Any

import msgspec

from huozhan import invoicing, operations
from huozhan.doors.hall import Hall, Outside
from huozhan.doors.jobs.relay import relay_once
from huozhan.doors.jobs.table import TASKS
from huozhan.invoicing import TaxAnswer, TaxRecord
from huozhan.invoicing.asks import (
    AskInvoice,
    CloseInvoice,
    EnterInvoice,
    InvoicedOrder,
    InvoiceRef,
    RedRef,
    SaveRates,
    SaveTitle,
)
from huozhan.invoicing.views import InvoicePage, InvoiceStateView, OrderInvoices, TaxErrand, TitleSaved
from huozhan.kernel.actor import Actor, system
from huozhan.kernel.findings import Finding
from huozhan.kernel.signed_http import PartySilent
from huozhan.ordering.views import PlacedOrder
from tests.ordering.trading import Trade

LI_USCC = "91330100799655058B"
WHOLE = {
    "kind": "company", "name": "成都小李杂货有限公司", "taxpayer_id": LI_USCC, "address": "成都市锦江区春熙路 1 号",
    "phone": "028-86660000", "bank": "中国工商银行成都分行", "account": "6222021208009998887",
}  # fmt: skip
PDF = b"%PDF-1.7 an invoice"


class PlayedTax:
    """A tax party in the test's own process: it remembers every reference, and may be silent or say no."""

    def __init__(self) -> None:
        self.answers: dict[str, TaxAnswer] = {}
        self.records: dict[str, TaxRecord] = {}
        self.asked: list[TaxErrand] = []
        self.silent_after_success = 0
        self.refuses = ""

    async def ask(self, errand: TaxErrand) -> TaxAnswer:
        self.asked.append(errand)
        if errand.ref not in self.answers:
            self.answers[errand.ref] = self._answer(errand)
        if self.silent_after_success:
            self.silent_after_success -= 1
            raise PartySilent("tax")
        return self.answers[errand.ref]

    def _answer(self, errand: TaxErrand) -> TaxAnswer:
        if self.refuses:
            return TaxAnswer(ref=errand.ref, state="refused", reason=self.refuses)
        number = errand.number if errand.what == "void" else f"26331{len(self.answers) + 1:015d}"
        if errand.what == "issue":
            assert errand.seller
            assert errand.buyer
            self.records[number] = TaxRecord(
                number=number, seller_taxpayer_id=errand.seller.taxpayer_id, buyer_name=errand.buyer.name,
                amount_minor=errand.amount_minor, tax_minor=errand.tax_minor,
            )  # fmt: skip
        return TaxAnswer(
            ref=errand.ref, state="done", number=number, amount_minor=errand.amount_minor, tax_minor=errand.tax_minor
        )  # fmt: skip

    async def query(self, ref: str) -> TaxAnswer | None:
        return self.answers.get(ref)

    async def look_up(self, number: str) -> TaxRecord | None:
        return self.records.get(number)

    async def download(self, number: str, format_: str) -> bytes:
        return f"%PDF- {number} {format_}".encode()


class Billing:
    """A trade whose buyer wants invoices."""

    def __init__(self, trade: Trade) -> None:
        self.trade = trade
        self.tax = PlayedTax()
        trade.hall.outside = Outside(tax=self.tax)
        self._titles: dict[bool, TitleSaved] = {}

    @property
    def hall(self) -> Hall:
        """The market."""
        return self.trade.hall

    async def title(self, *, whole: bool = True, by: Actor | None = None, **changed: Any) -> TitleSaved:
        """小李 keeps a title: one with everything, or a bare name."""
        fields = WHOLE if whole else {"kind": "personal", "name": "李小明"}
        ask = msgspec.convert(fields | changed, SaveTitle)
        return await self.hall.run(invoicing.save_title, ask, by or self.trade.li)

    async def received(self, **goods: int) -> PlacedOrder:
        """An order that is paid, shipped and received."""
        order = await self.trade.paid(**goods)
        await self.trade.ship(order)
        await self.trade.confirm(order)
        return order

    async def ask(
        self, *orders: PlacedOrder, kind: str = "ordinary", by: Actor | None = None
    ) -> InvoiceStateView:
        """小李 asks for an invoice of these orders."""
        whole = kind == "special"
        if whole not in self._titles:
            self._titles[whole] = await self.title(whole=whole)
        fields = {
            "order_ids": [order.order_id for order in orders], "title_id": self._titles[whole].title_id, "kind": kind,
        }  # fmt: skip
        return await self.hall.run(
            invoicing.ask_invoice, msgspec.convert(fields, AskInvoice), by or self.trade.li
        )

    async def issue(self, invoice: InvoiceStateView, by: Actor | None = None) -> InvoicePage:
        """The seller has it issued, and the tax party does."""
        ask = InvoiceRef(invoice_id=invoice.invoice_id)
        await self.hall.run(invoicing.issue_invoice, ask, by or self.trade.chenguang)
        await self.catch_up()
        return await self.page(invoice)

    async def issued(self, *orders: PlacedOrder, kind: str = "ordinary") -> InvoicePage:
        """An invoice that was asked for and issued."""
        asked = await self.ask(*orders, kind=kind)
        return await self.issue(asked, self.trade.seller_of(orders[0]))

    async def enter(self, invoice: InvoiceStateView, number: str) -> InvoicePage:
        """The seller enters one that was issued elsewhere."""
        ask = EnterInvoice(invoice_id=invoice.invoice_id, number=number, format="pdf", content=PDF)
        await self.hall.run(invoicing.enter_invoice, ask, self.trade.chenguang)
        await self.catch_up()
        return await self.page(invoice)

    async def close(
        self, use_case: Any, invoice: InvoiceStateView, by: Actor, reason: str = "抬头有误"
    ) -> None:
        """Somebody ends a request, or has an invoice made void."""
        await self.hall.run(use_case, CloseInvoice(invoice_id=invoice.invoice_id, reason=reason), by)

    async def confirm_red(self, page: InvoicePage, by: Actor | None = None) -> InvoicePage:
        """小李 confirms the red letter that waits."""
        ask = RedRef(invoice_id=page.card.invoice_id, red_id=page.reds[-1].red_id)
        await self.hall.run(invoicing.confirm_red, ask, by or self.trade.li)
        await self.catch_up()
        return await self.page(page.card)

    async def rates(self, rate_bp: int, *, at_payment: bool = False, **own: int) -> None:
        """晨光 sets its rates: by default, and of offers by their codes."""
        rows = [{"scope": "offer", "code": code, "rate_bp": bp} for code, bp in own.items()]
        ask = msgspec.convert({"rate_bp": rate_bp, "at_payment": at_payment, "own": rows}, SaveRates)
        await self.hall.run(invoicing.save_rates, ask, self.trade.chenguang)

    async def page(self, invoice: Any, by: Actor | None = None) -> InvoicePage:
        """An invoice as 小李 (or another) sees it."""
        ask = InvoiceRef(invoice_id=invoice.invoice_id)
        return await self.hall.run(invoicing.invoice_page, ask, by or self.trade.li)

    async def of_order(self, order: PlacedOrder) -> OrderInvoices:
        """What 小李 sees of an order's invoices."""
        return await self.hall.run(
            invoicing.order_invoices, InvoicedOrder(order_id=order.order_id), self.trade.li
        )

    async def hall_state(self, invoice_id: str) -> InvoiceStateView:
        """An invoice by its id, as if something was just done to it."""
        return InvoiceStateView(invoice_id=invoice_id, state="", amount_minor=0, number="")

    async def catch_up(self) -> None:
        """Facts are told and the jobs of invoices are worked until nothing is left."""
        while await relay_once(self.hall) or await self._work():
            pass

    async def _work(self) -> int:
        async with self.hall.pool.acquire() as db:
            jobs = await db.fetch("DELETE FROM job WHERE kind LIKE 'invoicing.%' RETURNING kind, payload")
        for job in jobs:
            try:
                await TASKS[job["kind"]](self.hall, **msgspec.json.decode(job["payload"]))
            except Exception as error:
                if type(error).__name__ != "TryLater":
                    raise
        return len(jobs)

    async def findings(self) -> list[Finding]:
        """What the check of all books finds."""
        async with self.hall.pool.acquire() as db:
            return await invoicing.verify(self.hall.work(db, system()))

    async def books(self) -> list[Finding]:
        """What the operator's check of everything finds."""
        shown = await self.hall.run(operations.verify, operations.books.Verify(), self.trade.people.operator)
        return shown.findings
