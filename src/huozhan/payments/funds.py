"""Funds: a seller's money, every change of it explained."""

from huozhan import ledger
from huozhan.kernel.paging import Page
from huozhan.kernel.shapes import Nothing
from huozhan.kernel.work import Work, use_case
from huozhan.payments.asks import ExportFunds, FundLines
from huozhan.payments.store import takes
from huozhan.payments.views import FundLine, Funds

EXPORT_LINES_MAX = 5_000
_DEBT = 105
_NAMES = {105: "debt", 201: "wallet", 203: "pending", 204: "available", 205: "deposit"}


@use_case("funds.view", writes=False)
async def funds(work: Work, _ask: Nothing) -> Funds:
    """Shows what the organisation has earned, may withdraw, and has on its way to the bank."""
    org_id = work.actor.org_id
    debt, wallet, pending, available, deposit = _accounts(org_id)
    found = await ledger.balances(work, _accounts(org_id))
    owed = await takes.owed_since(work, org_id) if found[debt].posted_minor else None
    return Funds(
        currency=work.terms.currency,
        pending_minor=found[pending].posted_minor,
        available_minor=found[available].free_minor,
        in_transit_minor=found[available].held_minor,
        deposit_minor=found[deposit].posted_minor,
        debt_minor=found[debt].posted_minor,
        owes_since=owed["since"] if owed else None,
        wallet_minor=found[wallet].posted_minor,
        wallet_held_minor=found[wallet].held_minor,
    )


@use_case("funds.view", writes=False)
async def fund_lines(work: Work, ask: FundLines) -> Page[FundLine]:
    """Lists every change of the organisation's money, newest first, with what it rests on."""
    return await _lines(work, ask.cursor, ask.size, ask.account)


@use_case("funds.view", writes=False)
async def export_funds(work: Work, ask: ExportFunds) -> Page[FundLine]:
    """Gives every change of the organisation's money as rows for a spreadsheet."""
    return await _lines(work, ask.cursor, EXPORT_LINES_MAX)


def _accounts(org_id: int) -> list[ledger.Account]:
    return [
        ledger.seller_debt(org_id), ledger.wallet(org_id), ledger.payable_pending(org_id),
        ledger.payable_available(org_id), ledger.deposit(org_id),
    ]  # fmt: skip


async def _lines(work: Work, cursor: str, size: int, only: str = "") -> Page[FundLine]:
    accounts = [one for one in _accounts(work.actor.org_id) if only in ("", _NAMES[one.code])]
    page = await ledger.statement(work, accounts, cursor, size)
    return Page(
        [
            FundLine(
                line_id=line.line_id,
                at=line.at,
                event=line.event,
                account=_NAMES[line.account_code],
                # What is owed grows on the other side of the book: to its seller it is less money.
                change_minor=-line.change_minor if line.account_code == _DEBT else line.change_minor,
                about_id=str(line.about_id),
                memo=line.memo,
            )
            for line in page.items
        ],
        page.next_cursor,
    )
