"""Promotion 营销: what lowers a price beside its ladder, and who bears it. The front desk."""

from huozhan.promotion import asks, facts, views
from huozhan.promotion.choosing import best
from huozhan.promotion.claiming import claim_coupon, my_coupons
from huozhan.promotion.cutting import Bought, Coupon, Cut, Nudge, allocate, cut, nudges
from huozhan.promotion.making import make_promotion, stop_promotion
from huozhan.promotion.market import make_market_coupon, stop_market_coupon
from huozhan.promotion.offs import coupon_choices, nudge_of, off_views
from huozhan.promotion.promotion import Funder, Promotion, Step, funder_of
from huozhan.promotion.showing import market_promotions, my_promotions, shop_promotions
from huozhan.promotion.using import (
    NOTHING,
    AtHand,
    Kept,
    Taken,
    at_hand,
    give_subsidy_back,
    note_taken,
    order_amended,
    order_moved,
    reaches_market_coupon,
    restore_subsidy,
)
from huozhan.promotion.verifying import verify

__all__ = [
    "NOTHING",
    "AtHand",
    "Bought",
    "Coupon",
    "Cut",
    "Funder",
    "Kept",
    "Nudge",
    "Promotion",
    "Step",
    "Taken",
    "allocate",
    "asks",
    "at_hand",
    "best",
    "claim_coupon",
    "coupon_choices",
    "cut",
    "facts",
    "funder_of",
    "give_subsidy_back",
    "make_market_coupon",
    "make_promotion",
    "market_promotions",
    "my_coupons",
    "my_promotions",
    "note_taken",
    "nudge_of",
    "nudges",
    "off_views",
    "order_amended",
    "order_moved",
    "reaches_market_coupon",
    "restore_subsidy",
    "shop_promotions",
    "stop_market_coupon",
    "stop_promotion",
    "verify",
    "views",
]
