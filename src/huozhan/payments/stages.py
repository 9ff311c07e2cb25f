"""Stages: the first one's money waits in an escrow of its own (E11a), a later one's goes straight to the seller (E11b)."""

from collections.abc import Mapping

import msgspec

from huozhan import ledger
from huozhan.kernel.work import Work
from huozhan.ledger import write_entry
from huozhan.payments.escrowing import escrowed
from huozhan.payments.payment import PaymentMethod, Release
from huozhan.payments.releasing import COMMISSION, VAT, commission_of, pay_out, release
from huozhan.payments.store import earnings, payments
from huozhan.payments.taking import net_debt


class DirectStage(msgspec.Struct, frozen=True, kw_only=True):
    """A stage that is paid straight to the seller; commission is counted from one running total of goods to another."""

    order_id: int
    seller_id: int
    stage_no: int
    goods_minor: int
    freight_minor: int
    charged_minor: tuple[int, int]
    rules: Mapping[str, int]
    order_number: str
    escrow_id: int

    @property
    def as_release(self) -> Release:
        """The stage as money that leaves its own escrow."""
        return Release(
            order_id=self.order_id,
            seller_id=self.seller_id,
            key=f"stage:{self.stage_no}",
            goods_minor=(self.goods_minor,),
            freight_minor=self.freight_minor,
            charged_minor=(self.charged_minor,),
            rules=self.rules,
            order_number=self.order_number,
            escrow_id=self.escrow_id,
        )


async def take_stage(work: Work, payment_id: int, order_id: int, *, escrow_id: int) -> None:
    """Puts the paid part of an order into the escrow of its first stage (E11a, E3 or E14b, by where it came from)."""
    rows = await payments.end_parts(work, payment_id, [order_id], "escrowed")
    assert len(rows) == 1, "each part is decided once"
    await ledger.post(work, await escrowed(work, payment_id, rows, escrow_id=escrow_id))


async def take_stage_direct(work: Work, payment_id: int, stage: DirectStage) -> None:
    """Pays a later stage to its seller, less commission with the tax inside it.

    From the channel it goes straight there (E11b); from the wallet or the bank through an escrow of its own, which it
    leaves at once. What the seller owes is netted before the money can be withdrawn (E5n).
    """
    rows = await payments.end_parts(work, payment_id, [stage.order_id], "direct")
    assert [row["amount_minor"] for row in rows] == [stage.goods_minor + stage.freight_minor]
    if rows[0]["method"] != PaymentMethod.channel:
        await ledger.post(work, await escrowed(work, payment_id, rows, escrow_id=stage.escrow_id))
        await release(work, stage.as_release)
        return
    rate = work.rules.pinned(COMMISSION, stage.rules, work.now)
    vat = work.rules.pinned(VAT, stage.rules, work.now)
    net_minor, tax_minor = commission_of([stage.charged_minor], rate.value, vat.value)
    entry = write_entry(
        "E11b",
        business_key=f"E11b:{payment_id}:{stage.order_id}",
        about_id=stage.order_id,
        owners={101: rows[0]["channel_id"], 204: stage.seller_id},
        amounts={
            "seller": rows[0]["amount_minor"] - net_minor - tax_minor,
            "commission": net_minor,
            "vat": tax_minor,
        },
        memo={
            "order_number": stage.order_number,
            "stage_no": stage.stage_no,
            "goods_minor": stage.goods_minor,
            "freight_minor": stage.freight_minor,
            "commission_minor": net_minor,
            "vat_minor": tax_minor,
            "rate_bp": rate.value,
            "rate_version": rate.version,
            "vat_bp": vat.value,
            "vat_version": vat.version,
        },
    )
    await ledger.post(work, [entry])
    await earnings.note(work, stage.order_id, f"stage:{stage.stage_no}", entry.memo)
    await net_debt(work, stage.seller_id)


async def keep_deposit(work: Work, out: Release, kept_minor: int) -> None:
    """Pays a seller what is kept of a deposit whose buyer stopped (as E4); nothing was sold, so no commission is due."""
    entry = write_entry(
        "E4",
        business_key=f"E4:{out.order_id}:{out.key}",
        about_id=out.order_id,
        owners={202: out.escrow_id, 203: out.seller_id},
        amounts={"seller": kept_minor},
        memo={"order_number": out.order_number, "kept_minor": kept_minor},
    )
    await pay_out(work, out, entry, kept_minor)
