"""Many days of a lender's files (先采后付) with errors in them.

Its file tells no fee and names no merchant, so of the nine sorts seven can happen there.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from bench.drills.reconcile_funders import BUYER, SELLER, Deed, Party, Told, drill_of
from huozhan import finance
from huozhan.finance.asks import LoanFileLine, NoteLenderSettlement, NoteLoanFile, SettlementLine
from huozhan.kernel.actor import system
from huozhan.ledger import Entry, write_entry
from huozhan.payments.ports import CHANNEL_ID, FUNDER_ID

KINDS = ("amount", "state", "long", "short", "twice", "cut_off", "currency")
_LATER_PER_MILLE, _VOIDS_PER_MILLE = 350, 80


def reconcile_lender_drill(*, days: int, lines: int, seed: int) -> dict[str, Any]:
    """Plays it and tells what was seen; raises where something was missed, misnamed or made up."""
    return drill_of(_Lender, days=days, lines=lines, seed=seed)


class _Lender(Party):
    source, party_id, kinds = "lender", FUNDER_ID, KINDS
    what = "the lender's deeds and settlements of many days beside ours, with errors of the seven sorts that it can make"
    signs = {"captures": 1, "voids": 0, "refunds": -1, "repayments": -1}

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._lent: list[Deed] = []

    def draw(self, on: date) -> list[Deed]:
        roll = self.chance.randrange(1000)
        if roll < _LATER_PER_MILLE and self._lent:
            lent = self._lent.pop(self.chance.randrange(len(self._lent)))
            kind = self.chance.choice(("refunds", "repayments"))
            back_minor = self.chance.choice(
                (lent.amount_minor, self.chance.randrange(10, lent.amount_minor + 1))
            )
            return [
                self.new_deed(
                    on,
                    kind,
                    back_minor,
                    order_id=lent.order_id,
                    about_id=lent.about_id,
                    whole_minor=lent.amount_minor,
                )
            ]
        is_void = roll >= 1000 - _VOIDS_PER_MILLE
        amount_minor = self.any_amount()
        deed = self.new_deed(on, "voids" if is_void else "captures", amount_minor, whole_minor=amount_minor)
        if not is_void:
            self._lent.append(deed)
        return [deed]

    def unuse(self, deed: Deed) -> None:
        if deed.kind == "captures":
            self._lent.pop()

    def not_done(self, deed: Deed) -> str:
        assert deed.kind in self.signs
        return "asked"

    def in_book(self, deed: Deed) -> int:
        # A refund is booked once the lender has answered; what was captured or repaid, when it was decided.
        return 0 if deed.kind == "refunds" and deed.state != "done" else super().in_book(deed)

    async def write(self, deeds: Sequence[Deed]) -> list[Entry]:
        new = [one for one in deeds if one.kind in {"captures", "voids"}]
        later = [one for one in deeds if one.kind not in {"captures", "voids"} and one.state == "done"]
        async with self.hall.working(system()) as work:
            await work.db.copy_records_to_table(
                "loan",
                columns=["order_id", "payment_id", "order_number", "buyer_id", "seller_id", "state", "authorised_minor",
                         "voided_minor", "captured_minor", "fee_bp", "stage", "authorised_at"],
                records=[
                    (one.order_id, one.about_id, "x", BUYER, SELLER, "voided" if one.kind == "voids" else "active",
                     one.amount_minor, one.amount_minor if one.kind == "voids" else 0,
                     0 if one.kind == "voids" else one.amount_minor, 50, "active", one.at)
                    for one in new
                ],
            )  # fmt: skip
            for kind, column in (("refunds", "refunded_minor"), ("repayments", "repaid_minor")):
                of_kind = [one for one in later if one.kind == kind]
                await work.db.execute(
                    f"UPDATE loan SET {column} = b.back_minor FROM unnest($1::bigint[], $2::bigint[])"
                    " AS b(order_id, back_minor) WHERE loan.order_id = b.order_id",
                    [one.order_id for one in of_kind],
                    [one.amount_minor for one in of_kind],
                )
            await work.db.copy_records_to_table(
                "loan_deed",
                columns=["order_id", "payment_id", "deed_id", "kind", "deed_key", "amount_minor", "taken_minor", "state",
                         "asked_at", "ask_at", "ended_at"],
                records=[
                    (one.order_id, one.about_id, one.deed_id, one.kind, "x", one.amount_minor, one.amount_minor, "done",
                     one.at, None, one.at)
                    if one.state == "done" else
                    (one.order_id, one.about_id, one.deed_id, one.kind, "x", one.amount_minor, None, one.state, one.at,
                     one.at, None)
                    for one in deeds
                ],
            )  # fmt: skip
        return [entry for one in deeds for entry in self._entries(one)]

    def _entries(self, deed: Deed) -> list[Entry]:
        steps = {
            "captures": [("E13a", "amount"), ("E13", "captured"), ("E13d", "amount")],
            "voids": [("E13a", "amount"), ("E13v", "amount")],
            "refunds": [("E7a", "buyer"), ("E7b", "funder"), ("E13x", "amount")],
            "repayments": [("E13r", "funder"), ("E13x", "amount")],
        }[deed.kind]
        if deed.state != "done":
            steps = {"refunds": [], "repayments": steps[:1]}.get(deed.kind, steps)
        owners = {
            101: CHANNEL_ID, 103: FUNDER_ID, 202: deed.order_id, 206: deed.deed_id, 921: deed.order_id, 922: deed.order_id,
            923: deed.order_id,
        }  # fmt: skip
        return [
            write_entry(
                code, business_key=f"{code}:{deed.deed_id}", about_id=deed.order_id, owners=owners,
                amounts={part: deed.amount_minor},
            )
            for code, part in steps
        ]  # fmt: skip

    async def note_deeds(self, on: date, lines: Sequence[Told]) -> None:
        file = [
            LoanFileLine(
                kind=one.kind, lender_txn=one.txn, ref=one.ref, loan_ref=one.about, amount_minor=one.amount_minor,
                currency=one.currency, at=one.at,
            )
            for one in lines
        ]  # fmt: skip
        await self.hall.run(finance.note_loan_file, NoteLoanFile(on=on, lines=file), system())

    async def note_settlement(self, on: date, lines: Sequence[tuple[str, int]], total_minor: int) -> None:
        file = [SettlementLine(kind=kind, currency="CNY", net_minor=net_minor) for kind, net_minor in lines]
        if file:
            file.append(SettlementLine(kind="total", currency="CNY", net_minor=total_minor, count=len(lines)))
        await self.hall.run(finance.note_lender_settlement, NoteLenderSettlement(on=on, lines=file), system())
