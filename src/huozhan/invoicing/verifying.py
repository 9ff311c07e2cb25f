"""Verifying: what orders may be invoiced for is what orders and cases say, and what is counted is what invoices say."""

from huozhan import ledger
from huozhan.invoicing.fee_billing import month_bounds
from huozhan.invoicing.hearing import DIFFERS
from huozhan.invoicing.store import fees, invoices, room
from huozhan.invoicing.worth import worth_of
from huozhan.kernel.findings import Finding
from huozhan.kernel.work import Work

FINDINGS_MAX = 100
_PAGE = 500


async def verify(work: Work) -> list[Finding]:
    """Compares each order's row with its invoices and with what was paid and given back; lines and tax with totals."""
    found = [
        Finding(code="invoicing.order_apart", facts=dict(row)) for row in await room.apart(work, FINDINGS_MAX)
    ]
    found += [
        Finding(code="invoicing.lines_apart", facts=dict(row))
        for row in await invoices.lines_apart(work, FINDINGS_MAX)
    ]
    found += [
        Finding(code="invoicing.answer_differs", facts={"invoice_id": id_})
        for id_ in await invoices.with_reason(work, DIFFERS, FINDINGS_MAX)
    ]
    found += await _fees_apart(work)
    after = 0
    while len(found) < FINDINGS_MAX and (rows := await room.orders_after(work, after, _PAGE)):
        worth = await worth_of(work, [row["order_id"] for row in rows], of_all=True)
        for row in rows:
            one = worth[row["order_id"]]
            if (row["paid_minor"], row["refunded_minor"]) != (one.order.paid_minor, one.refunded_minor):
                facts = {
                    "order_id": row["order_id"],
                    "noted": f"{row['paid_minor']} - {row['refunded_minor']}",
                    "is": f"{one.order.paid_minor} - {one.refunded_minor}",
                }
                found.append(Finding(code="invoicing.paid_differs", facts=facts))
        after = rows[-1]["order_id"]
    return found[:FINDINGS_MAX]


async def _fees_apart(work: Work) -> list[Finding]:
    """Billed months of suppliers of which the market's documents say something else than the book."""
    span = await fees.first_and_last(work)
    if span is None:
        return []
    from_at, until_at = month_bounds(work, span[0])[0], month_bounds(work, span[1])[1]
    booked = {
        (one.month, one.seller_id): (one.charged_minor, one.returned_minor)
        for one in await ledger.fees_by_month(work, from_at, until_at)
    }
    billed = await fees.billed(work)
    return [
        Finding(
            code="invoicing.fees_apart",
            facts={
                "month": month.isoformat(),
                "seller_id": seller_id,
                "booked": booked.get((month, seller_id), (0, 0)),
                "billed": billed.get((month, seller_id), (0, 0)),
            },
        )
        for month, seller_id in sorted(booked.keys() | billed.keys())
        if booked.get((month, seller_id)) != billed.get((month, seller_id))
    ][:FINDINGS_MAX]
