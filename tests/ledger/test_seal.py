"""Sealing: whoever changes, removes, adds or reorders one row is found; a young tail may wait."""

import hashlib
import json

import asyncpg
import pytest

from huozhan import ledger
from huozhan.doors.hall import Hall
from huozhan.kernel.clock import MovableClock
from huozhan.kernel.shapes import Nothing
from huozhan.ledger import channel_clearing, escrow, post, seal_chain
from tests.ledger.books import CHANNEL, CHENGUANG, codes, earned, freed, paid, posted, working

TABLES = ("ledger_entry", "ledger_posting", "ledger_block", "ledger_claim")


async def sealed_book(hall: Hall) -> None:
    """Three blocks of four entries."""
    work = working(hall)
    for start in (10, 20, 30):
        entries = [paid(start + n, 100 + n) for n in range(2)]
        entries += [earned(start, CHENGUANG, 60, f"E4:{start}"), freed(CHENGUANG, 60, f"E5:{start}")]
        await post(work, entries)
        assert await seal_chain(work) == 4
    assert await seal_chain(work) == 0
    assert await codes(work) == []


async def tamper(db: asyncpg.Connection, sql: str) -> None:
    """Somebody with every right on the database changes it."""
    for table in TABLES:
        await db.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    await db.execute("ALTER TABLE ledger_posting DROP CONSTRAINT ledger_posting_entry_id_fkey")
    assert await db.execute(sql) not in {"UPDATE 0", "DELETE 0", "INSERT 0 0"}, "the tampering did nothing"


FIFTH = "(SELECT entry_id FROM ledger_entry ORDER BY entry_id LIMIT 1 OFFSET 4)"
SIXTH = "(SELECT entry_id FROM ledger_entry ORDER BY entry_id LIMIT 1 OFFSET 5)"


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        (
            f"UPDATE ledger_posting SET amount_minor = amount_minor + 1 WHERE entry_id = {FIFTH}",
            "block_changed",
        ),
        (f"UPDATE ledger_posting SET credit_owner = 99 WHERE entry_id = {FIFTH}", "block_changed"),
        (f"UPDATE ledger_entry SET memo = '{{\"x\":1}}' WHERE entry_id = {FIFTH}", "block_changed"),
        (
            f"UPDATE ledger_entry SET happened_at = happened_at + interval '1 s' WHERE entry_id = {FIFTH}",
            "block_changed",
        ),
        (f"UPDATE ledger_entry SET person_id = 5 WHERE entry_id = {FIFTH}", "block_changed"),
        (f"DELETE FROM ledger_entry WHERE entry_id = {FIFTH}", "entry_missing"),
        (f"DELETE FROM ledger_posting WHERE entry_id = {FIFTH}", "block_changed"),
        (
            (
                "INSERT INTO ledger_entry SELECT 5, code, 'slipped in', about_id, memo, happened_at, actor_kind, person_id,"
                f" org_id, door FROM ledger_entry WHERE entry_id = {FIFTH}"
            ),
            "outside_the_chain",
        ),
        (
            (
                "INSERT INTO ledger_posting SELECT entry_id, 2, debit_code, debit_owner, credit_code, credit_owner, 1"
                f" FROM ledger_posting WHERE entry_id = {FIFTH}"
            ),
            "block_changed",
        ),
        (
            (
                f"UPDATE ledger_posting SET entry_id = CASE entry_id WHEN {FIFTH} THEN {SIXTH} ELSE {FIFTH} END,"
                f" line_no = line_no + 1 WHERE entry_id IN ({FIFTH}, {SIXTH})"
            ),
            "block_changed",
        ),
        (
            (
                "UPDATE ledger_block SET entry_ids = ARRAY[entry_ids[2], entry_ids[1], entry_ids[3], entry_ids[4]]"
                " WHERE block_no = 2"
            ),
            "block_changed",
        ),
        ("DELETE FROM ledger_block WHERE block_no = 2", "chain_broken"),
        ("DELETE FROM ledger_block WHERE block_no = 3", "outside_the_chain"),
        ("UPDATE ledger_block SET hash = sha256(hash) WHERE block_no = 2", "block_changed"),
        ("UPDATE ledger_block SET block_no = 7 WHERE block_no = 3", "chain_broken"),
        ("UPDATE ledger_balance SET posted_minor = posted_minor + 1 WHERE code = 204", "balance_differs"),
        ("UPDATE ledger_checkpoint SET posted_minor = posted_minor - 1 WHERE code = 101", "balance_differs"),
        ("UPDATE ledger_balance SET held_minor = 1 WHERE code = 204", "held_differs"),
        ("DELETE FROM ledger_balance WHERE code = 204", "trial_balance"),
    ],
)
async def test_one_changed_row_is_found(hall: Hall, db: asyncpg.Connection, sql: str, found: str) -> None:
    await sealed_book(hall)

    await tamper(db, sql)

    assert f"ledger.{found}" in await codes(working(hall))


