"""Any life of a credit line ends where a plain second telling of the rules says it ends, to the fen and to the day."""

from collections.abc import Callable, Coroutine
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from huozhan import credit, ordering
from huozhan.credit.asks import AgreementRef, AnswerDispute, DisputeBill
from huozhan.kernel.refusals import Refusal
from huozhan.ordering.asks import RefundUnshipped
from tests.aftersales.complaining import Desk
from tests.credit.lending import Lending
from tests.credit.oracle import LineModel, No
from tests.ordering.test_machine import Stage


class LineMachine(RuleBasedStateMachine):
    """Tries every deed on the market and on the oracle."""

    stage: Stage

    def __init__(self) -> None:
        super().__init__()
        self.stage.begin()
        self.lending = Lending(self.stage.trade)
        self.orders: list[Any] = []

    @initialize(term=st.sampled_from([3, 10, 20]), grace=st.sampled_from([0, 4]))
    def grant(self, term: int, grace: int) -> None:
        self.model = LineModel(20_000, term, grace)
        self.stage.do(self.lending.grant(limit_minor=20_000, term_day=term, grace_days=grace))

    def both(self, told: Callable[[], None], deed: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
        """Either both do it or both refuse."""
        try:
            told()
        except No:
            try:
                self.stage.do(deed())
            except Refusal:
                return None
            raise AssertionError("the market allowed what the rules do not") from None
        return self.stage.do(deed())

    @rule(pieces=st.integers(1, 4_000))
    def order(self, pieces: int) -> None:
        made = self.both(lambda: self.model.order(pieces), lambda: self.lending.order(pieces))
        if made:
            self.orders.append(made)

    @precondition(lambda self: any(order.left for order in self.model.orders))
    @rule(data=st.data())
    def receive(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from([n for n, one in enumerate(self.model.orders) if one.left]))
        pieces = data.draw(st.integers(1, self.model.orders[number].left))
        self.model.receive(number, pieces)
        (parcel,) = self.stage.do(self.lending.trade.ship(self.orders[number], l1=pieces))
        self.stage.do(self.lending.trade.confirm(self.orders[number], parcel))
        self.stage.do(self.lending.trade.let_pass())

    @precondition(lambda self: any(order.left and not order.received for order in self.model.orders))
    @rule(data=st.data())
    def give_up(self, data: st.DataObject) -> None:
        """Only what is young or untouched goes back at once; the rest of its rules are ordering's own tests."""
        young = [n for n, one in enumerate(self.model.orders) if one.left and not one.received]
        number = data.draw(st.sampled_from(young))
        ask = RefundUnshipped(order_id=self.orders[number].order_id, reason="不需要了")
        refund = self.stage.do(self.lending.hall.run(ordering.refund_unshipped, ask, self.lending.li))
        if refund.state == "asked":
            answer = ordering.asks.AnswerRefund(
                order_id=self.orders[number].order_id, refund_id=refund.refund_id, agree=True
            )
            self.stage.do(self.lending.hall.run(ordering.answer_refund, answer, self.lending.hongfa))
        self.model.give_up(number)

    def complained_of(self) -> list[int]:
        """Orders of which something received may come back, as long as defects are complained of."""
        return [
            n
            for n, one in enumerate(self.model.orders)
            if one.received > one.gone and (one.ended is None or self.model.day - one.ended < 30)
        ]

    @precondition(lambda self: self.complained_of())
    @rule(data=st.data())
    def come_back(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(self.complained_of()))
        order = self.model.orders[number]
        pieces = data.draw(st.integers(1, order.received - order.gone))
        desk = Desk(self.lending.trade)

        async def give_note() -> None:
            await desk.answer(await desk.apply(self.orders[number], l1=pieces), agree=True)

        self.both(lambda: self.model.come_back(number, pieces), give_note)

    @rule(part=st.sampled_from(["one", "half", "all", "more"]))
    def pay(self, part: str) -> None:
        debt = self.model.debt()
        amount = {"one": 1, "half": (debt + 1) // 2, "all": debt, "more": debt + 1}[part]
        self.both(lambda: self.model.pay(amount), lambda: self.lending.repay(amount or None))

    @rule(limit=st.integers(1, 40_000))
    def change_limit(self, limit: int) -> None:
        model = self.model
        self.both(
            lambda: model.limit_to(limit),
            lambda: self.lending.grant(limit_minor=limit, term_day=model.term, grace_days=model.grace),
        )

    @rule(going_on=st.booleans())
    def stop(self, going_on: bool) -> None:
        ask = AgreementRef(agreement_id=self.lending.agreement_id)
        self.both(
            lambda: self.model.stop(going_on),
            lambda: (
                self.lending.hall.run(credit.resume_credit, ask, self.lending.hongfa)
                if going_on
                else self.lending.stop(credit.suspend_credit)
            ),
        )

    def bill(self, data: st.DataObject) -> tuple[int, Any]:
        """A bill, as the oracle numbers it and as the market shows it."""
        shown = list(reversed(self.stage.do(self.lending.page()).bills))
        number = data.draw(st.integers(0, len(shown) - 1))
        return number, shown[number]

    @precondition(lambda self: self.model.bills)
    @rule(data=st.data(), amount=st.integers(1, 3_000))
    def dispute(self, data: st.DataObject, amount: int) -> None:
        number, shown = self.bill(data)
        ask = DisputeBill(
            agreement_id=self.lending.agreement_id,
            bill_id=shown.bill_id,
            amount_minor=amount,
            reason="少了货",
        )
        self.both(
            lambda: self.model.dispute(number, amount),
            lambda: self.lending.hall.run(credit.dispute_bill, ask, self.lending.li),
        )

    @precondition(lambda self: any(bill.asked for bill in self.model.bills))
    @rule(data=st.data(), agree=st.booleans())
    def answer(self, data: st.DataObject, agree: bool) -> None:
        number, shown = self.bill(data)
        ask = AnswerDispute(
            agreement_id=self.lending.agreement_id,
            dispute_id=shown.dispute.dispute_id if shown.dispute else "1",
            agree=agree,
            answer="已核对",
        )
        self.both(
            lambda: self.model.answer(number, agree),
            lambda: self.lending.hall.run(credit.answer_dispute, ask, self.lending.hongfa),
        )

    @precondition(lambda self: not any(order.left for order in self.model.orders))
    @rule(days=st.sampled_from([1, 1, 4, 16]))
    def wait(self, days: int) -> None:
        """Time passes while nothing is under way: promises and receipts have tests of their own."""
        for _ in range(days):
            self.model.pass_day()
            self.stage.clock.pass_(days=1)
            self.stage.do(self.lending.trade.let_pass(seconds=0))

    @invariant()
    def market_and_oracle_agree(self) -> None:
        if not hasattr(self, "model"):
            return
        model, line = self.model, self.stage.do(self.lending.line())
        debt = model.debt()
        assert (line.state, line.held_minor, line.owed_minor, line.left_minor) == (
            model.state, model.held, model.owed, model.free,
        )  # fmt: skip
        assert line.used_minor <= model.limit
        assert line.owed_minor + line.interest_minor == debt
        assert self.stage.do(self.lending.trade.owed_to(self.lending.hongfa)) == model.seller
        assert self.stage.do(Desk(self.lending.trade).wallet()) == model.wallet

    def teardown(self) -> None:
        if hasattr(self, "model"):
            assert self.stage.do(self.lending.findings()) == []
        self.stage.undo()


def test_any_life_of_a_line_ends_as_the_rules_say(dsn: str, tmp_path: Path) -> None:
    stage = LineMachine.stage = Stage(dsn, tmp_path)
    try:
        run_state_machine_as_test(
            LineMachine,
            settings=settings(
                max_examples=12, stateful_step_count=18, deadline=timedelta(seconds=60), derandomize=True,
                suppress_health_check=list(HealthCheck), print_blob=False,
            ),
        )  # fmt: skip
    finally:
        stage.close()
