"""What seals the book into blocks, and what compares it with itself."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from huozhan.kernel.work import Work
from huozhan.ledger.entry import SealedEntry
from huozhan.ledger.store.reading import CHECKED, DEBIT

Row = Mapping[str, Any]


async def take_unsealed(work: Work, limit: int) -> list[int]:
    """Takes the oldest committed entries that no block holds yet."""
    rows = await work.db.fetch(
        "DELETE FROM ledger_unsealed WHERE entry_id IN ("
        " SELECT entry_id FROM ledger_unsealed ORDER BY entry_id LIMIT $1 FOR UPDATE SKIP LOCKED)"
        " RETURNING entry_id",
        limit,
    )
    return sorted(row["entry_id"] for row in rows)


async def last_block(work: Work) -> Row | None:
    """The end of the chain."""
    row: Row | None = await work.db.fetchrow(
        "SELECT block_no, hash FROM ledger_block ORDER BY block_no DESC LIMIT 1"
    )
    return row


_ENTRIES = """
SELECT e.entry_id, e.code, e.business_key, e.about_id, e.happened_at, e.actor_kind, e.person_id, e.org_id, e.door, e.memo,
       array(SELECT ARRAY[p.line_no, p.debit_code, p.debit_owner, p.credit_code, p.credit_owner, p.amount_minor]
               FROM ledger_posting p WHERE p.entry_id = e.entry_id ORDER BY p.line_no) AS lines
  FROM ledger_entry e WHERE e.entry_id = ANY ($1::bigint[])
"""


async def read_entries(work: Work, ids: Sequence[int]) -> dict[int, SealedEntry]:
    """Entries as they stand in the book, by id."""
    return {row["entry_id"]: SealedEntry(**dict(row)) for row in await work.db.fetch(_ENTRIES, ids)}


async def add_block(work: Work, block_no: int, previous: bytes, hash_: bytes, ids: Sequence[int]) -> None:
    """Adds a block and brings the checkpoints of unchecked accounts up to it."""
    await work.db.execute(_ADD_BLOCK, block_no, previous, hash_, ids, work.now, CHECKED)


_ADD_BLOCK = """
WITH block AS (
    INSERT INTO ledger_block (block_no, previous_hash, hash, entry_ids, sealed_at) VALUES ($1, $2, $3, $4, $5)
), moved AS (
    SELECT debit_code AS code, debit_owner AS owner_id, amount_minor AS change
      FROM ledger_posting WHERE entry_id = ANY ($4)
     UNION ALL
    SELECT credit_code, credit_owner, -amount_minor FROM ledger_posting WHERE entry_id = ANY ($4)
)
INSERT INTO ledger_checkpoint (code, owner_id, posted_minor, block_no)
SELECT code, owner_id, sum(change), $1 FROM moved WHERE code <> ALL ($6::int[]) GROUP BY code, owner_id
    ON CONFLICT (code, owner_id) DO UPDATE
   SET posted_minor = ledger_checkpoint.posted_minor + EXCLUDED.posted_minor, block_no = EXCLUDED.block_no
