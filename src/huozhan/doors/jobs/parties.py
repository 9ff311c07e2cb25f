"""The worker's rounds for parties: what is too old is forgotten, sealed fields get the newest key."""

from huozhan import operations, parties
from huozhan.doors.hall import Hall
from huozhan.kernel.actor import system

FORGET_ROWS_MAX = 2_000


async def forget_old_secrets(hall: Hall) -> int:
    """Drops codes, links, sessions and counted tries that are past their time."""
    async with hall.working(system("jobs")) as work:
        return await parties.forget_old(work, FORGET_ROWS_MAX)


class Rotation:
    """After a key was added: every sealed field gets it, batch by batch, once per worker's life.

    A worker reads its keys when it starts, so what it has finished stays finished.
    """

    def __init__(self) -> None:
        self._is_done = False

    async def round(self, hall: Hall) -> int:
        """Seals one batch anew; does not look again once there was nothing left."""
        if self._is_done or not hall.keyring.has_older_keys:
            return 0
        async with hall.working(system("jobs")) as work:
            sealed = await parties.reseal_batch(work, operations.SEALED_COLUMNS)
        self._is_done = sealed == 0
        return sealed
