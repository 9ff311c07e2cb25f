"""The buyer's market, as pages."""

from litestar.handlers import BaseRouteHandler

ROUTES: list[BaseRouteHandler] = []
