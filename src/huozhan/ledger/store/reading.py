"""What reads the book: balances and statements."""

from collections.abc import Mapping, Sequence
from typing import Any

from huozhan.kernel.work import Work
from huozhan.ledger.account import CHART, Account, Side

Row = Mapping[str, Any]

CHECKED = sorted(code for code, kind in CHART.items() if kind.is_checked)
DEBIT = sorted(code for code, kind in CHART.items() if kind.side is Side.debit)

# The entries that no checkpoint counts yet, each posting once for either side.
_SINCE = """
    SELECT p.debit_code AS code, p.debit_owner AS owner_id, p.amount_minor AS change
      FROM ledger_unsealed u JOIN ledger_posting p USING (entry_id)
     UNION ALL
    SELECT p.credit_code, p.credit_owner, -p.amount_minor
      FROM ledger_unsealed u JOIN ledger_posting p USING (entry_id)
"""


async def checked_balances(work: Work, accounts: Sequence[Account]) -> list[Row]:
    """Balance rows of checked accounts; one that was never used has none."""
    rows: list[Row] = await work.db.fetch(
        "SELECT b.code, b.owner_id, b.posted_minor, b.held_minor FROM ledger_balance b"
        " JOIN unnest($1::int[], $2::bigint[]) AS a(code, owner_id) USING (code, owner_id)",
        [account.code for account in accounts], [account.owner_id for account in accounts],
    )  # fmt: skip
    return rows


async def unchecked_balances(work: Work, accounts: Sequence[Account]) -> list[Row]:
    """Checkpoint plus the entries since, debit counted positive, in one snapshot."""
    rows: list[Row] = await work.db.fetch(
        "WITH wanted AS (SELECT DISTINCT * FROM unnest($1::int[], $2::bigint[]) AS a(code, owner_id)),"
        f" since AS ({_SINCE})"
        " SELECT w.code, w.owner_id, coalesce((SELECT c.posted_minor FROM ledger_checkpoint c"
        "   WHERE c.code = w.code AND c.owner_id = w.owner_id), 0)"
        "  + coalesce((SELECT sum(s.change) FROM since s WHERE s.code = w.code AND s.owner_id = w.owner_id), 0)::bigint"
        "  AS debit_minor FROM wanted w",
        [account.code for account in accounts], [account.owner_id for account in accounts],
    )  # fmt: skip
    return rows


async def totals_by_code(work: Work) -> list[Row]:
    """What each line of the chart stands at, debit counted positive: kept balances, checkpoints and the rest."""
    rows: list[Row] = await work.db.fetch(
        f"WITH since AS ({_SINCE}), every AS ("
        "  SELECT code, CASE WHEN code = ANY ($2::int[]) THEN posted_minor ELSE -posted_minor END AS change"
        "    FROM ledger_balance"
        "   UNION ALL SELECT code, posted_minor FROM ledger_checkpoint"
        "   UNION ALL SELECT code, change FROM since WHERE code <> ALL ($1::int[]))"
        " SELECT code, sum(change)::bigint AS debit_minor FROM every GROUP BY code ORDER BY code",
        CHECKED, DEBIT,
    )  # fmt: skip
    return rows


# The list of codes repeats the indexes' own condition, so that the planner may use them.
_STATEMENT = f"""
WITH asked AS (
    SELECT * FROM unnest($1::int[], $2::bigint[], $3::int[]) AS a(code, owner_id, debit_sign)
), touched AS (
    SELECT p.entry_id, p.line_no, a.code, p.amount_minor * a.debit_sign AS change
      FROM asked a
     CROSS JOIN LATERAL (SELECT * FROM ledger_posting p
            WHERE p.debit_code = a.code AND p.debit_owner = a.owner_id AND p.debit_code IN {tuple(CHECKED)}
              AND p.entry_id <= $4 AND (p.entry_id, p.line_no, a.code) < ($4, $5, $6)
            ORDER BY p.entry_id DESC, p.line_no DESC LIMIT $7) p
     UNION ALL
    SELECT p.entry_id, p.line_no, a.code, p.amount_minor * -a.debit_sign
      FROM asked a
     CROSS JOIN LATERAL (SELECT * FROM ledger_posting p
            WHERE p.credit_code = a.code AND p.credit_owner = a.owner_id AND p.credit_code IN {tuple(CHECKED)}
              AND p.entry_id <= $4 AND (p.entry_id, p.line_no, a.code) < ($4, $5, $6)
            ORDER BY p.entry_id DESC, p.line_no DESC LIMIT $7) p
)
SELECT t.*, e.code AS event, e.about_id, e.memo, e.happened_at
  FROM touched t JOIN ledger_entry e USING (entry_id)
 ORDER BY t.entry_id DESC, t.line_no DESC, t.code DESC LIMIT $7
"""


async def statement(
    work: Work, accounts: Sequence[Account], before: tuple[int, int, int], limit: int
) -> list[Row]:
    """What changed these checked accounts before a posting, newest first; each change on the account's own side."""
    assert all(account.kind.is_checked for account in accounts)
    signs = [1 if account.kind.side is Side.debit else -1 for account in accounts]
    rows: list[Row] = await work.db.fetch(
        _STATEMENT,
        [account.code for account in accounts], [account.owner_id for account in accounts], signs, *before, limit,
    )  # fmt: skip
    return rows


async def nonzero(work: Work, code: int, after: int, limit: int) -> list[Row]:
    """Balances of one line of the chart that are not zero, by owner."""
    rows: list[Row] = await work.db.fetch(
        "SELECT owner_id, posted_minor, held_minor FROM ledger_balance"
        " WHERE code = $1 AND owner_id > $2 AND posted_minor <> 0 ORDER BY owner_id LIMIT $3",
        code, after, limit,
    )  # fmt: skip
    return rows


async def held_between(work: Work, debit_code: int, credit_code: int) -> list[Row]:
    """What is promised from one line of the chart to another and not yet posted, voided or expired, by both owners."""
    rows: list[Row] = await work.db.fetch(
        "SELECT debit_owner, credit_owner, sum(amount_minor)::bigint AS amount_minor FROM ledger_hold"
        " WHERE state = 'pending' AND debit_code = $1 AND credit_code = $2 GROUP BY debit_owner, credit_owner",
        debit_code, credit_code,
    )  # fmt: skip
    return rows