"""


async def blocks_after(work: Work, block_no: int, limit: int) -> list[Row]:
    """Blocks in order."""
    rows: list[Row] = await work.db.fetch(
        "SELECT block_no, previous_hash, hash, entry_ids FROM ledger_block WHERE block_no > $1"
        " ORDER BY block_no LIMIT $2",
        block_no, limit,
    )  # fmt: skip
    return rows


async def unsealed_since(work: Work) -> datetime | None:
    """When the oldest entry was posted that no block holds yet."""
    since: datetime | None = await work.db.fetchval("SELECT min(posted_at) FROM ledger_unsealed")
    return since


async def outside_the_chain(work: Work, limit: int) -> list[Row]:
    """Entries that stand neither in exactly one block nor in the queue, and keys without what they claim."""
    rows: list[Row] = await work.db.fetch(
        "WITH sealed AS (SELECT unnest(entry_ids) AS entry_id FROM ledger_block"
        "  UNION ALL SELECT entry_id FROM ledger_unsealed),"
        " counted AS (SELECT entry_id, count(*) AS times FROM sealed GROUP BY entry_id)"
        " SELECT e.entry_id, coalesce(c.times, 0) AS times FROM ledger_entry e LEFT JOIN counted c USING (entry_id)"
        "  WHERE c.times IS DISTINCT FROM 1"
        " UNION ALL SELECT entry_id, 0 FROM ledger_claim l WHERE NOT EXISTS"
        "  (SELECT 1 FROM ledger_entry e WHERE e.entry_id = l.entry_id AND e.business_key = l.business_key)"
        "  AND NOT EXISTS (SELECT 1 FROM ledger_hold h WHERE h.hold_id = l.entry_id)"
        " LIMIT $1",
        limit,
    )
    return rows


async def balances_that_differ(work: Work, limit: int) -> list[Row]:
    """Kept balances and checkpoints that are not the sum of their postings."""
    rows: list[Row] = await work.db.fetch(_DIFFERING, CHECKED, DEBIT, limit)
    return rows


_DIFFERING = """
WITH moved AS (
    SELECT debit_code AS code, debit_owner AS owner_id, amount_minor AS change FROM ledger_posting
     UNION ALL
    SELECT credit_code, credit_owner, -amount_minor FROM ledger_posting
), summed AS (
    SELECT code, owner_id, sum(change)::bigint AS debit_minor FROM moved GROUP BY code, owner_id
), since AS (
    SELECT debit_code AS code, debit_owner AS owner_id, amount_minor AS change
      FROM ledger_unsealed JOIN ledger_posting USING (entry_id)
     UNION ALL
    SELECT credit_code, credit_owner, -amount_minor FROM ledger_unsealed JOIN ledger_posting USING (entry_id)
), kept AS (
    SELECT code, owner_id, CASE WHEN code = ANY ($2::int[]) THEN posted_minor ELSE -posted_minor END AS debit_minor
      FROM ledger_balance
     UNION ALL
    SELECT code, owner_id, sum(change)::bigint
      FROM (SELECT code, owner_id, posted_minor AS change FROM ledger_checkpoint
             UNION ALL SELECT code, owner_id, change FROM since WHERE code <> ALL ($1::int[])) u
     GROUP BY code, owner_id
)
SELECT code, owner_id, coalesce(k.debit_minor, 0) AS kept_minor, coalesce(s.debit_minor, 0) AS summed_minor
  FROM kept k FULL JOIN summed s USING (code, owner_id)
 WHERE coalesce(k.debit_minor, 0) <> coalesce(s.debit_minor, 0)
 LIMIT $3
"""


async def held_that_differ(work: Work, limit: int) -> list[Row]:
    """Balances whose held part is not the sum of the pending holds on them."""
    rows: list[Row] = await work.db.fetch(
        "WITH pending AS ("
        "  SELECT CASE WHEN debit_code = ANY ($1::int[]) AND debit_code <> ALL ($2::int[]) THEN debit_code"
        "   ELSE credit_code END AS code,"
        "   CASE WHEN debit_code = ANY ($1::int[]) AND debit_code <> ALL ($2::int[]) THEN debit_owner"
        "   ELSE credit_owner END AS owner_id, sum(amount_minor)::bigint AS held_minor"
        "    FROM ledger_hold WHERE state = 'pending' GROUP BY 1, 2)"
        " SELECT code, owner_id, coalesce(b.held_minor, 0) AS kept_minor, coalesce(p.held_minor, 0) AS summed_minor"
        "   FROM (SELECT * FROM ledger_balance WHERE held_minor <> 0) b FULL JOIN pending p USING (code, owner_id)"
        "  WHERE coalesce(b.held_minor, 0) <> coalesce(p.held_minor, 0) LIMIT $3",
        CHECKED, DEBIT, limit,
    )  # fmt: skip
    return rows


async def overdrawn(work: Work, limit: int) -> list[Row]:
    """Balances that do not cover what is held on them."""
    rows: list[Row] = await work.db.fetch(
        "SELECT code, owner_id, posted_minor, held_minor FROM ledger_balance"
        " WHERE posted_minor < held_minor OR held_minor < 0 LIMIT $1",
        limit,
    )
    return rows


async def head(work: Work) -> Row | None:
    """The last block, with when it was sealed."""
    row: Row | None = await work.db.fetchrow(
        "SELECT block_no, hash, sealed_at FROM ledger_block ORDER BY block_no DESC LIMIT 1"
    )
    return row


async def tail(work: Work) -> Row:
    """How many entries no block holds yet, and since when."""
    row: Row = await work.db.fetchrow(
        "SELECT count(*) AS entries, min(posted_at) AS since FROM ledger_unsealed"
    )
    return row
