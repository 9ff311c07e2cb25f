"""Ordering 进货单: carts, quotes, orders from placing to the last fen. The front desk."""

from huozhan.ordering import asks, facts, views
from huozhan.ordering.order import OrderState

__all__ = ["OrderState", "asks", "facts", "views"]
