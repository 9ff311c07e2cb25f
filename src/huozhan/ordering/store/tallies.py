"""What is counted over many orders at once."""

from datetime import datetime

import asyncpg

from huozhan.kernel.work import Work


async def takings(work: Work, since: datetime, placed_from: datetime, seller_id: int) -> asyncpg.Record:
    """Orders placed and paid since a moment, of one seller or (0) of the whole market.

    An order paid since then was placed after `placed_from`; that bound lets the index cut the search short.
    """
    whose = "seller_id = $3" if seller_id else "$3 = 0"
    return await work.db.fetchrow(
        "SELECT count(*) FILTER (WHERE placed_at >= $1) AS placed,"
        " count(*) FILTER (WHERE paid_at >= $1) AS paid,"
        " coalesce(sum(paid_minor) FILTER (WHERE paid_at >= $1), 0)::bigint AS paid_minor"
        f" FROM trade_order WHERE placed_at >= $2 AND {whose}",
        since, placed_from, seller_id,
    )  # fmt: skip
