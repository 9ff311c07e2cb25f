"""Insight 生意参谋: what helps a buyer decide. The front desk.

Asks and views are reached as `insight.asks.CompareOffers`, `insight.views.Comparison`.
"""

from huozhan.insight import asks, views
from huozhan.insight.alike import same_offers
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
from huozhan.insight.landing import landed_cost
from huozhan.insight.learning import Lesson, keep_neighbours, learn, lesson_due
from huozhan.insight.listed import daily_list, filled_lists
from huozhan.insight.listing import ListsToMake, keep_lists, lists_due, make_lists
from huozhan.insight.lists import ListKind
from huozhan.insight.recommending import also_stocked, restocks
from huozhan.insight.solving import has_solver

__all__ = [
    "Lesson",
    "ListKind",
    "ListsToMake",
    "also_stocked",
    "asks",
    "assortment",
    "assortment_problem",
    "assortment_to_cart",
    "build_assortment",
    "compare_offers",
    "daily_list",
    "drop_assortment",
    "edit_assortment",
    "filled_lists",
    "has_solver",
    "keep_lists",
    "keep_neighbours",
    "landed_cost",
    "learn",
    "lesson_due",
    "lists_due",
    "make_lists",
    "my_assortments",
    "restocks",
    "same_offers",
    "views",
]
