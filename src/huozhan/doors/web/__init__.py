"""The buyer's market, as pages."""

from litestar.handlers import BaseRouteHandler

from huozhan.doors.web import (
    account,
    addresses,
    cart,
    cases,
    checkout,
    compare,
    contracts,
    coupons,
    credit,
    disruptions,
    entering,
    entrances,
    favourites,
    finding,
    home,
    invoices,
    me,
    messages,
    money,
    offer,
    order,
    orders,
    organisation,
    pay_later,
    paying,
    photo,
    prices,
    robots,
    searches,
    shop,
    sitemap,
    stages,
)

ROUTES: list[BaseRouteHandler] = [
    *home.ROUTES, *entrances.ROUTES, *finding.ROUTES, *photo.ROUTES, *searches.ROUTES, *offer.ROUTES, *shop.ROUTES, *disruptions.ROUTES, *cart.ROUTES, *checkout.ROUTES, *credit.ROUTES, *coupons.ROUTES, *orders.ROUTES, *order.ROUTES, *cases.ROUTES, *contracts.ROUTES, *stages.ROUTES,
    *addresses.ROUTES, *me.ROUTES, *messages.ROUTES, *money.ROUTES, *organisation.ROUTES, *account.ROUTES, *entering.ROUTES, *robots.ROUTES, *sitemap.ROUTES,
    *prices.ROUTES,
    *invoices.ROUTES,
    *paying.ROUTES,
    *pay_later.ROUTES,
    *favourites.ROUTES,
    *compare.ROUTES,
]  # fmt: skip
