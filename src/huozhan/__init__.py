"""Huozhan 货栈: an open wholesale marketplace."""

__version__ = "0.1.0"
