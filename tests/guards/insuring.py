"""Guards of freight insurance: a lawful row, a breach of each CHECK, a twin under each unique key."""

from collections.abc import Mapping
from typing import Any

AT = "2026-03-01T02:00:00Z"
_ENDED = {"state": "ended", "ended_at": AT}

INSURING: Mapping[str, tuple[Mapping[str, Any], ...]] = {
    "insurance_policy": (
        {
            "state": "bound", "payer": "seller", "premium_minor": 10, "premium_bp": 60, "rule_version": 1, "sum_minor": 100,
            "taken_minor": 10, "handed_minor": 10, "bound_at": AT,
        },
        {
            "insurance_policy_payer_check": {"payer": "nobody"},
            "insurance_policy_state_check": {"state": "lost"},
            "insurance_policy_premium_minor_check": {"premium_minor": 0, "taken_minor": 0, "handed_minor": 0},
            "insurance_policy_premium_bp_check": {"premium_bp": 10_001},
            "insurance_policy_sum_minor_check": {"sum_minor": 0},
            "insurance_premium_is_taken_once": {"taken_minor": 11},
            "insurance_premium_is_handed_over_once": {"handed_minor": 5},
            "insurance_premium_goes_back_once": {**_ENDED, "back_minor": 5},
            "insurance_pays_no_more_than_the_sum": {"paid_minor": 101},
            "insurance_pays_under_a_policy": {**_ENDED, "paid_minor": 1},
            "insurance_premium_is_kept_under_a_policy": {"back_minor": 10},
            "insurance_buyer_has_paid_before": {"payer": "buyer", "taken_minor": 0, "handed_minor": 0},
            "insurance_is_handed_over_once_bound": {**_ENDED, "bound_at": None},
            "insurance_end_has_its_moment": {"ended_at": AT},
            "insurance_bound_has_its_moment": {"bound_at": None, "handed_minor": 0},
        },
    ),
    "insurance_claim": (
        {"state": "asked", "most_minor": 10, "pays_by": AT},
        {
            "insurance_claim_state_check": {"state": "lost"},
            "insurance_claim_weight_g_check": {"weight_g": -1},
            "insurance_claim_most_minor_check": {"most_minor": 0},
            "insurance_claim_pays_within_its_most": {"state": "paid", "paid_minor": 11, "ended_at": AT},
            "insurance_claim_paid_says_so": {"paid_minor": 1},
            "insurance_claim_asked_has_its_day": {"pays_by": None},
            "insurance_claim_end_has_its_moment": {"ended_at": AT},
        },
    ),
    "insurance_deed": (
        {"kind": "premiums", "state": "asked", "ask_at": AT, "amount_minor": 10, "ended_at": None},
        {
            "insurance_deed_does_no_more_than_asked": {"done_minor": 11},
            "insurance_deed_has_its_end": {"ended_at": AT},
            "insurance_deed_is_asked_about": {"ask_at": None},
            "insurance_deed_kind_check": {"kind": "lost"},
            "insurance_deed_state_check": {"state": "lost", "ask_at": None, "ended_at": AT},
        },
        {"insurance_deed_order_id_kind_deed_key_key": {"deed_id": 2}},
    ),
}  # fmt: skip
