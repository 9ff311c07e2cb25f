"""What writes the book. Accounts are not scoped by organisation here: the callers name whose they ask for."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from huozhan.kernel.work import Work
from huozhan.ledger.account import Account
from huozhan.ledger.entry import Entry

Row = Mapping[str, Any]


def columns(rows: Sequence[Sequence[Any]], width: int) -> list[list[Any]]:
    """Rows as the columns that `unnest` takes."""
    return [[row[i] for row in rows] for i in range(width)]


# ── Writing ──────────────────────────────────────────────────────────────────────────────────────────


async def write_at_once(work: Work, entries: Sequence[Entry]) -> set[str]:
    """Writes entries in one statement and returns the keys that were in the book before.

    Balance rows are locked in account order before they change. A row that is missing is opened; if it would open
    below zero, the table's CHECK ends the statement.
    """
    ids = [work.new_id() for _ in entries]
    new = await work.db.fetch(
        _WRITE_AT_ONCE,
        work.now,
        *_actor(work),
        *columns(_headers(ids, entries), 6),
        *columns(_lines(ids, entries), 7),
        *columns(_changes(ids, entries), 4),
    )
    written = {row["entry_id"] for row in new}
    return {entry.business_key for id_, entry in zip(ids, entries, strict=True) if id_ not in written}


_WRITE_AT_ONCE = """
WITH given AS (
    SELECT * FROM unnest($6::bigint[], $7::text[], $8::text[], $9::bytea[], $10::bigint[], $11::text[])
        AS g(entry_id, code, business_key, fingerprint, about_id, memo)
), claimed AS (
    INSERT INTO ledger_claim (business_key, entry_id, fingerprint)
    SELECT business_key, entry_id, fingerprint FROM given ORDER BY business_key
        ON CONFLICT (business_key) DO NOTHING
    RETURNING entry_id
), written AS (
    INSERT INTO ledger_entry (entry_id, code, business_key, about_id, memo, happened_at,
                              actor_kind, person_id, org_id, door)
    SELECT entry_id, code, business_key, about_id, memo, $1, $2, $3, $4, $5 FROM given JOIN claimed USING (entry_id)
), posted AS (
    INSERT INTO ledger_posting (entry_id, line_no, debit_code, debit_owner, credit_code, credit_owner, amount_minor)
    SELECT p.* FROM unnest($12::bigint[], $13::int[], $14::int[], $15::bigint[], $16::int[], $17::bigint[], $18::bigint[])
        AS p(entry_id, line_no, debit_code, debit_owner, credit_code, credit_owner, amount_minor)
      JOIN claimed USING (entry_id)
), queued AS (
    INSERT INTO ledger_unsealed (entry_id, posted_at) SELECT entry_id, $1 FROM claimed
), moved AS MATERIALIZED (
    SELECT code, owner_id, sum(change)::bigint AS change
      FROM unnest($19::bigint[], $20::int[], $21::bigint[], $22::bigint[]) AS m(entry_id, code, owner_id, change)
      JOIN claimed USING (entry_id)
     GROUP BY code, owner_id HAVING sum(change) <> 0
), kept AS MATERIALIZED (
    SELECT b.code, b.owner_id, m.change FROM ledger_balance b JOIN moved m USING (code, owner_id)
     ORDER BY b.code, b.owner_id FOR UPDATE OF b
), changed AS (
    UPDATE ledger_balance b SET posted_minor = b.posted_minor + k.change
      FROM kept k WHERE b.code = k.code AND b.owner_id = k.owner_id
), opened AS (
    INSERT INTO ledger_balance (code, owner_id, posted_minor)
    SELECT m.code, m.owner_id, m.change FROM moved m
     WHERE NOT EXISTS (SELECT 1 FROM kept k WHERE k.code = m.code AND k.owner_id = m.owner_id)
     ORDER BY m.code, m.owner_id
        ON CONFLICT (code, owner_id) DO UPDATE SET posted_minor = ledger_balance.posted_minor + EXCLUDED.posted_minor
)
SELECT entry_id FROM claimed
"""


async def write_plainly(work: Work, entries: Sequence[Entry]) -> set[str]:
    """The plain twin of `write_at_once`: the same rows by one statement per table."""
    ids = [work.new_id() for _ in entries]
    repeated, claims = set(), sorted(zip(ids, entries, strict=True), key=lambda pair: pair[1].business_key)
    for id_, entry in claims:
        claimed = await work.db.fetchval(
            "INSERT INTO ledger_claim (business_key, entry_id, fingerprint) VALUES ($1, $2, $3)"
            " ON CONFLICT (business_key) DO NOTHING RETURNING true",
            entry.business_key, id_, entry.fingerprint,
        )  # fmt: skip
        if not claimed:
            repeated.add(entry.business_key)
    pairs = [
        (id_, entry) for id_, entry in zip(ids, entries, strict=True) if entry.business_key not in repeated
    ]
    if not pairs:
        return repeated
    ids, entries = [id_ for id_, _ in pairs], [entry for _, entry in pairs]
    await work.db.executemany(
        "INSERT INTO ledger_entry (entry_id, code, business_key, about_id, memo, happened_at,"
        " actor_kind, person_id, org_id, door) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        [
            (id_, entry.code, entry.business_key, entry.about_id, entry.memo_text, work.now, *_actor(work))
            for id_, entry in pairs
        ],
    )
    await work.db.executemany(
        "INSERT INTO ledger_posting (entry_id, line_no, debit_code, debit_owner, credit_code, credit_owner,"
        " amount_minor) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        _lines(ids, entries),
    )
    await work.db.executemany(
        "INSERT INTO ledger_unsealed (entry_id, posted_at) VALUES ($1, $2)", [(id_, work.now) for id_ in ids]
    )
    await _change_plainly(work, _changes(ids, entries))
    return repeated


async def _change_plainly(work: Work, changes: Iterable[tuple[int, int, int, int]]) -> None:
    net: dict[tuple[int, int], int] = defaultdict(int)
    for _, code, owner_id, change in changes:
        net[code, owner_id] += change
    for (code, owner_id), change in sorted(net.items()):
        if not change:
            continue
        changed = await work.db.fetchval(
            "UPDATE ledger_balance SET posted_minor = posted_minor + $3 WHERE code = $1 AND owner_id = $2"
            " RETURNING true",
            code, owner_id, change,
        )  # fmt: skip
        if not changed:
            await work.db.execute(
                "INSERT INTO ledger_balance (code, owner_id, posted_minor) VALUES ($1, $2, $3)"
                " ON CONFLICT (code, owner_id) DO UPDATE"
                " SET posted_minor = ledger_balance.posted_minor + EXCLUDED.posted_minor",
                code, owner_id, change,
            )  # fmt: skip


def _actor(work: Work) -> tuple[str, int, int, str]:
    actor = work.actor
    return actor.kind.value, actor.person_id, actor.org_id, actor.door


def _headers(ids: Sequence[int], entries: Sequence[Entry]) -> list[tuple[Any, ...]]:
    return [
        (id_, entry.code, entry.business_key, entry.fingerprint, entry.about_id, entry.memo_text)
        for id_, entry in zip(ids, entries, strict=True)
    ]


def _lines(ids: Sequence[int], entries: Sequence[Entry]) -> list[tuple[int, ...]]:
    return [
        (id_, line_no, p.debit.code, p.debit.owner_id, p.credit.code, p.credit.owner_id, p.amount_minor)
        for id_, entry in zip(ids, entries, strict=True)
        for line_no, p in enumerate(entry.postings, 1)
    ]


def _changes(ids: Sequence[int], entries: Sequence[Entry]) -> list[tuple[int, int, int, int]]:
    return [
        (id_, account.code, account.owner_id, change)
        for id_, entry in zip(ids, entries, strict=True)
        for account, change in entry.changes()
    ]


async def lock_balances(work: Work, accounts: Sequence[Account]) -> list[Row]:
    """Balance rows, opened where they were missing, and locked in the order in which they are named."""
    assert all(account.kind.is_checked for account in accounts)
    rows: list[Row] = await work.db.fetch(
        "INSERT INTO ledger_balance (code, owner_id, posted_minor)"
        " SELECT code, owner_id, 0 FROM unnest($1::int[], $2::bigint[]) WITH ORDINALITY AS a(code, owner_id, place)"
        "  ORDER BY place"
        " ON CONFLICT (code, owner_id) DO UPDATE SET posted_minor = ledger_balance.posted_minor"
        " RETURNING code, owner_id, posted_minor, held_minor",
        [account.code for account in accounts], [account.owner_id for account in accounts],
    )  # fmt: skip
    return rows


async def fingerprints(work: Work, keys: Sequence[str]) -> dict[str, bytes]:
    """What was written under these keys."""
    rows = await work.db.fetch(
        "SELECT business_key, fingerprint FROM ledger_claim WHERE business_key = ANY ($1::text[])", keys
    )
    return {row["business_key"]: row["fingerprint"] for row in rows}


# ── Holds ────────────────────────────────────────────────────────────────────────────────────────────


async def claim(work: Work, key: str, id_: int, fingerprint: bytes) -> bool:
    """Takes a business key; tells whether it was free."""
    return bool(
        await work.db.fetchval(
            "INSERT INTO ledger_claim (business_key, entry_id, fingerprint) VALUES ($1, $2, $3)"
            " ON CONFLICT (business_key) DO NOTHING RETURNING true",
            key,
            id_,
            fingerprint,
        )
    )


async def add_hold(
    work: Work,
    hold_id: int,
    key: str,
    held_on: Account,
    move: tuple[Account, Account, int],
    expires_at: datetime | None,
) -> bool:
    """Writes a hold and raises what is held on its account; tells whether the account exists."""
    debit, credit, amount_minor = move
    return bool(
        await work.db.fetchval(
            "WITH held AS (UPDATE ledger_balance SET held_minor = held_minor + $9"
            "  WHERE code = $3 AND owner_id = $4 RETURNING 1)"
            " INSERT INTO ledger_hold (hold_id, business_key, debit_code, debit_owner, credit_code, credit_owner,"
            "  amount_minor, state, made_at, expires_at)"
            " SELECT $1, $2, $5, $6, $7, $8, $9, 'pending', $10, $11 FROM held RETURNING true",
            hold_id,
            key,
            held_on.code,
            held_on.owner_id,
            debit.code,
            debit.owner_id,
            credit.code,
            credit.owner_id,
            amount_minor,
            work.now,
            expires_at,
        )
    )


async def lock_hold(work: Work, key: str) -> Row | None:
    """A hold by its key, locked."""
    row: Row | None = await work.db.fetchrow(
        "SELECT h.* FROM ledger_claim c JOIN ledger_hold h ON h.hold_id = c.entry_id WHERE c.business_key = $1"
        " FOR UPDATE OF h",
        key,
    )
    return row


async def end_hold(
    work: Work, hold_id: int, state: str, posted_minor: int, why: str, held_on: Account, held_minor: int
) -> None:
    """Ends a pending hold and frees what it held."""
    await work.db.execute(
        "WITH freed AS (UPDATE ledger_balance SET held_minor = held_minor - $8 WHERE code = $6 AND owner_id = $7)"
        " UPDATE ledger_hold SET state = $2, posted_minor = $3, ended_at = $4, ended_by = $9, ended_why = $5"
        "  WHERE hold_id = $1",
        hold_id, state, posted_minor, work.now, why, held_on.code, held_on.owner_id, held_minor, work.actor.person_id,
    )  # fmt: skip


async def expired_holds(work: Work, limit: int) -> list[str]:
    """Keys of pending holds whose time is over."""
    rows = await work.db.fetch(
        "SELECT business_key FROM ledger_hold WHERE state = 'pending' AND expires_at <= $1 ORDER BY expires_at LIMIT $2",
        work.now, limit,
    )  # fmt: skip
    return [row["business_key"] for row in rows]
