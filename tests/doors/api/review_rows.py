"""Rows of `recipes` about reviews: who makes the call, and what it says."""

from collections.abc import Mapping
from typing import Any

REVIEW_ROWS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "offer_reviews": ("nobody", {"offer_id": "=offer"}),
    "my_reviews": ("li", {}),
    "reviews_of_order": ("li", {"order_id": "@reviewed_order"}),
    "write_review": ("li", {"order_id": "@order_to_review", "line_no": 1, "points": 4, "text": "釉面很匀"}),
}
