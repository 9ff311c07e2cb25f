"""Scenes 场景: how suppliers serve, measured order by order, said once a day. The front desk.

Asks and views are reached as `scenes.asks.ServiceOf`, `scenes.views.ServiceFace`, `scenes.facts.AppealDecided`.
"""

from huozhan.scenes import asks, facts, views
from huozhan.scenes.appealing import (
    appeal_mark,
    appeals_waiting,
    decide_appeal,
    my_service_appeals,
    service_appeals,
)
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
from huozhan.scenes.happened import Complaint, Happened, Journey, Opinion, Sale
from huozhan.scenes.looking import cards_of, service_of, shop_service
from huozhan.scenes.own import LISTED, my_service, my_service_orders

__all__ = [
    "BANDS",
    "LISTED",
    "Answers",
    "Complaint",
    "Happened",
    "Journey",
    "Opinion",
    "Sale",
    "appeal_mark",
    "appeals_waiting",
    "asks",
    "cards_of",
    "count_day",
    "decide_appeal",
    "facts",
    "is_day_counted",
    "judge_orders",
    "look_again",
    "looks_back",
    "my_service",
    "my_service_appeals",
    "my_service_orders",
    "orders_to_judge",
    "service_appeals",
    "service_of",
    "shop_service",
    "views",
    "walk_on",
    "walked_to",
]
