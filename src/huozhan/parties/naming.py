"""Names of people, for those who may know who did something."""

from collections.abc import Collection

from huozhan.kernel.work import Work
from huozhan.parties.store import people as store

CALLED_MAX = 100


async def person_names(work: Work, person_ids: Collection[int]) -> dict[int, str]:
    """What people are called, by id; the caller has made sure that the actor may know."""
    return {row["person_id"]: row["name"] for row in await store.names_by_id(work, list(person_ids))}


async def people_called(work: Work, name: str) -> list[int]:
    """The members of the actor's organisation whose name holds these signs."""
    return [row["person_id"] for row in await store.members_called(work, name, CALLED_MAX)]
