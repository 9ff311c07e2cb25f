"""Rows of `recipes` about reviews: who makes the call, and what it says."""

from collections.abc import Mapping
from typing import Any

REVIEW_ROWS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "offer_reviews": ("nobody", {"offer_id": "=offer"}),
    "my_reviews": ("li", {}),
    "reviews_of_order": ("li", {"order_id": "@reviewed_order"}),
    "landed_cost": ("nobody", {"offer_id": "=offer", "quantity": 120, "to": "510100"}),
    "supplier_facts": ("nobody", {"seller_id": "=seller_org"}),
    "one_review": ("nobody", {"review_id": "=review"}),
    "shop_reviews": ("chenguang", {}),
    "my_words": ("li", {}),
    "follow_up": ("li", {"review_id": "=review", "text": "用了一个月没有掉釉"}),
    "reply_to_review": ("chenguang", {"review_id": "=review", "text": "已加固包装"}),
    "report_review": ("chenguang", {"review_id": "=review", "cause": "unrelated", "note": "物流磕碰"}),
    "appeal_hiding": ("li", {"review_id": "=hidden_review", "reason": "确实磕碰"}),
    "review_doubts": ("operator", {}),
    "judge_review": ("operator", {"doubt_id": "@review_doubt", "outcome": "upheld", "reason": "与商品无关"}),
    "write_review": ("li", {"order_id": "@order_to_review", "line_no": 1, "points": 4, "text": "釉面很匀"}),
}
