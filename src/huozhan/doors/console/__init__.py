"""The operator's console 运营台, as pages."""

from litestar.handlers import BaseRouteHandler

from huozhan.doors.console import (
    audit,
    bank,
    carriers,
    cases,
    contracts,
    day_close,
    deposits,
    disruptions,
    doubts,
    engine,
    fee_invoices,
    filings,
    funder,
    insurer,
    ledger,
    lender,
    offers,
    promotions,
    pulse,
    ranking,
    receipts,
    reconciliation,
    reports,
    rules,
    service_appeals,
    shelves,
    suppliers,
    tax_reports,
)

ROUTES: list[BaseRouteHandler] = [
    *pulse.ROUTES, *suppliers.ROUTES, *offers.ROUTES, *cases.ROUTES, *contracts.ROUTES, *doubts.ROUTES, *disruptions.ROUTES, *shelves.ROUTES, *filings.ROUTES,
    *ledger.ROUTES, *receipts.ROUTES, *bank.ROUTES, *deposits.ROUTES, *promotions.ROUTES, *reconciliation.ROUTES, *day_close.ROUTES, *engine.ROUTES, *rules.ROUTES, *audit.ROUTES,
    *funder.ROUTES,
    *insurer.ROUTES,
    *lender.ROUTES,
    *carriers.ROUTES,
    *tax_reports.ROUTES,
    *reports.ROUTES,
    *service_appeals.ROUTES,
    *fee_invoices.ROUTES,
    *ranking.ROUTES,
]  # fmt: skip
