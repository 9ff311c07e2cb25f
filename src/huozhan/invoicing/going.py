"""How an invoice goes on, whoever moves it: moved by its table, saved, told."""

from collections.abc import Sequence
from typing import Any

import msgspec

from huozhan.invoicing.facts import InvoiceMoved
from huozhan.invoicing.invoice import MOVES, Invoice
from huozhan.invoicing.store import invoices, room
from huozhan.invoicing.views import InvoiceStateView
from huozhan.kernel.work import Work

DUE = "invoice_due"
RED_DUE = "invoice_red_due"
ASK_JOB = "invoicing.ask"
FILES_JOB = "invoicing.files"


def moved(invoice: Invoice, event: str, **changes: Any) -> Invoice:
    """The invoice after a move; refuses where the table is silent."""
    state = MOVES.after(invoice.state, event, invoice_id=str(invoice.invoice_id))
    return msgspec.structs.replace(invoice, state=state, **changes)


def tell(
    work: Work,
    invoice: Invoice,
    event: str,
    numbers: Sequence[str],
    *,
    amount_minor: int = 0,
    reason: str = "",
) -> None:
    """Records that an invoice went on."""
    work.record(
        InvoiceMoved(
            invoice_id=invoice.invoice_id,
            seller_id=invoice.seller_id,
            buyer_id=invoice.buyer_id,
            event=event,
            state=invoice.state,
            amount_minor=amount_minor or invoice.amount_minor,
            order_numbers=list(numbers),
            reason=reason,
        )
    )


async def go(
    work: Work,
    invoice: Invoice,
    event: str,
    *,
    reason: str = "",
    asked_party: bool = False,
    amount_minor: int = 0,
) -> None:
    """Saves an invoice that went on, and says so."""
    await invoices.save(work, invoice, event, reason=reason, asked_party=asked_party)
    numbers = [part["order_number"] for part in await invoices.parts(work, invoice.invoice_id)]
    tell(work, invoice, event, numbers, amount_minor=amount_minor, reason=reason)


async def close(work: Work, invoice: Invoice, event: str, reason: str) -> Invoice:
    """Ends a request without an invoice: its orders may be asked for anew."""
    closed = moved(invoice, event, reason=reason)
    await go(work, closed, event, reason=reason)
    await room.change(work, await amounts(work, invoice), claimed=-1)
    work.clear_timer(DUE, about=invoice.invoice_id)
    return closed


async def amounts(work: Work, invoice: Invoice) -> dict[int, int]:
    """What of each order is on an invoice."""
    return {part["order_id"]: part["amount_minor"] for part in await invoices.parts(work, invoice.invoice_id)}


def ask_party(work: Work, invoice_id: int) -> None:
    """Has the tax party asked; one question at a time waits for an invoice, a second one follows the first."""
    work.enqueue(ASK_JOB, {"invoice_id": invoice_id}, dedupe_key=f"{ASK_JOB}:{invoice_id}")


def fetch_files(work: Work, invoice_id: int, red_id: int, number: str) -> None:
    """Has the tax party's files of an invoice or red letter fetched and kept."""
    work.enqueue(
        FILES_JOB,
        {"invoice_id": invoice_id, "red_id": red_id, "number": number},
        dedupe_key=f"{FILES_JOB}:{invoice_id}:{red_id}",
    )


def state_view(invoice: Invoice) -> InvoiceStateView:
    """An invoice after something was done to it."""
    return InvoiceStateView(
        invoice_id=str(invoice.invoice_id),
        state=invoice.state,
        amount_minor=invoice.amount_minor,
        number=invoice.number,
    )
