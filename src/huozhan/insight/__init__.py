"""Insight 生意参谋: what helps a buyer decide. The front desk.

Asks and views are reached as `insight.asks.CompareOffers`, `insight.views.Comparison`.
"""

from huozhan.insight import asks, views
from huozhan.insight.comparing import compare_offers

__all__ = [
    "asks",
    "compare_offers",
    "views",
]
