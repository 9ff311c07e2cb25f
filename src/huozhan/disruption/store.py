"""All SQL of notices. They are the market's own: everybody may read what is published, nothing is scoped by organisation."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from huozhan.disruption.suspension import Direction, Suspension, SuspensionKind, SuspensionState
from huozhan.kernel.shapes import Bilingual
from huozhan.kernel.work import Work

_COLUMNS = ", ".join(Suspension.__struct_fields__)


async def add(work: Work, suspension: Suspension) -> None:
    """Writes a new notice."""
    await work.db.execute(
        f"INSERT INTO suspension ({_COLUMNS}) VALUES"
        " ($1, $2, $3, $4::jsonb, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        *_values(suspension),
    )


async def save(work: Work, suspension: Suspension, event: str, reason: str) -> None:
    """Writes a locked notice after a move, and who made the move, when and why."""
    await work.db.execute(
        "WITH moved AS ("
        " INSERT INTO suspension_move (suspension_id, move_id, event, state, moved_at, person_id, reason)"
        " VALUES ($1, $16, $17, $2, $18, $19, $20))"
        " UPDATE suspension SET state = $2, kind = $3, title = $4::jsonb, regions = $5, direction = $6, carriers = $7,"
        " categories = $8, from_at = $9, until_at = $10, evidence_url = $11, drafted_at = $12, drafted_by = $13,"
        " approved_by = $14, published_at = $15 WHERE suspension_id = $1",
        *_values(suspension), work.new_id(), event, work.now, work.actor.person_id, reason,
    )  # fmt: skip


def _values(suspension: Suspension) -> list[Any]:
    values = {name: getattr(suspension, name) for name in Suspension.__struct_fields__}
    values["title"] = msgspec.json.encode(suspension.title).decode()
    return [list(value) if isinstance(value, tuple) else value for value in values.values()]


async def note(work: Work, suspension: Suspension, event: str, reason: str) -> None:
    """Writes a move that changes nothing of the notice's own row."""
    await work.db.execute(
        "INSERT INTO suspension_move (suspension_id, move_id, event, state, moved_at, person_id, reason)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)",
        suspension.suspension_id, work.new_id(), event, suspension.state, work.now, work.actor.person_id, reason,
    )  # fmt: skip


async def for_update(work: Work, suspension_id: int) -> Suspension | None:
    """One notice, locked."""
    row = await work.db.fetchrow(
        f"SELECT {_COLUMNS} FROM suspension WHERE suspension_id = $1 FOR UPDATE", suspension_id
    )
    return _suspension(row) if row else None


async def read(work: Work, suspension_id: int) -> Suspension | None:
    """One notice."""
    row = await work.db.fetchrow(f"SELECT {_COLUMNS} FROM suspension WHERE suspension_id = $1", suspension_id)
    return _suspension(row) if row else None


async def moves(work: Work, suspension_id: int) -> Sequence[Any]:
    """What was done to a notice, oldest first."""
    return list(
        await work.db.fetch(
            "SELECT event, state, moved_at, person_id, reason FROM suspension_move"
            " WHERE suspension_id = $1 ORDER BY move_id",
            suspension_id,
        )
    )


async def page(work: Work, before: int | None, limit: int) -> list[Suspension]:
    """Notices in every state, the newest first."""
    rows = await work.db.fetch(
        f"SELECT {_COLUMNS} FROM suspension WHERE ($1::bigint IS NULL OR suspension_id < $1)"
        " ORDER BY suspension_id DESC LIMIT $2",
        before, limit,
    )  # fmt: skip
    return [_suspension(row) for row in rows]


async def published_until(work: Work, after: datetime, limit: int) -> list[Suspension]:
    """Published notices that end after a moment, those that end first before the others."""
    rows = await work.db.fetch(
        f"SELECT {_COLUMNS} FROM suspension WHERE state = 'published' AND until_at > $1"
        " ORDER BY until_at, suspension_id LIMIT $2",
        after, limit,
    )  # fmt: skip
    return [_suspension(row) for row in rows]


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """Another end that somebody proposes for a published notice."""

    change_id: int
    was_until_at: datetime
    until_at: datetime
    reason: str
    proposed_at: datetime
    proposed_by: int


_CHANGE = ", ".join(Change.__struct_fields__)


async def propose(work: Work, suspension_id: int, change: Change) -> None:
    """Writes a proposed end. The notice is locked by the caller."""
    await work.db.execute(
        f"INSERT INTO suspension_change (suspension_id, state, {_CHANGE})"
        " VALUES ($1, 'proposed', $2, $3, $4, $5, $6, $7)",
        suspension_id, *[getattr(change, name) for name in Change.__struct_fields__],
    )  # fmt: skip


async def proposed(work: Work, suspension_id: int) -> Change | None:
    """The proposed end that waits for the second pair of eyes."""
    row = await work.db.fetchrow(
        f"SELECT {_CHANGE} FROM suspension_change WHERE suspension_id = $1 AND state = 'proposed'",
        suspension_id,
    )
    return Change(**dict(row)) if row else None


async def decide(work: Work, suspension_id: int, change_id: int, state: str) -> None:
    """Writes what became of a proposed end. The notice is locked by the caller."""
    await work.db.execute(
        "UPDATE suspension_change SET state = $3, decided_at = $4, decided_by = $5"
        " WHERE suspension_id = $1 AND change_id = $2",
        suspension_id, change_id, state, work.now, work.actor.person_id,
    )  # fmt: skip


def _suspension(row: Any) -> Suspension:
    return Suspension(
        **dict(row)
        | {
            "state": SuspensionState(row["state"]),
            "kind": SuspensionKind(row["kind"]),
            "direction": Direction(row["direction"]),
            "title": msgspec.json.decode(row["title"], type=Bilingual),
            "regions": tuple(row["regions"]),
            "carriers": tuple(row["carriers"]),
            "categories": tuple(row["categories"]),
        }
    )
