"""Catalogue 货盘: categories, offers, SKUs, prices, stock, freight templates. The front desk."""

from huozhan.catalogue.categories import (
    categories,
    category,
    category_names,
    find_categories,
    load_categories,
    note_loaded,
    was_loaded,
)
from huozhan.catalogue.claims import Claim
from huozhan.catalogue.facts import (
    OfferChanged,
    OfferPublished,
    OfferTakenDown,
    PriceChanged,
    ShopChanged,
    StockChanged,
)
from huozhan.catalogue.freight import FreightLot, FreightTemplate, Undeliverable, freight_fee
from huozhan.catalogue.freighting import drop_freight, edit_freight, freight_templates, my_freight
from huozhan.catalogue.goods import (
    Demand,
    Goods,
    MixRule,
    NextStep,
    Priced,
    PricedLine,
    QuoteType,
    Step,
    Trouble,
    Way,
)
from huozhan.catalogue.listing import (
    edit_prices,
    my_offers,
    offer_counts,
    offer_to_edit,
    pause_offer,
    restore_offer,
    resume_offer,
    take_down_offer,
)
from huozhan.catalogue.offer import PublishOffer
from huozhan.catalogue.pictures import add_picture, picture_name
from huozhan.catalogue.pricing import price
from huozhan.catalogue.publishing import publish_offer, publish_offers
from huozhan.catalogue.shop import edit_shop, my_shop
from huozhan.catalogue.showing import offer_page, offer_version, shop_page
from huozhan.catalogue.stock import (
    OutOfStock,
    adjust_stock,
    heat_stock,
    keep,
    keep_until,
    receive_stock,
    release,
    reserve,
    stock_history,
    take,
    verify,
)
from huozhan.catalogue.store.goods import cards as offer_cards
from huozhan.catalogue.store.goods import goods_for, index_cards
from huozhan.catalogue.store.goods import ids_after as offer_ids_after
from huozhan.catalogue.views import IndexCard, OfferCard

__all__ = [
    "Claim",
    "Demand",
    "FreightLot",
    "FreightTemplate",
    "Goods",
    "IndexCard",
    "MixRule",
    "NextStep",
    "OfferCard",
    "OfferChanged",
    "OfferPublished",
    "OfferTakenDown",
    "OutOfStock",
    "PriceChanged",
    "Priced",
    "PricedLine",
    "PublishOffer",
    "QuoteType",
    "ShopChanged",
    "Step",
    "StockChanged",
    "Trouble",
    "Undeliverable",
    "Way",
    "add_picture",
    "adjust_stock",
    "categories",
    "category",
    "category_names",
    "drop_freight",
    "edit_freight",
    "edit_prices",
    "edit_shop",
    "find_categories",
    "freight_fee",
    "freight_templates",
    "goods_for",
    "heat_stock",
    "index_cards",
    "keep",
    "keep_until",
    "load_categories",
    "my_freight",
    "my_offers",
    "my_shop",
    "note_loaded",
    "offer_cards",
    "offer_counts",
    "offer_ids_after",
    "offer_page",
    "offer_to_edit",
    "offer_version",
    "pause_offer",
    "picture_name",
    "price",
    "publish_offer",
    "publish_offers",
    "receive_stock",
    "release",
    "reserve",
    "restore_offer",
    "resume_offer",
    "shop_page",
    "stock_history",
    "take",
    "take_down_offer",
    "verify",
    "was_loaded",
]
