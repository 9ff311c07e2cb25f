"""Guards of the tables of after-sales."""

from collections.abc import Mapping

from tests.guards.table import Table

AFTERSALES: Mapping[str, Table] = {
    "aftersale_case": Table(
        {
            "kind": "refund_only",
            "goods_status": "received",
            "liability": "wish",
            "state": "wait_seller",
            "money_to": "payer",
            "topup_payment_id": 9,
        },
        {
            "aftersale_case_appealed_by_check": {"appealed_by": "lost"},
            "aftersale_case_asked_minor_check": {"asked_minor": 0},
            "aftersale_case_differs_by_what_is_asked": {"kind": "exchange", "difference_minor": -2},
            "aftersale_case_extended_by_check": {"extended_by": "lost"},
            "aftersale_case_goods_status_check": {"goods_status": "lost"},
            "aftersale_case_kind_check": {"kind": "lost"},
            "aftersale_case_money_to_check": {"money_to": "lost"},
            "aftersale_case_liability_check": {"liability": "lost"},
            "aftersale_case_pays_before_sending": {
                "kind": "exchange",
                "difference_minor": 5,
                "state": "wait_seller_send",
            },
            "aftersale_case_topped_up_as_agreed": {
                "kind": "exchange",
                "difference_minor": 5,
                "topup_minor": 4,
                "state": "platform",
            },
            "aftersale_case_only_exchanges_differ": {"difference_minor": 1},
            "aftersale_case_refunded_minor_check": {"refunded_minor": -1},
            "aftersale_case_replaced_by_goods": {"state": "replaced"},
            "aftersale_case_rulings_check": {"rulings": 3},
            "aftersale_case_state_check": {"state": "lost"},
        },
        {"aftersale_case_topup_payment": {"case_id": 2}},
    ),
    "aftersale_line": Table(
        {"is_open": True},
        {
            "aftersale_line_check": {"goods_minor": 2},
            "aftersale_line_check1": {"freight_minor": 2},
            "aftersale_line_quantity_check": {"quantity": 0},
        },
        {"aftersale_line_one_open": {"case_id": 2}},
    ),
    "aftersale_ruling": Table(
        {
            "round": 1,
            "outcome": "full",
            "goods_minor": 10,
            "freight_minor": 0,
            "freight_bearer": "seller",
            "rules": ["B1.6"],
        },
        {
            "aftersale_ruling_check": {"outcome": "none"},
            "aftersale_ruling_check1": {"freight_bearer": "buyer", "freight_minor": 3},
            "aftersale_ruling_compensation_minor_check": {"compensation_minor": -1},
            "aftersale_ruling_freight_bearer_check": {"freight_bearer": "lost"},
            "aftersale_ruling_freight_minor_check": {"freight_minor": -1},
            "aftersale_ruling_goods_minor_check": {"goods_minor": -1, "freight_minor": 3},
            "aftersale_ruling_outcome_check": {"outcome": "lost"},
            "aftersale_ruling_round_check": {"round": 3},
            "aftersale_ruling_rules_check": {"rules": []},
        },
    ),
    "aftersale_wanted": Table(
        {"quantity": 3, "price_e4": 200_000},
        {
            "aftersale_wanted_price_e4_check": {"price_e4": 0},
            "aftersale_wanted_quantity_check": {"quantity": 0},
        },
    ),
}
