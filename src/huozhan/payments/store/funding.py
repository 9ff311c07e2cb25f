"""What passed between a funder's bank and ours, day by day."""

from datetime import date

from huozhan.kernel.work import Work


async def add_settlement(work: Work, funder_id: int, on: date, net_minor: int, lines: int) -> bool:
    """Writes a day's settlement; tells whether the day was new, or has lines where it was empty before."""
    return bool(
        await work.db.fetchval(
            "INSERT INTO funder_settlement (funder_id, settled_on, net_minor, lines, noted_at) VALUES ($1, $2, $3, $4, $5)"
            " ON CONFLICT (funder_id, settled_on) DO UPDATE SET net_minor = $3, lines = $4, noted_at = $5"
            "  WHERE funder_settlement.lines = 0 AND $4 > 0 RETURNING true",
            funder_id, on, net_minor, lines, work.now,
        )
    )  # fmt: skip


async def settled(work: Work, funder_id: int) -> int:
    """What passed so far, all days together."""
    amount_minor: int = await work.db.fetchval(
        "SELECT coalesce(sum(net_minor), 0)::bigint FROM funder_settlement WHERE funder_id = $1", funder_id
    )
    return amount_minor


async def settlements(work: Work, limit: int, funder_id: int) -> list[tuple[date, int]]:
    """The days, the newest first."""
    rows = await work.db.fetch(
        "SELECT settled_on, net_minor FROM funder_settlement WHERE funder_id = $2 ORDER BY settled_on DESC LIMIT $1",
        limit, funder_id,
    )  # fmt: skip
    return [(row["settled_on"], row["net_minor"]) for row in rows]


async def note_read(work: Work, party_id: int, on: date, source: str, lines: int) -> None:
    """Notes that a day's file was read, or read again with lines where it was empty."""
    await work.db.execute(
        "INSERT INTO reconciled_day (channel_id, on_day, source, lines, differing, noted_at) VALUES ($1, $2, $3, $4, 0, $5)"
        " ON CONFLICT (channel_id, on_day, source) DO UPDATE SET lines = $4, noted_at = $5"
        "  WHERE reconciled_day.lines = 0 AND $4 > 0",
        party_id, on, source, lines, work.now,
    )  # fmt: skip


async def moved(work: Work, party_id: int, on: date, source: str) -> int:
    """How many lines of a funder's file of its deeds on a day are money that passes between the banks."""
    count: int = await work.db.fetchval(
        "SELECT count(*) FROM channel_trade WHERE channel_id = $1 AND on_day = $2 AND source = $3 AND amount_minor <> 0"
        " AND split_part(name, ':', 1) IN ('captures', 'refunds', 'repayments', 'advances', 'cancels', 'premiums', 'claims') AND sort <> 'currency_differs'",
        party_id, on, source,
    )  # fmt: skip
    return count
