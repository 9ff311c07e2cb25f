"""Guards of the tables of prices for some buyers."""

from tests.guards.table import NOW, Table

PRICE_TABLES = {
    "price_book": Table(
        {"kind": "contract", "level": "", "seller_id": 1, "buyer_id": 2, "offer_id": 0},
        {
            "price_book_is_for_a_level_or_a_buyer": {"buyer_id": 0},
            "price_book_is_for_others": {"buyer_id": 1},
            "price_book_kind_check": {"kind": "lost"},
            "price_book_level_check": {"kind": "level", "level": "lost", "buyer_id": 0},
            "price_book_negotiates_one_offer": {"offer_id": 3},
            "price_book_versions_check": {"versions": -1},
        },
        {"price_book_seller_id_kind_buyer_id_level_offer_id_key": {"book_id": 2}},
    ),
    "price_level_rule": Table(
        {"level": "vip", "least_minor": 100, "least_orders": 0, "days": 90},
        {
            "price_level_rule_level_check": {"level": "lost"},
            "price_level_rule_least_minor_check": {"least_minor": -1, "least_orders": 1},
            "price_level_rule_least_orders_check": {"least_orders": -1},
            "price_level_rule_days_check": {"days": 0},
            "price_level_rule_asks_one_thing": {"least_orders": 2},
        },
    ),
    "price_member": Table(
        {"level": "vip"},
        {"price_member_buyer_id_check": {"buyer_id": 0}, "price_member_level_check": {"level": "lost"}},
    ),
    "price_row": Table(
        {"price_e4": 100, "off_bp": 0},
        {
            "price_row_costs_something": {"price_e4": 99},
            "price_row_from_quantity_check": {"from_quantity": 0},
            "price_row_off_bp_check": {"off_bp": 10_000, "sku_id": 0, "price_e4": None},
            "price_row_says_one_thing": {"off_bp": 5},
        },
    ),
    "price_version": Table(
        {"state": "offered", "ends_at": "2026-03-02T02:00:00Z"},
        {
            "price_version_lasts": {"ends_at": NOW},
            "price_version_off_bp_check": {"off_bp": 10_000},
            "price_version_state_check": {"state": "lost"},
            "price_version_version_check": {"version": 0},
        },
    ),
}
