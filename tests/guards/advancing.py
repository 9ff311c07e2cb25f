"""Guards of what a funder has advanced: a lawful row, a breach of each CHECK, a twin under each unique key."""

from collections.abc import Mapping
from typing import Any

AT = "2026-03-01T02:00:00Z"
_NOTHING_BACK = {"repaid_minor": 0, "borne_minor": 0}

ADVANCING: Mapping[str, tuple[Mapping[str, Any], ...]] = {
    "funder_account": (
        {"state": "open"},
        {
            "funder_account_limit_minor_check": {"limit_minor": -1},
            "funder_account_state_check": {"state": "lost"},
        },
    ),
    "advance": (
        {
            "state": "open", "brings_minor": 12, "advanced_minor": 10, "fee_minor": 1, "fee_bp": 40, "fee_version": 1,
            "repaid_minor": 3, "borne_minor": 2, "opened_at": AT,
        },
        {
            "advance_advanced_minor_check": {
                "advanced_minor": -1, "fee_minor": -2, "repaid_minor": -1, "borne_minor": -1,
            },
            "advance_borne_minor_check": {"borne_minor": -1},
            "advance_borne_says_so": {"state": "repaid", "repaid_minor": 8},
            "advance_comes_back_after_it_was_given": {"state": "asked", "opened_at": None},
            "advance_comes_back_once": {"repaid_minor": 9},
            "advance_ends_when_nothing_is_open": {"state": "repaid", "borne_minor": 0},
            "advance_fee_bp_check": {"fee_bp": 10_001},
            "advance_fee_is_a_part_of_it": {"fee_minor": 10},
            "advance_given_has_its_moment": {"opened_at": None},
            "advance_is_no_more_than_goods_bring": {"brings_minor": 9},
            "advance_repaid_minor_check": {"repaid_minor": -1},
            "advance_state_check": {"state": "lost", "opened_at": None},
        },
    ),
    "advance_deed": (
        {"kind": "advances", "state": "asked", "ask_at": AT, "amount_minor": 10, "fee_minor": 1, "ended_at": None},
        {
            "advance_deed_amount_minor_check": {"amount_minor": 0},
            "advance_deed_fee_minor_check": {"fee_minor": -1},
            "advance_deed_has_its_end": {"ended_at": AT},
            "advance_deed_is_asked_about": {"ask_at": None},
            "advance_deed_kind_check": {"kind": "lost"},
            "advance_deed_state_check": {"state": "lost", "ask_at": None, "ended_at": AT},
            "advance_deed_takes_no_more": {"taken_minor": 5},
        },
        {"advance_deed_order_id_parcel_id_kind_deed_key_key": {"deed_id": 2}},
    ),
    "advance_deed_proposal": ({}, {"advance_deed_proposal_taken_minor_check": {"taken_minor": -1}}),
}  # fmt: skip
