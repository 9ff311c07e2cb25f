"""Tables of the bank's and the channel's days: a lawful row, and what each of their guards refuses."""

from collections.abc import Mapping

from tests.guards.table import NOW, Table

RECONCILING: Mapping[str, Table] = {
    "bank_day": Table(
        {"opening_minor": 5, "in_minor": 3, "out_minor": 2, "closing_minor": 6},
        {
            "bank_day_adds_up": {"closing_minor": 7},
            "bank_day_in_minor_check": {"in_minor": -3, "closing_minor": 0},
            "bank_day_lines_check": {"lines": -1},
            "bank_day_out_minor_check": {"out_minor": -2, "closing_minor": 10},
        },
    ),
    "bank_payout": Table(
        {"state": "asked", "ask_at": NOW, "refund_id": 0},
        {
            "bank_payout_amount_minor_check": {"amount_minor": 0},
            "bank_payout_check": {"ask_at": None},
            "bank_payout_state_check": {"state": "lost", "ask_at": None},
        },
        {"bank_payout_one_return": {"payout_id": 2}},
    ),
    "bank_receipt": Table(
        {"state": "new", "source": "bank"},
        {
            "bank_receipt_amount_minor_check": {"amount_minor": 0},
            "bank_receipt_check": {"state": "matched"},
            "bank_receipt_source_check": {"source": "hearsay"},
            "bank_receipt_state_check": {"state": "lost"},
        },
    ),
    "bank_receipt_share": Table(
        {"amount_minor": 10},
        {
            "bank_receipt_share_amount_minor_check": {"amount_minor": 0},
            "bank_share_covers_refunds": {"refunded_minor": 11},
        },
    ),
    "channel_difference": Table(
        {"state": "open", "source": "trades", "sort": "twice"},
        {
            "channel_difference_check": {"ended_at": NOW},
            "channel_difference_check1": {"state": "written_off", "ended_at": NOW},
            "channel_difference_check2": {"state": "accepted", "ended_at": NOW},
            "channel_difference_says_what_was_unreadable": {"said": "{"},
            "channel_difference_sort_check": {"sort": "lost"},
            "channel_difference_source_check": {"source": "hearsay"},
            "channel_difference_state_check": {"state": "lost", "ended_at": NOW},
        },
        {"channel_difference_channel_id_on_day_source_name_channel_tx_key": {"difference_id": 2}},
    ),
    "channel_settlement": Table(
        {"gross_minor": 100, "fee_minor": 1, "net_minor": 99},
        {"channel_settlement_check": {"net_minor": 98}},
    ),
    "channel_trade": Table({"source": "trades"}, {"channel_trade_source_check": {"source": "hearsay"}}),
    "reconciled_day": Table(
        {"source": "trades"},
        {
            "reconciled_day_differing_check": {"differing": -1},
            "reconciled_day_source_check": {"source": "hearsay"},
        },
    ),
}
