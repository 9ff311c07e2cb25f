"""The channel's settlements; the whole market's, so not scoped."""

from datetime import date

from huozhan.kernel.work import Work


async def add(
    work: Work, channel_id: int, on: date, *, gross_minor: int, fee_minor: int, trades: int
) -> bool:
    """Writes a day's settlement; tells whether it was new."""
    return bool(
        await work.db.fetchval(
            "INSERT INTO channel_settlement (channel_id, settled_on, gross_minor, fee_minor, net_minor, trades, noted_at)"
            " VALUES ($1, $2, $3::bigint, $4::bigint, $3::bigint - $4::bigint, $5, $6) ON CONFLICT DO NOTHING RETURNING true",
            channel_id, on, gross_minor, fee_minor, trades, work.now,
        )
    )  # fmt: skip
