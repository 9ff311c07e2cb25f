"""Ordering 进货单: carts, quotes, orders from placing to the last fen. The front desk.

Asks, views and facts are reached as `ordering.asks.PlaceOrder`, `ordering.views.OrderPage`, `ordering.facts.OrderPaid`.
"""

from huozhan.ordering import asks, clock_views, facts, views
from huozhan.ordering.amending import accept_amendment, amend_price
from huozhan.ordering.answering import answer_refund, refund_answer_due, take_back_refund
from huozhan.ordering.closing import cancel_order, pay_close_due, payment_closed
from huozhan.ordering.compensating import pay_claim
from huozhan.ordering.contracting import OrderToContract, may_be_contracted, order_to_contract
from huozhan.ordering.estimating import estimate
from huozhan.ordering.excusing import EXCUSE_JOB, excuse_late
from huozhan.ordering.exempting import count_hit, exempt_one, exempt_orders, receipts_moved
from huozhan.ordering.exemption import Exemption, stops_of
from huozhan.ordering.fast import (
    FastArrivalOfOrder,
    OrderFastView,
    ParcelGoods,
    fast_arrival_of_order,
    picked_up,
)
from huozhan.ordering.filing import (
    FOLLOW_JOB,
    decide_filing,
    exemption_filings,
    file_exemption,
    filing_overdue,
    filings_waiting,
    granted_filing,
)
from huozhan.ordering.filling import cart, change_cart, put_in_cart, remove_from_cart
from huozhan.ordering.halting import held_up_under_way
from huozhan.ordering.handing import (
    hold_order,
    is_lent,
    lift_hold,
    order_goods,
    order_to_ship,
    orders_to_pack,
    receipt_moved,
    received,
    receivers_of,
    sale_by_number,
    shipped,
)
from huozhan.ordering.insured import OrderInsuranceView, insurance_of_order
from huozhan.ordering.lacking import declare_lack
from huozhan.ordering.leaving import leave_disrupted
from huozhan.ordering.lengthening import answer_longer_promise, ask_longer_promise
from huozhan.ordering.looking import (
    export_orders,
    my_orders,
    my_sales,
    open_orders,
    order_counts,
    order_page,
)
from huozhan.ordering.measuring import my_promises
from huozhan.ordering.methods import renew_bank_payment, ways_to_pay
from huozhan.ordering.order import Line, OrderEvent, OrderState
from huozhan.ordering.paying import bank_money_came, pay_orders, payment_settled
from huozhan.ordering.placing import PriceMoved, place_order
from huozhan.ordering.promising import ship_promise_due
from huozhan.ordering.purchase import Quote
from huozhan.ordering.quoting import NoSuchCoupon, quote
from huozhan.ordering.ranking import RankBuyers, rank_buyers
from huozhan.ordering.refunding import auto_refund_due, refund_unshipped
from huozhan.ordering.repeating import note_order, reorder
from huozhan.ordering.returning import (
    GivenBack,
    OrderInCase,
    Settled,
    TakenBack,
    order_in_case,
    order_to_complain_of,
    settle_sent,
    take_kept_back,
)
from huozhan.ordering.revealing import reveal_receiver
from huozhan.ordering.reviewing import LineToReview, lines_to_review, must_have_bought
from huozhan.ordering.serving import orders_to_walk, sales_to_judge
from huozhan.ordering.showing import trouble_views, worth_telling
from huozhan.ordering.stepping import (
    confirm_stage,
    declare_stage,
    push_stage,
    reject_stage,
    stage_confirm_due,
)
from huozhan.ordering.stopping import give_up_order, stage_pay_due, stop_order
from huozhan.ordering.store import SEALED_COLUMNS
from huozhan.ordering.takings import (
    BoughtOffer,
    Purchase,
    SalesByDay,
    Takings,
    bought_between,
    last_ends,
    purchases,
    sales_by_day,
    sales_left,
    takings,
)
from huozhan.ordering.talking import write_about_offer, write_about_order
from huozhan.ordering.telling import TELLINGS, go_on_once_closed, tell_of_orders
from huozhan.ordering.to_invoice import (
    LineToTax,
    OrderToInvoice,
    orders_paid_by_seller,
    orders_to_invoice,
    received_from,
)
from huozhan.ordering.verifying import escrow_by_orders, lines_sent, verify

__all__ = [
    "EXCUSE_JOB",
    "FOLLOW_JOB",
    "SEALED_COLUMNS",
    "TELLINGS",
    "BoughtOffer",
    "Exemption",
    "FastArrivalOfOrder",
    "GivenBack",
    "Line",
    "LineToReview",
    "LineToTax",
    "NoSuchCoupon",
    "OrderEvent",
    "OrderFastView",
    "OrderInCase",
    "OrderInsuranceView",
    "OrderState",
    "OrderToContract",
    "OrderToInvoice",
    "ParcelGoods",
    "PriceMoved",
    "Purchase",
    "Quote",
    "RankBuyers",
    "SalesByDay",
    "Settled",
    "TakenBack",
    "Takings",
    "accept_amendment",
    "amend_price",
    "answer_longer_promise",
    "answer_refund",
    "ask_longer_promise",
    "asks",
    "auto_refund_due",
    "bank_money_came",
    "bought_between",
    "cancel_order",
    "cart",
    "change_cart",
    "clock_views",
    "confirm_stage",
    "count_hit",
    "decide_filing",
    "declare_lack",
    "declare_stage",
    "escrow_by_orders",
    "estimate",
    "excuse_late",
    "exempt_one",
    "exempt_orders",
    "exemption_filings",
    "export_orders",
    "facts",
    "fast_arrival_of_order",
    "file_exemption",
    "filing_overdue",
    "filings_waiting",
    "give_up_order",
    "go_on_once_closed",
    "granted_filing",
    "held_up_under_way",
    "hold_order",
    "insurance_of_order",
    "is_lent",
    "last_ends",
    "leave_disrupted",
    "lift_hold",
    "lines_sent",
    "lines_to_review",
    "may_be_contracted",
    "must_have_bought",
    "my_orders",
    "my_promises",
    "my_sales",
    "note_order",
    "open_orders",
    "order_counts",
    "order_goods",
    "order_in_case",
    "order_page",
    "order_to_complain_of",
    "order_to_contract",
    "order_to_ship",
    "orders_paid_by_seller",
    "orders_to_invoice",
    "orders_to_pack",
    "orders_to_walk",
    "pay_claim",
    "pay_close_due",
    "pay_orders",
    "payment_closed",
    "payment_settled",
    "picked_up",
    "place_order",
    "purchases",
    "push_stage",
    "put_in_cart",
    "quote",
    "rank_buyers",
    "receipt_moved",
    "receipts_moved",
    "received",
    "received_from",
    "receivers_of",
    "refund_answer_due",
    "refund_unshipped",
    "reject_stage",
    "remove_from_cart",
    "renew_bank_payment",
    "reorder",
    "reveal_receiver",
    "sale_by_number",
    "sales_by_day",
    "sales_left",
    "sales_to_judge",
    "settle_sent",
    "ship_promise_due",
    "shipped",
    "stage_confirm_due",
    "stage_pay_due",
    "stop_order",
    "stops_of",
    "take_back_refund",
    "take_kept_back",
    "takings",
    "tell_of_orders",
    "trouble_views",
    "verify",
    "views",
    "ways_to_pay",
    "worth_telling",
    "write_about_offer",
    "write_about_order",
]
