"""What sellers earned, summed over the book."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from huozhan.kernel.work import Work

_INCOME = """
WITH told AS (
    SELECT e.entry_id, e.code, p.debit_code, p.debit_owner, p.credit_code, p.credit_owner, p.amount_minor
      FROM ledger_entry e JOIN ledger_posting p USING (entry_id)
     WHERE e.code = ANY ($3::text[] || $4::text[]) AND e.happened_at >= $1 AND e.happened_at < $2
), sold AS (
    SELECT entry_id, max(CASE WHEN credit_code = ANY ($5::int[]) THEN credit_owner
                              WHEN debit_code = ANY ($5::int[]) THEN debit_owner ELSE 0 END) AS seller_id
      FROM told GROUP BY entry_id
)
SELECT seller_id,
       coalesce(sum(amount_minor) FILTER (WHERE code = ANY ($3) AND credit_code <> $7), 0)::bigint AS gross_minor,
       coalesce(sum(amount_minor) FILTER (WHERE code = ANY ($4) AND debit_code = ANY ($5)), 0)::bigint AS returns_minor,
       (coalesce(sum(amount_minor) FILTER (WHERE code = ANY ($3) AND credit_code = ANY ($6)), 0)
         - coalesce(sum(amount_minor) FILTER (WHERE code = ANY ($4) AND debit_code = ANY ($6)), 0))::bigint AS fees_minor
  FROM told JOIN sold USING (entry_id) GROUP BY seller_id ORDER BY seller_id
"""


async def by_seller(
    work: Work, from_at: datetime, until_at: datetime, sales: Sequence[str], returns: Sequence[str],
    sellers: Sequence[int], fees: Sequence[int], wallet: int,
) -> list[Mapping[str, Any]]:  # fmt: skip
    """Sums of the events that are sales and returns, by the seller whose accounts they touch."""
    rows: list[Mapping[str, Any]] = await work.db.fetch(
        _INCOME, from_at, until_at, list(sales), list(returns), list(sellers), list(fees), wallet
    )
    return rows
