"""The operator's console 运营台, as pages."""

from litestar.handlers import BaseRouteHandler

from huozhan.doors.console import audit, engine, ledger, offers, pulse, rules, suppliers

ROUTES: list[BaseRouteHandler] = [
    *pulse.ROUTES, *suppliers.ROUTES, *offers.ROUTES, *ledger.ROUTES, *engine.ROUTES, *rules.ROUTES, *audit.ROUTES,
]  # fmt: skip
