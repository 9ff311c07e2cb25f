"""Many days of a funder's files (极速到账) with errors in them.

Its file tells the fee of each advance but names no merchant, so of the nine sorts eight can happen there.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from bench.drills.reconcile_funders import AMOUNT_MAX, BUYER, SELLER, Deed, Party, Told, drill_of
from huozhan import finance
from huozhan.finance.funder_asks import (
    AdvanceFileLine,
    FunderSettlementLine,
    NoteAdvanceFile,
    NoteFunderSettlement,
)
from huozhan.kernel.actor import system
from huozhan.kernel.money import share_bp
from huozhan.ledger import Entry, write_entry
from huozhan.payments.ports import CHANNEL_ID, FAST_FUNDER_ID

KINDS = ("amount", "state", "long", "short", "twice", "cut_off", "fee", "currency")
_LATER_PER_MILLE, _CANCELS_PER_MILLE, _FEE_BP = 400, 40, 40
_SALES_MINOR = 10**14
"""What the shop has sold before the first day; releases that repay the funder come out of it."""


def reconcile_funder_drill(*, days: int, lines: int, seed: int) -> dict[str, Any]:
    """Plays it and tells what was seen; raises where something was missed, misnamed or made up."""
    return drill_of(_Funder, days=days, lines=lines, seed=seed)


class _Funder(Party):
    source, party_id, kinds = "funder", FAST_FUNDER_ID, KINDS
    what = "the funder's deeds and settlements of many days beside ours, with errors of the eight sorts that it can make"
    signs = {"advances": 1, "repayments": -1, "losses": 0, "cancels": -1}

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._given: list[Deed] = []

    async def open(self) -> list[Entry]:
        owners = {101: CHANNEL_ID, 202: 1, 203: SELLER}
        return [
            write_entry(
                code, business_key=f"{code}:sold", about_id=1, owners=owners, amounts={part: _SALES_MINOR}
            )
            for code, part in (("E1", "paid"), ("E4", "seller"))
        ]

    def draw(self, on: date) -> list[Deed]:
        roll = self.chance.randrange(1000)
        if roll < _LATER_PER_MILLE and self._given:
            given = self._given.pop(self.chance.randrange(len(self._given)))
            back_minor = self.chance.choice(
                (given.amount_minor, self.chance.randrange(10, given.amount_minor + 1))
            )
            kind = self.chance.choice(("repayments", "repayments", "losses"))
            return [self._about(on, given, kind, back_minor)]
        amount_minor = self.chance.randrange(1_000, AMOUNT_MAX)
        fee_minor = share_bp(amount_minor, _FEE_BP)
        deed = self.new_deed(on, "advances", amount_minor, fee_minor=fee_minor, whole_minor=amount_minor)
        if roll < 1000 - _CANCELS_PER_MILLE:
            self._given.append(deed)
            return [deed]
        # It came too late: withdrawn before the seller had it, fee and all.
        cancel = self._about(on, deed, "cancels", amount_minor, fee_minor=fee_minor)
        deed.whole_minor, cancel.at = 0, max(cancel.at, deed.at)
        return [deed, cancel]

    def _about(self, on: date, advance: Deed, kind: str, amount_minor: int, **more: Any) -> Deed:
        return self.new_deed(
            on, kind, amount_minor, order_id=advance.order_id, about_id=advance.about_id, whole_minor=advance.amount_minor,
            **more,
        )  # fmt: skip

    def unuse(self, deed: Deed) -> None:
        if deed.kind == "advances":
            self._given.pop()

    def not_done(self, deed: Deed) -> str:
        return self.chance.choice(("asked", "refused")) if deed.kind == "advances" else "asked"

    def in_book(self, deed: Deed) -> int:
        # The seller has an advance once the funder has answered; what releases repay is booked when it is decided.
        return 0 if deed.kind == "advances" and deed.state != "done" else super().in_book(deed)

    async def write(self, deeds: Sequence[Deed]) -> list[Entry]:
        new = [one for one in deeds if one.kind == "advances"]
        later = [one for one in deeds if one.kind in {"repayments", "losses"}]
        async with self.hall.working(system()) as work:
            await work.db.copy_records_to_table(
                "advance",
                columns=["order_id", "parcel_id", "order_number", "buyer_id", "seller_id", "state", "brings_minor",
                         "advanced_minor", "fee_minor", "fee_bp", "fee_version", "asked_at", "opened_at"],
                records=[
                    (one.order_id, one.about_id, "x", BUYER, SELLER, self._state(one), one.amount_minor, one.amount_minor,
                     one.fee_minor, _FEE_BP, 1, one.at, one.at if self._state(one) == "open" else None)
                    for one in new
                ],
            )  # fmt: skip
            await work.db.execute(
                "UPDATE advance SET repaid_minor = b.repaid, borne_minor = b.borne, state = CASE"
                "  WHEN b.repaid = advanced_minor THEN 'repaid' WHEN b.borne = advanced_minor THEN 'borne' ELSE state END"
                " FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS b(order_id, repaid, borne)"
                " WHERE advance.order_id = b.order_id",
                [one.order_id for one in later],
                [one.amount_minor if one.kind == "repayments" else 0 for one in later],
                [one.amount_minor if one.kind == "losses" else 0 for one in later],
            )
            await work.db.copy_records_to_table(
                "advance_deed",
                columns=["order_id", "parcel_id", "deed_id", "kind", "deed_key", "amount_minor", "fee_minor", "state",
                         "asked_at", "ask_at", "ended_at"],
                records=[
                    (one.order_id, one.about_id, one.deed_id, one.kind, "x", one.amount_minor, one.fee_minor, one.state,
                     one.at, one.at if one.state == "asked" else None, None if one.state == "asked" else one.at)
                    for one in deeds
                ],
            )  # fmt: skip
        return [entry for one in deeds if (entry := self._entry(one))]

    def _state(self, advance: Deed) -> str:
        if not advance.whole_minor:
            return "withdrawn"
        return {"done": "open", "asked": "asked", "refused": "refused"}[advance.state]

    def _entry(self, deed: Deed) -> Entry | None:
        if deed.kind == "repayments":
            code, part, amount_minor = "E22r", "funder", deed.amount_minor
        elif deed.kind == "advances" and self._state(deed) == "open":
            code, part, amount_minor = "E22a", "seller", deed.amount_minor - deed.fee_minor
        else:
            return None
        return write_entry(
            code, business_key=f"{code}:{deed.deed_id}", about_id=deed.order_id,
            owners={103: FAST_FUNDER_ID, 203: SELLER, 204: SELLER}, amounts={part: amount_minor},
        )  # fmt: skip

    async def note_deeds(self, on: date, lines: Sequence[Told]) -> None:
        file = [
            AdvanceFileLine(
                kind=one.kind, funder_txn=one.txn, ref=one.ref, advance_ref=one.about, amount_minor=one.amount_minor,
                fee_minor=one.fee_minor, currency=one.currency, at=one.at,
            )
            for one in lines
        ]  # fmt: skip
        await self.hall.run(finance.note_advance_file, NoteAdvanceFile(on=on, lines=file), system())

    async def note_settlement(self, on: date, lines: Sequence[tuple[str, int]], total_minor: int) -> None:
        file = [
            FunderSettlementLine(kind=kind, currency="CNY", net_minor=net_minor) for kind, net_minor in lines
        ]
        if file:
            file.append(FunderSettlementLine(kind="total", currency="CNY", net_minor=total_minor))
        await self.hall.run(finance.note_funder_settlement, NoteFunderSettlement(on=on, lines=file), system())
