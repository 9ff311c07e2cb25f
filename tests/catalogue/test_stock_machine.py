"""Any sequence of reserving, paying, shipping, releasing and counting leaves the stock that plain sums leave."""

import asyncio
from collections import defaultdict
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import asyncpg
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from huozhan import catalogue
from huozhan.catalogue import Claim, OutOfStock
from huozhan.catalogue import stock as stock_module
from huozhan.catalogue.store import stock as store
from huozhan.kernel.actor import system
from huozhan.kernel.ids import IdMint

SKUS = (11, 12, 13)
LATER = datetime(2027, 1, 1, tzinfo=UTC)
skus = st.sampled_from(SKUS)
quantities = st.integers(1, 12)


class StockMachine(RuleBasedStateMachine):
    """The database beside a few dictionaries, which know nothing of it."""

    dsn = ""
    orders = Bundle("orders")

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.db: Any = self.runner.run(asyncpg.connect(self.dsn))
        self.transaction = self.db.transaction()
        self.runner.run(self.transaction.start())
        self.mint = IdMint(7)
        self.on_hand: dict[int, int] = dict.fromkeys(SKUS, 0)
        self.sold: dict[int, int] = dict.fromkeys(SKUS, 0)
        self.held: dict[int, dict[int, tuple[int, int]]] = defaultdict(dict)
        self.orders_made = 0

    def work(self) -> Any:
        """What the stock needs of a unit of work."""
        return SimpleNamespace(
            db=self.db, actor=system(), now=LATER, new_id=self.mint.new, record=lambda *facts: None
        )

    def reserved(self, sku: int) -> int:
        """What all orders hold of a SKU."""
        return sum(n for lines in self.held.values() for of, n in lines.values() if of == sku)

    @initialize(amounts=st.tuples(*[st.integers(0, 30)] * 3))
    def open(self, amounts: tuple[int, ...]) -> None:
        for sku, amount in zip(SKUS, amounts, strict=True):
            self.runner.run(store.open_stripes(self.work(), [(sku, 1, 1)]))
            self.count(sku, amount)

    @rule(sku=skus, amount=quantities)
    def receive(self, sku: int, amount: int) -> None:
        self.count(sku, self.on_hand[sku] - self.reserved(sku) + amount)

    def count(self, sku: int, free: int) -> None:
        counted = stock_module.Count(sku_id=sku, offer_id=1, free=free, is_new=False)
        self.runner.run(stock_module.set_free(self.work(), [counted]))
        self.on_hand[sku] = self.reserved(sku) + free

    @rule(sku=skus)
    def heat(self, sku: int) -> None:
        self.runner.run(store.add_stripes(self.work(), sku))
        self.count(sku, self.on_hand[sku] - self.reserved(sku))

    @rule(
        target=orders,
        wanted=st.lists(st.tuples(skus, quantities), min_size=1, max_size=4),
        plainly=st.booleans(),
    )
    def reserve(self, wanted: list[tuple[int, int]], plainly: bool) -> Any:
        self.orders_made += 1
        order_id = self.orders_made << 22
        claims = [
            Claim(order_id=order_id, line_no=line_no, sku_id=sku, quantity=quantity)
            for line_no, (sku, quantity) in enumerate(wanted, start=1)
        ]
        sums: dict[int, int] = defaultdict(int)
        for sku, quantity in wanted:
            sums[sku] += quantity
        fits = all(self.on_hand[sku] - self.reserved(sku) >= quantity for sku, quantity in sums.items())
        if self.runner.run(self._try(claims, plainly)):
            assert fits, "sold what there was not"
            self.held[order_id] = {claim.line_no: (claim.sku_id, claim.quantity) for claim in claims}
            return order_id
        assert not fits, "refused what there was"
        return multiple()

    async def _try(self, claims: list[Claim], plainly: bool) -> bool:
        how = stock_module.reserve_plainly if plainly else catalogue.reserve
        try:
            async with self.db.transaction():
                await how(self.work(), claims)
        except OutOfStock:
            return False
        return True

    @rule(order_id=orders, part=st.floats(0, 1), shipped=st.booleans())
    def let_go_of_part(self, order_id: int, part: float, shipped: bool) -> None:
        lines = {no: int(n * part) for no, (_, n) in self.held[order_id].items() if int(n * part)}
        if not lines:
            return
        how = catalogue.take if shipped else catalogue.release
        self.runner.run(how(self.work(), order_id, lines))
        for line_no, gone in lines.items():
            sku, n = self.held[order_id].pop(line_no)
            if n > gone:
                self.held[order_id][line_no] = (sku, n - gone)
            if shipped:
                self.on_hand[sku] -= gone
                self.sold[sku] += gone

    @rule(order_id=orders)
    def release_all(self, order_id: int) -> None:
        self.runner.run(catalogue.release(self.work(), order_id))
        self.held.pop(order_id, None)

    @invariant()
    def the_database_says_the_same(self) -> None:
        rows = self.runner.run(
            self.db.fetch(
                "SELECT sku_id, sum(on_hand)::int, sum(reserved)::int, sum(sold)::int FROM stock"
                " WHERE sku_id = ANY ($1::bigint[]) GROUP BY 1",
                list(SKUS),
            )
        )
        for sku, on_hand, reserved, sold in rows:
            assert (on_hand, reserved, sold) == (self.on_hand[sku], self.reserved(sku), self.sold[sku])
        assert self.runner.run(catalogue.verify(self.work())) == []

    def teardown(self) -> None:
        self.runner.run(self.transaction.rollback())
        self.runner.run(self.db.close())
        self.runner.close()


def test_the_stock_is_what_plain_sums_say(dsn: str) -> None:
    StockMachine.dsn = dsn
    run_state_machine_as_test(
        StockMachine,
        settings=settings(
            max_examples=30, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
