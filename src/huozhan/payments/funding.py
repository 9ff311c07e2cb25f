"""Funding: money that passes between the market and a lender or funder (103); who owes whom is theirs to say, the book adds it up."""

from datetime import UTC, date, datetime, timedelta

from huozhan import ledger
from huozhan.kernel.work import Work
from huozhan.ledger import write_entry
from huozhan.payments.bank_closing import recheck_bank
from huozhan.payments.days import day_bounds
from huozhan.payments.payment import Settled
from huozhan.payments.ports import BANK_ID, FAST_FUNDER_ID, FUNDER_ID, INSURER_ID
from huozhan.payments.store import awaited, funding
from huozhan.payments.store import reconciliation as store

SETTLEMENTS = {
    FUNDER_ID: "lender_settlement",
    FAST_FUNDER_ID: "funder_settlement",
    INSURER_ID: "insurer_settlement",
}
DEEDS = {FUNDER_ID: "lender", FAST_FUNDER_ID: "funder", INSURER_ID: "insurer"}
"""What a funder's two files of a day are called."""
_ENDLESS = datetime(9999, 1, 1, tzinfo=UTC)


async def repaid_to_funder(work: Work, settled: Settled, about_id: int, amount_minor: int) -> None:
    """Books that a buyer has repaid a lender through the channel (E13r): the market owes it on from now on."""
    entry = write_entry(
        "E13r",
        business_key=f"E13r:{settled.payment_id}",
        about_id=about_id,
        owners={101: settled.channel_id, 103: FUNDER_ID},
        amounts={"funder": amount_minor},
        memo={"payment_id": str(settled.payment_id), "channel_txn": settled.channel_txn},
    )
    await ledger.post(work, [entry])


async def settled_with_funder(work: Work, funder_id: int = FUNDER_ID) -> int:
    """What passed between the funder's bank and ours so far; positive came to us."""
    return await funding.settled(work, funder_id)


async def funder_settlements(work: Work, limit: int, funder_id: int = FUNDER_ID) -> list[tuple[date, int]]:
    """The days on which something passed, the newest first."""
    return await funding.settlements(work, limit, funder_id)


async def funder_settled(
    work: Work, on: date, *, net_minor: int, lines: int, is_believed: bool = False, funder_id: int = FUNDER_ID
) -> bool:
    """Books what passed between the funder's bank and ours on a day (E13c), once; tells whether it was new.

    Below nothing the funder took what it was owed. An empty file is not there yet while the funder's own file of the day
    before tells of money, or has not come; one that was believed empty gives way to a later one with lines.
    """
    if not lines and not is_believed and await _is_not_there_yet(work, on, funder_id):
        return False
    await awaited.has_come(work, funder_id, on, SETTLEMENTS[funder_id])
    await funding.note_read(work, funder_id, on, SETTLEMENTS[funder_id], lines)
    if not await funding.add_settlement(work, funder_id, on, net_minor, lines):
        return False
    if net_minor:
        entry = write_entry(
            "E13c",
            business_key=f"E13c:{on.isoformat()}" + (f":{funder_id}" if funder_id != FUNDER_ID else ""),
            about_id=0,
            owners={102: BANK_ID, 103: funder_id},
            amounts={"in": max(net_minor, 0), "out": max(-net_minor, 0)},
            memo={"on": on.isoformat()},
        )
        await ledger.post(work, [entry])
    await recheck_bank(work)
    return True


async def _is_not_there_yet(work: Work, on: date, funder_id: int) -> bool:
    """Whether a settlement that came empty cannot be all: what its day is to settle is not known yet, or is not in it."""
    before, settlement, deeds = on - timedelta(days=1), SETTLEMENTS[funder_id], DEEDS[funder_id]
    if await store.is_noted(work, funder_id, on, settlement):
        return False
    if not await store.is_noted(work, funder_id, before, deeds):
        return True
    moved = await funding.moved(work, funder_id, before, deeds)
    if moved:
        await awaited.doubt(work, funder_id, on, settlement, held=moved)
    return moved > 0


async def funders_open_since(work: Work) -> datetime | None:
    """Since when money stands on 103 that has to do with files: told and not settled, settled otherwise, or differing."""
    return await funding.open_since(work, list(DEEDS.values()))


async def spans_untold(work: Work, funder_id: int) -> list[tuple[datetime, datetime]]:
    """The days [from, until) of which no file of a funder's deeds was read yet; the last of them has no end."""
    waiting, after = await funding.unread_days(work, DEEDS[funder_id])
    start = day_bounds(after)[0] if after else datetime.min.replace(tzinfo=UTC)
    return [*map(day_bounds, waiting), (start, _ENDLESS)]
