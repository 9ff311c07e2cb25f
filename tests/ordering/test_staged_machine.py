"""Any life of an order in stages, lawful or not, ends where a plain second telling of the rules says it ends."""

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from huozhan import ledger, ordering
from huozhan.kernel.refusals import Refusal
from huozhan.ordering.asks import AmendPrice, PushStage
from tests.conftest import OPENING
from tests.ordering.oracle import No
from tests.ordering.staged_oracle import ENDED, StagedModel
from tests.ordering.staged_trade import StagedTrade
from tests.ordering.test_machine import Stage, play_lives

PLANS = [
    ("3-7", 2),
    ("5-5", 2),
    ("3-6-1", 2),
    ("9-1", 1),
    ("2-3-5", 3),
    ("1-2-3-4", 2),
]
CONDITIONS = ["sample_approved", "production_started", "goods_received"]


class StagedMachine(RuleBasedStateMachine):
    """Tries every deed in every state, on the market and on the oracle."""

    stage: Stage

    def __init__(self) -> None:
        super().__init__()
        self.stage.begin()
        self.trade = self.stage.trade
        self.staged = StagedTrade(self.trade)

    @initialize(
        plan=st.sampled_from(PLANS),
        condition=st.sampled_from(CONDITIONS),
        red=st.integers(1, 99),
        earnest=st.booleans(),
        is_paid=st.sampled_from([True, True, False]),
        off=st.integers(0, 99),
    )
    def place(
        self, plan: tuple[str, int], condition: str, red: int, earnest: bool, is_paid: bool, off: int
    ) -> None:  # fmt: skip
        code, gate = plan
        freight = 600 + 100 * max(0, -(-(red * 250 - 1_000) // 1_000))
        self.model = StagedModel(
            [int(share) for share in code.split("-")],
            gate,
            condition != "goods_received",
            earnest,
            red * 1_000,
            freight,
            OPENING,
        )
        self.order = self.stage.do(
            self.staged.one(code, condition, gate=gate, is_earnest=earnest, quantities={"red": red})
        )
        if off:
            self.amend(red * 1_000 - off)
        if is_paid:
            self.pay()

    def both(self, told: Callable[[], None], deed: Callable[[], Coroutine[Any, Any, Any]]) -> None:
        """Either both do it or both refuse."""
        try:
            told()
        except No:
            try:
                self.stage.do(deed())
            except Refusal:
                return
            raise AssertionError("the market allowed what the rules do not") from None
        self.stage.do(deed())

    @rule()
    def pay(self) -> None:
        self.both(self.model.pay, lambda: self.trade.pay(self.order))

    @rule()
    def declare(self) -> None:
        self.both(self.model.declare, lambda: self.staged.declare(self.order))

    @precondition(lambda self: self.model.first.state == "waitbuyerconfirmaction")
    @rule()
    def reject(self) -> None:
        self.both(self.model.reject, lambda: self.staged.reject(self.order))

    @rule()
    def confirm(self) -> None:
        self.both(self.model.confirm, lambda: self.staged.confirm(self.order))

    @rule()
    def push(self) -> None:
        async def push_what_follows() -> None:
            stages = (await self.staged.page(self.order)).stages
            asked = [s.stage_no for s in stages[1:] if s.state in {"waitsellerpush", "waitbuyerpay"}]
            ask = PushStage(order_id=self.order.order_id, stage_no=(asked or [2])[0])
            await self.trade.hall.run(ordering.push_stage, ask, self.trade.chenguang)

        self.both(self.model.push, push_what_follows)

    @rule()
    def ship(self) -> None:
        self.both(self.model.ship, lambda: self.trade.ship(self.order))

    @rule()
    def receive(self) -> None:
        self.both(self.model.receive, lambda: self.trade.confirm(self.order))

    @precondition(lambda self: self.model.state == "wait_send")
    @rule(is_sure=st.sampled_from([False, False, True]))
    def stop(self, is_sure: bool) -> None:
        if is_sure:
            self.both(self.model.stop, lambda: self.staged.stop(self.order))

    @precondition(lambda self: self.model.state == "wait_send")
    @rule(is_sure=st.sampled_from([False, False, True]))
    def give_up(self, is_sure: bool) -> None:
        if is_sure:
            self.both(self.model.give_up, lambda: self.staged.give_up(self.order))

    @rule(goods=st.integers(1, 99_000))
    def amend(self, goods: int) -> None:
        if goods > self.model.goods:
            return  # more than before is an offer, not yet an amendment
        ask = AmendPrice(order_id=self.order.order_id, reason="优惠", goods_minor=goods)
        self.both(
            lambda: self.model.amend(goods),
            lambda: self.trade.hall.run(ordering.amend_price, ask, self.trade.chenguang),
        )

    @rule(hours=st.sampled_from([1, 23, 24, 48, 144, 168, 360]))
    def wait(self, hours: int) -> None:
        self.model.wait(hours)
        self.stage.do(self.trade.let_pass(hours=hours))

    @invariant()
    def both_say_the_same(self) -> None:
        page = self.stage.do(self.staged.page(self.order))
        model = self.model
        assert (page.state, page.goods_minor) == (model.state, model.goods)
        assert [
            (s.state, s.amount_minor, s.paid_minor, s.released_minor, s.refunded_minor) for s in page.stages
        ] == [(s.state, s.amount, s.paid, s.seller, s.back) for s in model.stages]
        assert (page.money.escrow_minor, page.money.released_minor, page.money.refunded_minor) == (
            model.escrow, model.released, model.refunded,
        )  # fmt: skip
        if model.state not in ENDED:
            assert page.is_late == model.late
        assert self.stage.do(self._sellers_money()) == model.earned
        assert self.stage.do(self._wallet()) == model.compensated + model.owed_once_more

    async def _sellers_money(self) -> int:
        """What the book owes the seller, less what the seller owes."""
        async with self.trade.hall.pool.acquire() as db:
            work = self.trade.hall.work(db, self.trade.system)
            debt = (await ledger.balance(work, ledger.seller_debt(self.trade.chenguang.org_id))).posted_minor
        return await self.trade.owed_to(self.trade.chenguang) - debt

    async def _wallet(self) -> int:
        async with self.trade.hall.pool.acquire() as db:
            work = self.trade.hall.work(db, self.trade.system)
            return (await ledger.balance(work, ledger.wallet(self.trade.li.org_id))).posted_minor

    def teardown(self) -> None:
        try:
            assert self.stage.do(self.trade.findings()) == []
        finally:
            self.stage.undo()


def test_any_life_of_an_order_in_stages_is_as_the_rules_tell(dsn: str, tmp_path: Path) -> None:
    play_lives(StagedMachine, "OneStagedMachine", dsn, tmp_path, lives=40, steps=16)
