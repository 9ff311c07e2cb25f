"""All SQL of invoicing; what a door asks for is scoped by the actor's organisation, what the clock asks for by invoice."""

from huozhan.parties import SealedColumn

SEALED_COLUMNS = (
    SealedColumn(table="invoice_title", column="details", field="details", owner="title_id"),
    SealedColumn(table="invoice", column="details", field="details", owner="invoice_id"),
    SealedColumn(table="invoice_file", column="content", field="content", owner="invoice_id"),
)
"""Sealed fields of titles and of invoices made out to them, for a rotation of keys."""
