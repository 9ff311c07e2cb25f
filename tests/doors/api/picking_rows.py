"""Rows of `recipes` about picking: who makes the call, and what it says."""

from collections.abc import Mapping
from typing import Any

PICKING_ROWS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "compare_offers": ("nobody", {"offers": ["=offer"], "quantity": 120, "to": "510100"}),
    "offers_by_id": ("nobody", {"offers": ["=offer"]}),
    "shops_by_id": ("nobody", {"shops": ["=seller_org"]}),
    "keep_favourites": ("li", {"offers": ["=offer"], "shops": ["=seller_org"]}),
    "drop_favourites": ("li", {"offers": ["=offer"], "shops": ["=seller_org"]}),
    "favourites_among": ("li", {"offers": ["=offer"], "shops": ["=seller_org"]}),
    "favourite_offers": ("li", {}),
    "favourite_shops": ("li", {}),
    "my_history": ("li", {}),
    "forget_history": ("li", {"offers": ["=offer"]}),
}
