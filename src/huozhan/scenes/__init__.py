"""Scenes 场景: how suppliers serve, measured order by order, said once a day. The front desk.

Asks and views are reached as `scenes.asks.ServiceOf`, `scenes.views.ServiceFace`.
"""

from huozhan.scenes import asks, views
from huozhan.scenes.banding import BANDS
from huozhan.scenes.counting import (
    judge_orders,
    look_again,
    looks_back,
    orders_to_judge,
    walk_on,
    walked_to,
)
from huozhan.scenes.days import Answers, count_day, is_day_counted
from huozhan.scenes.happened import Complaint, Happened, Journey, Sale
from huozhan.scenes.looking import cards_of, service_of, shop_service

__all__ = [
    "BANDS",
    "Answers",
    "Complaint",
    "Happened",
    "Journey",
    "Sale",
    "asks",
    "cards_of",
    "count_day",
    "is_day_counted",
    "judge_orders",
    "look_again",
    "looks_back",
    "orders_to_judge",
    "service_of",
    "shop_service",
    "views",
    "walk_on",
    "walked_to",
]
