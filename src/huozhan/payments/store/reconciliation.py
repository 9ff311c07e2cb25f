"""The parties' files, what they do not agree on with our rows, and how that ended; the whole market's, so not scoped."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from huozhan.kernel.work import Work
from huozhan.payments.asks import TradeLine
from huozhan.payments.matching import TELLS_NOTHING, Judged, Ours, name_of

Row = Mapping[str, Any]

# What is in the book of a payment, a refund, parked money and its return; by the name a file's line has.
_OURS = """
SELECT 'payment:' || p.payment_id AS name, p.method = 'channel' AND p.state IN ('paid', 'mismatched') AS is_booked,
       CASE WHEN p.state = 'mismatched' THEN coalesce((SELECT r.amount_minor FROM payment_refund r
            WHERE r.payment_id = p.payment_id AND r.order_id = 0), 0) ELSE p.amount_minor END AS amount_minor,
       coalesce(p.paid_at, p.opened_at) AS at, coalesce(p.channel_txn, '') AS channel_txn
  FROM payment p WHERE p.payment_id = ANY ($1::bigint[])
UNION ALL
SELECT 'refund:' || refund_id, state = 'done' AND channel_minor > 0, channel_minor, coalesce(ended_at, asked_at), ''
  FROM payment_refund WHERE payment_id = ANY ($1::bigint[]) AND refund_id = ANY ($2::bigint[])
UNION ALL
SELECT 'payment:' || merchant_ref, currency = $4, amount_minor, coalesce(paid_at, parked_at), channel_txn
  FROM parked_receipt WHERE channel_txn = ANY ($3::text[])
UNION ALL
SELECT 'refund:' || refund_id, state = 'returned' AND currency = $4, returned_minor, coalesce(ended_at, parked_at), ''
  FROM parked_receipt WHERE refund_id = ANY ($2::bigint[])
"""
_DONE_BETWEEN = """
SELECT 'payment:' || payment_id AS name, true AS is_booked, amount_minor, paid_at AS at, channel_txn
  FROM payment WHERE channel_id = $1 AND state = 'paid' AND paid_at >= $2 AND paid_at < $3
UNION ALL
SELECT 'refund:' || r.refund_id, true, r.channel_minor, r.ended_at, ''
  FROM payment_refund r JOIN payment p USING (payment_id)
 WHERE p.channel_id = $1 AND r.state = 'done' AND r.channel_minor > 0 AND r.currency = $4
   AND r.ended_at >= $2 AND r.ended_at < $3
"""


async def ours(
    work: Work, payment_ids: Sequence[int], refund_ids: Sequence[int], txns: Sequence[str]
) -> dict[str, Ours]:
    """What our rows say of these references, by name."""
    if not payment_ids and not refund_ids and not txns:
        return {}
    rows = await work.db.fetch(_OURS, payment_ids, refund_ids, txns, work.terms.currency)
    return {row["name"]: _ours(row) for row in rows}


async def done_between(work: Work, channel_id: int, start: datetime, end: datetime) -> dict[str, Ours]:
    """Payments and refunds that we hold for done at the channel within a span of time."""
    rows = await work.db.fetch(_DONE_BETWEEN, channel_id, start, end, work.terms.currency)
    return {row["name"]: _ours(row) for row in rows}


def _ours(row: Row) -> Ours:
    return Ours(row["is_booked"], row["amount_minor"], row["at"], row["channel_txn"])


async def add_day(
    work: Work, channel_id: int, on: date, source: str, lines: int, passes_minor: int | None = None
) -> bool:
    """Notes that a file of a day was read, so that nobody waits for it any more; tells whether it was the first time."""
    return bool(
        await work.db.fetchval(
            "WITH come AS (DELETE FROM awaited_file WHERE channel_id = $1 AND on_day = $2 AND source = $3)"
            " INSERT INTO reconciled_day (channel_id, on_day, source, lines, differing, noted_at, passes_minor)"
            " VALUES ($1, $2, $3, $4, 0, $5, $6) ON CONFLICT DO NOTHING RETURNING true",
            channel_id, on, source, lines, work.now, passes_minor,
        )
    )  # fmt: skip


async def add_lines(
    work: Work, channel_id: int, source: str, on: date, lines: Sequence[TradeLine], judged: Sequence[Judged]
) -> None:
    """Keeps a file line by line."""
    if not lines:
        return
    await work.db.execute(
        "INSERT INTO channel_trade (channel_id, on_day, source, nth, channel_txn, name, currency, merchant, amount_minor,"
        " traded_at, sort) SELECT $1, $2, $11, * FROM unnest($3::int[], $4::text[], $5::text[], $6::text[], $7::text[],"
        " $8::bigint[], $9::timestamptz[], $10::text[])",
        channel_id, on, list(range(len(lines))), [line.channel_txn for line in lines],
        [name_of(line) for line in lines], [line.currency for line in lines], [line.merchant for line in lines],
        [line.amount_minor for line in lines], [line.at for line in lines], [one.sort for one in judged], source,
    )  # fmt: skip


async def told_before(work: Work, source: str, on: date, txns: Sequence[str]) -> set[str]:
    """Which of these transactions a source's files of other days have told: they need not be read in order."""
    if not txns:
        return set()
    rows = await work.db.fetch(
        "SELECT DISTINCT channel_txn FROM channel_trade"
        " WHERE channel_txn = ANY ($1::text[]) AND source = $4 AND on_day <> $2 AND sort <> ALL ($3::text[])",
        txns, on, list(TELLS_NOTHING), source,
    )  # fmt: skip
    return {row["channel_txn"] for row in rows}


