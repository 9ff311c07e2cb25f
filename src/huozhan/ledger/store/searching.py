"""What searches the book by account; the callers name whose accounts they ask for."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from huozhan.kernel.work import Work
from huozhan.ledger.account import Account, Side
from huozhan.ledger.store.reading import CHECKED

Row = Mapping[str, Any]

# $1–$3 accounts with their signs; $4–$9 what is sought.
_ASKED = "WITH asked AS (SELECT * FROM unnest($1::int[], $2::bigint[], $3::int[]) AS a(code, owner_id, debit_sign))"
_SOUGHT = """
   AND e.happened_at >= $4 AND e.happened_at < $5
   AND (cardinality($6::text[]) = 0 OR e.code = ANY ($6::text[]))
   AND ($7::bigint[] IS NULL OR e.about_id = ANY ($7::bigint[]))
   AND p.amount_minor BETWEEN $8 AND $9
"""
# The list of codes repeats the indexes' own condition, so that the planner may use them.
_SIDES = {"debit": "a.debit_sign", "credit": "-a.debit_sign"}


def _touched(side: str, more: str = "") -> str:
    return f"""
    SELECT p.entry_id, p.line_no, a.code, p.amount_minor * {_SIDES[side]} AS change, p.event, p.about_id, p.memo,
           p.happened_at
      FROM asked a
     CROSS JOIN LATERAL (SELECT p.*, e.code AS event, e.about_id, e.memo, e.happened_at
              FROM ledger_posting p JOIN ledger_entry e USING (entry_id)
             WHERE p.{side}_code = a.code AND p.{side}_owner = a.owner_id AND p.{side}_code IN {tuple(CHECKED)}
             {_SOUGHT} {more}) p
"""


_PAGE = """
AND p.entry_id <= $10 AND (p.entry_id, p.line_no, a.code) < ($10, $11, $12)
 ORDER BY p.entry_id DESC, p.line_no DESC LIMIT $13
"""
_SEARCH = (
    f"{_ASKED}, touched AS ({_touched('debit', _PAGE)} UNION ALL {_touched('credit', _PAGE)})"
    " SELECT * FROM touched ORDER BY entry_id DESC, line_no DESC, code DESC LIMIT $13"
)
_COUNT = f"{_ASKED} SELECT count(*)::int FROM ({_touched('debit')} UNION ALL {_touched('credit')}) AS t"

_BALANCES_AT = f"""
{_ASKED}, since AS (
    SELECT a.code, a.owner_id, sum(p.amount_minor * a.debit_sign) AS change
      FROM asked a JOIN ledger_posting p ON p.debit_code = a.code AND p.debit_owner = a.owner_id
       AND p.debit_code IN {tuple(CHECKED)}
      JOIN ledger_entry e USING (entry_id) WHERE e.happened_at >= $4 GROUP BY 1, 2
     UNION ALL
    SELECT a.code, a.owner_id, sum(p.amount_minor * -a.debit_sign)
      FROM asked a JOIN ledger_posting p ON p.credit_code = a.code AND p.credit_owner = a.owner_id
       AND p.credit_code IN {tuple(CHECKED)}
      JOIN ledger_entry e USING (entry_id) WHERE e.happened_at >= $4 GROUP BY 1, 2
)
SELECT b.code, b.owner_id, (b.posted_minor - coalesce((SELECT sum(s.change) FROM since s
        WHERE s.code = b.code AND s.owner_id = b.owner_id), 0))::bigint AS posted_minor
  FROM ledger_balance b JOIN asked a USING (code, owner_id)
"""


def _asked(accounts: Sequence[Account]) -> tuple[list[int], list[int], list[int]]:
    assert all(account.kind.is_checked for account in accounts)
    return (
        [account.code for account in accounts],
        [account.owner_id for account in accounts],
        [1 if account.kind.side is Side.debit else -1 for account in accounts],
    )


async def search(
    work: Work,
    accounts: Sequence[Account],
    sought: tuple[object, ...],
    before: tuple[int, int, int],
    limit: int,
) -> list[Row]:
    """What changed checked accounts and is sought, before a posting, newest first, on each account's own side."""
    rows: list[Row] = await work.db.fetch(_SEARCH, *_asked(accounts), *sought, *before, limit)
    return rows


async def count(work: Work, accounts: Sequence[Account], sought: tuple[object, ...]) -> int:
    """How many changes of checked accounts are sought."""
    lines: int = await work.db.fetchval(_COUNT, *_asked(accounts), *sought)
    return lines


async def balances_at(work: Work, accounts: Sequence[Account], moment: datetime) -> list[Row]:
    """What checked accounts stood at just before a moment, in one snapshot."""
    rows: list[Row] = await work.db.fetch(_BALANCES_AT, *_asked(accounts), moment)
    return rows
