"""Rows of `recipes` about prices for some buyers and about promotions: who makes the call, what it says, and what must be done just before."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any

from tests.doors.api.scene import Scene

Row = tuple[str, Mapping[str, Any], Callable[[Scene], Awaitable[dict[str, Any]]] | None]


async def ends(scene: Scene) -> dict[str, Any]:
    return {"ends_at": (scene.trade.clock.now() + timedelta(days=30)).isoformat()}


async def period(scene: Scene) -> dict[str, Any]:
    begins = scene.trade.clock.now() + timedelta(days=100)
    return {"starts_at": begins.isoformat(), "ends_at": (begins + timedelta(days=10)).isoformat()}


async def span(scene: Scene) -> dict[str, Any]:
    """From now on, for ten days."""
    begins = scene.trade.clock.now()
    return {"starts_at": begins.isoformat(), "ends_at": (begins + timedelta(days=10)).isoformat()}


def _row(owner: str, fields: Mapping[str, Any] | None = None, before: Any = None) -> Row:
    return owner, fields or {}, before


_PROMOTION = {
    "name_zh": "春季满减", "kind": "full", "steps": [{"from_minor": 50_000, "off_minor": 3_000}], "offer_ids": []
}  # fmt: skip
_MARKET_COUPON = {
    "name_zh": "开市券", "off_minor": 2_000, "least_minor": 50_000, "coupons_total": 100, "budget_minor": 100_000,
    "reason": "开市活动",
}  # fmt: skip
_PRICES = [{"sku_id": "@own_offer_sku", "price_e4": 70_000}]
PRICE_ROWS: Mapping[str, Row] = {
    "offer_prices": _row("nobody", {"offers": [{"offer_id": "=offer", "seller_id": "=seller_org"}]}),
    "levels": _row("chenguang"),
    "level_prices": _row("chenguang", {"level": "vip"}),
    "set_level_prices": _row(
        "chenguang", {"level": "vip", "off_bp": 500, "offers": [{"offer_id": "@own_offer", "off_bp": 700}]}
    ),
    "set_level_rule": _row("chenguang", {"level": "vip", "least_minor": 100_000, "days": 90}),
    "price_members": _row("chenguang"),
    "assign_level": _row("chenguang", {"buyer_id": "=li_org", "level": "normal"}),
    "give_price": _row("chenguang", {"buyer_id": "=li_org", "offer_id": "@own_offer", "rows": _PRICES}, ends),
    "take_price_back": _row("chenguang", {"book_id": "@given_book", "reason": "行情变了"}),
    "offer_contract": _row("chenguang", {"buyer_id": "=li_org", "rows": _PRICES}, span),
    "skus_by_code": _row("chenguang", {"codes": ["CUP-R"]}),
    "price_books": _row("li", {"side": "buyer"}),
    "price_book": _row("li", {"book_id": "@contract_book"}),
    "accept_contract": _row("li", {"book_id": "@contract_book", "version": 2}),
    "decline_contract": _row("li", {"book_id": "@contract_book", "version": 2}),
    "end_contract": _row("li", {"book_id": "@contract_book", "reason": "改走现货"}),
    "my_levels": _row("li"),
    "my_promotions": _row("chenguang"),
    "make_promotion": _row("chenguang", _PROMOTION, period),
    "stop_promotion": _row("chenguang", {"promotion_id": "@promotion", "reason": "活动提前结束"}),
    "my_coupons": _row("li"),
    "claim_coupon": _row("li", {"promotion_id": "=coupon_promotion"}),
    "market_promotions": _row("operator"),
    "make_market_coupon": _row("operator", _MARKET_COUPON, period),
    "stop_market_coupon": _row("operator", {"promotion_id": "@market_coupon", "reason": "预算调整"}),
}
