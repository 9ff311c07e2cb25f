"""Verifying: whether the orders say the same as the ledger, their lines and their timers."""

import functools
from collections.abc import Sequence
from typing import Any

from huozhan import credit, finance, ledger, payments, staging
from huozhan.kernel.findings import Finding
from huozhan.kernel.work import Work
from huozhan.ordering.exemption import Promise
from huozhan.ordering.halting import grace
from huozhan.ordering.store import checks, exemptions
from huozhan.ordering.ways import escrowed_types

FINDINGS_MAX = 100
_PAGE = 10_000
_CHECKS = {
    "ordering.amounts_apart": checks.AMOUNTS_APART,
    "ordering.discounts_apart": checks.DISCOUNTS_APART,
    "ordering.subsidies_apart": checks.SUBSIDIES_APART,
    "ordering.states_apart": checks.STATES_APART,
    "ordering.money_apart": checks.MONEY_APART,
    "ordering.kept_apart": checks.KEPT_APART,
    "ordering.timer_left": checks.TIMERS_LEFT,
}


async def verify(work: Work) -> list[Finding]:
    """What does not hold: escrow, sums of lines, states, money that left, timers of finished orders."""
    found = [*await _escrow(work), *await _credit(work), *await _promises(work)]
    after = 0
    while len(found) < FINDINGS_MAX and (until := await checks.next_range(work, after, _PAGE)):
        for code, check in _CHECKS.items():
            found += _named(code, await checks.apart(work, check, after, until, FINDINGS_MAX))
        found += await _stages(work, after, until)
        after = until
    return found[:FINDINGS_MAX]


async def lines_sent(work: Work, after: int, orders_max: int) -> dict[tuple[int, int], tuple[int, int]]:
    """Shipped quantities and those no longer on their way, by (order, line), for fulfilment to compare with its parcels."""
    return await checks.lines_sent(work, after, orders_max)


async def escrow_by_orders(work: Work) -> int:
    """What all orders and their stages say is kept in escrow, less what a lender has only promised; in minor units."""
    promised: dict[int, int] = await _all(work, finance.promised)
    return sum((await _escrow_expected(work)).values()) - sum(promised.values())


async def _escrow_expected(work: Work) -> dict[int, int]:
    expected = await _all(work, functools.partial(checks.escrow_expected, types=escrowed_types()))
    expected |= await payments.difference_escrows(work)
    return expected | await _all(work, staging.escrow_expected)


async def _escrow(work: Work) -> list[Finding]:
    """Escrow in the ledger, with what a lender has promised, must be what the orders say, order by order.

    No funder may have more to come of an order than is in its escrow.
    """
    expected = await _escrow_expected(work)
    held = await _all(work, ledger.escrow_balances)
    for order_id, promised_minor in (await _all(work, finance.promised)).items():
        held[order_id] = held.get(order_id, 0) + promised_minor
    apart = [
        order_id
        for order_id in expected.keys() | held.keys()
        if expected.get(order_id, 0) != held.get(order_id, 0)
    ]
    advanced = (await _all(work, finance.spoken_for)).items()
    return [
        Finding(
            code="ordering.advance_beyond_escrow",
            facts={"order_id": order_id, "advanced": amount_minor, "held": held.get(order_id, 0)},
        )
        for order_id, amount_minor in advanced
        if amount_minor > held.get(order_id, 0)
    ] + [
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


async def _stages(work: Work, after: int, until: int) -> list[Finding]:
    """The stages of an order are its money told once more, and the gate is shut as long as its stage says so."""
    told = {sums.order_id: sums for sums in await staging.stage_sums(work, after, until)}
    apart = []
    for order in await checks.staged(work, after, until):
        sums = told.get(order.order_id)
        agrees = sums is not None and (
            (order.goods_minor, order.freight_minor, order.left_minor, order.released_minor)
            == (
                sums.goods_minor,
                sums.freight_minor,
                sums.paid_minor - sums.refunded_minor,
                sums.released_minor,
            )
            and (not order.is_open or order.is_gate_shut == sums.is_gate_shut)
        )
        if not agrees:
            apart.append(Finding(code="ordering.stages_apart", facts={"order_id": order.order_id}))
    return apart


async def _promises(work: Work) -> list[Finding]:
    """A promise that something stops must be what its beginning, its hours and its stops make it, and its timer too."""
    found: list[Finding] = []
    after = 0
    while len(found) < FINDINGS_MAX and (hits := await exemptions.running(work, after, _PAGE)):
        timers = await checks.promise_timers(work, [hit.order_id for hit in hits])
        for hit in hits:
            promise = Promise(
                began=hit.began, hours=hit.promise_hours, waits=hit.waits, exemptions=hit.exemptions
            )
            due_at = promise.due(grace(work, hit.rule_pins, hit.placed_at))
            told = (hit.ship_promise_at, hit.is_exempt, hit.asked or timers.get(hit.order_id))
            if told != (due_at, due_at != promise.plain_due, hit.asked or due_at):
                facts = {
                    "order_id": hit.order_id,
                    "promised": hit.ship_promise_at.isoformat(),
                    "due": due_at.isoformat(),
                }
                found.append(Finding(code="ordering.promise_apart", facts=facts))
        after = hits[-1].order_id
    return found


async def _credit(work: Work) -> list[Finding]:
    """What credit says of its orders must be what the orders say: held, billed, given back."""
    ours = await _all(work, checks.credit_expected)
    theirs = await _all(work, credit.orders_on_credit)
    return [
        Finding(
            code="ordering.credit_apart",
            facts={"order_id": id_, "expected": ours.get(id_), "held": theirs.get(id_)},
        )
        for id_ in sorted(ours.keys() | theirs.keys())
        if ours.get(id_) != theirs.get(id_)
    ][:FINDINGS_MAX]


async def _all(work: Work, read: Any) -> dict[int, Any]:
    amounts: dict[int, Any] = {}
    after = 0
    while rows := await read(work, after, _PAGE):
        amounts.update(rows)
        after = rows[-1][0]
    return amounts


def _named(code: str, rows: Sequence[Any]) -> list[Finding]:
    return [Finding(code=code, facts=dict(row)) for row in rows]
