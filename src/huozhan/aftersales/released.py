"""Goods that are confirmed: their money is the seller's already, and a case takes it back from there (E8, E20)."""

from collections.abc import Collection, Mapping
from datetime import datetime

from huozhan import ledger, ordering, payments
from huozhan.aftersales.case import NO_REASON, Case, CaseLine, Liability
from huozhan.aftersales.store import cases as store
from huozhan.kernel.money import divide_half_up
from huozhan.kernel.work import Work

WINDOWS = {Liability.quality: "aftersale_window.quality"}
WINDOW, NO_REASON_WINDOW = "aftersale_window.normal", "aftersale_window.no_reason"


def open_until(
    work: Work, order: ordering.OrderInCase, liability: Liability, reason: str = ""
) -> datetime | None:
    """Until when confirmed goods can be complained of; None while the order is not at its end."""
    code = NO_REASON_WINDOW if reason == NO_REASON else WINDOWS.get(liability, WINDOW)
    rule = work.rules.pinned(code, order.rule_pins, order.placed_at)
    return order.ended_at + rule.span if order.ended_at else None


async def sales_open_until(work: Work, seller_id: int) -> datetime | None:
    """Until when the last of a seller's confirmed goods can be complained of, by the rules they were bought under."""
    codes = {WINDOW, NO_REASON_WINDOW, *WINDOWS.values()}
    since = sorted({rule.effective_from for rule in work.rules if rule.code in codes})
    ends = await ordering.last_ends(work, seller_id, since)
    return max(
        (ended_at + work.rules.at(code, placed_at).span for placed_at, ended_at in ends for code in codes),
        default=None,
    )


async def most_of(work: Work, order: ordering.OrderInCase) -> dict[int, int]:
    """Confirmed units by line of which nothing went back yet."""
    gone = await store.gone_after_release(work, order.order_id)
    return {line.line_no: line.received - gone.get(line.line_no, 0) for line in order.lines}


def share(line: ordering.Line, units: int, *, gone: int) -> tuple[int, int]:
    """Goods and freight of so many more confirmed units, by running totals over what went back; no more than is kept.

    Of goods that the market paid a part of, only what the buyer paid goes back to the buyer.
    """
    paid_minor = line.goods_minor - line.subsidy_minor
    return (
        min(_more(line, paid_minor, units, gone), line.kept_goods_minor - line.kept_subsidy_minor),
        min(_more(line, line.freight_minor, units, gone), line.kept_freight_minor),
    )


def subsidy_of(line: ordering.Line, taken: CaseLine, *, gone: int) -> int:
    """The market's part of what a case takes back of a line: by the share that goes back, and the rest with the last fen."""
    goods, _ = share(line, taken.quantity, gone=gone)
    if taken.goods_minor == line.kept_goods_minor - line.kept_subsidy_minor:
        return line.kept_subsidy_minor
    whole = min(_more(line, line.subsidy_minor, taken.quantity, gone), line.kept_subsidy_minor)
    return divide_half_up(whole * taken.goods_minor, goods) if goods else 0


def _more(line: ordering.Line, amount_minor: int, units: int, gone: int) -> int:
    """What of an amount of a line belongs to so many units after those that are gone."""
    until = divide_half_up(amount_minor * (gone + units), line.quantity)
    return until - divide_half_up(amount_minor * gone, line.quantity)


async def given_back_after_release(work: Work, order_ids: Collection[int]) -> Mapping[int, Mapping[int, int]]:
    """What cases took back of ended orders, goods and freight, by order and line; the caller has the orders within reach."""
    return await store.given_back_after_release(work, order_ids)


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
    """Gives the buyer what the seller has of these lines (E8); tells the amount and the refund's id, 0 where none is on its way."""
    await free(work, case)
    known = {line.line_no: line for line in order.lines}
    left = await most_of(work, order)
    taken = {
        line.line_no: ordering.TakenBack(
            goods_minor=line.goods_minor,
            freight_minor=line.freight_minor,
            subsidy_minor=subsidy_of(
                known[line.line_no], line, gone=known[line.line_no].received - left[line.line_no]
            ),
        )
        for line in lines
    }
    return await ordering.take_kept_back(
        work, order.order_id, taken, key=f"case:{case.case_id}", reason=case.number
    )


def _key(case: Case) -> str:
    return f"E20:{case.case_id}"
