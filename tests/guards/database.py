"""Guards of the database: every CHECK and unique key of a table that holds money or stock.

A breach is what a lawful row must be changed to so that one guard, and it alone, refuses it; for a unique key it is the
same row a second time, otherwise changed as said. What a column is not said to be is filled in by its type.
"""

from collections.abc import Mapping

from tests.guards.advancing import ADVANCING
from tests.guards.aftersales import AFTERSALES
from tests.guards.carrying import CARRYING
from tests.guards.insuring import INSURING
from tests.guards.lending import LENDING
from tests.guards.price_tables import PRICE_TABLES
from tests.guards.reconciling import RECONCILING
from tests.guards.table import NOW as NOW  # noqa: PLC0414 -- reached with the tables
from tests.guards.table import Row as Row  # noqa: PLC0414 -- reached with the tables
from tests.guards.table import Table

MONEY_OR_STOCK = r"_minor$|^on_hand$|^quantity$"
"""A table with such a column holds money or stock."""

ALSO = (
    "channel_txn_claim",
    "coupon",
    "coupon_spent",
    "idempotency",
    "invoice_number",
    "ledger_block",
    "ledger_claim",
    "ledger_entry",
    "ledger_unsealed",
    "order_hold",
    "price_book",
    "price_member",
    "price_row",
    "price_version",
    "sample_claim",
    "timer",
    "waybill_claim",
)
"""Tables without amounts whose keys stand between money or stock and a second time."""

NOT_HELD = {
    "fund_export": "a file about money; none moves by it",
    "tax_report": "the same",
    "cart_line": "wishes; nothing is bought by them",
    "review": "what was bought, as it was bought; none moves by it",
    "shop": "thresholds of mixed batches; no money moves by them",
}

IMPLIED = {
    "order_line.order_line_check": "returned is never negative, and with received never more than shipped",
    "order_line.order_line_shipped_check": "received is never negative and never more than shipped",
    "seller_debt.seller_debt_owed_minor_check": "repaid is never negative and never more than owed",
}
"""Guards that say what others say too: none of them can be broken alone."""

_STAGE_PAID = {"state": "waitselleract", "paid_minor": 10, "released_minor": 3, "refunded_minor": 2}

