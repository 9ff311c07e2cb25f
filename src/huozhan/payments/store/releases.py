"""Releases that wait for the settlement hold, as rows."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from huozhan.kernel.work import Work
from huozhan.payments.payment import Release

Row = Mapping[str, Any]


async def add(work: Work, release_id: int, release: Release, seller_minor: int, due_at: datetime) -> None:
    """Writes a release that waits."""
    await work.db.execute(
        "INSERT INTO held_release (release_id, order_id, order_number, release_key, seller_id, seller_minor, due_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)",
        release_id, release.order_id, release.order_number, release.key, release.seller_id, seller_minor, due_at,
    )  # fmt: skip


async def settle(work: Work, release_id: int) -> Row | None:
    """Marks a waiting release as settled; not scoped, because a timer asks. None where it was before."""
    row: Row | None = await work.db.fetchrow(
        "UPDATE held_release SET settled_at = $2 WHERE release_id = $1 AND settled_at IS NULL AND due_at <= $2"
        " RETURNING *",
        release_id, work.now,
    )  # fmt: skip
    return row
