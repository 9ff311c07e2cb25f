"""Ways of money: what a trade type does with the money of an order. The one place that knows; everybody else asks it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from types import MappingProxyType

import msgspec

from huozhan import carriage, credit, finance, insurance, payments
from huozhan.catalogue import Service
from huozhan.kernel.refusals import Refusal
from huozhan.kernel.work import Work
from huozhan.ordering.order import Order, OrderState, TradeType
from huozhan.payments import ClawBack, PaymentMethod, Refund, Release, Settled


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """What a trade type means, and what is done when goods are received or given back."""

    pays_first: bool
    """Money comes before goods: the order waits for it, and closes where it does not come."""
    is_escrowed: bool
    """What is neither received nor given back stands in the order's escrow, or a lender has promised it."""
    secure: Callable[[Work, Order], Awaitable[None]]
    """Where goods come before money: the amount is spoken for when the order is placed, or it is refused."""
    release: Callable[[Work, Order, Release], Awaitable[None]]
    """Goods were received: their money is the seller's."""
    give_back: Callable[[Work, Order, Refund], Awaitable[int]]
    """Goods will not be shipped, or came back: their money is the buyer's. Tells which refund of payments pays it out;
    0 where nothing is on its way."""
    take_back: Callable[[Work, Order, ClawBack], Awaitable[tuple[int, int]]]
    """Goods that were received and settled come back: tells how much the buyer has of it, and by which refund; 0 where
    nothing is on its way."""
    money_to: str
    """Where money that goes back is: with the `payer` as it was paid, in the `wallet`, or off the `bill`."""
    is_lent: bool = False
    """A lender pays: until goods are received its promise stands in the place of money."""


async def _paid_later(_: Work, order: Order) -> None:
    """Nothing is spoken for before the money comes."""
    assert order.state is OrderState.wait_pay


async def _out_of_escrow(work: Work, order: Order, release: Release) -> None:
    if Service.freight_insurance in order.services:
        await insurance.release(work, release, _carried)
    else:
        await _carried(work, release)


async def _carried(work: Work, release: Release) -> None:
    await carriage.release(work, release, payments.release)


async def _back_out_of_escrow(work: Work, _: Order, refund: Refund) -> int:
    return await payments.refund_escrow(work, refund)


async def _never_released(_: Work, order: Order, __: Release) -> None:
    raise AssertionError(f"the money of {order.number} belongs to its stages, not to its lines")


async def _never_given_back(_: Work, order: Order, __: Refund) -> int:
    raise AssertionError(f"the money of {order.number} belongs to its stages, not to its lines")


async def _on_the_line(work: Work, order: Order) -> None:
    await credit.take(
        work,
        seller_id=order.seller_id,
        buyer_id=order.buyer_id,
        order_id=order.order_id,
        order_number=order.number,
        amount_minor=order.amount_minor,
    )


async def _billed(work: Work, _: Order, release: Release) -> None:
    await credit.bill(work, release)


async def _back_from_seller(work: Work, order: Order, claw: ClawBack) -> tuple[int, int]:
    """Through the one payment that the escrow was filled by."""
    asked = msgspec.structs.replace(claw, payment_id=order.payment_id)
    await payments.claw_back(work, asked)
    refund_id = await payments.refund_under(work, order.payment_id, order.order_id, f"refund:{claw.key}")
    return claw.amount_minor, refund_id


async def _back_into_wallet(work: Work, _: Order, claw: ClawBack) -> tuple[int, int]:
    """Several payments brought it, each a stage; none of them is the one to return it through."""
    await payments.claw_back(work, claw)
    return claw.amount_minor, 0


async def _off_the_bill(work: Work, _: Order, claw: ClawBack) -> tuple[int, int]:
    return await credit.note(work, claw), 0


async def _freed(work: Work, order: Order, refund: Refund) -> int:
    await credit.free(work, order.order_id, refund.amount_minor)
    return 0


