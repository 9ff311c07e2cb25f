"""Catalogue 货盘: categories, offers, SKUs, prices, stock, freight templates. The front desk."""

from huozhan.catalogue.claims import Claim
from huozhan.catalogue.freight import FreightLot, FreightTemplate, Undeliverable, freight_fee
from huozhan.catalogue.goods import Demand, Goods, MixRule, Priced, PricedLine, QuoteType, Step, Trouble, Way
from huozhan.catalogue.pricing import price

__all__ = [
    "Claim",
    "Demand",
    "FreightLot",
    "FreightTemplate",
    "Goods",
    "MixRule",
    "Priced",
    "PricedLine",
    "QuoteType",
    "Step",
    "Trouble",
    "Undeliverable",
    "Way",
    "freight_fee",
    "price",
]
