"""All SQL of ordering; every query is scoped by the actor's organisation or says why it is not."""

from huozhan.parties import SealedColumn

SEALED_COLUMNS = tuple(
    SealedColumn(table="trade_order", column=name, field=name, owner="order_id")
    for name in ("receiver", "phone", "street")
)
"""Sealed fields of orders, for a rotation of keys."""