async def _lent(work: Work, _: Order, release: Release) -> None:
    await carriage.release(work, release, finance.release)


async def _back_to_lender(work: Work, order: Order, claw: ClawBack) -> tuple[int, int]:
    """The debt is less before the buyer gets anything; it joins at once what the lender is asked, in the order decided."""
    amount_minor, refund_id = await _back_from_seller(work, order, claw)
    await finance.refund_lent(
        work,
        order_id=order.order_id,
        payment_id=order.payment_id,
        refund_id=refund_id,
        amount_minor=amount_minor,
    )
    return amount_minor, refund_id


async def _freed_at_lender(work: Work, _: Order, refund: Refund) -> int:
    await finance.give_back(work, refund)
    return 0


WAYS: Mapping[TradeType, Way] = MappingProxyType(
    {
        TradeType.escrow: Way(
            pays_first=True,
            is_escrowed=True,
            secure=_paid_later,
            release=_out_of_escrow,
            give_back=_back_out_of_escrow,
            take_back=_back_from_seller,
            money_to="payer",
        ),
        TradeType.period: Way(
            pays_first=False,
            is_escrowed=False,
            secure=_on_the_line,
            release=_billed,
            give_back=_freed,
            take_back=_off_the_bill,
            money_to="bill",
        ),
        TradeType.staged: Way(
            pays_first=True,
            is_escrowed=False,
            secure=_paid_later,
            release=_never_released,
            give_back=_never_given_back,
            take_back=_back_into_wallet,
            money_to="wallet",
        ),
        TradeType.pay_later: Way(
            pays_first=True,
            is_escrowed=True,
            secure=_paid_later,
            release=_lent,
            give_back=_freed_at_lender,
            take_back=_back_to_lender,
            money_to="payer",
            is_lent=True,
        ),
    }
)


def way_of(order: Order) -> Way:
    """How the money of an order travels."""
    return WAYS[order.trade_type]


class OtherWayToPay(Refusal):
    """Orders that a lender pays are paid by it and by nobody else, and no others are."""

    code = "ordering.other_way_to_pay"


def must_be_payable_by(orders: Sequence[Order], method: PaymentMethod) -> None:
    """Refuses a way to pay that the trade type of an order excludes."""
    for order in orders:
        if way_of(order).is_lent is not (method is PaymentMethod.lender):
            raise OtherWayToPay(number=order.number, trade_type=order.trade_type.value, method=method.value)


async def take_paid(work: Work, settled: Settled, orders: Sequence[Order]) -> None:
    """Puts what was paid for these orders where it waits: into their escrow, or under the lender's promise."""
    if settled.method is not PaymentMethod.lender:
        await payments.take_into_escrow(work, settled.payment_id, *(order.order_id for order in orders))
        return
    for order in orders:
        await finance.authorised(work, settled.payment_id, lent_for(order))


async def send_back(work: Work, settled: Settled, orders: Sequence[Order]) -> None:
    """Gives back what was paid too late, all of it."""
    if settled.method is not PaymentMethod.lender:
        await payments.return_late(work, settled.payment_id, *(order.order_id for order in orders))
        return
    for order in orders:
        await finance.authorised_late(work, settled.payment_id, lent_for(order))


def lent_for(order: Order) -> finance.LentOrder:
    """An order as its lender sees it."""
    return finance.LentOrder(
        order_id=order.order_id,
        number=order.number,
        buyer_id=order.buyer_id,
        seller_id=order.seller_id,
        rules=order.rule_pins,
        placed_at=order.placed_at,
    )


def escrow_minor(order: Order) -> int:
    """What waits in escrow: in the order's own account, or in those of its stages."""
    if order.stages:
        return sum(stage.escrow_minor for stage in order.stages)
    return order.left_minor if way_of(order).is_escrowed else 0


def escrowed_types() -> list[str]:
    """The trade types whose money waits in escrow."""
    return [trade_type.value for trade_type, way in WAYS.items() if way.is_escrowed]
