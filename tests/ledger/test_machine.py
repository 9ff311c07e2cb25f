"""The ledger against its oracle: lawful and unlawful deeds in any order, every balance compared after each."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from huozhan.doors.hall import Hall
from huozhan.kernel.actor import system
from huozhan.kernel.clock import MovableClock
from huozhan.kernel.rules import Rule, RuleBook
from huozhan.ledger import (
    Account,
    NotCovered,
    Posting,
    balances,
    hold,
    post,
    post_hold,
    seal_chain,
    verify,
    void_hold,
    write_entry,
)
from huozhan.ledger.entry import Entry
from tests.conftest import OPENING, OneConnection, connect_for_long, make_hall
from tests.ledger.oracle import Move, Place, PlainLedger, Refused

T = TypeVar("T")
ORDERS = st.integers(1, 4)
ORGS = st.integers(601, 602)
AMOUNTS = st.integers(1, 60)


class LedgerMachine(RuleBasedStateMachine):
    """Drives the book; `ground` is put in by the test."""

    ground: "Ground"

    def __init__(self) -> None:
        super().__init__()
        self.oracle = PlainLedger()
        self.count = 0
        self.pending: list[str] = []
        self.written: list[tuple[Entry, tuple[str, list[Move]]]] = []
        self.ground.begin()

    def teardown(self) -> None:
        self.ground.end()

    @initialize(amount=AMOUNTS)
    def begin_with_sales(self, amount: int) -> None:
        """Each seller has something to withdraw from the start, so that holds are made and ended often."""
        for order, org in ((1, 601), (2, 602)):
            owners, seller = {101: 1, 202: order, 203: org, 204: org}, {"seller": amount}
            self.write_all([("E1", owners, {"paid": amount}), ("E4", owners, seller), ("E5", owners, seller)])

    @rule(order=ORDERS, amount=AMOUNTS, coupon=st.integers(0, 5))
    def pay(self, order: int, amount: int, coupon: int) -> None:
        self.write("E1", {101: 1, 202: order}, {"paid": amount, "coupon": coupon})

    @rule(order=ORDERS, org=ORGS, amount=AMOUNTS, commission=st.integers(0, 3), vat=st.integers(0, 1))
    def receive(self, order: int, org: int, amount: int, commission: int, vat: int) -> None:
        self.write("E4", {202: order, 203: org}, {"seller": amount, "commission": commission, "vat": vat})

    @rule(org=ORGS, amount=AMOUNTS)
    def free(self, org: int, amount: int) -> None:
        self.write("E5", {203: org, 204: org}, {"seller": amount})

    @rule(order=ORDERS, org=ORGS, amount=AMOUNTS)
    def receive_and_free(self, order: int, org: int, amount: int) -> None:
        owners = {202: order, 203: org, 204: org}
        self.write_all([("E4", owners, {"seller": amount}), ("E5", owners, {"seller": amount})])

    @rule(order=ORDERS, refund=st.integers(1, 2), amount=AMOUNTS)
    def refund(self, order: int, refund: int, amount: int) -> None:
        self.write("E7a", {202: order, 206: refund}, {"buyer": amount})

    @rule(refund=st.integers(1, 2), org=ORGS, channel=st.integers(0, 40), wallet=st.integers(1, 40))
    def end_refund(self, refund: int, org: int, channel: int, wallet: int) -> None:
        self.write("E7b", {206: refund, 101: 1, 201: org}, {"channel": channel, "wallet": wallet})

    @rule(org=ORGS, order=ORDERS, amount=AMOUNTS)
    def pay_from_wallet(self, org: int, order: int, amount: int) -> None:
        self.write("E3", {201: org, 202: order}, {"paid": amount})

    @rule(position=st.integers(0, 1_000))
    def repeat(self, position: int) -> None:
        if self.written:
            entry, plain = self.written[position % len(self.written)]
            self.both(lambda work: post(work, [entry]), lambda: self.oracle.post([plain]))

    @rule(org=ORGS, amount=AMOUNTS)
    def ask_to_withdraw(self, org: int, amount: int) -> None:
        self.count += 1
        key, move = f"hold:{self.count}", ((204, org), (207, self.count), amount)
        accounts = Account(204, org), Account(207, self.count)
        if self.both(lambda work: hold(work, key, *accounts, amount), lambda: self.oracle.hold(key, move)):
            self.pending.append(key)

    @precondition(lambda self: self.pending)
    @rule(position=st.integers(0, 1_000), is_paid=st.booleans())
    def end_withdrawal(self, position: int, *, is_paid: bool) -> None:
        key = self.pending.pop(position % len(self.pending))
        (_, org), (_, number), amount = self.oracle.holds[key]
        owners = {204: org, 207: number, 102: 1}
        out = (("E6a", "available"), ("E6b", "amount")) if is_paid else ()
        pairs = [self.made(code, owners, {part: amount}) for code, part in out]
        entries, plain = tuple(entry for entry, _ in pairs), [moves for _, moves in pairs]
        self.both(
            lambda work: (
                post_hold(work, key, entries, "paid") if is_paid else void_hold(work, key, "refused")
            ),
            lambda: self.oracle.end_hold(key, plain),
        )

    @rule()
    def seal(self) -> None:
        self.ground.run(seal_chain)

    @invariant()
    def every_balance_is_the_oracles(self) -> None:
        places = sorted(set(self.oracle.balance) | set(self.oracle.held))
        found = self.ground.run(lambda work: balances(work, [Account(*place) for place in places]))
        for place in places:
            there = found[Account(*place)]
            expected = (self.oracle.balance.get(place, 0), self.oracle.held.get(place, 0))
            assert (there.posted_minor, there.held_minor) == expected, place
        debit, credit = self.oracle.both_sides()
        assert debit == credit

    @invariant()
    def the_book_agrees_with_itself(self) -> None:
        assert self.ground.run(verify) == []

    def made(
        self, code: str, owners: dict[int, int], amounts: dict[str, int]
    ) -> tuple[Entry, tuple[str, list[Move]]]:
        """An entry for the book and the same for the oracle."""
        self.count += 1
        key = f"{code}:{self.count}"
        entry = write_entry(code, business_key=key, about_id=self.count, owners=owners, amounts=amounts)
        return entry, (key, [_plain(posting) for posting in entry.postings])

    def write(self, code: str, owners: dict[int, int], amounts: dict[str, int]) -> None:
        self.write_all([(code, owners, amounts)])

    def write_all(self, events: list[tuple[str, dict[int, int], dict[str, int]]]) -> None:
        pairs = [self.made(*event) for event in events]
        entries, plain = [entry for entry, _ in pairs], [moves for _, moves in pairs]
        if self.both(lambda work: post(work, entries), lambda: self.oracle.post(plain)):
            self.written += pairs

    def both(self, book: Callable[[Any], Awaitable[Any]], oracle: Callable[[], None]) -> bool:
        """Does the same to the book and to the oracle; they must agree whether it is allowed."""
        try:
            oracle()
        except Refused:
            allowed = False
        else:
            allowed = True
        assert self.ground.is_allowed(book) == allowed
        return allowed


def _plain(posting: Posting) -> Move:
    debit: Place = (posting.debit.code, posting.debit.owner_id)
    credit: Place = (posting.credit.code, posting.credit.owner_id)
    return debit, credit, posting.amount_minor


class Ground:
    """A connection of the machine's own and a loop to wait on it; each example is rolled back."""

    def __init__(self, dsn: str, home: Path, preparation: str) -> None:
        self.loop = asyncio.new_event_loop()
        self.db: asyncpg.Connection = self.loop.run_until_complete(connect_for_long(dsn))
        self.hall: Hall = self.loop.run_until_complete(
            make_hall(OneConnection(self.db), MovableClock(OPENING), home)
        )
        self.preparation = preparation
        self.transaction: Any = None

    def begin(self) -> None:
        self.transaction = self.db.transaction()
        self.wait(self.transaction.start())
        self.wait(self.db.execute(self.preparation))

    def end(self) -> None:
        self.wait(self.transaction.rollback())

    def wait(self, promise: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(promise)

    def run(self, deed: Callable[[Any], Awaitable[T]]) -> T:
        async def in_savepoint() -> T:
            async with self.db.transaction():
                return await deed(self.hall.work(self.db, system("test")))

        return self.wait(in_savepoint())

    def is_allowed(self, deed: Callable[[Any], Awaitable[Any]]) -> bool:
        try:
            self.run(deed)
        except NotCovered:
            return False
        return True

    def close(self) -> None:
        self.wait(self.db.close())
        self.loop.close()


@pytest.fixture
def ground(request: pytest.FixtureRequest, dsn: str, tmp_path: Path) -> Iterator[Ground]:
    """Ground to stand on, prepared as the test's parameter says."""
    made = Ground(dsn, tmp_path, getattr(request, "param", "SELECT 1"))
    yield made
    made.close()


def machine_on(ground: Ground) -> type[LedgerMachine]:
    return type("LedgerMachineHere", (LedgerMachine,), {"ground": ground})


SETTINGS = settings(
    max_examples=25,
    stateful_step_count=30,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def test_the_book_and_the_oracle_agree_whatever_is_done(ground: Ground) -> None:
    run_state_machine_as_test(machine_on(ground), settings=SETTINGS)


def test_the_plain_road_agrees_with_the_oracle_too(ground: Ground) -> None:
    plain = Rule(code="ledger.plain_writes", version=9, value=1, unit="flag", effective_from=OPENING)
    ground.hall.rules = RuleBook([*ground.hall.rules, plain])

    run_state_machine_as_test(machine_on(ground), settings=SETTINGS)


@pytest.mark.parametrize(
    "ground", ["ALTER TABLE ledger_balance DROP CONSTRAINT ledger_balance_is_covered"], indirect=True
)
def test_without_a_guard_the_machine_fails(ground: Ground) -> None:
    with pytest.raises(AssertionError):
        run_state_machine_as_test(machine_on(ground), settings=settings(SETTINGS, phases=[Phase.generate]))
