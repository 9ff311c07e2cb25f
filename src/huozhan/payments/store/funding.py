"""What passed between a funder's bank and ours, day by day."""

from datetime import date

from huozhan.kernel.work import Work


async def add_settlement(work: Work, on: date, net_minor: int, lines: int) -> bool:
    """Writes a day's settlement; tells whether the day was new."""
    return bool(
        await work.db.fetchval(
            "INSERT INTO funder_settlement (settled_on, net_minor, lines, noted_at) VALUES ($1, $2, $3, $4)"
            " ON CONFLICT DO NOTHING RETURNING true",
            on, net_minor, lines, work.now,
        )
    )  # fmt: skip


async def settled(work: Work) -> int:
    """What passed so far, all days together."""
    amount_minor: int = await work.db.fetchval(
        "SELECT coalesce(sum(net_minor), 0)::bigint FROM funder_settlement"
    )
    return amount_minor


async def settlements(work: Work, limit: int) -> list[tuple[date, int]]:
    """The days, the newest first."""
    rows = await work.db.fetch(
        "SELECT settled_on, net_minor FROM funder_settlement ORDER BY settled_on DESC LIMIT $1", limit
    )
    return [(row["settled_on"], row["net_minor"]) for row in rows]


async def last_settled(work: Work) -> date | None:
    """The newest day whose file is booked."""
    day: date | None = await work.db.fetchval("SELECT max(settled_on) FROM funder_settlement")
    return day
