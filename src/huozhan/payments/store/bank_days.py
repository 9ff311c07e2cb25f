"""The custody bank's closed days, and our rows by the names its lines have; the whole market's, so not scoped."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from huozhan.kernel.work import Work
from huozhan.payments.asks import BankDayTotal
from huozhan.payments.matching import TELLS_NOTHING, Ours

Row = Mapping[str, Any]

_SETTLED = """
SELECT CASE WHEN net_minor > 0 THEN 'in:' ELSE 'out:' END || whose || settled_on AS name, true AS is_booked,
       abs(net_minor) AS amount_minor, settled_on::timestamp AT TIME ZONE 'UTC' - interval '8 hours' AS at, '' AS txn
  FROM (SELECT 'settlement:' AS whose, settled_on, net_minor FROM channel_settlement
        UNION ALL SELECT CASE funder_id WHEN 1 THEN 'lender:' WHEN 2 THEN 'funder:' ELSE 'insurer:' END, settled_on, net_minor
          FROM funder_settlement) AS settled WHERE net_minor <> 0
"""
_OURS = f"""
SELECT 'out:' || w.org_id || '-' || w.withdrawal_id AS name, w.state = 'done' AND w.currency = $5 AS is_booked,
       w.amount_minor, coalesce(w.ended_at, w.asked_at) AS at, '' AS txn
  FROM withdrawal w JOIN unnest($1::bigint[], $2::bigint[]) AS r(a, b) ON w.org_id = r.a AND w.withdrawal_id = r.b
UNION ALL
SELECT 'out:' || o.receipt_id || '-' || o.payout_id, o.state = 'done' AND o.currency = $5, o.amount_minor,
       coalesce(o.ended_at, o.asked_at), ''
  FROM bank_payout o JOIN unnest($1::bigint[], $2::bigint[]) AS r(a, b) ON o.receipt_id = r.a AND o.payout_id = r.b
UNION ALL
SELECT 'out:' || p.carrier_id || '-' || p.payout_id, p.state = 'done' AND p.currency = $5, p.amount_minor,
       coalesce(p.ended_at, p.asked_at), ''
  FROM carrier_payout p JOIN unnest($1::bigint[], $2::bigint[]) AS r(a, b) ON p.carrier_id = r.a AND p.payout_id = r.b
UNION ALL
SELECT 'in:' || r.bank_txn, r.currency = $5, r.amount_minor, r.booked_at, r.bank_txn
  FROM bank_txn_claim c JOIN bank_receipt r USING (receipt_id) WHERE c.bank_txn = ANY ($3::text[])
UNION ALL
SELECT name, is_booked, amount_minor, at, txn FROM ({_SETTLED}) AS s WHERE name = ANY ($4::text[])
"""
_DONE = f"""
SELECT 'out:' || org_id || '-' || withdrawal_id AS name, true AS is_booked, amount_minor, ended_at AS at, '' AS txn
  FROM withdrawal WHERE state = 'done' AND currency = $3 AND ended_at >= $1 AND ended_at < $2
UNION ALL
SELECT 'out:' || receipt_id || '-' || payout_id, true, amount_minor, ended_at, ''
  FROM bank_payout WHERE state = 'done' AND currency = $3 AND ended_at >= $1 AND ended_at < $2
UNION ALL
SELECT 'out:' || carrier_id || '-' || payout_id, true, amount_minor, ended_at, ''
  FROM carrier_payout WHERE state = 'done' AND currency = $3 AND ended_at >= $1 AND ended_at < $2
UNION ALL
SELECT 'in:' || bank_txn, true, amount_minor, booked_at, bank_txn
  FROM bank_receipt WHERE currency = $3 AND booked_at >= $1 AND booked_at < $2
