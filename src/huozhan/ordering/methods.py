"""The ways to pay; how long an order waits for a bank transfer, and that this time is given once more and no oftener (B1.3)."""

from datetime import datetime

from huozhan import payments
from huozhan.kernel.refusals import Refusal
from huozhan.kernel.shapes import View
from huozhan.kernel.work import Work, use_case
from huozhan.ordering.asks import RenewPayment, WaysAsk
from huozhan.ordering.order import PAY_CLOSE, Order, OrderEvent
from huozhan.ordering.store import log, orders
from huozhan.payments import PaymentMethod, PaymentState

PAY_CLOSE_BANK = "pay_close.bank"


class WayToPay(View, frozen=True, kw_only=True):
    """One way to pay: whether it is open, within how many days the money must come, what the wallet holds and lacks."""

    method: str
    is_open: bool = True
    within_days: int = 0
    balance_minor: int = 0
    missing_minor: int = 0


class WaysToPay(View, frozen=True, kw_only=True):
    """The ways to pay an amount into escrow."""

    ways: list[WayToPay]


class NotRenewable(Refusal):
    """Only a payment by bank transfer that is still open can be given more time."""

    code = "ordering.not_renewable"


class RenewedAlready(Refusal):
    """The time to pay was renewed before; that is done once."""

    code = "ordering.renewed_already"


@use_case("order.pay", writes=False)
async def ways_to_pay(work: Work, ask: WaysAsk) -> WaysToPay:
    """Tell by which ways an amount can be paid into escrow, and what the wallet lacks for it; what is lent, by the lender only."""
    if ask.is_lent:
        return WaysToPay(ways=[WayToPay(method=PaymentMethod.lender)])
    balance_minor = await payments.wallet_balance(work)
    missing_minor = max(ask.amount_minor - balance_minor, 0)
    return WaysToPay(
        ways=[
            WayToPay(method=PaymentMethod.channel),
            WayToPay(method=PaymentMethod.bank, within_days=work.rule(PAY_CLOSE_BANK).span.days),
            WayToPay(
                method=PaymentMethod.wallet,
                is_open=not missing_minor,
                balance_minor=balance_minor,
                missing_minor=missing_minor,
            ),
        ]
    )


async def wait_for_bank(work: Work, order: Order) -> Order:
    """Gives an order the time of a bank transfer, counted from when one was first chosen for it."""
    begun_at = await log.bank_term(work, order.order_id)
    return await _until(work, order, OrderEvent.wait_for_bank, begun_at)


@use_case("order.pay", writes=True)
async def renew_bank_payment(work: Work, ask: RenewPayment) -> payments.views.PaymentView:
    """Give the orders of a bank payment as much time again, once."""
    shown = await payments.payment_to_show(work, int(ask.payment_id))
    waiting = [await orders.for_update(work, int(part.order_id), side="buyer") for part in shown.parts]
    is_open = (shown.method, shown.state) == (PaymentMethod.bank, PaymentState.open)
    if not is_open or any(order.is_closing for order in waiting):
        raise NotRenewable(state=shown.state)
    if await log.renew_bank_terms(work, [order.order_id for order in waiting]) < len(waiting):
        raise RenewedAlready
    renewed = [await _until(work, order, OrderEvent.wait_longer, order.pay_close_at) for order in waiting]
    await payments.renew_payment(work, int(ask.payment_id), min(order.pay_close_at for order in renewed))
    return await payments.payment_to_show(work, int(ask.payment_id))


async def _until(work: Work, order: Order, event: OrderEvent, since: datetime) -> Order:
    rule = work.rules.pinned(PAY_CLOSE_BANK, order.rule_pins, order.placed_at)
    until = since + rule.span
    if until <= order.pay_close_at:
        return order
    longer = order.moved(event, pay_close_at=until)
    await orders.save(work, longer, event)
    work.set_timer(PAY_CLOSE, about=order.order_id, due_at=until, rule_version=rule.version)
    return longer
