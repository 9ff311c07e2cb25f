"""Pricebook 价格本: what a shop asks of some of its buyers in place of the ladder. The front desk."""

from huozhan.pricebook import asks, facts, views
from huozhan.pricebook.book import Level
from huozhan.pricebook.contracting import accept_contract, decline_contract, end_contract, offer_contract
from huozhan.pricebook.giving import give_price, take_price_back
from huozhan.pricebook.leveling import assign_level, set_level_prices
from huozhan.pricebook.looking import (
    card_price,
    level_prices,
    levels,
    my_levels,
    offer_prices,
    price_book,
    price_books,
    price_members,
    step_e4,
)
from huozhan.pricebook.pricing import PricesOf, prices_for, prices_of_buyers, prices_under
from huozhan.pricebook.ranking import (
    RANK_JOB,
    level_rules_of,
    rank,
    set_level_rule,
    want_daily_rankings,
    want_rankings,
)
from huozhan.pricebook.telling import TELLINGS, tell_of_prices
from huozhan.pricebook.verifying import verify

__all__ = [
    "RANK_JOB",
    "TELLINGS",
    "Level",
    "PricesOf",
    "accept_contract",
    "asks",
    "assign_level",
    "card_price",
    "decline_contract",
    "end_contract",
    "facts",
    "give_price",
    "level_prices",
    "level_rules_of",
    "levels",
    "my_levels",
    "offer_contract",
    "offer_prices",
    "price_book",
    "price_books",
    "price_members",
    "prices_for",
    "prices_of_buyers",
    "prices_under",
    "rank",
    "set_level_prices",
    "set_level_rule",
    "step_e4",
    "take_price_back",
    "tell_of_prices",
    "verify",
    "views",
    "want_daily_rankings",
    "want_rankings",
]
