"""What the market charged sellers and gave back to them, summed over the book."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from huozhan.kernel.work import Work

# Every such event touches accounts of one seller and no other.
_FEES = """
WITH told AS (
    SELECT e.entry_id, date_trunc('month', e.happened_at AT TIME ZONE $7)::date AS month, e.code, p.debit_code,
           p.debit_owner, p.credit_code, p.credit_owner, p.amount_minor
      FROM ledger_entry e JOIN ledger_posting p USING (entry_id)
     WHERE e.code = ANY ($3::text[] || $4::text[]) AND e.happened_at >= $1 AND e.happened_at < $2
), sold AS (
    SELECT entry_id, max(CASE WHEN credit_code = ANY ($5::int[]) THEN credit_owner
                              WHEN debit_code = ANY ($5::int[]) THEN debit_owner ELSE 0 END) AS seller_id
      FROM told GROUP BY entry_id
), summed AS (
    SELECT month, seller_id,
           coalesce(sum(amount_minor) FILTER (WHERE code = ANY ($3) AND credit_code = ANY ($6)), 0)::bigint AS charged_minor,
           coalesce(sum(amount_minor) FILTER (WHERE code = ANY ($4) AND debit_code = ANY ($6)), 0)::bigint AS returned_minor
      FROM told JOIN sold USING (entry_id) GROUP BY month, seller_id
)
SELECT * FROM summed WHERE charged_minor <> 0 OR returned_minor <> 0 ORDER BY month, seller_id
"""


async def by_month(
    work: Work, from_at: datetime, until_at: datetime, sales: Sequence[str], returns: Sequence[str],
    sellers: Sequence[int], fees: Sequence[int],
) -> list[Mapping[str, Any]]:  # fmt: skip
    """Fees with their tax by month of the market's time zone and seller."""
    rows: list[Mapping[str, Any]] = await work.db.fetch(
        _FEES, from_at, until_at, list(sales), list(returns), list(sellers), list(fees), work.terms.timezone
    )
    return rows


async def first_entry_at(work: Work) -> datetime | None:
    """When the first entry of the book happened."""
    at: datetime | None = await work.db.fetchval(
        "SELECT happened_at FROM ledger_entry ORDER BY entry_id LIMIT 1"
    )
    return at
