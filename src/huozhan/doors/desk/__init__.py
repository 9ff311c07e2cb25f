"""The supplier's workbench, as pages."""

from litestar.handlers import BaseRouteHandler

ROUTES: list[BaseRouteHandler] = []
