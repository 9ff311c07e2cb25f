"""Promotion 营销: what lowers a price beside its ladder, and who bears it. The front desk."""

from huozhan.promotion import asks, views
from huozhan.promotion.cutting import Bought, Cut, Nudge, cut, nudges
from huozhan.promotion.making import make_promotion, stop_promotion
from huozhan.promotion.offs import nudge_of, off_views
from huozhan.promotion.promotion import Funder, Promotion, Step, funder_of
from huozhan.promotion.showing import my_promotions, shop_promotions
from huozhan.promotion.using import Taken, note_taken, order_moved, running

__all__ = [
    "Bought",
    "Cut",
    "Funder",
    "Nudge",
    "Promotion",
    "Step",
    "Taken",
    "asks",
    "cut",
    "funder_of",
    "make_promotion",
    "my_promotions",
    "note_taken",
    "nudge_of",
    "nudges",
    "off_views",
    "order_moved",
    "running",
    "shop_promotions",
    "stop_promotion",
    "views",
]
