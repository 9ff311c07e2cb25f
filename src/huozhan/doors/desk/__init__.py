"""PLACEHOLDER"""

from litestar.handlers import BaseRouteHandler

ROUTES: list[BaseRouteHandler] = []
