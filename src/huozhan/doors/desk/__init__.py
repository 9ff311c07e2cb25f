"""The supplier's workbench 工作台, as pages."""

from litestar.handlers import BaseRouteHandler

from huozhan.doors.desk import (
    answering,
    cases,
    clocks,
    contracts,
    credit,
    fast_arrival,
    fee_invoices,
    finance,
    freight,
    funds,
    goodwill,
    importing,
    insurance,
    invoices,
    logistics,
    messages,
    offer,
    offers,
    order,
    orders,
    price_books,
    prices,
    promotions,
    ranking,
    service,
    shipping,
    shop,
    stages,
    stock,
    today,
)

ROUTES: list[BaseRouteHandler] = [
    *today.ROUTES, *orders.ROUTES, *order.ROUTES, *cases.ROUTES, *contracts.ROUTES, *clocks.ROUTES, *shipping.ROUTES, *offers.ROUTES, *offer.ROUTES, *importing.ROUTES, *stock.ROUTES,
    *promotions.ROUTES, *freight.ROUTES, *credit.ROUTES, *funds.ROUTES, *invoices.ROUTES, *goodwill.ROUTES, *service.ROUTES, *shop.ROUTES, *stages.ROUTES,
    *messages.ROUTES, *answering.ROUTES,
    *prices.ROUTES, *price_books.ROUTES,
    *fast_arrival.ROUTES,
    *insurance.ROUTES,
    *finance.ROUTES,
    *logistics.ROUTES,
    *fee_invoices.ROUTES,
    *ranking.ROUTES,
]  # fmt: skip
