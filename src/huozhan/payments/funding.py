"""Funding: money that passes between the market and a lender or funder (103); who owes whom is theirs to say, the book adds it up."""

from datetime import date, timedelta

from huozhan import ledger
from huozhan.kernel.work import Work
from huozhan.ledger import write_entry
from huozhan.payments.payment import Settled
from huozhan.payments.ports import BANK_ID, FUNDER_ID
from huozhan.payments.store import awaited, funding
from huozhan.payments.store import reconciliation as store

SETTLEMENT = "lender_settlement"
DEEDS = "lender"


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


async def settled_with_funder(work: Work) -> int:
    """What passed between the funder's bank and ours so far; positive came to us."""
    return await funding.settled(work)


async def funder_settlements(work: Work, limit: int) -> list[tuple[date, int]]:
    """The days on which something passed, the newest first."""
    return await funding.settlements(work, limit)


async def funder_settled(
    work: Work, on: date, *, net_minor: int, lines: int, is_believed: bool = False
) -> bool:
    """Books what passed between the funder's bank and ours on a day (E13c), once; tells whether it was new.

    Below nothing the funder took what it was owed. An empty file is not there yet while the funder's own file of the day
    before tells of money, or has not come; one that was believed empty gives way to a later one with lines.
    """
    if not lines and not is_believed and await _is_not_there_yet(work, on):
        return False
    await awaited.has_come(work, FUNDER_ID, on, SETTLEMENT)
    await funding.note_read(work, FUNDER_ID, on, SETTLEMENT, lines)
    if not await funding.add_settlement(work, on, net_minor, lines):
        return False
    if net_minor:
        entry = write_entry(
            "E13c",
            business_key=f"E13c:{on.isoformat()}",
            about_id=0,
            owners={102: BANK_ID, 103: FUNDER_ID},
            amounts={"in": max(net_minor, 0), "out": max(-net_minor, 0)},
            memo={"on": on.isoformat()},
        )
        await ledger.post(work, [entry])
    return True


async def _is_not_there_yet(work: Work, on: date) -> bool:
    """Whether a settlement that came empty cannot be all: what its day is to settle is not known yet, or is not in it."""
    before = on - timedelta(days=1)
    if await store.is_noted(work, FUNDER_ID, on, SETTLEMENT):
        return False
    if not await store.is_noted(work, FUNDER_ID, before, DEEDS):
        return True
    moved = await funding.moved(work, FUNDER_ID, before, DEEDS)
    if moved:
        await awaited.doubt(work, FUNDER_ID, on, SETTLEMENT, held=moved)
    return moved > 0
