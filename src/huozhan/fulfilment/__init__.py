"""Fulfilment 履约: parcels, scans and the clock of receipt. The front desk."""

from huozhan.fulfilment import asks, facts, views

__all__ = ["asks", "facts", "views"]
