"""Guards of what a lender has promised and is owed: a lawful row, a breach of each CHECK, a twin under each unique key."""

from collections.abc import Mapping
from typing import Any

LENDING: Mapping[str, tuple[Mapping[str, Any], ...]] = {
    "lender_account": (
        {"state": "open"},
        {
            "lender_account_limit_minor_check": {"limit_minor": -1},
            "lender_account_state_check": {"state": "lost"},
        },
    ),
    "loan": (
        {
            "state": "active", "authorised_minor": 10, "voided_minor": 2, "captured_minor": 6, "refunded_minor": 1,
            "repaid_minor": 2, "fee_bp": 50,
        },
        {
            "loan_authorised_minor_check": {
                "authorised_minor": 0, "voided_minor": 0, "captured_minor": 0, "refunded_minor": 0, "repaid_minor": 0,
            },
            "loan_captures_what_is_authorised": {"captured_minor": 9},
            "loan_fee_bp_check": {"fee_bp": -1},
            "loan_is_repaid_once": {"repaid_minor": 6},
            "loan_recovers_what_was_lost": {"written_minor": 1, "recovered_minor": 2},
            "loan_refunded_minor_check": {"refunded_minor": -1},
            "loan_repaid_minor_check": {"repaid_minor": -1},
            "loan_service_minor_check": {"service_minor": -1},
            "loan_state_check": {"state": "lost"},
            "loan_written_minor_check": {"written_minor": -1},
            "loan_voided_is_whole": {"state": "voided"},
            "loan_voided_minor_check": {"voided_minor": -1},
        },
        {"loan_once_per_order": {"payment_id": 2}},
    ),
    "loan_deed": (
        {"kind": "captures", "state": "asked", "ask_at": "2026-03-01T02:00:00Z", "amount_minor": 10, "taken_minor": None},
        {
            "loan_deed_amount_minor_check": {"amount_minor": 0},
            "loan_deed_done_says_how_much": {"state": "done", "ask_at": None},
            "loan_deed_is_asked_about": {"ask_at": None},
            "loan_deed_kind_check": {"kind": "lost"},
            "loan_deed_state_check": {"state": "lost", "ask_at": None},
            "loan_deed_takes_no_more": {"state": "done", "ask_at": None, "taken_minor": 11},
        },
        {"loan_deed_order_id_payment_id_kind_deed_key_key": {"deed_id": 2}},
    ),
    "loan_deed_proposal": (
        {"ending": "accept"},
        {
            "loan_deed_proposal_ending_check": {"ending": "lost"},
            "loan_deed_proposal_taken_minor_check": {"taken_minor": -1},
        },
    ),
    "funder_settlement": ({}, {"funder_settlement_lines_check": {"lines": -1}}),
}  # fmt: skip
