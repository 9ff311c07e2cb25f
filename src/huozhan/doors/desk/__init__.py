"""The supplier's workbench 工作台, as pages."""

from litestar.handlers import BaseRouteHandler

from huozhan.doors.desk import (
    answering,
    cases,
    clocks,
    contracts,
    credit,
    finance,
    freight,
    funds,
    goodwill,
    importing,
    invoices,
    messages,
    offer,
    offers,
    order,
    orders,
    price_books,
    prices,
    promotions,
    shipping,
    shop,
    stages,
    stock,
    today,
)

ROUTES: list[BaseRouteHandler] = [
    *today.ROUTES, *orders.ROUTES, *order.ROUTES, *cases.ROUTES, *contracts.ROUTES, *clocks.ROUTES, *shipping.ROUTES, *offers.ROUTES, *offer.ROUTES, *importing.ROUTES, *stock.ROUTES,
<<<<<<< HEAD
    *promotions.ROUTES, *freight.ROUTES, *credit.ROUTES, *funds.ROUTES, *invoices.ROUTES, *goodwill.ROUTES, *shop.ROUTES, *stages.ROUTES,
    *messages.ROUTES,
=======
    *promotions.ROUTES, *freight.ROUTES, *credit.ROUTES, *funds.ROUTES, *goodwill.ROUTES, *shop.ROUTES, *stages.ROUTES,
    *messages.ROUTES, *answering.ROUTES,
>>>>>>> 023b042 (A shop's answers are measured and shown with their size, it answers by itself outside its hours, and who does not read is told)
    *prices.ROUTES, *price_books.ROUTES,
    *finance.ROUTES,
]  # fmt: skip
