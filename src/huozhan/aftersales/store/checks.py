"""What `verify` asks the rows of all cases; it reads the whole market, so nothing is scoped by an organisation."""

from collections.abc import Sequence

import asyncpg

from huozhan.kernel.work import Work

OPEN = "('wait_seller', 'wait_buyer_modify', 'wait_buyer_send', 'wait_seller_receive', 'wait_buyer_pay', 'wait_seller_send', 'wait_buyer_receive', 'platform', 'ruled')"

LINES_APART = f"""
SELECT c.order_id, c.case_id, c.state FROM aftersale_case c
 WHERE EXISTS (SELECT 1 FROM aftersale_line l WHERE l.order_id = c.order_id AND l.case_id = c.case_id
                  AND l.is_open <> (c.state IN {OPEN})) LIMIT $1
"""
"""Cases that are over and hold lines, or are open and hold none."""

MOVES_APART = """
SELECT c.order_id, c.case_id, c.state, m.state AS told FROM aftersale_case c
  JOIN LATERAL (SELECT state FROM aftersale_move m WHERE m.order_id = c.order_id AND m.case_id = c.case_id
                 ORDER BY move_id DESC LIMIT 1) AS m ON true
 WHERE c.state <> m.state LIMIT $1
"""
"""Cases whose state is not what their last move said."""

AMOUNTS_APART = """
SELECT c.order_id, c.case_id, c.asked_minor, l.asked::bigint FROM aftersale_case c JOIN (
    SELECT order_id, case_id, sum(goods_minor + freight_minor) AS asked FROM aftersale_line GROUP BY order_id, case_id
       ) AS l USING (order_id, case_id)
 WHERE c.asked_minor <> l.asked LIMIT $1
"""
"""Cases whose lines do not add up to what is asked."""

CLOCKS_APART = f"""
SELECT c.order_id, c.case_id, c.state FROM aftersale_case c
 WHERE (c.state IN {OPEN} AND c.state <> 'platform')
       <> EXISTS (SELECT 1 FROM timer t WHERE t.about_id = c.case_id AND t.kind = 'case_due')
 LIMIT $1
"""
"""Open cases that no clock will end, and cases that are over and still have one; the market is not hurried by a clock."""

MONEY_APART = """
SELECT c.order_id, c.case_id, c.refunded_minor FROM aftersale_case c
 WHERE c.refunded_minor > 0 AND c.state NOT IN ('refunding', 'success')
    OR c.refunded_minor = 0 AND c.state IN ('refunding', 'success') AND c.money_to <> 'bill' OR c.state = 'refunding' AND c.refund_id = 0
 LIMIT $1
"""
"""Cases that say money went back and say no amount, or the other way round, or wait for a refund that nobody made."""

RULINGS_APART = """
SELECT c.order_id, c.case_id, c.rulings FROM aftersale_case c
 WHERE c.rulings <> (SELECT count(*) FROM aftersale_ruling r WHERE r.order_id = c.order_id AND r.case_id = c.case_id)
    OR c.rulings = 2 AND c.appealed_by = '' LIMIT $1
"""
"""Cases that count other rulings than there are, or were ruled twice without an appeal."""

CHECKS = {
    "aftersales.rulings_apart": RULINGS_APART,
    "aftersales.lines_apart": LINES_APART,
    "aftersales.moves_apart": MOVES_APART,
    "aftersales.amounts_apart": AMOUNTS_APART,
    "aftersales.clocks_apart": CLOCKS_APART,
    "aftersales.money_apart": MONEY_APART,
}


async def apart(work: Work, check: str, limit: int) -> Sequence[asyncpg.Record]:
    """What one of the checks above finds."""
    return list(await work.db.fetch(check, limit))


async def holding(work: Work) -> dict[int, int]:
    """What open cases have spoken for of their sellers' money, by case."""
    rows = await work.db.fetch(
        f"SELECT case_id, held_minor FROM aftersale_case WHERE held_minor > 0 AND state IN {OPEN}"
    )
    return {row["case_id"]: row["held_minor"] for row in rows}


async def topped_up(work: Work) -> dict[int, int]:
    """What buyers paid more in exchanges that are not at their end, by case."""
    rows = await work.db.fetch("SELECT case_id, topup_minor FROM aftersale_case WHERE topup_minor > 0")
    return {row["case_id"]: row["topup_minor"] for row in rows}


async def refunded(work: Work, after: int, limit: int) -> dict[int, tuple[int, int]]:
    """What cases gave back, by refund: (case, amount), in order of the refund's id."""
    rows = await work.db.fetch(
        "SELECT refund_id, case_id, refunded_minor FROM aftersale_case WHERE refund_id > $1 ORDER BY refund_id LIMIT $2",
        after, limit,
    )  # fmt: skip
    return {row["refund_id"]: (row["case_id"], row["refunded_minor"]) for row in rows}