async def told_txns(work: Work, txns: Sequence[str]) -> set[str]:
    """Which of these transactions any trade file has told."""
    if not txns:
        return set()
    rows = await work.db.fetch(
        "SELECT DISTINCT channel_txn FROM channel_trade WHERE channel_txn = ANY ($1::text[]) AND source = 'trades'",
        txns,
    )
    return {row["channel_txn"] for row in rows}


async def told_names(work: Work, source: str, names: Sequence[str]) -> set[str]:
    """Which of these names any file of a source has told."""
    if not names:
        return set()
    rows = await work.db.fetch(
        "SELECT DISTINCT name FROM channel_trade"
        " WHERE name = ANY ($1::text[]) AND source = $3 AND sort <> ALL ($2::text[])",
        names, list(TELLS_NOTHING), source,
    )  # fmt: skip
    return {row["name"] for row in rows}


async def add_differences(
    work: Work, channel_id: int, on: date, source: str, judged: Sequence[Judged]
) -> list[int]:
    """Keeps what does not agree, counts it on its day, and returns the ids, in order."""
    if not judged:
        return []
    ids = [work.new_id() for _ in judged]
    seen: dict[tuple[str, str], int] = {}
    nths = []
    for one in judged:
        nth = seen.get((one.name, one.channel_txn), 0)
        seen[one.name, one.channel_txn] = nth + 1
        nths.append(nth)
    await work.db.execute(
        "INSERT INTO channel_difference (channel_id, on_day, source, found_at, difference_id, nth, name, payment_ref,"
        " channel_txn, sort, channel_minor, ours_minor, effect_minor, said) SELECT $1, $2, $3, $4, * FROM unnest($5::bigint[], $6::int[],"
        " $7::text[], $8::text[], $9::text[], $10::text[], $11::bigint[], $12::bigint[], $13::bigint[], $14::text[])",
        channel_id, on, source, work.now, ids, nths, [one.name for one in judged],
        [one.payment_ref for one in judged], [one.channel_txn for one in judged], [one.sort for one in judged], [one.channel_minor for one in judged],
        [one.ours_minor for one in judged], [one.effect_minor for one in judged], [one.said for one in judged],
    )  # fmt: skip
    await work.db.execute(
        "UPDATE reconciled_day SET differing = differing + $4 WHERE channel_id = $1 AND on_day = $2 AND source = $3",
        channel_id, on, source, len(judged),
    )  # fmt: skip
    return ids


async def lock(work: Work, difference_id: int) -> Row | None:
    """One difference, locked."""
    row: Row | None = await work.db.fetchrow(
        "SELECT * FROM channel_difference WHERE difference_id = $1 FOR UPDATE", difference_id
    )
    return row


async def open_ones(work: Work, source: str, limit: int) -> list[Row]:
    """Open differences of a source, the newest first, locked."""
    rows: list[Row] = await work.db.fetch(
        "SELECT * FROM channel_difference WHERE state = 'open' AND source = $1"
        " ORDER BY on_day DESC, difference_id DESC LIMIT $2 FOR UPDATE",
        source,
        limit,
    )
    return rows


