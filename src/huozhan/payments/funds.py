"""Funds: an organisation's money on both sides of the trade, every change of it searched and explained."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from huozhan import ledger
from huozhan.kernel.ids import ids_of_human_number
from huozhan.kernel.money import AMOUNT_MINOR_MAX
from huozhan.kernel.paging import Page
from huozhan.kernel.refusals import Invalid
from huozhan.kernel.shapes import Nothing
from huozhan.kernel.work import Work, use_case
from huozhan.ledger import Account, Sought, StatementLine
from huozhan.payments.asks import ExportFunds, FundLines, ListMonths, Wanted
from huozhan.payments.store import takes, withdrawals
from huozhan.payments.views import FundLine, FundMonth, FundMonths, Funds

EXPORT_LINES_MAX = 5_000
MONTHS_SHOWN = 12
DEBT, WALLET = 105, 201
NAMES = MappingProxyType({DEBT: "debt", WALLET: "wallet", 203: "pending", 204: "available", 205: "deposit"})
"""What an organisation's accounts are called; the words are under `desk.fund.account`."""

SORTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "proceeds": ("E4", "E5", "E11a", "E11b", "E12", "E22a", "E22e", "E22r"),
        "payment": ("E3", "E12", "E13e", "E13r", "E13w", "E14b"),
        "refund": ("E7b", "E8", "E8w"),
        "compensation": ("E9", "E9g", "E9r"),
        "deposit": ("E10a", "E10b", "E10c"),
        "freight": ("E4f", "E4b"),
        "insurance": ("E16", "E16c"),
        "debt": ("E5n",),
        "withdrawal": ("E6a", "E6b", "E6c"),
    }
)
"""Events of the journal by the sort that people look for."""
_A_MOMENT = timedelta(microseconds=1)
_FIRST, _LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)


@use_case("funds.view", writes=False)
async def funds(work: Work, _ask: Nothing) -> Funds:
    """Shows what the organisation has earned, may withdraw, has on its way to the bank or held for cases, put down and owes."""
    org_id = work.actor.org_id
    debt, wallet, pending, available, deposit = accounts_of(org_id)
    found = await ledger.balances(work, accounts_of(org_id))
    owed = await takes.owed_since(work, org_id) if found[debt].posted_minor else None
    in_transit_minor = await withdrawals.under_way(work, "available") if found[available].held_minor else 0
    return Funds(
        currency=work.terms.currency,
        pending_minor=found[pending].posted_minor,
        available_minor=found[available].free_minor,
        in_transit_minor=in_transit_minor,
        in_cases_minor=max(found[available].held_minor - in_transit_minor, 0),
        deposit_minor=found[deposit].posted_minor,
        debt_minor=found[debt].posted_minor,
        owes_since=owed["since"] if owed else None,
        wallet_minor=found[wallet].posted_minor,
        wallet_held_minor=found[wallet].held_minor,
    )


@use_case("funds.view", writes=False)
async def fund_lines(work: Work, ask: FundLines) -> Page[FundLine]:
    """Lists every change of the organisation's money that is looked for, newest first, with what it rests on."""
    accounts = [
        one for one in side_accounts(work.actor.org_id, ask.side) if ask.account in ("", NAMES[one.code])
    ]
    return await lines_of(work, accounts, sought_of(work, ask), ask.cursor, ask.size)


@use_case("funds.view", writes=False)
async def export_funds(work: Work, ask: ExportFunds) -> Page[FundLine]:
    """Gives every change of the organisation's money as rows for a spreadsheet."""
    accounts = accounts_of(work.actor.org_id)
    return await lines_of(work, accounts, sought_of(work, Wanted()), ask.cursor, EXPORT_LINES_MAX)


