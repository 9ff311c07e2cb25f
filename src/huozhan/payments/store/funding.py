"""What passed between a funder's bank and ours, day by day."""

from datetime import date, datetime

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


# What files of deeds said that passes and what settlements brought, day by day and party by party: since when the two differ
# for good. And the oldest line of money that is in one of file and rows only, or otherwise, and that nobody has ended.
_OPEN_SINCE = """
WITH told AS (
  SELECT channel_id AS party_id, on_day + 1 AS due_on, passes_minor AS minor FROM reconciled_day
   WHERE source = ANY ($1::text[]) AND passes_minor IS NOT NULL
  UNION ALL SELECT s.funder_id, s.settled_on, -s.net_minor FROM funder_settlement s JOIN reconciled_day r
      ON r.channel_id = s.funder_id AND r.on_day = s.settled_on - 1 AND r.source = ANY ($1::text[]) AND r.passes_minor IS NOT NULL
), days AS (
  SELECT party_id, due_on, sum(sum(minor)) OVER (PARTITION BY party_id ORDER BY due_on) AS open_minor FROM told GROUP BY 1, 2
), since AS (
  SELECT due_on, max(due_on) FILTER (WHERE open_minor = 0) OVER (PARTITION BY party_id) AS even_on FROM days
)
SELECT least((SELECT min(due_on) FROM since WHERE even_on IS NULL OR due_on > even_on),
             (SELECT min(on_day + 1) FROM channel_difference
               WHERE state = 'open' AND source = ANY ($1::text[]) AND sort NOT IN ('currency_differs', 'unreadable')
                 AND split_part(name, ':', 1) NOT IN ('voids', 'losses', 'policies')))::timestamp AT TIME ZONE 'UTC' - interval '8 hours'
"""


async def open_since(work: Work, sources: list[str]) -> datetime | None:
    """Since when money stands on 103 that funders' files of deeds and their settlements do not agree on."""
    since: datetime | None = await work.db.fetchval(_OPEN_SINCE, sources)
    return since


async def unread_days(work: Work, source: str) -> tuple[list[date], date | None]:
    """Days whose file is waited for, and the first after all that were read or are waited for; None before the first."""
    row = await work.db.fetchrow(
        "SELECT (SELECT array_agg(on_day ORDER BY on_day) FROM awaited_file WHERE source = $1) AS waiting,"
        " greatest((SELECT max(on_day) FROM awaited_file WHERE source = $1),"
        "          (SELECT max(on_day) FROM reconciled_day WHERE source = $1)) + 1 AS after",
        source,
    )
    return row["waiting"] or [], row["after"]
