"""Escrowing: what was paid for an order is put into its escrow, from wherever it came."""

from collections.abc import Sequence

from huozhan.kernel.work import Work
from huozhan.ledger import Entry, write_entry
from huozhan.payments.payment import PaymentMethod
from huozhan.payments.store import bank, payments


async def escrowed(
    work: Work, payment_id: int, rows: Sequence[payments.Row], *, escrow_id: int = 0
) -> list[Entry]:
    """The entries that fill the escrow of these parts: from the channel (E1), the wallet (E3) or what the bank got (E14b).

    Where an escrow is named, it is that of the stage that is paid (from the channel E11a), not the order's own.
    """
    method = rows[0]["method"]
    if method == PaymentMethod.bank:
        return await _from_bank(work, payment_id, rows, escrow_id)
    code = "E3" if method == PaymentMethod.wallet else "E11a" if escrow_id else "E1"
    return [
        write_entry(
            code,
            business_key=f"{code}:{payment_id}:{row['order_id']}",
            about_id=row["order_id"],
            owners={101: row["channel_id"], 201: row["payer_id"], 202: escrow_id or row["order_id"]},
            amounts={"paid": row["amount_minor"]},
            memo={"payment_id": str(payment_id), "channel_txn": row["channel_txn"]},
        )
        for row in rows
    ]


async def _from_bank(
    work: Work, payment_id: int, rows: Sequence[payments.Row], escrow_id: int
) -> list[Entry]:
    shares = await bank.shares_of(work, payment_id, [row["order_id"] for row in rows])
    return [
        write_entry(
            "E14b",
            business_key=f"E14b:{share.receipt_id}:{share.order_id}",
            about_id=share.order_id,
            owners={213: share.receipt_id, 202: escrow_id or share.order_id},
            amounts={"paid": share.amount_minor},
            memo={"payment_id": str(payment_id)},
        )
        for share in shares
    ]
