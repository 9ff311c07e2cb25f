"""What payments says about its money, to be compared with the ledger; the whole market, so not scoped."""

from collections.abc import Mapping
from typing import Any

from huozhan.kernel.work import Work

Row = Mapping[str, Any]


async def undecided_parts(work: Work, limit: int) -> list[Row]:
    """Parts of paid payments that nobody has put into escrow or sent back."""
    rows: list[Row] = await work.db.fetch(
        "SELECT t.payment_id, t.order_id FROM payment_part t JOIN payment p USING (payment_id)"
        " WHERE p.state = 'paid' AND t.state = 'waiting' LIMIT $1",
        limit,
    )
    return rows


async def refunds_under_way(work: Work) -> dict[int, int]:
    """Refunds that have not ended, by id, in the book's currency."""
    rows = await work.db.fetch(
        "SELECT refund_id, amount_minor FROM payment_refund WHERE state = 'asked' AND currency = $1",
        work.terms.currency,
    )
    return {row["refund_id"]: row["amount_minor"] for row in rows}


async def withdrawals_under_way(work: Work, source: str) -> dict[int, int]:
    """What each organisation has on its way to the bank, or asked for, out of its available money or its wallet."""
    rows = await work.db.fetch(
        "SELECT org_id, sum(amount_minor)::bigint AS amount_minor FROM withdrawal"
        " WHERE state IN ('waiting', 'asked') AND source = $1 GROUP BY org_id",
        source,
    )
    return {row["org_id"]: row["amount_minor"] for row in rows}


async def releases_held(work: Work) -> dict[int, int]:
    """What each seller has earned that waits for the settlement hold."""
    rows = await work.db.fetch(
        "SELECT seller_id, sum(seller_minor)::bigint AS amount_minor FROM held_release WHERE settled_at IS NULL"
        " GROUP BY seller_id"
    )
    return {row["seller_id"]: row["amount_minor"] for row in rows}


async def at_channel(work: Work, channel_id: int) -> int:
    """What the channel owes us: what it took for us, less what it paid back and what it has settled."""
    amount_minor: int = await work.db.fetchval(
        "SELECT (SELECT coalesce(sum(t.amount_minor), 0) FROM payment_part t JOIN payment p USING (payment_id)"
        "         WHERE p.channel_id = $1 AND t.state <> 'waiting')"
        "     + (SELECT coalesce(sum(CASE WHEN r.order_id = 0 THEN r.amount_minor ELSE 0 END - r.channel_minor), 0)"
        "          FROM payment_refund r JOIN payment p USING (payment_id) WHERE p.channel_id = $1 AND r.currency = $2)"
        "     + (SELECT coalesce(sum(amount_minor - returned_minor), 0) FROM parked_receipt"
        "         WHERE channel_id = $1 AND state = 'asked' AND currency = $2)"
        "     - (SELECT coalesce(sum(gross_minor), 0) FROM channel_settlement WHERE channel_id = $1)",
        channel_id, work.terms.currency,
    )  # fmt: skip
    return int(amount_minor)


async def sealed_numbers(work: Work) -> list[Row]:
    """Every sealed bank account number."""
    rows: list[Row] = await work.db.fetch("SELECT account_id, number FROM bank_account")
    return rows


async def at_bank(work: Work) -> int:
    """What the custody bank keeps for us: settlements and what customers sent, less what was paid out and sent back."""
    amount_minor: int = await work.db.fetchval(
        "SELECT ((SELECT coalesce(sum(net_minor), 0) FROM channel_settlement)"
        "      + (SELECT coalesce(sum(net_minor), 0) FROM funder_settlement)"
        "      + (SELECT coalesce(sum(amount_minor), 0) FROM bank_receipt WHERE currency = $1)"
        "      - (SELECT coalesce(sum(amount_minor), 0) FROM bank_payout WHERE state = 'done' AND currency = $1)"
        "      - (SELECT coalesce(sum(amount_minor), 0) FROM carrier_payout WHERE state = 'done' AND currency = $1)"
        "      - (SELECT coalesce(sum(amount_minor), 0) FROM withdrawal WHERE state = 'done'))::bigint",
        work.terms.currency,
    )
    return amount_minor


async def difference_escrows(work: Work) -> dict[int, int]:
    """What buyers paid as the difference of exchanges and is neither released nor sent back, by case."""
    rows = await work.db.fetch(
        "SELECT t.order_id, (sum(t.amount_minor)"
        "         - (SELECT coalesce(sum(r.amount_minor), 0) FROM payment_refund r WHERE r.order_id = t.order_id"
        "              AND r.payment_id = ANY (array_agg(t.payment_id)))"
        "         - (SELECT coalesce(sum(e.goods_minor), 0) FROM stage_earning e WHERE e.order_id = t.order_id)"
        "       )::bigint AS left_minor"
        "  FROM payment p JOIN payment_part t USING (payment_id)"
        " WHERE p.purpose = 'difference' AND t.state = 'escrowed' GROUP BY t.order_id"
    )
    return {row["order_id"]: row["left_minor"] for row in rows if row["left_minor"]}
