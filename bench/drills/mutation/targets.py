"""Which modules are made wrong, and which tests are about them.

Of those tests only the ones that come by a mistake's place are tried under it, the quick ones first.
"""

from typing import Literal

import msgspec

Part = Literal["ledger", "pricing", "machines"]


class Target(msgspec.Struct, frozen=True):
    """A module and its tests: files or folders."""

    part: Part
    module: str
    tests: tuple[str, ...]


def _target(part: Part, module: str, *tests: str) -> Target:
    return Target(part, f"huozhan.{module}", tuple(f"tests/{test}" for test in tests))


_LEDGER = (
    "ledger/test_entry.py", "ledger/test_reading.py", "ledger/test_post.py", "ledger/test_hold.py", "ledger/test_seal.py", "ledger/test_memo.py", "ledger/test_at_once.py",
)  # fmt: skip

_MACHINES = "house/test_machines.py"

TARGETS = (
    # Prices
    _target("pricing", "kernel.money", "kernel/test_money.py"),
    _target("pricing", "catalogue.pricing", "catalogue/test_pricing.py", "catalogue/test_pricing_oracle.py"),
    _target("pricing", "catalogue.booked", "pricebook/test_priced.py"),
    _target("pricing", "catalogue.freight", "catalogue/test_freight.py"),
    _target("pricing", "pricebook.pricing", "pricebook/test_books.py", "pricebook/test_ordering.py"),
    _target("pricing", "pricebook.judging", "pricebook/test_books.py"),
    _target("pricing", "promotion.cutting", "promotion/test_cutting_edges.py", "promotion/test_cutting.py"),
    _target("pricing", "promotion.choosing", "promotion/test_cutting_edges.py"),
    _target("pricing", "promotion.offs", "promotion/test_offs.py"),
    _target("pricing", "promotion.budget", "promotion/test_market_coupons.py", "promotion/test_ordering.py"),
    _target("pricing", "promotion.using", "promotion/test_coupons.py", "promotion/test_ordering.py", "promotion/test_market_coupons.py"),
    _target("pricing", "staging.plan", "staging"),
    _target("pricing", "credit.bill", _MACHINES, "credit/test_bill.py"),
    # State machines
    _target("machines", "kernel.moves", "kernel/test_moves.py", _MACHINES),
    _target("machines", "ordering.order", "ordering/test_order.py", "ordering/test_moves.py", "ordering/test_shares.py"),
    _target("machines", "ordering.refund", _MACHINES),
    _target("machines", "ordering.exemption", _MACHINES, "disruption/test_suspension.py"),
    _target("machines", "staging.stage", "staging"),
    _target("machines", "fulfilment.receipt", "fulfilment/test_receipt.py"),
    _target("machines", "credit.term", "credit/test_term.py"),
    _target("machines", "credit.agreement", _MACHINES, "credit/test_agreement.py"),
    _target("machines", "finance.advance", _MACHINES, "finance/test_advance.py"),
    _target("machines", "finance.loan", _MACHINES, "finance/test_loan.py"),
    _target("machines", "scenes.appeal", _MACHINES, "scenes/test_appealing.py"),
    _target("machines", "insurance.policy", _MACHINES, "insurance/test_insurance.py"),
    _target("machines", "disruption.clock", "disruption/test_clock.py"),
    _target("machines", "disruption.suspension", _MACHINES, "disruption/test_suspension.py"),
    _target("machines", "payments.payment", _MACHINES, "payments/test_settle.py"),
    _target("machines", "payments.bank_money", _MACHINES, "payments/test_sums.py"),
    _target("machines", "payments.carrier_paying", _MACHINES, "carriage/test_bills.py"),
    _target("machines", "carriage.bill", _MACHINES, "carriage/test_bills.py"),
    _target("machines", "carriage.charge", _MACHINES, "carriage/test_charging.py"),
    _target("machines", "logistics.waybill", _MACHINES),
    _target("machines", "payments.withdrawal", _MACHINES, "payments/test_withdraw.py", "payments/test_approve.py"),
    _target("machines", "payments.deposit", _MACHINES, "payments/test_sums.py"),
    _target("machines", "payments.differing", _MACHINES, "payments/test_differences.py"),
    _target("machines", "payments.exporting", _MACHINES, "payments/test_records.py"),
    _target("machines", "aftersales.case", _MACHINES, "aftersales/test_case.py"),
    _target("machines", "pricebook.book", _MACHINES),
    _target("machines", "promotion.promotion", _MACHINES, "promotion/test_promotion.py"),
    _target("machines", "parties.supplying", _MACHINES, "parties/test_supplying.py"),
    _target("machines", "catalogue.offer", "catalogue/test_publishing.py"),
    _target("machines", "invoicing.invoice", _MACHINES),
    _target("machines", "invoicing.fee", _MACHINES, "invoicing/test_fees.py"),
    _target("machines", "invoicing.wish", _MACHINES, "invoicing/test_wishing.py"),
    _target("machines", "contracts.contract", _MACHINES, "contracts/test_signing.py", "contracts/test_drafting.py"),
    _target("machines", "contracts.signature", _MACHINES),
    _target("machines", "contracts.evidence", _MACHINES, "contracts/test_evidence.py"),
    _target("machines", "interest.watch", _MACHINES, "interest/test_watching.py"),
    _target("machines", "reviews.review", _MACHINES, "reviews/test_writing.py", "reviews/test_answering.py"),
    _target("machines", "search.same.report", _MACHINES, "search/test_same_decided.py"),
    _target("machines", "invoicing.reporting", _MACHINES, "invoicing/test_tax_report.py"),
    # The book
    _target("ledger", "ledger.entry", *_LEDGER),
    _target("ledger", "ledger.posting", *_LEDGER),
    _target("ledger", "ledger.holding", _MACHINES, *_LEDGER),
    _target("ledger", "ledger.reading", *_LEDGER, "payments/test_records.py"),
    _target("ledger", "ledger.searching", *_LEDGER, "payments/test_records.py"),
    _target("ledger", "ledger.journal", *_LEDGER),
    _target("ledger", "ledger.income", "invoicing/test_tax_report.py"),
    _target("ledger", "ledger.sealing", *_LEDGER),
    _target("ledger", "ledger.proving", *_LEDGER),
)  # fmt: skip
