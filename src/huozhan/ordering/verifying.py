"""Verifying: whether the orders say the same as the ledger, their lines and their timers."""

from collections.abc import Sequence
from typing import Any

from huozhan import ledger
from huozhan.kernel.findings import Finding
from huozhan.kernel.work import Work
from huozhan.ordering.store import checks

FINDINGS_MAX = 100
_PAGE = 10_000


async def verify(work: Work) -> list[Finding]:
    """What does not hold: escrow, sums of lines, states, money that left, timers of finished orders."""
    found = await _escrow(work)
    found += _named("ordering.amounts_apart", await checks.amounts_apart(work, FINDINGS_MAX))
    found += _named("ordering.states_apart", await checks.states_apart(work, FINDINGS_MAX))
    found += _named("ordering.money_apart", await checks.money_apart(work, FINDINGS_MAX))
    found += _named("ordering.timer_left", await checks.timers_left(work, FINDINGS_MAX))
    return found


async def lines_sent(work: Work, after: int, orders_max: int) -> dict[tuple[int, int], tuple[int, int]]:
    """Shipped and received quantities by (order, line), for fulfilment to compare with its parcels."""
    return await checks.lines_sent(work, after, orders_max)


async def _escrow(work: Work) -> list[Finding]:
    """Escrow in the ledger must be what the orders say, order by order."""
    expected = await _all(work, checks.escrow_expected)
    held = await _all(work, ledger.escrow_balances)
    apart = [
        order_id
        for order_id in expected.keys() | held.keys()
        if expected.get(order_id, 0) != held.get(order_id, 0)
    ]
    return [
        Finding(
            code="ordering.escrow_apart",
            facts={
                "order_id": order_id,
                "expected": expected.get(order_id, 0),
                "held": held.get(order_id, 0),
            },
        )
        for order_id in sorted(apart)[:FINDINGS_MAX]
    ]


async def _all(work: Work, read: Any) -> dict[int, int]:
    amounts: dict[int, int] = {}
    after = 0
    while rows := await read(work, after, _PAGE):
        amounts.update(rows)
        after = rows[-1][0]
    return amounts


def _named(code: str, rows: Sequence[Any]) -> list[Finding]:
    return [Finding(code=code, facts=dict(row)) for row in rows]