UNION ALL
SELECT name, is_booked, amount_minor, at, txn FROM ({_SETTLED}) AS s WHERE at >= $1 AND at < $2
"""
_ENDLESS = datetime.fromisoformat("9999-01-01T00:00:00+00:00")


async def ours(work: Work, names: Sequence[str]) -> dict[str, Ours]:
    """What our rows say of these lines, by name: `out:` a withdrawal, payout or what a carrier was paid, `in:` money that came, or a settlement."""
    if not names:
        return {}
    refs = [name.partition(":")[2] for name in names]
    pairs = [pair for ref in refs if (pair := _pair(ref))]
    rows = await work.db.fetch(
        _OURS, [a for a, _ in pairs], [b for _, b in pairs], refs, list(names), work.terms.currency
    )
    return {row["name"]: _read(row) for row in rows}


def _pair(ref: str) -> tuple[int, int] | None:
    """The two ids in a reference that we gave the bank."""
    parts = ref.split("-")
    if len(parts) != 2 or not all(part.isascii() and part.isdigit() and len(part) <= 18 for part in parts):
        return None
    return int(parts[0]), int(parts[1])


async def done_between(work: Work, start: datetime, end: datetime) -> dict[str, Ours]:
    """What we hold for done at the bank within a span of time, by name."""
    rows = await work.db.fetch(_DONE, start, end, work.terms.currency)
    return {row["name"]: _read(row) for row in rows}


def _read(row: Row) -> Ours:
    return Ours(row["is_booked"], row["amount_minor"], row["at"], row["txn"])


async def untold(work: Work, since: datetime) -> int:
    """What the account has more by our rows than the bank has told: what is newer than its days, and near midnight."""
    minor: int = await work.db.fetchval(
        f"WITH done AS ({_DONE}) SELECT (coalesce((SELECT sum(CASE WHEN name LIKE 'in:%' THEN amount_minor ELSE -amount_minor END)"
        "   FROM done d WHERE NOT EXISTS (SELECT 1 FROM channel_trade t"
        "         WHERE t.name = d.name AND t.source = 'bank' AND t.sort <> ALL ($4::text[]))), 0)"
        " + coalesce((SELECT sum(CASE WHEN name LIKE 'in:%' THEN ours_minor ELSE -ours_minor END) FROM channel_difference"
        "     WHERE state = 'open' AND source = 'bank' AND sort = 'cut_off'), 0))::bigint",
        since, _ENDLESS, work.terms.currency, list(TELLS_NOTHING),
    )  # fmt: skip
    return minor


async def add(work: Work, bank_id: int, on: date, total: BankDayTotal, lines: int) -> None:
    """Keeps a day's balances."""
    await work.db.execute(
        "INSERT INTO bank_day (bank_id, on_day, opening_minor, in_minor, out_minor, closing_minor, lines, noted_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        bank_id, on, total.opening_minor, total.in_minor, total.out_minor, total.closing_minor, lines, work.now,
    )  # fmt: skip


async def last_before(work: Work, bank_id: int, on: date) -> Row | None:
    """The newest day before another."""
    row: Row | None = await work.db.fetchrow(
        "SELECT * FROM bank_day WHERE bank_id = $1 AND on_day < $2 ORDER BY on_day DESC LIMIT 1", bank_id, on
    )
    return row


async def last(work: Work, bank_id: int) -> Row | None:
    """The newest day."""
    row: Row | None = await work.db.fetchrow(
        "SELECT * FROM bank_day WHERE bank_id = $1 ORDER BY on_day DESC LIMIT 1", bank_id
    )
    return row


async def told_until(work: Work, bank_id: int) -> date:
    """The last day up to which no day is missing; there is one day at least."""
    on: date = await work.db.fetchval(
        "SELECT min(d.on_day) FROM bank_day d WHERE d.bank_id = $1 AND NOT EXISTS"
        " (SELECT 1 FROM bank_day n WHERE n.bank_id = d.bank_id AND n.on_day = d.on_day + 1)",
        bank_id,
    )
    return on


async def missing_before(work: Work, bank_id: int, on: date) -> date | None:
    """The first day before another that has not been told: one between two that were, or one that is waited for."""
    missing: date | None = await work.db.fetchval(
        "SELECT min(on_day) FROM ("
        " SELECT on_day FROM awaited_file WHERE channel_id = $1 AND source = 'bank' AND on_day < $2"
        " UNION ALL SELECT d.on_day + 1 FROM bank_day d WHERE d.bank_id = $1 AND d.on_day < $2 AND NOT EXISTS"
        "  (SELECT 1 FROM bank_day n WHERE n.bank_id = $1 AND n.on_day = d.on_day + 1)) AS untold",
        bank_id, on,
    )  # fmt: skip
    return missing


async def broken(work: Work, bank_id: int, limit: int) -> list[Row]:
    """Days that do not open with what the day before closed with."""
    rows: list[Row] = await work.db.fetch(
        "SELECT d.on_day, d.opening_minor, p.closing_minor FROM bank_day d JOIN bank_day p"
        "    ON p.bank_id = d.bank_id AND p.on_day = d.on_day - 1"
        " WHERE d.bank_id = $1 AND d.opening_minor <> p.closing_minor ORDER BY d.on_day LIMIT $2",
        bank_id, limit,
    )  # fmt: skip
    return rows
