"""Suppliers against their oracle: sales, refunds after payout, compensation, withdrawals and deposits in any order."""

from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from huozhan import ledger, payments
from huozhan.kernel.work import Work
from huozhan.ledger import Account, NotCovered, balances, post, write_entry
from huozhan.payments import ClawBack, Compensation, Part, Release
from huozhan.payments.taking import MoreThanEarned, net_debt
from tests.ledger.test_machine import SETTINGS, Ground, ground
from tests.payments.take_oracle import PlainSuppliers, Refused

__all__ = ["ground"]
LI = 701
CAMPAIGN = 801
ORDERS = {1: 601, 2: 601, 3: 602}
ORDER = st.sampled_from(sorted(ORDERS))
SELLER = st.sampled_from([601, 602])
AMOUNT = st.integers(1, 400)


class TakeMachine(RuleBasedStateMachine):
    """Drives suppliers; `ground` is put in by the test."""

    ground: Ground

    def __init__(self) -> None:
        super().__init__()
        self.oracle = PlainSuppliers([601, 602], ORDERS)
        self.count = 0
        self.holds: list[tuple[str, int, int]] = []
        self.ground.begin()

    def teardown(self) -> None:
        self.ground.end()

    @initialize()
    def begin(self) -> None:
        async def pay(work: Work) -> int:
            parts = [Part(order_id=o, seller_id=s, amount_minor=1) for o, s in ORDERS.items()]
            return await payments.open_payment(
                work, payer_id=LI, parts=parts, subject="cups", expires_at=work.now
            )

        self.payment_id = self.ground.run(pay)

    def key(self) -> str:
        self.count += 1
        return f"k{self.count}"

    def write(self, code: str, owners: dict[int, int], amounts: dict[str, int]) -> None:
        entry = write_entry(code, business_key=self.key(), about_id=1, owners=owners, amounts=amounts)
        self.ground.run(lambda work: post(work, [entry]))

    @rule(order=ORDER, goods=AMOUNT, freight=st.integers(0, 30))
    def receive(self, order: int, goods: int, freight: int) -> None:
        self.write("E1", {101: 1, 202: order}, {"paid": goods + freight})
        parcel = Release(
            order_id=order, seller_id=ORDERS[order], key=self.key(), goods_minor=(goods,), freight_minor=freight
        )  # fmt: skip
        self.ground.run(lambda work: payments.release(work, parcel))
        self.oracle.receive(order, goods, freight)

    @rule(order=ORDER, goods=st.integers(0, 300), freight=st.integers(0, 20), coupon=st.integers(0, 40))
    def claw_back(self, order: int, goods: int, freight: int, coupon: int) -> None:
        if goods + freight:
            self._claw_back(order, goods, freight, coupon)

    @rule(order=ORDER)
    def claw_all_back(self, order: int) -> None:
        sale = self.oracle.sales[order]
        goods, freight = sale.goods - sale.goods_back, sale.freight - sale.freight_back
        if goods + freight:
            self._claw_back(order, goods, freight, 0)

    def _claw_back(self, order: int, goods: int, freight: int, coupon: int) -> None:
        ask = ClawBack(
            order_id=order, payment_id=self.payment_id, seller_id=ORDERS[order], buyer_id=LI, key=self.key(),
            goods_minor=goods, freight_minor=freight, coupon_minor=coupon, campaign_id=CAMPAIGN, reason="test",
        )  # fmt: skip
        try:
            self.oracle.claw_back(order, goods, freight, coupon)
        except Refused:
            with pytest.raises(MoreThanEarned):
                self.ground.run(lambda work: payments.claw_back(work, ask))
            return

        async def back(work: Work) -> tuple[int, int]:
            await payments.claw_back(work, ask)
            row = await work.db.fetchrow(
                "SELECT commission_minor, vat_minor FROM supplier_take WHERE order_id = $1 AND cause = $2",
                order, f"refund:{ask.key}",
            )  # fmt: skip
            return row["commission_minor"], row["vat_minor"]

        self.oracle.note_fee(order, *self.ground.run(back))

    @rule(order=ORDER, cause=st.sampled_from(["late", "no_stock"]), amount=AMOUNT, insured=st.booleans())
    def compensate(self, order: int, cause: str, amount: int, *, insured: bool) -> None:
        if (order, cause) in self.oracle.causes:
            return
        ask = Compensation(
            order_id=order,
            seller_id=ORDERS[order],
            buyer_id=LI,
            cause=cause,
            amount_minor=amount,
            is_insured=insured,
        )
        for _ in range(2):
            self.ground.run(lambda work: payments.compensate(work, ask))
            self.oracle.compensate(order, cause, amount, insured=insured)

    @rule(seller=SELLER, amount=AMOUNT)
    def put_down(self, seller: int, amount: int) -> None:
        self.write("E10a", {101: 1, 205: seller}, {"deposit": amount})
        self.oracle.deposit[seller] += amount

    @rule(amount=AMOUNT)
    def fill_the_pool(self, amount: int) -> None:
        self.write("E16m", {209: 1}, {"market": amount})
        self.oracle.pool += amount

    @rule(seller=SELLER, amount=AMOUNT)
    def ask_to_withdraw(self, seller: int, amount: int) -> None:
        key = self.key()
        accounts = ledger.payable_available(seller), ledger.withdrawal(self.count)
        try:
            self.oracle.hold(seller, amount)
        except Refused:
            with pytest.raises(NotCovered):
                self.ground.run(lambda work: ledger.hold(work, key, *accounts, amount))
            return
        self.ground.run(lambda work: ledger.hold(work, key, *accounts, amount))
        self.holds.append((key, seller, amount))

    @precondition(lambda self: self.holds)
    @rule(paid=st.booleans())
    def end_withdrawal(self, *, paid: bool) -> None:
        key, seller, amount = self.holds.pop()
        owners = {204: seller, 207: int(key[1:])}
        entry = write_entry(
            "E6a", business_key=self.key(), about_id=1, owners=owners, amounts={"available": amount}
        )

        async def end(work: Work) -> None:
            if paid:
                await ledger.post_hold(work, key, (entry,), "paid")
            else:
                await ledger.void_hold(work, key, "refused")
                await net_debt(work, seller)

        self.ground.run(end)
        self.oracle.end_hold(seller, amount, paid=paid)

    @invariant()
    def every_account_is_the_oracles(self) -> None:
        expected: dict[Account, tuple[int, int]] = {}
        for seller in (601, 602):
            has = self.oracle
            expected[ledger.payable_available(seller)] = has.available[seller], has.held[seller]
            expected[ledger.deposit(seller)] = has.deposit[seller], 0
            expected[ledger.seller_debt(seller)] = has.debt[seller], 0
        expected |= {
            ledger.wallet(LI): (self.oracle.wallet, 0),
            ledger.insurance_pool(1): (self.oracle.pool, 0),
            ledger.commission(): (self.oracle.net, 0),
            ledger.vat(): (self.oracle.tax, 0),
            ledger.coupon_subsidy(CAMPAIGN): (-self.oracle.campaign, 0),
        }
        found = self.ground.run(lambda work: balances(work, list(expected)))
        assert {account: (b.posted_minor, b.held_minor) for account, b in found.items()} == expected

    @invariant()
    def nobody_owes_who_has_money_and_payments_agrees(self) -> None:
        for seller in (601, 602):
            assert not self.oracle.debt[seller] or self.oracle.available[seller] == self.oracle.held[seller]
        codes = {finding.code for finding in self.ground.run(payments.verify)}
        # The machine books at the channel what no payment of its world brought.
        assert codes <= {"payments.channel_unexplained", "payments.withdrawal_differs"}, codes


def machine_on(ground: Ground) -> type[TakeMachine]:
    return type("TakeMachineHere", (TakeMachine,), {"ground": ground})


def test_suppliers_and_the_oracle_agree_whatever_happens(ground: Ground) -> None:
    run_state_machine_as_test(machine_on(ground), settings=SETTINGS)


def test_without_netting_the_machine_fails(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    async def nothing(*_: Any) -> int:
        return 0

    monkeypatch.setattr("huozhan.payments.releasing.net_debt", nothing)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(machine_on(ground), settings=settings(SETTINGS, phases=[Phase.generate]))