async def test_a_young_tail_may_wait_and_an_old_one_is_found(hall: Hall, clock: MovableClock) -> None:
    await post(working(hall), [paid(11, 100)])

    clock.pass_(seconds=60)
    assert await codes(working(hall)) == []
    clock.pass_(seconds=1)
    assert await codes(working(hall)) == ["ledger.unsealed_tail"]
    await seal_chain(working(hall))
    assert await codes(working(hall)) == []


async def test_accounts_without_a_balance_row_read_the_same_before_and_after_sealing(
    hall: Hall, db: asyncpg.Connection
) -> None:
    work = working(hall)
    await post(work, [paid(11, 100)])
    before = await posted(work, channel_clearing(CHANNEL))
    await seal_chain(work)
    await post(work, [paid(12, 50)])

    assert before == [100]
    assert await posted(work, channel_clearing(CHANNEL), escrow(11), escrow(12)) == [150, 100, 50]
    assert await db.fetchval("SELECT count(*) FROM ledger_balance WHERE code = 101") == 0
    assert await db.fetchval("SELECT posted_minor FROM ledger_checkpoint WHERE code = 101") == 100


async def test_an_auditor_can_recompute_the_chain_with_nothing_but_sha256(
    hall: Hall, db: asyncpg.Connection
) -> None:
    await sealed_book(hall)

    previous = bytes(32)
    for block in await db.fetch("SELECT * FROM ledger_block ORDER BY block_no"):
        digest = hashlib.sha256(previous + block["block_no"].to_bytes(8, "big"))
        for entry_id in block["entry_ids"]:
            e = await db.fetchrow("SELECT * FROM ledger_entry WHERE entry_id = $1", entry_id)
            header = [
                e["entry_id"], e["code"], e["business_key"], e["about_id"], e["happened_at"].isoformat(),
                e["actor_kind"], e["person_id"], e["org_id"], e["door"], e["memo"],
            ]  # fmt: skip
            lines = [list(row)[1:] for row in await db.fetch(
                "SELECT * FROM ledger_posting WHERE entry_id = $1 ORDER BY line_no", entry_id
            )]  # fmt: skip
            text = json.dumps([header, lines], separators=(",", ":"), ensure_ascii=False)
            digest.update(hashlib.sha256(text.encode()).digest())
        assert digest.digest() == block["hash"]
        previous = block["hash"]


async def test_the_trial_balance_shows_both_sides_equal(hall: Hall) -> None:
    await sealed_book(hall)
    work = working(hall)
    await post(work, [paid(40, 1_000, coupon_minor=20)])

    trial = await ledger.trial_balance(work, Nothing())

    by_code = {line.code: (line.debit_minor, line.credit_minor) for line in trial.lines}
    assert (trial.debit_minor, trial.credit_minor, trial.difference_minor) == (1_623, 1_623, 0)
    assert (by_code[101], by_code[401], by_code[202], by_code[204]) == (
        (1_603, 0),
        (20, 0),
        (0, 1_443),
        (0, 180),
    )
