"""What buyer, seller, clock and payment channel do in a case, in one line each."""

from typing import Any

from huozhan import aftersales, ledger, operations, payments
from huozhan.aftersales.asks import (
    AnswerCase,
    AppealRuling,
    ApplyCase,
    CancelCase,
    CaseLineAsk,
    CaseRef,
    EscalateCase,
    ExtendEvidence,
    GiveEvidence,
    ModifyCase,
    PayDifference,
    ReceiveBack,
    RuleCase,
    SendBack,
)
from huozhan.aftersales.views import CasePage, CaseStateView, PayingDifferenceView
from huozhan.doors.jobs.aftersales import case_refunded, difference_paid
from huozhan.kernel.actor import Actor, system
from huozhan.kernel.findings import Finding
from huozhan.ordering.views import PlacedOrder
from tests.ordering.trading import Trade


class Desk:
    """The cases of one trade."""

    def __init__(self, trade: Trade) -> None:
        self.trade = trade
        self._sent = 0
        self._heard = 0

    async def apply(self, order: PlacedOrder, *, by: Actor | None = None, **fields: Any) -> CaseStateView:
        """小李 applies for so many of lines 1, 2, … (l1=3); received and of poor quality, to be refunded, if nothing else is said."""
        lines = tuple(
            CaseLineAsk(int(name[1:]), n)
            for name, n in fields.items()
            if name[:1] == "l" and name[1:].isdigit()
        )
        said = {name: value for name, value in fields.items() if not (name[:1] == "l" and name[1:].isdigit())}
        asked = {"kind": "refund_only", "goods_status": "received", "reason_code": "quality"} | said
        ask = ApplyCase(order_id=order.order_id, lines=lines, **asked)
        return await self.trade.hall.run(aftersales.apply_case, ask, by or self.trade.li)

    async def answer(
        self, case: CaseStateView, *, agree: bool, reason: str = "", **more: Any
    ) -> CaseStateView:
        """The seller answers."""
        ask = AnswerCase(case_id=case.case_id, agree=agree, reason=reason, **more)
        return await self.trade.hall.run(aftersales.answer_case, ask, await self.seller_of(case))

    async def modify(self, case: CaseStateView, **fields: Any) -> CaseStateView:
        """小李 asks for something else."""
        ask = ModifyCase(case_id=case.case_id, **({"kind": "refund_only"} | fields))
        return await self.trade.hall.run(aftersales.modify_case, ask, self.trade.li)

    async def cancel(self, case: CaseStateView) -> CaseStateView:
        """小李 wants nothing any more."""
        ask = CancelCase(case_id=case.case_id)
        return await self.trade.hall.run(aftersales.cancel_case, ask, self.trade.li)

    async def send_back(self, case: CaseStateView) -> CaseStateView:
        """小李 sends the goods back."""
        self._sent += 1
        ask = SendBack(case_id=case.case_id, carrier_code="SF", waybill=f"SF9{self._sent:012d}")
        return await self.trade.hall.run(aftersales.send_back, ask, self.trade.li)

    async def receive(self, case: CaseStateView, *, accept: bool = True, **more: Any) -> CaseStateView:
        """The seller looks at what came back."""
        ask = ReceiveBack(case_id=case.case_id, accept=accept, **more)
        return await self.trade.hall.run(aftersales.receive_back, ask, await self.seller_of(case))

    async def send_again(self, case: CaseStateView) -> CaseStateView:
        """The seller sends the goods once more."""
        self._sent += 1
        ask = SendBack(case_id=case.case_id, carrier_code="SF", waybill=f"SF7{self._sent:012d}")
        return await self.trade.hall.run(aftersales.send_replacement, ask, await self.seller_of(case))

    async def refund_instead(self, case: CaseStateView) -> CaseStateView:
        """The seller pays the money back after all."""
        ask = CaseRef(case_id=case.case_id)
        return await self.trade.hall.run(aftersales.refund_instead, ask, await self.seller_of(case))

    async def pay_difference(self, case: CaseStateView, method: str = "wallet") -> PayingDifferenceView:
        """小李 pays what the wanted goods cost more."""
        ask = PayDifference(case_id=case.case_id, method=method)
        return await self.trade.hall.run(aftersales.pay_difference, ask, self.trade.li)

    async def decline_difference(self, case: CaseStateView) -> CaseStateView:
        """小李 does not pay more after all."""
        ask = CaseRef(case_id=case.case_id)
        return await self.trade.hall.run(aftersales.decline_difference, ask, self.trade.li)

    async def difference_heard(self, case: CaseStateView, payment_id: str, amount_minor: int) -> None:
        """After-sales hears that a payment for the difference was paid."""
        await difference_paid(
            self.trade.hall,
            case_id=int(case.case_id),
            payment_id=int(payment_id),
            amount_minor=amount_minor,
        )

    async def got_again(self, case: CaseStateView) -> CaseStateView:
        """They arrived."""
        ask = CaseRef(case_id=case.case_id)
        return await self.trade.hall.run(aftersales.receive_replacement, ask, self.trade.li)

    async def escalate(self, case: CaseStateView, note: str = "") -> CaseStateView:
        """小李 calls the market."""
        ask = EscalateCase(case_id=case.case_id, note=note)
        return await self.trade.hall.run(aftersales.escalate_case, ask, self.trade.li)

    async def extend(self, case: CaseStateView, by: Actor) -> CaseStateView:
        """Somebody needs more time for evidence."""
        return await self.trade.hall.run(aftersales.extend_evidence, ExtendEvidence(case_id=case.case_id), by)

    async def say(self, case: CaseStateView, by: Actor, note: str) -> None:
        """Somebody says something more."""
        await self.trade.hall.run(aftersales.give_evidence, GiveEvidence(case_id=case.case_id, note=note), by)

    async def appeal(self, case: CaseStateView, by: Actor) -> CaseStateView:
        """Somebody does not accept a ruling."""
        ask = AppealRuling(case_id=case.case_id, note="有新的凭证")
        return await self.trade.hall.run(aftersales.appeal_ruling, ask, by)

    async def rule(self, case: CaseStateView, outcome: str, **fields: Any) -> CaseStateView:
        """The operator rules."""
        said = {"liability": "quality", "rules": ("B1.6",), "reason": "照片可见瑕疵"} | fields
        ask = RuleCase(case_id=case.case_id, outcome=outcome, **said)
        return await self.trade.hall.run(operations.rule_case, ask, self.trade.people.operator)

    async def page(self, case: CaseStateView, actor: Actor | None = None) -> CasePage:
        """A case as 小李 (or another) sees it."""
        ask = CaseRef(case_id=case.case_id)
        return await self.trade.hall.run(aftersales.case_page, ask, actor or self.trade.li)

    async def state(self, case_id: str) -> CaseStateView:
        """A case by its id, as if something was just done to it."""
        page = await self.trade.hall.run(aftersales.case_page, CaseRef(case_id=case_id), self.trade.li)
        return CaseStateView(
            order_id=page.order_id,
            case_id=case_id,
            number=page.number,
            kind=page.kind,
            state=page.state,
            who_acts=page.who_acts,
            until=page.until,
            asked_minor=page.asked_minor,
            refunded_minor=page.refunded_minor,
        )

    async def seller_of(self, case: CaseStateView) -> Actor:
        """The seller of a case."""
        page = await self.page(case)
        return next(s for s in self.trade.people.suppliers if str(s.org_id) == page.seller_id)

    async def refund_row(self, case: CaseStateView) -> Any:
        """A case's refund as payments keeps it."""
        async with self.trade.hall.pool.acquire() as db:
            return await db.fetchrow(
                "SELECT r.* FROM payment_refund r JOIN aftersale_case c USING (refund_id) WHERE c.case_id = $1",
                int(case.case_id),
            )

    async def channel_says(self, case: CaseStateView, **told: Any) -> None:
        """The channel's word on a case's refund: that all of it was paid, if nothing else is said."""
        row = await self.refund_row(case)
        fields = {
            "merchant_ref": str(row["payment_id"]),
            "merchant_refund_ref": str(row["refund_id"]),
            "state": "succeeded",
            "amount_minor": row["amount_minor"],
            "currency": row["currency"],
            "refunded_minor": row["amount_minor"],
        }
        body = payments.write_message(payments.ports.ChannelRefund(**(fields | told)))
        assert body is not None
        self._heard += 1
        noted = payments.asks.NoteCallback(
            party="channel",
            message_id=f"refund-{row['refund_id']}-{self._heard}",
            body=body,
            is_genuine=True,
            merchant="huozhan",
        )
        callback = await self.trade.hall.run(payments.note_callback, noted, system())
        ask = payments.asks.CallbackAsk(callback_id=callback.callback_id)
        await self.trade.hall.run(payments.hear_callback, ask, system())

    async def paid_out(self, case: CaseStateView) -> None:
        """The channel says that a case's refund was paid, and the case ends."""
        await self.channel_says(case)
        row = await self.refund_row(case)
        await case_refunded(self.trade.hall, order_id=row["order_id"], refund_id=row["refund_id"])

    async def wallet(self) -> int:
        """What is in 小李's wallet."""
        async with self.trade.hall.pool.acquire() as db:
            work = self.trade.hall.work(db, system())
            return (await ledger.balance(work, ledger.wallet(self.trade.li.org_id))).posted_minor

    async def findings(self) -> list[Finding]:
        """What the checks of the books find wrong."""
        async with self.trade.hall.pool.acquire() as db:
            work = self.trade.hall.work(db, system())
            found = [*await aftersales.verify(work), *await payments.verify(work)]
        return [*found, *await self.trade.findings()]