async def open_of_line(work: Work, source: str, on: date, txn: str) -> list[Row]:
    """What is open about one line of a day's file, locked."""
    rows: list[Row] = await work.db.fetch(
        "SELECT * FROM channel_difference WHERE state = 'open' AND source = $1 AND on_day = $2 AND channel_txn = $3"
        " ORDER BY difference_id FOR UPDATE",
        source, on, txn,
    )  # fmt: skip
    return rows


async def near_midnight(work: Work, source: str, before: date) -> list[Row]:
    """Everything of earlier days that may be in the next file, locked."""
    rows: list[Row] = await work.db.fetch(
        "SELECT * FROM channel_difference WHERE state = 'open' AND sort = 'cut_off' AND on_day < $1 AND source = $2"
        " ORDER BY difference_id FOR UPDATE",
        before,
        source,
    )
    return rows


async def end(work: Work, difference_id: int, state: str, reason: str) -> None:
    """Ends one."""
    await work.db.execute(
        "UPDATE channel_difference SET state = $2, ended_at = $3, ended_by = $4, reason = $5 WHERE difference_id = $1",
        difference_id, state, work.now, work.actor.person_id, reason,
    )  # fmt: skip


async def turn_short(work: Work, difference_id: int, effect_minor: int) -> None:
    """What was thought to be in the next day's file is in none."""
    await work.db.execute(
        "UPDATE channel_difference SET sort = 'only_ours', effect_minor = $2 WHERE difference_id = $1",
        difference_id,
        effect_minor,
    )


async def page(work: Work, state: str, source: str, before_id: int, limit: int) -> list[Row]:
    """Differences, newest first, of one source or of all."""
    rows: list[Row] = await work.db.fetch(
        "SELECT * FROM channel_difference WHERE difference_id < $1 AND ($2 = 'all' OR state = $2)"
        " AND ($4 = 'all' OR source = $4) ORDER BY difference_id DESC LIMIT $3",
        before_id, state, limit, source,
    )  # fmt: skip
    return rows


async def unread(work: Work, source: str, limit: int) -> list[Row]:
    """Lines of a source that nobody could read and no person has looked at, the newest day first."""
    rows: list[Row] = await work.db.fetch(
        "SELECT difference_id, on_day, name, said FROM channel_difference"
        " WHERE state = 'open' AND source = $1 AND sort = 'unreadable' ORDER BY on_day DESC, difference_id LIMIT $2",
        source, limit,
    )  # fmt: skip
    return rows


async def open_count(work: Work, limit: int) -> int:
    """How many differences wait for a person; counted up to a bound."""
    count: int = await work.db.fetchval(
        "SELECT count(*) FROM (SELECT 1 FROM channel_difference WHERE state = 'open' LIMIT $1) AS waiting",
        limit,
    )
    return count


async def days(work: Work, limit: int) -> list[Row]:
    """The newest days that were compared, with what is still open on each."""
    rows: list[Row] = await work.db.fetch(
        "SELECT d.on_day, d.source, d.lines, d.differing, d.noted_at, (SELECT count(*) FROM channel_difference c"
        "   WHERE c.channel_id = d.channel_id AND c.on_day = d.on_day AND c.source = d.source AND c.state = 'open')"
        "   AS open FROM reconciled_day d ORDER BY d.on_day DESC, d.source LIMIT $1",
        limit,
    )
    return rows


async def held_for(work: Work, sources: Sequence[str]) -> int:
    """What differences of these sources have put into their party's account and not taken out again."""
    minor: int = await work.db.fetchval(
        "SELECT coalesce(sum(effect_minor), 0)::bigint FROM channel_difference"
        " WHERE state IN ('open', 'written_off') AND source = ANY ($1::text[])",
        list(sources),
    )
    return int(minor)


async def is_noted(work: Work, channel_id: int, on: date, source: str) -> bool:
    """Whether a file of a day was read."""
    return bool(
        await work.db.fetchval(
            "SELECT true FROM reconciled_day WHERE channel_id = $1 AND on_day = $2 AND source = $3",
            channel_id,
            on,
            source,
        )
    )


async def lines_of(work: Work, channel_id: int, on: date) -> int:
    """How many lines in our name and currency the trade file of a day had."""
    count: int = await work.db.fetchval(
        "SELECT count(*) FROM channel_trade WHERE channel_id = $1 AND on_day = $2"
        " AND source = 'trades' AND sort NOT IN ('currency_differs', 'merchant_differs')",
        channel_id,
        on,
    )
    return count
