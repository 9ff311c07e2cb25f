"""The check of all books, and any account's statement."""

from typing import Annotated

import msgspec

from huozhan import (
    aftersales,
    carriage,
    catalogue,
    contracts,
    credit,
    finance,
    fulfilment,
    insurance,
    invoicing,
    ledger,
    logistics,
    messaging,
    ordering,
    parties,
    payments,
    pricebook,
    promotion,
    reviews,
    search,
)
from huozhan.kernel.findings import Finding
from huozhan.kernel.paging import Page
from huozhan.kernel.refusals import NotFound
from huozhan.kernel.shapes import Ask, Cursor, Id, PageSize, View
from huozhan.kernel.work import Work, use_case
from huozhan.ledger import CHART, Account, StatementLine

SEALED_COLUMNS = (
    *parties.SEALED_COLUMNS, *messaging.SEALED_COLUMNS, *payments.SEALED_COLUMNS, *ordering.SEALED_COLUMNS,
    *aftersales.SEALED_COLUMNS, *invoicing.SEALED_COLUMNS, *carriage.SEALED_COLUMNS, *logistics.SEALED_COLUMNS,
)  # fmt: skip
"""Every sealed field of the market."""


class Verify(Ask, frozen=True):
    """Everything is compared; there is nothing to choose."""


class Books(View, frozen=True, kw_only=True):
    """What a check found; clean means that money, stock, orders, parcels and index agree."""

    is_clean: bool
    findings: list[Finding]


class StatementOf(Ask, frozen=True, kw_only=True):
    """One account: its code in the chart, and whose it is (an order, an organisation, a payment channel)."""

    code: Annotated[int, msgspec.Meta(ge=100, le=999)]
    owner_id: Id = "0"
    cursor: Cursor = ""
    size: PageSize = 50


class AccountStatement(View, frozen=True, kw_only=True):
    """What an account stands at, and a page of what changed it, newest first."""

    code: int
    owner_id: Id
    posted_minor: int
    held_minor: int
    lines: Page[StatementLine]


@use_case("market.view", writes=False)
async def verify(work: Work, _ask: Verify) -> Books:
    """Proves that money, stock, orders, parcels, reviews and index agree and that sealed fields open, or names every place where they do not."""
    findings = [
        *await ledger.verify(work),
        *await payments.verify(work),
        *await credit.verify(work),
        *await finance.verify(work),
        *await carriage.verify(work),
        *await insurance.verify(work),
        *await ordering.verify(work),
        *await fulfilment.verify(work),
        *await aftersales.verify(work),
        *await contracts.verify(work),
        *await invoicing.verify(work),
        *await catalogue.verify(work),
        *await promotion.verify(work),
        *await pricebook.verify(work),
        *await reviews.verify(work),
        *await parties.verify_sealed(work, SEALED_COLUMNS),
    ]
    if work.index is not None:
        findings += await search.verify(work)
    return Books(is_clean=not findings, findings=findings)


@use_case("market.ledger", writes=False)
async def account_statement(work: Work, ask: StatementOf) -> AccountStatement:
    """Any account that keeps a balance, with what changed it; those that every order touches have only their sum."""
    if ask.code not in CHART or not CHART[ask.code].is_checked:
        raise NotFound(code=ask.code)
    account = Account(ask.code, int(ask.owner_id))
    stands = await ledger.balance(work, account)
    return AccountStatement(
        code=ask.code,
        owner_id=ask.owner_id,
        posted_minor=stands.posted_minor,
        held_minor=stands.held_minor,
        lines=await ledger.statement(work, [account], ask.cursor, ask.size),
    )
