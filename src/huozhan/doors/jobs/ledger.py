"""The ledger's regular rounds."""

from huozhan import ledger
from huozhan.doors.hall import Hall
from huozhan.kernel.actor import system


async def seal(hall: Hall) -> int:
    """Seals the entries committed since the last round; only a full block means that more may wait already."""
    async with hall.working(system("sealer")) as work:
        return await ledger.seal_chain(work) // ledger.BLOCK_ENTRIES_MAX


async def expire_holds(hall: Hall) -> int:
    """Frees what was held for too long."""
    async with hall.working(system("holds")) as work:
        return await ledger.expire_holds(work)