@use_case("funds.view", writes=False)
async def fund_months(work: Work, ask: ListMonths) -> FundMonths:
    """Shows the last months with what each began and ended with; the next one begins with what the last ended with."""
    accounts = side_accounts(work.actor.org_id, ask.side)
    begins = [_today(work).replace(day=1)]
    for _ in range(MONTHS_SHOWN - 1):
        begins.append((begins[-1] - timedelta(days=1)).replace(day=1))
    closing, months = worth(await ledger.balances_at(work, accounts, work.now + _A_MOMENT)), []
    for first_on in begins:
        opening = worth(await ledger.balances_at(work, accounts, day_begins(work, first_on)))
        months.append(
            FundMonth(
                first_on=first_on, last_on=_last_of(first_on), opening_minor=opening, closing_minor=closing
            )
        )
        closing = opening
    while len(months) > 1 and not (months[-1].opening_minor or months[-1].closing_minor):
        months.pop()
    return FundMonths(months=months)


def sorts_of(side: str) -> tuple[str, ...]:
    """The sorts of change that a side of the trade knows."""
    return (
        ("payment", "refund", "compensation", "insurance", "withdrawal")
        if side == "buyer"
        else tuple(sort for sort in SORTS if sort != "payment")
    )


def accounts_of(org_id: int) -> list[Account]:
    """Every account of an organisation, in order of their codes."""
    return [
        ledger.seller_debt(org_id), ledger.wallet(org_id), ledger.payable_pending(org_id),
        ledger.payable_available(org_id), ledger.deposit(org_id),
    ]  # fmt: skip


def side_accounts(org_id: int, side: str) -> list[Account]:
    """The accounts of one side of the trade: a seller's four, a buyer's wallet, or all where no side is named."""
    wanted = {"buyer": (WALLET,), "seller": (203, 204, 205, DEBT)}.get(side, tuple(NAMES))
    return [account for account in accounts_of(org_id) if account.code in wanted]


def sought_of(work: Work, wanted: Wanted) -> Sought:
    """What is looked for, its days those of the market."""
    if wanted.from_on and wanted.until_on and wanted.from_on > wanted.until_on:
        raise Invalid(field="from_on", detail="from_on, until_on")
    return Sought(
        from_at=day_begins(work, wanted.from_on) if wanted.from_on else _FIRST,
        until_at=day_begins(work, wanted.until_on + timedelta(days=1)) if wanted.until_on else _LAST,
        events=SORTS[wanted.sort] if wanted.sort else (),
        about_ids=ids_of_human_number(wanted.number.strip()) if wanted.number.strip() else None,
        least_minor=wanted.least_minor or 0,
        most_minor=AMOUNT_MINOR_MAX if wanted.most_minor is None else wanted.most_minor,
    )


def day_begins(work: Work, on: date) -> datetime:
    """When a day begins in the market."""
    return datetime.combine(on, time(), _zone(work))


def _last_of(first_on: date) -> date:
    """The last day of a month that begins on a day."""
    return (first_on + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _today(work: Work) -> date:
    return work.now.astimezone(_zone(work)).date()


def _zone(work: Work) -> ZoneInfo:
    return ZoneInfo(work.terms.timezone)


async def lines_of(
    work: Work, accounts: Sequence[Account], sought: Sought, cursor: str, size: int
) -> Page[FundLine]:
    """A page of changes of these accounts, newest first."""
    page = await ledger.search_statement(work, accounts, sought, cursor, size)
    return Page([fund_line(line) for line in page.items], page.next_cursor)


def fund_line(line: StatementLine) -> FundLine:
    """A change of the book as its owner sees it."""
    return FundLine(
        line_id=line.line_id,
        at=line.at,
        event=line.event,
        account=NAMES[line.account_code],
        # What is owed grows on the other side of the book: to its seller it is less money.
        change_minor=-line.change_minor if line.account_code == DEBT else line.change_minor,
        about_id=str(line.about_id),
        memo=line.memo,
    )


def worth(balances: Mapping[Account, int]) -> int:
    """What balances come to together, what is owed taken off."""
    return sum(-minor if account.code == DEBT else minor for account, minor in balances.items())
