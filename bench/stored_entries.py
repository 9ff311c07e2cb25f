"""Fills the book with entries, so that the next transfer can be measured among many; they are sealed like any others.

Every second entry pays into one of ten thousand escrows and the next takes half of it out to a refund, all written by
the database itself. What the chain's hash covers is written out in SQL too; `verify` proves that it is the same.
"""

import hashlib
from datetime import UTC, datetime

import asyncpg

from huozhan.ledger import BLOCK_ENTRIES_MAX

ACCOUNTS = 10_000
CHUNK = 500_000
FIRST_ID = 1_000_000
PAID, REFUNDED = 2_000_000, 1_000
AT = datetime(2026, 1, 1, tzinfo=UTC)


async def store_entries(dsn: str, stored: int) -> None:
    """Brings an empty book to so many entries, a whole number of pairs for every account."""
    assert stored % (2 * ACCOUNTS) == 0, f"store a multiple of {2 * ACCOUNTS}"
    db = await asyncpg.connect(dsn)
    try:
        await db.execute(_OFF_GUARD)
        for begin in range(0, stored, CHUNK):
            await db.execute(
                _WRITE.format(begin=begin, end=min(begin + CHUNK, stored) - 1, at=AT.isoformat())
            )
        pairs = stored // 2 // ACCOUNTS
        await db.execute(_BALANCES, ACCOUNTS, pairs * (PAID - REFUNDED), pairs * REFUNDED)
        await _seal(db, stored)
        await db.execute(_CHECKPOINT, pairs * ACCOUNTS * PAID, -(-stored // BLOCK_ENTRIES_MAX))
        for table in ("ledger_claim", "ledger_entry", "ledger_posting", "ledger_balance"):
            await db.execute(f"VACUUM (ANALYZE, FREEZE) {table}")
        await db.execute("CHECKPOINT")
    finally:
        await db.close()


async def _seal(db: asyncpg.Connection, stored: int) -> None:
    block_no, previous, blocks = 0, bytes(32), []
    for begin in range(0, stored, CHUNK):
        end = min(begin + CHUNK, stored)
        for row in await db.fetch(
            _DIGESTS, FIRST_ID + begin, FIRST_ID + end, BLOCK_ENTRIES_MAX, AT.isoformat()
        ):
            block_no += 1
            hash_ = hashlib.sha256(previous + block_no.to_bytes(8, "big") + row["digests"]).digest()
            blocks.append((block_no, previous, hash_, row["entry_ids"], AT))
            previous = hash_
        await db.copy_records_to_table("ledger_block", records=blocks)
        blocks = []


# What is written here is lawful by construction; asking for each row again whether it is would take most of the time.
_OFF_GUARD = "SET session_replication_role = replica; SET synchronous_commit = off; SET work_mem = '256MB'"

_WRITE = f"""
WITH made AS MATERIALIZED (
    SELECT {FIRST_ID} + n AS id, n % 2 = 0 AS is_paid, n / 2 % {ACCOUNTS} + 1 AS owner,
           CASE WHEN n % 2 = 0 THEN 'E1' ELSE 'E7a' END AS code
      FROM generate_series({{begin}}, {{end}}) AS n
), claims AS (
    INSERT INTO ledger_claim SELECT 'S:' || lpad(id::text, 12, '0'), id, sha256(int8send(id)) FROM made
), entries AS (
    INSERT INTO ledger_entry
    SELECT id, code, 'S:' || lpad(id::text, 12, '0'), owner, '{{{{}}}}', '{{at}}', 'system', 0, 0, 'bench' FROM made
)
INSERT INTO ledger_posting
SELECT id, 1, CASE WHEN is_paid THEN 101 ELSE 202 END, CASE WHEN is_paid THEN 1 ELSE owner END,
       CASE WHEN is_paid THEN 202 ELSE 206 END, owner, CASE WHEN is_paid THEN {PAID} ELSE {REFUNDED} END
  FROM made
"""

_BALANCES = """
INSERT INTO ledger_balance (code, owner_id, posted_minor)
SELECT code, owner, amount FROM generate_series(1, $1::int) AS owner,
       (VALUES (202, $2::bigint), (206, $3::bigint)) AS v(code, amount)
"""

_CHECKPOINT = "INSERT INTO ledger_checkpoint VALUES (101, 1, $1, $2)"

_DIGESTS = """
SELECT string_agg(sha256(convert_to(
           '[[' || e.entry_id || ',"' || e.code || '","' || e.business_key || '",' || e.about_id || ',"' || $4::text
           || '","system",0,0,"bench","{}"],[[1,' || p.debit_code || ',' || p.debit_owner || ',' || p.credit_code || ','
           || p.credit_owner || ',' || p.amount_minor || ']]]', 'UTF8')), ''::bytea ORDER BY e.entry_id) AS digests,
       array_agg(e.entry_id ORDER BY e.entry_id) AS entry_ids
  FROM ledger_entry e JOIN ledger_posting p USING (entry_id)
 WHERE e.entry_id >= $1 AND e.entry_id < $2
 GROUP BY (e.entry_id - $1) / $3::int ORDER BY min(e.entry_id)
"""
