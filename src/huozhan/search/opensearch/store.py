"""SQL of the one writer of an index elsewhere: who it is, and the number of its round."""

from datetime import timedelta

from huozhan.kernel.work import Work

NOBODY = ""
"""The writer while the embedded engine answers."""


async def take(work: Work, holder: str, span: timedelta) -> tuple[int, str] | None:
    """Makes this holder the writer for a while, with a higher number than any before it; None while another one is.

    Beside the number, who was the writer before. Numbers follow the clock, so that they go on rising when a market
    is put back to an older state.
    """
    row = await work.db.fetchrow(
        "UPDATE search_writer w SET holder = $1, leased_until = $3::timestamptz + $2,"
        " version = greatest(w.version + 1, (extract(epoch FROM $3::timestamptz) * 1000000)::bigint)"
        " FROM search_writer before WHERE w.holder = $1 OR w.leased_until <= $3::timestamptz"
        " RETURNING w.version, before.holder AS was",
        holder, span, work.now,
    )  # fmt: skip
    return (row["version"], row["was"]) if row else None


async def is_ours(work: Work, holder: str, version: int) -> bool:
    """Whether nobody took a number since."""
    return bool(
        await work.db.fetchval(
            "SELECT EXISTS (SELECT FROM search_writer WHERE holder = $1 AND version = $2)", holder, version
        )
    )


async def leave(work: Work) -> None:
    """Notes that the embedded engine answers: what is elsewhere is not kept up from now on."""
    await work.db.execute(
        "UPDATE search_writer SET holder = $1, leased_until = $2 WHERE holder <> $1", NOBODY, work.now
    )
