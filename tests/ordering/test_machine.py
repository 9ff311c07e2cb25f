"""Any life of an order, lawful or not, ends where a plain second telling of the rules says it ends."""

import asyncio
from collections.abc import Callable, Coroutine
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

from huozhan import ordering
from huozhan.catalogue import load_categories
from huozhan.kernel.clock import MovableClock
from huozhan.kernel.refusals import Refusal
from huozhan.ordering.asks import (
    AmendPrice,
    AnswerRefund,
    CancelOrder,
    LineAmount,
    LineQuantity,
    RefundUnshipped,
    TakeBackRefund,
)
from tests.conftest import OPENING, OneConnection, connect_for_long, make_hall
from tests.ordering.oracle import No, OrderModel
from tests.ordering.trading import Trade, open_trade

STOCK = [1_000, 500]
EARLY = {"wait_pay", "wait_send", "closed"}
"""States in which it is worth trying what only an unpaid order allows; test_moves.py tries all."""

parts = st.lists(st.sampled_from(["none", "one", "half", "all", "too many"]), min_size=2, max_size=2)


def of(unsent: int, part: str) -> int:
    """So many of what is left."""
    return {"none": 0, "one": 1, "half": (unsent + 1) // 2, "all": unsent, "too many": unsent + 1}[part]


class Stage:
    """One database connection and one little trade, put back as it was after every life."""

    def __init__(self, dsn: str, home: Path) -> None:
        self.runner = asyncio.Runner()
        self.clock = MovableClock(OPENING)
        self.do(self._open(dsn, home))

    def do(self, deed: Coroutine[Any, Any, Any]) -> Any:
        """Does something now."""
        return self.runner.run(deed)

    async def _open(self, dsn: str, home: Path) -> None:
        self.db = await connect_for_long(dsn)
        await load_categories(self.db)
        self.all = self.db.transaction()
        await self.all.start()
        self.trade: Trade = await open_trade(
            await make_hall(OneConnection(self.db), self.clock, home), self.clock
        )

    def begin(self) -> None:
        """A new life."""
        self.clock.put(OPENING)
        self.one = self.db.transaction()
        self.do(self.one.start())

    def undo(self) -> None:
        """That life never was."""
        self.do(self.one.rollback())

    def close(self) -> None:
        """Everything is put away."""
        self.do(self.all.rollback())
        self.do(self.db.close())
        self.runner.close()


class OrderMachine(RuleBasedStateMachine):
    """Tries every deed in every state, on the market and on the oracle."""

    stage: Stage

    def __init__(self) -> None:
        super().__init__()
        self.stage.begin()
        self.trade = self.stage.trade
        self.parcels: list[str] = []

    @initialize(
        red=st.integers(1, 70),
        blue=st.integers(0, 70),
        is_paid=st.sampled_from([True, True, False]),
        age=st.sampled_from([0, 7]),
    )
    def place(self, red: int, blue: int, is_paid: bool, age: int) -> None:
        wanted = {"red": red} | ({"blue": blue} if blue else {})
        self.model = OrderModel(list(wanted.values()), OPENING)
        self.order = self.stage.do(self.trade.one(**wanted))
        if is_paid:
            self.pay()
            self.wait(age)

    def some(self, parts: list[str]) -> list[int]:
        """Parts of what is left of each line, as quantities."""
        return [of(line.unsent, part) for line, part in zip(self.model.lines, parts, strict=False)]

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

    @precondition(lambda self: self.model.state in EARLY)
    @rule(goods=st.integers(0, 80_000))
    def amend(self, goods: int) -> None:
        line = LineAmount(line_no=1, goods_minor=goods)
        if goods > self.model.lines[0].goods:
            return  # more than before is an offer, not yet an amendment
        ask = AmendPrice(order_id=self.order.order_id, reason="优惠", lines=(line,))
        self.both(
            lambda: self.model.amend(goods),
            lambda: self.trade.hall.run(ordering.amend_price, ask, self.trade.chenguang),
        )

    @precondition(lambda self: self.model.state in EARLY)
    @rule()
    def cancel(self) -> None:
        ask = CancelOrder(order_id=self.order.order_id, reason="不要了")
        self.both(self.model.cancel, lambda: self.trade.hall.run(ordering.cancel_order, ask, self.trade.li))

    @precondition(lambda self: self.model.state in EARLY)
    @rule()
    def pay(self) -> None:
        self.both(self.model.pay, lambda: self.trade.pay(self.order))

    @rule(parts=parts)
    def ship(self, parts: list[str]) -> None:
        held = self.some(parts)
        if not any(held):
            return  # a parcel without lines holds all that is left
        named = {f"l{no + 1}": n for no, n in enumerate(held) if n}
        sent = self.both(lambda: self.model.ship(held), lambda: self.trade.ship(self.order, **named))
        self.parcels += sent or []

    @rule(number=st.integers(0, 2))
    def confirm(self, number: int) -> None:
        parcel_id = self.parcels[number] if number < len(self.parcels) else "1"
        self.both(lambda: self.model.confirm(number), lambda: self.trade.confirm(self.order, parcel_id))

    @rule(parts=parts)
    def ask_back(self, parts: list[str]) -> None:
        wanted = self.some(parts)
        if not any(wanted):
            return
        lines = tuple(LineQuantity(line_no=no + 1, quantity=n) for no, n in enumerate(wanted) if n)
        ask = RefundUnshipped(order_id=self.order.order_id, reason="拍错了", lines=lines)
        self.both(
            lambda: self.model.ask_back(wanted),
            lambda: self.trade.hall.run(ordering.refund_unshipped, ask, self.trade.li),
        )

    @rule(agree=st.booleans())
    def answer(self, agree: bool) -> None:
        async def answer_open_refund() -> None:
            refunds = (await self.trade.page(self.order)).refunds
            refund_id = refunds[0].refund_id if refunds else "1"
            ask = AnswerRefund(order_id=self.order.order_id, refund_id=refund_id, agree=agree, reason="好")
            await self.trade.hall.run(ordering.answer_refund, ask, self.trade.chenguang)

        self.both(lambda: self.model.answer(agree), answer_open_refund)

    @rule()
    def take_back(self) -> None:
        async def take_back_open_refund() -> None:
            refunds = (await self.trade.page(self.order)).refunds
            refund_id = refunds[0].refund_id if refunds else "1"
            ask = TakeBackRefund(order_id=self.order.order_id, refund_id=refund_id)
            await self.trade.hall.run(ordering.take_back_refund, ask, self.trade.li)

        self.both(self.model.take_back, take_back_open_refund)

    @rule(hours=st.sampled_from([1, 7, 23, 24, 47, 100, 719]))
    def wait(self, hours: int) -> None:
        self.model.wait(hours)
        self.stage.do(self.trade.let_pass(hours=hours))

    @invariant()
    def both_say_the_same(self) -> None:
        page = self.stage.do(self.trade.page(self.order))
        model = self.model
        assert (page.state, page.amount_minor) == (model.state, model.amount)
        assert (page.money.escrow_minor, page.money.refunded_minor, page.money.released_minor) == (
            model.paid - model.refunded - model.released,
            model.refunded,
            model.released,
        )
        # What a broken promise costs comes out of what the seller has earned, or is owed and netted first.
        left = max(model.earned - model.claim, 0)
        assert self.stage.do(self.trade.owed_to(self.trade.chenguang)) == left
        assert [(line.shipped, line.received, line.refunded) for line in page.lines] == [
            (line.shipped, line.received, line.refunded) for line in model.lines
        ]
        if model.state not in {"success", "closed", "terminated"}:
            assert page.is_late == model.late
        assert sum(claim.amount_minor for claim in page.claims) == model.claim
        free = [self.stage.do(self.trade.free(name)) for name in ("red", "blue")[: len(model.lines)]]
        assert free == [stock - gone for stock, gone in zip(STOCK, model.spoken_for, strict=False)]

    def teardown(self) -> None:
        try:
            assert self.stage.do(self.trade.findings()) == []
        finally:
            self.stage.undo()


def play_lives(
    machine: type[RuleBasedStateMachine], name: str, dsn: str, home: Path, *, lives: int, steps: int
) -> None:
    """Plays so many lives of so many steps on one stage; under the same name the same lives come again."""
    stage = Stage(dsn, home)
    try:
        run_state_machine_as_test(
            type(name, (machine,), {"stage": stage}),
            settings=settings(
                max_examples=lives,
                stateful_step_count=steps,
                deadline=None,
                suppress_health_check=list(HealthCheck),
                derandomize=True,
            ),
        )
    finally:
        stage.close()


def test_any_life_of_an_order_is_as_the_rules_tell(dsn: str, tmp_path: Path) -> None:
    play_lives(OrderMachine, "StagedOrderMachine", dsn, tmp_path, lives=120, steps=15)
