"""Carriage 运费结算: what carriers are owed for the market's waybills (208), from whom, and their bills. The front desk.

Asks, views and facts are reached as `carriage.asks.PublishTerms`, `carriage.views.CarrierDesk`, `carriage.facts.FreightMoved`.
"""

from huozhan.carriage import asks, facts, views
from huozhan.carriage.billing import believe_bill_empty, decide_line, note_bill, recheck_bills
from huozhan.carriage.charging import (
    FREIGHT_TIMER,
    drop_freight,
    expect_freight,
    freight_due,
    my_carriage,
    owed_by,
    release,
    weigh_freight,
)
from huozhan.carriage.contracting import (
    carrier_contract,
    carrier_contracts,
    has_contracts,
    make_contract,
    offered_carriers,
    price_of,
    publish_terms,
    terms_now,
)
from huozhan.carriage.paying import approve_payout, go_on_once_paid, pay_carrier, refuse_payout
from huozhan.carriage.sealed import SEALED_COLUMNS
from huozhan.carriage.telling import tell_of_freight
from huozhan.carriage.terms import Price, Terms
from huozhan.carriage.verifying import clearing_since, owed_to_carriers, verify
from huozhan.carriage.watching import bills_waiting, carrier_desk

__all__ = [
    "FREIGHT_TIMER",
    "SEALED_COLUMNS",
    "Price",
    "Terms",
    "approve_payout",
    "asks",
    "believe_bill_empty",
    "bills_waiting",
    "carrier_contract",
    "carrier_contracts",
    "carrier_desk",
    "clearing_since",
    "decide_line",
    "drop_freight",
    "expect_freight",
    "facts",
    "freight_due",
    "go_on_once_paid",
    "has_contracts",
    "make_contract",
    "my_carriage",
    "note_bill",
    "offered_carriers",
    "owed_by",
    "owed_to_carriers",
    "pay_carrier",
    "price_of",
    "publish_terms",
    "recheck_bills",
    "refuse_payout",
    "release",
    "tell_of_freight",
    "terms_now",
    "verify",
    "views",
    "weigh_freight",
]
