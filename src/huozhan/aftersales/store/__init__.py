"""All SQL of after-sales; the caller has locked or read the order within its reach, or a query says why it is not scoped."""

from huozhan.parties import SealedColumn

SEALED_COLUMNS = tuple(
    SealedColumn(table="aftersale_case", column=name, field=name, owner="case_id")
    for name in ("receiver", "phone", "street")
)
"""Sealed fields of return addresses, for a rotation of keys."""
