"""Insight 生意参谋: what helps a buyer decide. The front desk.

Asks and views are reached as `insight.asks.CompareOffers`, `insight.views.Comparison`.
"""

from huozhan.insight import asks, views
from huozhan.insight.building import (
    assortment,
    assortment_problem,
    assortment_to_cart,
    build_assortment,
    drop_assortment,
    edit_assortment,
    my_assortments,
)
from huozhan.insight.comparing import compare_offers
from huozhan.insight.learning import Lesson, keep_neighbours, learn, lesson_due
from huozhan.insight.recommending import also_stocked, restocks
from huozhan.insight.solving import has_solver

__all__ = [
    "Lesson",
    "also_stocked",
    "asks",
    "assortment",
    "assortment_problem",
    "assortment_to_cart",
    "build_assortment",
    "compare_offers",
    "drop_assortment",
    "edit_assortment",
    "has_solver",
    "keep_neighbours",
    "learn",
    "lesson_due",
    "my_assortments",
    "restocks",
    "views",
]
