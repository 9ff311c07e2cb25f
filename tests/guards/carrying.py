"""Guards of what carriers are owed and paid: a lawful row, a breach of each CHECK, a twin under each unique key."""

from collections.abc import Mapping

from tests.guards.table import NOW, Table

CARRYING: Mapping[str, Table] = {
    "carrier_price": Table(
        {"first_g": 1_000, "first_minor": 800, "next_g": 1_000, "next_minor": 200},
        {
            "carrier_price_first_g_check": {"first_g": 0},
            "carrier_price_first_minor_check": {"first_minor": 0},
            "carrier_price_next_g_check": {"next_g": 0},
            "carrier_price_next_minor_check": {"next_minor": -1},
        },
    ),
    "freight_charge": Table(
        {"state": "due", "supplier_minor": 800, "market_minor": 0, "picked_up_at": NOW, "taken_at": None},
        {
            "freight_charge_market_minor_check": {"market_minor": -1},
            "freight_charge_state_check": {"state": "lost", "supplier_minor": 0, "picked_up_at": None},
            "freight_charge_supplier_minor_check": {"supplier_minor": -1},
            "freight_charge_weight_g_check": {"weight_g": -1},
            "freight_costs_nothing_before": {"state": "expected", "picked_up_at": None},
            "freight_is_charged_once_weighed": {"picked_up_at": None},
            "freight_taken_has_its_moment": {"state": "taken"},
        },
        {"freight_charge_by_waybill": {"waybill_id": 2}},
    ),
    "freight_booking": Table(
        {
            "kind": "charge", "amount_minor": 10, "escrow_minor": 4, "available_minor": 3, "deposit_minor": 2,
            "debt_minor": 1, "market_minor": 0,
        },
        {
            "freight_booking_amount_minor_check": {
                "amount_minor": 0, "escrow_minor": 0, "available_minor": 0, "deposit_minor": 0, "debt_minor": 0,
            },
            "freight_booking_available_minor_check": {"available_minor": -1, "escrow_minor": 8},
            "freight_booking_debt_minor_check": {"debt_minor": -1, "escrow_minor": 6},
            "freight_booking_deposit_minor_check": {"deposit_minor": -1, "escrow_minor": 7},
            "freight_booking_escrow_minor_check": {"escrow_minor": -1, "available_minor": 8},
            "freight_booking_is_whole": {"amount_minor": 11},
            "freight_booking_kind_check": {"kind": "lost"},
            "freight_booking_market_minor_check": {"market_minor": -1, "escrow_minor": 5},
            "freight_borne_by_the_market": {"market_minor": 1, "escrow_minor": 3},
        },
        {"freight_is_charged_once": {"booking_key": "y"}},
    ),
    "carrier_bill_line": Table(
        {"state": "agreed", "amount_minor": 10, "payable_minor": 8, "payout_id": 0},
        {
            "bill_line_is_owed_once_agreed": {"payable_minor": 0},
            "bill_line_is_paid_once_agreed": {"state": "open", "payable_minor": 0, "payout_id": 1},
            "bill_line_owes_no_more": {"payable_minor": 11},
            "carrier_bill_line_amount_minor_check": {"amount_minor": 0, "payable_minor": 0, "state": "open"},
            "carrier_bill_line_state_check": {"state": "lost", "payable_minor": 0},
        },
        {"waybill_is_billed_once": {"nth": 2}},
    ),
    "carrier_payout": Table(
        {
            "state": "asked", "amount_minor": 10, "asked_by": 1, "approved_by": 2, "ask_at": NOW,
        },
        {
            "carrier_payout_amount_minor_check": {"amount_minor": 0},
            "carrier_payout_goes_once_approved": {"approved_by": None},
            "carrier_payout_has_two_people": {"approved_by": 1},
            "carrier_payout_is_asked_about": {"ask_at": None},
            "carrier_payout_state_check": {"state": "lost", "ask_at": None},
        },
        {"carrier_payout_one_at_a_time": {"payout_id": 2}},
    ),
    "platform_waybill": Table(
        {
            "state": "given", "waybill": "SF1", "lines": [[1, 2]], "weight_g": 10, "estimate_minor": 800, "sent_at": None,
            "weighed_g": None, "ask_at": NOW,
        },
        {
            "platform_waybill_estimate_minor_check": {"estimate_minor": 0},
            "platform_waybill_lines_check": {"lines": []},
            "platform_waybill_state_check": {"state": "lost"},
            "platform_waybill_weighed_g_check": {"state": "picked_up", "weighed_g": 0},
            "platform_waybill_weight_g_check": {"weight_g": 0},
            "waybill_asked_is_asked_about": {"state": "asked", "ask_at": None},
            "waybill_cancelled_is_not_sent": {"state": "cancelled", "sent_at": NOW},
            "waybill_given_has_its_number": {"waybill": ""},
            "waybill_weighed_is_picked_up": {"weighed_g": 10},
        },
        {"platform_waybill_number": {"waybill_id": 2}},
    ),
}  # fmt: skip
