"""What must be true of a market at any moment, asked of its tables in one statement that knows nothing of its code."""

from typing import Any

from bench.drills.patient import DrillFailed

_APART = """
WITH escrow (owner_id, minor) AS (
    SELECT order_id, paid_minor - refunded_minor - released_minor FROM trade_order WHERE trade_type = 'escrow'
    UNION ALL
    SELECT stage_id, paid_minor - refunded_minor - released_minor FROM order_stage),
posted (code, owner_id, minor) AS (
    SELECT code, owner_id, sum(minor) FROM (
        SELECT debit_code, debit_owner, CASE WHEN debit_code = ANY ($1::int[]) THEN amount_minor ELSE -amount_minor END
          FROM ledger_posting
        UNION ALL
        SELECT credit_code, credit_owner, CASE WHEN credit_code = ANY ($1::int[]) THEN -amount_minor ELSE amount_minor END
          FROM ledger_posting) AS side (code, owner_id, minor) GROUP BY 1, 2)
SELECT 'escrow is not paid - refunded - released' AS what, owner_id AS id, e.minor AS said, b.posted_minor::bigint AS kept
  FROM escrow e FULL JOIN (SELECT owner_id, posted_minor FROM ledger_balance WHERE code = 202) AS b USING (owner_id)
 LEFT JOIN trade_order o ON o.order_id = owner_id AND o.trade_type = 'pay_later'
 WHERE (o.order_id IS NULL OR o.state IN ('success', 'closed', 'terminated'))
   AND (coalesce(e.minor, 0) <> coalesce(b.posted_minor, 0) OR e.minor < 0)
UNION ALL
SELECT 'a finished order has money left', order_id, paid_minor + credit_minor, refunded_minor + released_minor
  FROM trade_order WHERE state IN ('success', 'closed', 'terminated') AND trade_type <> 'staged'
   AND paid_minor + credit_minor <> refunded_minor + released_minor
UNION ALL
SELECT 'a finished order has a timer', o.order_id, 0, 0 FROM timer t JOIN trade_order o ON o.order_id = t.about_id
 WHERE o.state IN ('success', 'closed', 'terminated') AND t.kind <> 'review_window'
   AND NOT (o.trade_type = 'staged' AND t.kind LIKE 'stage%')
UNION ALL
SELECT 'stock is reserved for nobody', sku_id, s.reserved::bigint, r.spoken::bigint
  FROM (SELECT sku_id, sum(reserved) AS reserved, min(on_hand - reserved) AS least FROM stock GROUP BY 1) AS s
  FULL JOIN (SELECT sku_id, sum(quantity) AS spoken FROM stock_reservation GROUP BY 1) AS r USING (sku_id)
 WHERE coalesce(s.reserved, 0) <> coalesce(r.spoken, 0) OR s.least < 0
UNION ALL
SELECT 'stock is kept for a finished order', o.order_id, r.quantity, 0 FROM stock_reservation r JOIN trade_order o USING (order_id)
 WHERE o.state IN ('success', 'closed', 'terminated')
UNION ALL
SELECT 'credit used is not what is unpaid', agreement_id, u.unpaid::bigint, b.posted_minor::bigint
  FROM (SELECT agreement_id, sum(amount_minor - paid_minor - reduced_minor) AS unpaid FROM credit_bill GROUP BY 1) AS u
  FULL JOIN (SELECT owner_id AS agreement_id, posted_minor FROM ledger_balance WHERE code = 903) AS b USING (agreement_id)
 WHERE coalesce(u.unpaid, 0) <> coalesce(b.posted_minor, 0)
UNION ALL
SELECT 'credit is promised to no order', agreement_id, h.held::bigint, b.held_minor::bigint
  FROM (SELECT agreement_id, sum(held_minor) AS held FROM credit_order GROUP BY 1) AS h
  FULL JOIN (SELECT owner_id AS agreement_id, held_minor FROM ledger_balance WHERE code = 901) AS b USING (agreement_id)
 WHERE coalesce(h.held, 0) <> coalesce(b.held_minor, 0)
UNION ALL
SELECT 'a balance is not the sum of its postings: ' || code, owner_id, p.minor::bigint, b.posted_minor
  FROM ledger_balance b LEFT JOIN posted p USING (code, owner_id) WHERE b.posted_minor <> coalesce(p.minor, 0)
UNION ALL
SELECT 'the book does not balance', 0, x.debits, x.credits FROM (
    SELECT coalesce(sum(minor) FILTER (WHERE code = ANY ($1::int[])), 0)::bigint AS debits,
           coalesce(sum(minor) FILTER (WHERE code <> ALL ($1::int[])), 0)::bigint AS credits FROM posted) AS x
 WHERE x.debits <> x.credits
 LIMIT 5
"""
DEBIT_NORMAL = (101, 102, 103, 104, 105, 401, 402, 403, 404, 902, 912)
"""Accounts that grow on their left side: domain rules B5.2."""

_LOOK = f"""
SELECT (SELECT json_agg(to_json(apart)) FROM ({_APART}) AS apart),
       md5((SELECT coalesce(string_agg(concat_ws(',', order_id, state, paid_minor, refunded_minor, released_minor), ';'
                    ORDER BY order_id), '') FROM trade_order)
        || (SELECT coalesce(string_agg(concat_ws(',', code, owner_id, posted_minor, held_minor), ';'
                    ORDER BY code, owner_id), '') FROM ledger_balance))
"""


async def must_hold(db: Any, last: str) -> str:
    """Raises where something is not as it must be; otherwise a digest of how orders and balances stand."""
    apart, digest = await db.fetchrow(_LOOK, list(DEBIT_NORMAL))
    if apart:
        raise DrillFailed(f"{apart} after: {last}")
    return str(digest)
