"""The operator's console, as pages."""

from litestar.handlers import BaseRouteHandler

ROUTES: list[BaseRouteHandler] = []
