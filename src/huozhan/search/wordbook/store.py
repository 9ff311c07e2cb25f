"""Every query of the table of synonyms. It is the market's own, so nothing is scoped by organisation here."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from huozhan.kernel.work import Work

Mark = tuple[int, datetime | None]


async def mark(work: Work) -> Mark:
    """What differs after any change: how many groups there ever were, and when one was changed last."""
    row = await work.db.fetchrow("SELECT count(*) AS n, max(changed_at) AS at FROM synonym_group")
    return row["n"], row["at"]


async def all_words(work: Work) -> list[list[str]]:
    """The words of every group in use."""
    rows = await work.db.fetch("SELECT words FROM synonym_group WHERE NOT is_removed ORDER BY group_id")
    return [row["words"] for row in rows]


async def groups(work: Work, *, having: str, before_id: int, limit: int) -> list[Any]:
    """Groups in use, the newest first; only those with a word that has this in it, where it is not empty."""
    return list(
        await work.db.fetch(
            "SELECT group_id, words, changed_at, reason FROM synonym_group"
            " WHERE NOT is_removed AND group_id < $1"
            " AND ($2 = '' OR EXISTS (SELECT FROM unnest(words) AS word WHERE strpos(word, $2) > 0))"
            " ORDER BY group_id DESC LIMIT $3",
            before_id, having, limit,
        )
    )  # fmt: skip


async def one(work: Work, group_id: int) -> Any:
    """One group in use, or None."""
    return await work.db.fetchrow(
        "SELECT group_id, words, changed_at, reason FROM synonym_group WHERE group_id = $1 AND NOT is_removed",
        group_id,
    )


async def count(work: Work) -> int:
    """How many groups are in use."""
    return int(await work.db.fetchval("SELECT count(*) FROM synonym_group WHERE NOT is_removed"))


async def add(work: Work, group_id: int, words: Sequence[str], reason: str) -> None:
    """Adds a group."""
    await work.db.execute(
        "INSERT INTO synonym_group (group_id, words, changed_at, reason) VALUES ($1, $2, $3, $4)",
        group_id, list(words), work.now, reason,
    )  # fmt: skip


async def change(work: Work, group_id: int, words: Sequence[str], reason: str) -> bool:
    """Gives a group other words; false where it is not in use."""
    changed = await work.db.fetchval(
        "UPDATE synonym_group SET words = $2, changed_at = $3, reason = $4"
        " WHERE group_id = $1 AND NOT is_removed RETURNING group_id",
        group_id, list(words), work.now, reason,
    )  # fmt: skip
    return changed is not None


async def remove(work: Work, group_id: int, reason: str) -> list[str] | None:
    """Takes a group out of use and tells its words; None where it was not in use."""
    words: list[str] | None = await work.db.fetchval(
        "UPDATE synonym_group SET is_removed = true, changed_at = $2, reason = $3"
        " WHERE group_id = $1 AND NOT is_removed RETURNING words",
        group_id, work.now, reason,
    )  # fmt: skip
    return words