TABLES: Mapping[str, Table] = {
    **AFTERSALES,
    **CARRYING,
    **PRICE_TABLES,
    **RECONCILING,
    "credit_bill": Table(
        {"state": "billable", "amount_minor": 10},
        {
            "credit_bill_amount_minor_check": {"amount_minor": 0},
            "credit_bill_check": {"interest_paid_minor": 1},
            "credit_bill_check1": {"paid_minor": 5, "reduced_minor": 4, "disputed_minor": 2},
            "credit_bill_check2": {"state": "settled"},
            "credit_bill_commission_minor_check": {"commission_minor": -1},
            "credit_bill_disputed_minor_check": {"disputed_minor": -1},
            "credit_bill_paid_minor_check": {"paid_minor": -1},
            "credit_bill_reduced_minor_check": {"reduced_minor": -1},
            "credit_bill_state_check": {"state": "lost"},
            "credit_bill_vat_minor_check": {"vat_minor": -1},
        },
        {"credit_bill_agreement_id_order_id_bill_key_key": {"bill_id": 2}},
    ),
    "credit_dispute": Table(
        {"state": "open"},
        {
            "credit_dispute_amount_minor_check": {"amount_minor": 0},
            "credit_dispute_state_check": {"state": "lost"},
        },
        {"credit_dispute_one_open": {"dispute_id": 2}},
    ),
    "credit_open": Table(
        {},
        {
            "credit_open_term_days_check": {"term_days": 0},
            "credit_open_yearly_from_minor_check": {"yearly_from_minor": -1},
        },
    ),
    "credit_order": Table(
        {"amount_minor": 10, "held_minor": 10},
        {
            "credit_order_amount_minor_check": {"amount_minor": 0, "held_minor": 0},
            "credit_order_billed_minor_check": {"billed_minor": -1, "held_minor": 11},
            "credit_order_check": {"held_minor": 9},
            "credit_order_freed_minor_check": {"freed_minor": -1, "held_minor": 11},
            "credit_order_held_minor_check": {"held_minor": -1, "billed_minor": 11},
        },
        {"credit_order_once": {"agreement_id": 2}},
    ),
    "credit_payment": Table(
        {"amount_minor": 10, "principal_minor": 5, "interest_minor": 3, "excess_minor": 2},
        {
            "credit_payment_amount_minor_check": {
                "amount_minor": 0,
                "principal_minor": 0,
                "interest_minor": 0,
                "excess_minor": 0,
            },
            "credit_payment_check": {"excess_minor": 3},
        },
    ),
    "credit_statement": Table(
        {},
        {
            "credit_statement_amount_minor_check": {"amount_minor": 0},
            "credit_statement_bills_check": {"bills": 0},
        },
    ),
    "credit_terms": Table(
        {"term_kind": "after_receipt", "term_day": 60},
        {
            "credit_terms_answer_check": {"answer": "perhaps"},
            "credit_terms_check": {"term_kind": "monthly"},
            "credit_terms_grace_days_check": {"grace_days": 31},
            "credit_terms_limit_minor_check": {"limit_minor": 0},
            "credit_terms_term_kind_check": {"term_kind": "whim", "term_day": 30},
        },
    ),
    "deposit_payment": Table({}, {"deposit_payment_amount_minor_check": {"amount_minor": 0}}),
    "held_release": Table({}, {"held_release_seller_minor_check": {"seller_minor": 0}}),
    "idempotency": Table({}, {"idempotency_key_check": {"key": ""}}),
    "invoice": Table(
        {"kind": "ordinary", "state": "init", "amount_minor": 10, "tax_minor": 1, "seller_id": 2},
        {
            "invoice_all_red": {"state": "red_all_issued", "number": "2" * 20, "issued_at": NOW},
            "invoice_issued": {"state": "issued"},
            "invoice_kind": {"kind": "odd"},
            "invoice_number": {"number": "123"},
            "invoice_red_part": {"red_minor": 11},
            "invoice_state": {"state": "lost", "number": "2" * 20, "issued_at": NOW},
            "invoice_tax": {"tax_minor": 11},
            "invoice_two_sides": {"seller_id": 1},
        },
    ),
    "invoice_line": Table(
        {"amount_minor": 10, "tax_minor": 2},
        {
            "invoice_line_amount": {"amount_minor": -1, "tax_minor": 0},
            "invoice_line_quantity": {"quantity": 0},
            "invoice_line_red": {"red_minor": 11},
            "invoice_line_red_tax": {"red_tax_minor": 3},
            "invoice_line_tax": {"tax_minor": 11},
        },
    ),
    "fee_invoice": Table(
        {"month": "2026-03-01", "amount_minor": 10, "tax_minor": 1, "rate_bp": 600, "state": "issuing"},
        {
            "fee_invoice_amount": {"amount_minor": 0, "tax_minor": 0},
            "fee_invoice_tax": {"tax_minor": 11},
            "fee_invoice_red_tax": {"red_tax_minor": 2},
            "fee_invoice_state": {"state": "lost"},
            "fee_invoice_number": {"state": "issued"},
            "fee_invoice_red": {"red_minor": 11},
        },
        {"fee_invoice_seller_id_month_of_id_key": {"document_id": 2}},
    ),
    "fee_month": Table(
        {"month": "2026-03-01"},
        {
            "fee_month_charged_minor_check": {"charged_minor": -1},
            "fee_month_returned_minor_check": {"returned_minor": -1},
        },
    ),
    "invoice_order": Table(
        {"paid_minor": 10, "refunded_minor": 0},
        {
            "invoice_order_blue": {"blue_minor": -1, "claimed_minor": 5},
            "invoice_order_claimed": {"claimed_minor": -1, "blue_minor": 5},
            "invoice_order_no_more_than_paid": {"claimed_minor": 6, "blue_minor": 5},
            "invoice_order_owed": {"owed_red_minor": 1},
            "invoice_order_red": {"red_minor": 1, "claimed_minor": 1},
            "invoice_order_refunded": {"refunded_minor": -1},
        },
    ),
    "invoice_number": Table(),
    "invoice_part": Table(
        {"amount_minor": 10},
        {
            "invoice_part_amount": {"amount_minor": -1, "red_minor": -1},
            "invoice_part_red": {"red_minor": 11},
        },
    ),
    "invoice_red": Table(
        {"state": "issuing", "amount_minor": 10, "tax_minor": 1, "number": ""},
        {
            "invoice_red_amount": {"amount_minor": 0, "tax_minor": 0},
            "invoice_red_number": {"number": "2" * 20},
            "invoice_red_state": {"state": "lost"},
            "invoice_red_tax": {"tax_minor": 11},
        },
        {"invoice_red_one_open": {"red_id": 2}},
    ),
    "ledger_balance": Table(
        {"posted_minor": 10, "held_minor": 4},
        {
            "ledger_balance_is_covered": {"held_minor": 11},
            "ledger_balance_holds_something": {"held_minor": -1},
        },
    ),
    "ledger_checkpoint": Table(),
    "ledger_claim": Table({}, {"ledger_claim_business_key_check": {"business_key": ""}}),
    "ledger_hold": Table(
        {"amount_minor": 10, "state": "pending", "posted_minor": 0},
        {
            "ledger_hold_amount_minor_check": {"amount_minor": 0},
            "ledger_hold_check": {"posted_minor": 11},
            "ledger_hold_check1": {"ended_at": NOW},
            "ledger_hold_state_check": {"state": "lost", "ended_at": NOW},
        },
    ),
    "ledger_posting": Table({}, {"ledger_posting_amount_minor_check": {"amount_minor": 0}}),
    "order_amendment": Table(
        {"state": "offered"},
        {
            "order_amendment_state_check": {"state": "lost"},
            "order_amendment_subsidy_minor_check": {"subsidy_minor": -1},
        },
    ),
    "order_claim": Table(
        {"cause": "late"},
        {
            "order_claim_amount_minor_check": {"amount_minor": 0},
            "order_claim_cause_check": {"cause": "whim"},
            "order_claim_goods_minor_check": {"goods_minor": 0},
        },
    ),
    "order_clawed": Table(
        {
            "earned_goods_minor": 10,
            "earned_freight_minor": 10,
            "charged_commission_minor": 10,
            "charged_vat_minor": 10,
        },
        {
            "order_clawed_goods_were_earned": {"goods_minor": 11},
            "order_clawed_freight_was_earned": {"freight_minor": 11},
            "order_clawed_commission_was_charged": {"commission_minor": 11},
            "order_clawed_vat_was_charged": {"vat_minor": 11},
        },
    ),
    "order_discount": Table(
        {"step": "item", "funder": "seller"},
        {
            "order_discount_amount_minor_check": {"amount_minor": 0},
            "order_discount_check": {"funder": "market"},
            "order_discount_funder_check": {"funder": "nobody"},
            "order_discount_step_check": {"step": "whim"},
        },
    ),
    "order_line": Table(
        {"quantity": 10, "shipped": 5, "received": 2, "refunded": 3},
        {
            "order_line_came_back": {"returned": 4},
            "order_line_returned_check": {"returned": -1},
            "order_line_check1": {"shipped": 8},
            "order_line_discount_minor_check": {"discount_minor": -1},
            "order_line_freight_minor_check": {"freight_minor": -1},
            "order_line_goods_minor_check": {"goods_minor": -1},
            "order_line_is_not_all_subsidy": {"subsidy_minor": -1},
            "order_line_keeps_freight": {"kept_freight_minor": -1},
            "order_line_keeps_subsidy": {"kept_subsidy_minor": -1},
            "order_line_keeps_what_it_cost": {"kept_goods_minor": -1},
            "order_line_names_its_book": {"basis": "contract"},
            "order_line_price_e4_check": {"price_e4": -1},
            "order_line_quantity_check": {"quantity": 0, "shipped": 0, "received": 0, "refunded": 0},
            "order_line_received_check": {"received": -1},
            "order_line_refunded_check": {"refunded": -1},
        },
    ),
    "order_payment": Table({"state": "open"}, {"order_payment_state_check": {"state": "lost"}}),
    "order_refund": Table(
        {"state": "asked"},
        {
            "order_refund_amount_minor_check": {"amount_minor": -1},
            "order_refund_state_check": {"state": "lost"},
        },
        {"order_refund_one_open": {"refund_id": 2}},
    ),
    "order_stage": Table(
        {"goods_minor": 6, "freight_minor": 4, "state": "waitbuyerpay", "transfer_after_confirm": True},
        {
            "order_stage_check": {"goods_minor": 0, "freight_minor": 0},
            "order_stage_check1": {**_STAGE_PAID, "paid_minor": 9},
            "order_stage_check2": {**_STAGE_PAID, "released_minor": 9},
            "order_stage_check3": {**_STAGE_PAID, "instant_pay": True, "released_minor": 8},
            "order_stage_check4": {**_STAGE_PAID, "instant_pay": True, "transfer_after_confirm": False},
            "order_stage_check5": {**_STAGE_PAID, "state": "waitbuyerpay"},
            "order_stage_check6": {"state": "waitselleract"},
            "order_stage_check7": {**_STAGE_PAID, "state": "success"},
            "order_stage_check8": {**_STAGE_PAID, "state": "cancel"},
            "order_stage_confirm_timeout_s_check": {"confirm_timeout_s": -1},
            "order_stage_freight_minor_check": {"freight_minor": -1},
            "order_stage_goods_minor_check": {"goods_minor": -1},
            "order_stage_pay_timeout_s_check": {"pay_timeout_s": -1},
            "order_stage_refunded_minor_check": {"refunded_minor": -1},
            "order_stage_released_minor_check": {"released_minor": -1},
            "order_stage_share_check": {"share": 0},
            "order_stage_stage_no_check": {"stage_no": 0},
            "order_stage_state_check": {**_STAGE_PAID, "state": "lost"},
        },
        {"order_stage_one_payable": {"stage_no": 2}},
    ),
    "parcel_line": Table(
        {}, {"parcel_line_apart": {"apart": 2}, "parcel_line_quantity_check": {"quantity": 0, "apart": 0}}
    ),
    "parked_receipt": Table(
        {"amount_minor": 10, "state": "parked", "refund_id": 7},
        {
            "parked_receipt_amount_minor_check": {"amount_minor": 0, "returned_minor": 0, "state": "returned"},
            "parked_receipt_check": {"returned_minor": 11},
            "parked_receipt_check1": {"state": "returned"},
            "parked_receipt_check2": {"state": "asked"},
            "parked_receipt_state_check": {"state": "lost"},
            "parked_receipt_is_settled_whole": {"state": "settled", "settled_by": 5, "settled_minor": 9},
            "parked_receipt_is_settled_by_somebody": {"state": "settled", "settled_minor": 10},
            "parked_receipt_is_settled_by_two": {
                "state": "settled", "settled_minor": 10, "needs_second": True, "proposed_by": 5, "settled_by": 5,
            },
        },
        {"parked_receipt_refund": {"receipt_id": 2}},
    ),
    "payment": Table(
        {"state": "open", "ask_at": NOW},
        {
            "payment_amount_minor_check": {"amount_minor": 0},
            "payment_is_asked_about": {"ask_at": None},
            "payment_method": {"method": "barter", "ask_at": None},
            "payment_purpose_check": {"purpose": "whim"},
            "payment_check1": {"channel_txn": "ct"},
            "payment_state_check": {"state": "lost", "ask_at": None},
        },
    ),
    "payment_part": Table(
        {"state": "waiting"},
        {
            "payment_part_amount_minor_check": {"amount_minor": 0},
            "payment_part_state_check": {"state": "lost"},
        },
    ),
    "payment_refund": Table(
        {"state": "asked", "ask_at": NOW, "amount_minor": 10},
        {
            "payment_refund_amount_minor_check": {"amount_minor": 0},
            "payment_refund_held_is_not_asked": {"is_held": True},
            "payment_refund_is_asked_about": {"state": "done", "channel_minor": 10},
            "payment_refund_adds_up": {"state": "done", "ask_at": None, "channel_minor": 9},
            "payment_refund_parks_something": {
                "state": "done", "ask_at": None, "channel_minor": 11, "parked_minor": -1,
            },
            "payment_refund_state_check": {"state": "lost", "ask_at": None, "channel_minor": 10},
        },
        {"payment_refund_payment_id_order_id_refund_key_key": {"refund_id": 2}},
    ),
    "coupon": Table(
        {"place": 1, "per_buyer": 1},
        {"coupon_within_limit": {"place": 2}},
        {"coupon_one_per_place": {"coupon_id": 2}},
    ),
    "promotion": Table(
        {
            "kind": "platform_coupon",
            "seller_id": 0,
            "state": "open",
            "starts_at": NOW,
            "ends_at": "2026-04-01T02:00:00Z",
            "coupons_total": 10,
            "per_buyer": 1,
            "usable_until": "2026-04-01T02:00:00Z",
            "budget_minor": 10,
        },
        {
            "promotion_budget_minor_check": {"budget_minor": 0},
            "promotion_check": {"ends_at": NOW},
            "promotion_check1": {"stopped_at": NOW},
            "promotion_coupons_are_enough": {"claimed": 11},
            "promotion_coupons_total_check": {"coupons_total": 0},
            "promotion_gives_coupons": {"usable_until": None},
            "promotion_kind_check": {
                "kind": "lost", "seller_id": 1, "budget_minor": None, "coupons_total": None, "per_buyer": None,
                "usable_until": None,
            },
            "promotion_of_the_market_has_a_budget": {"budget_minor": None},
            "promotion_of_the_market_is_nobodys": {"seller_id": 1},
            "promotion_per_buyer_check": {"per_buyer": 0},
            "promotion_state_check": {"state": "lost"},
        },
    ),
    "promotion_use": Table(
        {"state": "placed"},
        {
            "promotion_use_amount_minor_check": {"amount_minor": 0},
            "promotion_use_gives_back_what_it_took": {"back_minor": -1},
            "promotion_use_goods_minor_check": {"goods_minor": -1},
            "promotion_use_shrunk_check": {"shrunk": -1},
            "promotion_use_state_check": {"state": "lost"},
        },
    ),
    "sample_claim": Table({}, {"sample_claim_place_check": {"place": 0}}),
    "seller_debt": Table(
        {"owed_minor": 10, "repaid_minor": 4}, {"seller_debt_check": {"repaid_minor": 11}}
    ),
    "stage_earning": Table(
        {},
        {
            "stage_earning_commission_minor_check": {"commission_minor": -1},
            "stage_earning_freight_minor_check": {"freight_minor": -1},
            "stage_earning_goods_minor_check": {"goods_minor": -1},
            "stage_earning_vat_minor_check": {"vat_minor": -1},
        },
    ),
    "stage_plan": Table(
        {"condition": "sample_approved", "plan_code": "3-7"},
        {
            "stage_plan_condition_check": {"condition": "whim"},
            "stage_plan_from_minor_check": {"from_minor": -1},
            "stage_plan_gate_check": {"gate": 0},
            "stage_plan_plan_code_check": {"plan_code": "x"},
        },
    ),
    "stock": Table(
        {"on_hand": 10, "reserved": 4, "sold": 1},
        {
            "stock_covers_reserved": {"reserved": 11},
            "stock_reserved_is_real": {"reserved": -1},
            "stock_sold_is_real": {"sold": -1},
            "stock_stripe_check": {"stripe": -1},
        },
    ),
    "goodwill": Table(
        {"buyer_id": 2, "amount_minor": 5},
        {
            "goodwill_amount_minor_check": {"amount_minor": 0},
            "goodwill_is_for_another": {"buyer_id": 1, "seller_id": 1},
            "goodwill_names_its_order": {"order_number": "1"},
        },
    ),
    "stock_move": Table({"kind": "opened"}, {"stock_move_kind_check": {"kind": "lost"}}),
    "stock_reservation": Table({}, {"stock_reservation_quantity_check": {"quantity": 0}}),
    "supplier_take": Table(
        {"amount_minor": 10, "available_minor": 1, "deposit_minor": 2, "pool_minor": 3, "debt_minor": 4},
        {
            "supplier_take_amount_minor_check": {
                "amount_minor": 0,
                "available_minor": 0,
                "deposit_minor": 0,
                "pool_minor": 0,
                "debt_minor": 0,
            },
            "supplier_take_available_minor_check": {"available_minor": -1, "debt_minor": 6},
            "supplier_take_check": {"debt_minor": 5},
            "supplier_take_coupon_is_a_part": {"coupon_minor": -1},
            "supplier_take_commission_minor_check": {"commission_minor": -1},
            "supplier_take_debt_minor_check": {"debt_minor": -1, "available_minor": 6},
            "supplier_take_deposit_minor_check": {"deposit_minor": -1, "available_minor": 4},
            "supplier_take_pool_minor_check": {"pool_minor": -1, "available_minor": 5},
            "supplier_take_vat_minor_check": {"vat_minor": -1},
        },
    ),
    "trade_order": Table(
        {"state": "wait_send", "paid_minor": 100, "refunded_minor": 10, "released_minor": 20},
        {
            "trade_order_credit_minor_check": {"credit_minor": -1},
            "trade_order_money_is_covered": {"released_minor": 91},
            "trade_order_money_is_decided": {"state": "success"},
            "trade_order_freight_minor_check": {"freight_minor": -1},
            "trade_order_gives_back_what_was_added": {"subsidy_back_minor": 1},
            "trade_order_services_are_known": {"services": ["smile"]},
            "trade_order_premium_is_paid_into_escrow": {"premium_minor": -1},
            "trade_order_is_insured_by_one": {
                "premium_minor": 1, "trade_type": "escrow", "services": ["freight_insurance"],
            },
            "trade_order_goods_minor_check": {"goods_minor": -1},
            "trade_order_refunded_minor_check": {"refunded_minor": -1},
            "trade_order_released_minor_check": {"released_minor": -1},
            "trade_order_state_check": {"state": "lost"},
        },
    ),
    "withdrawal": Table(
        {"state": "asked", "ask_at": NOW},
        {
            "withdrawal_amount_minor_check": {"amount_minor": 0},
            "withdrawal_check": {"ask_at": None},
            "withdrawal_is_approved_by_another": {"answered_by": 1},
            "withdrawal_source_check": {"source": "pocket"},
            "withdrawal_state_check": {"state": "lost", "ask_at": None},
            "withdrawal_was_approved": {"approve_until": NOW},
        },
    ),
    **{name: Table(*rows) for name, rows in LENDING.items()},
    **{name: Table(*rows) for name, rows in ADVANCING.items()},
    **{name: Table(*rows) for name, rows in INSURING.items()},
}  # fmt: skip


def labels() -> list[str]:
    """Every guard that is registered, as `table.name`."""
    return sorted(
        f"{table}.{name}"
        for table in {*TABLES, *ALSO}
        for said in [TABLES.get(table, Table())]
        for name in (*said.breaches, *said.twins, f"{table}_pkey")
    )
