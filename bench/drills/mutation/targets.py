"""Which modules are made wrong, and which tests must notice: the quick ones that are about them."""

from typing import Literal

import msgspec

Part = Literal["ledger", "pricing", "machines"]


class Target(msgspec.Struct, frozen=True):
    """A module and its tests."""

    part: Part
    module: str
    tests: tuple[str, ...]


TARGETS = (
    Target("pricing", "huozhan.kernel.money", ("tests/kernel/test_money.py",)),
    Target("pricing", "huozhan.catalogue.pricing", ("tests/catalogue/test_pricing.py",)),
    Target("pricing", "huozhan.catalogue.freight", ("tests/catalogue/test_freight.py",)),
    Target("pricing", "huozhan.promotion.cutting", ("tests/promotion/test_cutting.py",)),
    Target("pricing", "huozhan.staging.plan", ("tests/staging",)),
    Target("pricing", "huozhan.credit.bill", ("tests/credit/test_bill.py",)),
    Target("machines", "huozhan.kernel.moves", ("tests/ordering/test_moves.py",)),
    Target("machines", "huozhan.ordering.order", ("tests/ordering/test_moves.py", "tests/ordering/test_shares.py")),
    Target("machines", "huozhan.staging.stage", ("tests/staging",)),
    Target("machines", "huozhan.fulfilment.receipt", ("tests/fulfilment/test_receipt.py",)),
    Target("machines", "huozhan.credit.term", ("tests/credit/test_term.py",)),
    Target("machines", "huozhan.disruption.clock", ("tests/disruption/test_clock.py",)),
    Target("machines", "huozhan.payments.payment", ("tests/payments/test_settle.py", "tests/payments/test_at_once.py")),
    Target("machines", "huozhan.payments.bank_money", ("tests/ordering/test_bank_transfer.py",)),
    Target("machines", "huozhan.payments.withdrawal", ("tests/payments/test_withdraw.py", "tests/payments/test_approve.py")),
    Target("machines", "huozhan.aftersales.case", ("tests/aftersales/test_applying.py", "tests/aftersales/test_disputing.py")),
    Target("ledger", "huozhan.ledger.entry", ("tests/ledger/test_post.py", "tests/ledger/test_hold.py")),
    Target("ledger", "huozhan.ledger.posting", ("tests/ledger/test_post.py",)),
    Target("ledger", "huozhan.ledger.holding", ("tests/ledger/test_hold.py",)),
    Target("ledger", "huozhan.ledger.reading", ("tests/ledger/test_post.py", "tests/ledger/test_hold.py")),
    Target("ledger", "huozhan.ledger.sealing", ("tests/ledger/test_seal.py",)),
    Target("ledger", "huozhan.ledger.proving", ("tests/ledger/test_seal.py", "tests/ledger/test_post.py")),
)  # fmt: skip
