"""Rows of `recipes` about picking: who makes the call, and what it says."""

from collections.abc import Mapping
from typing import Any

PICKING_ROWS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "compare_offers": ("nobody", {"offers": ["=offer"], "quantity": 120, "to": "510100"}),
    "build_assortment": (
        "li",
        {
            "budget_minor": 500_000,
            "to": "510100",
            "offers": ["=offer"],
            "offers_least": 1,
            "share_bp": 10_000,
        },
    ),
    "assortment": ("li", {"assortment_id": "@assortment"}),
    "edit_assortment": (
        "li",
        {"assortment_id": "@assortment", "lines": [{"sku_id": "@assortment_sku", "quantity": 120}]},
    ),
    "assortment_to_cart": ("li", {"assortment_id": "@assortment"}),
    "drop_assortment": ("li", {"assortment_id": "@assortment"}),
    "my_assortments": ("li", {}),
    "also_stocked": ("nobody", {"offers": ["=offer"]}),
    "restocks": ("li", {}),
    "daily_list": ("nobody", {"kind": "hot"}),
    "filled_lists": ("nobody", {}),
    "offers_by_id": ("nobody", {"offers": ["=offer"]}),
    "shops_by_id": ("nobody", {"shops": ["=seller_org"]}),
    "keep_favourites": ("li", {"offers": ["=offer"], "shops": ["=seller_org"]}),
    "drop_favourites": ("li", {"offers": ["=offer"], "shops": ["=seller_org"]}),
    "favourites_among": ("li", {"offers": ["=offer"], "shops": ["=seller_org"]}),
    "favourite_offers": ("li", {}),
    "favourite_shops": ("li", {}),
    "my_watches": ("li", {}),
    "watch_goods": ("li", {"offer_id": "=offer", "kind": "price", "pieces": 120, "limit_e4": 50_000}),
    "one_watch": ("li", {"watch_id": "@watch"}),
    "edit_watch": ("li", {"watch_id": "@watch", "pieces": 200, "limit_e4": 70_000}),
    "end_watch": ("li", {"watch_id": "@watch"}),
    "my_history": ("li", {}),
    "forget_history": ("li", {"offers": ["=offer"]}),
}
