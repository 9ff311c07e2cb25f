"""What the closing checks of a day need; the whole market's, so not scoped."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from huozhan.kernel.work import Work

Row = Mapping[str, Any]

_FILES = """
SELECT f.source, f.on_day, r.lines, coalesce(r.differing, 0) AS differing, w.due_at, w.doubted_at,
       (SELECT count(*) FROM channel_difference c
         WHERE c.channel_id = f.party_id AND c.on_day = f.on_day AND c.source = f.source AND c.state = 'open') AS open
  FROM unnest($1::text[], $2::bigint[], $3::date[]) AS f(source, party_id, on_day)
  LEFT JOIN reconciled_day r ON r.channel_id = f.party_id AND r.on_day = f.on_day AND r.source = f.source
  LEFT JOIN awaited_file w ON w.channel_id = f.party_id AND w.on_day = f.on_day AND w.source = f.source
"""
_SINCE = """
SELECT 101 AS code, min(r.on_day + 1)::timestamp AT TIME ZONE 'UTC' - interval '8 hours' AS since FROM reconciled_day r
 WHERE r.source = 'trades' AND r.lines > 0 AND r.channel_id = $1 AND NOT EXISTS (SELECT 1 FROM reconciled_day s
       WHERE s.channel_id = r.channel_id AND s.source = 'settlement' AND s.on_day = r.on_day + 1)
UNION ALL SELECT 206, min(asked_at) FROM payment_refund WHERE state = 'asked' AND currency = $2
UNION ALL SELECT 207, min(asked_at) FROM withdrawal WHERE state = 'asked'
UNION ALL SELECT 213, least((SELECT min(parked_at) FROM parked_receipt WHERE state = 'parked' AND currency = $2),
       (SELECT min(noted_at) FROM bank_receipt
         WHERE state IN ('new', 'waiting', 'parked', 'returning') AND currency = $2))
UNION ALL SELECT 214, min(found_at) FROM channel_difference WHERE state = 'open' AND effect_minor <> 0
"""


async def files(work: Work, wanted: list[tuple[str, int, date]]) -> list[Row]:
    """How far these files are: (source, party, day); `lines` is None before one was read."""
    rows: list[Row] = await work.db.fetch(
        _FILES, [one[0] for one in wanted], [one[1] for one in wanted], [one[2] for one in wanted]
    )
    return rows


async def told_by_channel(work: Work, channel_id: int, on: date) -> int:
    """What the channel's trades of a day come to in our name and currency, refunds taken off."""
    minor: int = await work.db.fetchval(
        "SELECT coalesce(sum(CASE WHEN name LIKE 'refund:%' THEN -amount_minor ELSE amount_minor END), 0)::bigint"
        "  FROM channel_trade WHERE channel_id = $1 AND on_day = $2 AND source = 'trades'"
        "   AND sort NOT IN ('currency_differs', 'merchant_differs')",
        channel_id,
        on,
    )
    return minor


async def settled_net(work: Work, channel_id: int, on: date) -> int:
    """What the channel says it paid out on a day; below nothing where we paid it."""
    minor: int = await work.db.fetchval(
        "SELECT coalesce(sum(net_minor), 0)::bigint FROM channel_settlement WHERE channel_id = $1 AND settled_on = $2",
        channel_id,
        on,
    )
    return minor


async def settled_at_bank(work: Work, bank_id: int, on: date) -> int:
    """What the bank says came from the channel on a day."""
    minor: int = await work.db.fetchval(
        "SELECT coalesce(sum(CASE WHEN name LIKE 'out:%' THEN -amount_minor ELSE amount_minor END), 0)::bigint"
        "  FROM channel_trade WHERE channel_id = $1 AND on_day = $2 AND source = 'bank'"
        "   AND name LIKE '%:settlement:%' AND sort <> 'currency_differs'",
        bank_id,
        on,
    )
    return minor


async def bank_day(work: Work, bank_id: int, on: date) -> Row | None:
    """A closed day of the bank, with what the one before it closed with (None where that was not read)."""
    row: Row | None = await work.db.fetchrow(
        "SELECT d.*, p.closing_minor AS before_minor FROM bank_day d"
        " LEFT JOIN bank_day p ON p.bank_id = d.bank_id AND p.on_day = d.on_day - 1"
        " WHERE d.bank_id = $1 AND d.on_day = $2",
        bank_id, on,
    )  # fmt: skip
    return row


async def oldest(work: Work, channel_id: int) -> dict[int, datetime]:
    """Since when something stands on each clearing account; those on which nothing does are left out.

    Money in another currency is in none of them: the book does not hold it.
    """
    rows = await work.db.fetch(_SINCE, channel_id, work.terms.currency)
    return {row["code"]: row["since"] for row in rows if row["since"] is not None}
