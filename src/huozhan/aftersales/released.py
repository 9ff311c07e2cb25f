"""Goods that are confirmed: their money is the seller's already, and a case takes it back from there (E8, E20)."""

from datetime import datetime

from huozhan import ledger, ordering, payments
from huozhan.aftersales.case import Case, CaseLine, Liability
from huozhan.aftersales.store import cases as store
from huozhan.kernel.money import divide_half_up
from huozhan.kernel.work import Work

WINDOWS = {Liability.quality: "aftersale_window.quality"}
WINDOW = "aftersale_window.normal"


def open_until(work: Work, order: ordering.OrderInCase, liability: Liability) -> datetime | None:
    """Until when confirmed goods can be complained of; None while the order is not at its end."""
    rule = work.rules.pinned(WINDOWS.get(liability, WINDOW), order.rule_pins, order.placed_at)
    return order.ended_at + rule.span if order.ended_at else None


async def most_of(work: Work, order: ordering.OrderInCase) -> dict[int, tuple[int, int]]:
    """Confirmed units by line of which nothing went back yet, and what of their goods money the seller still has."""
    gone = await store.gone_after_release(work, order.order_id)
    found = {}
    for line in order.lines:
        units, goods = gone.get(line.line_no, (0, 0))
        found[line.line_no] = (line.received - units, line.charged_minor - goods)
    return found


def share(line: ordering.Line, units: int, *, gone: int, kept_minor: int) -> tuple[int, int]:
    """Goods and freight of so many more confirmed units, by running totals over what went back; no more than is kept.

    Of goods that the market paid a part of, only what the buyer paid goes back to the buyer.
    """

    def running(amount_minor: int, n: int) -> int:
        return divide_half_up(amount_minor * n, line.quantity)

    paid_minor = line.goods_minor - line.subsidy_minor
    goods = running(paid_minor, gone + units) - running(paid_minor, gone)
    freight = running(line.freight_minor, gone + units) - running(line.freight_minor, gone)
    return max(min(goods, kept_minor), 0), freight


async def hold(work: Work, case: Case) -> int:
    """Speaks for what is asked as far as the seller has it free (E20), so that it is not withdrawn meanwhile; tells how much."""
    available = ledger.payable_available(case.seller_id)
    free_minor = (await ledger.lock_balances(work, [available]))[available].free_minor
    amount_minor = max(min(free_minor, case.asked_minor), 0)
    if amount_minor:
        await ledger.hold(work, _key(case), available, ledger.refund_payable(case.case_id), amount_minor)
    return amount_minor


async def free(work: Work, case: Case) -> None:
    """Lets go what was held for a case, if anything was; what the seller owes takes it first."""
    if case.held_minor:
        await ledger.void_hold(work, _key(case), case.number)
        await payments.net_debt(work, case.seller_id)


async def take_back(
    work: Work, order: ordering.OrderInCase, case: Case, lines: list[CaseLine]
) -> tuple[int, int]:
    """Pays the buyer out of what the seller has (E8); tells the amount and the refund's id."""
    await free(work, case)
    asked = payments.ClawBack(
        order_id=order.order_id,
        payment_id=order.payment_id,
        seller_id=case.seller_id,
        buyer_id=case.buyer_id,
        key=f"case:{case.case_id}",
        goods_minor=sum(line.goods_minor for line in lines),
        freight_minor=sum(line.freight_minor for line in lines),
        reason=case.number,
        order_number=order.number,
    )
    await payments.claw_back(work, asked)
    refund_id = await payments.refund_under(work, order.payment_id, order.order_id, f"refund:{asked.key}")
    return asked.amount_minor, refund_id


def _key(case: Case) -> str:
    return f"E20:{case.case_id}"
