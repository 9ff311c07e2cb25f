"""An order: its states, the one table of its moves, and the arithmetic of its lines."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

import msgspec

from huozhan.kernel.ids import human_number
from huozhan.kernel.money import divide_half_up
from huozhan.kernel.moves import Moves
from huozhan.kernel.shapes import Bilingual


class OrderState(StrEnum):
    """Where an order stands."""

    wait_pay = "wait_pay"
    wait_send = "wait_send"
    part_sent = "part_sent"
    wait_receive = "wait_receive"
    success = "success"
    closed = "closed"
    terminated = "terminated"


class TradeType(StrEnum):
    """How the money of an order travels; orders never mix two."""

    escrow = "escrow"


class OrderEvent(StrEnum):
    """What can happen to an order."""

    amend = "amend"
    cancel = "cancel"
    pay_close = "pay_close"
    pay = "pay"
    pay_late = "pay_late"
    late = "late"
    refund_part = "refund_part"
    refund_rest = "refund_rest"
    refund_last = "refund_last"
    refund_all = "refund_all"
    ship_part = "ship_part"
    ship_all = "ship_all"
    extend = "extend"
    signed = "signed"
    receive_part = "receive_part"
    receive_all = "receive_all"


_S, _E = OrderState, OrderEvent

MOVES = Moves(
    "order",
    _S.wait_pay,
    {
        (_S.wait_pay, _E.amend): _S.wait_pay,
        (_S.wait_pay, _E.cancel): _S.closed,
        (_S.wait_pay, _E.pay_close): _S.closed,
        (_S.wait_pay, _E.pay): _S.wait_send,
        (_S.closed, _E.pay_late): _S.closed,
        (_S.wait_send, _E.late): _S.wait_send,
        (_S.wait_send, _E.refund_part): _S.wait_send,
        (_S.wait_send, _E.refund_all): _S.terminated,
        (_S.wait_send, _E.ship_part): _S.part_sent,
        (_S.wait_send, _E.ship_all): _S.wait_receive,
        (_S.part_sent, _E.late): _S.part_sent,
        (_S.part_sent, _E.refund_part): _S.part_sent,
        (_S.part_sent, _E.refund_rest): _S.wait_receive,
        (_S.part_sent, _E.refund_last): _S.success,
        (_S.part_sent, _E.ship_part): _S.part_sent,
        (_S.part_sent, _E.ship_all): _S.wait_receive,
        (_S.part_sent, _E.extend): _S.part_sent,
        (_S.part_sent, _E.signed): _S.part_sent,
        (_S.part_sent, _E.receive_part): _S.part_sent,
        (_S.wait_receive, _E.extend): _S.wait_receive,
        (_S.wait_receive, _E.signed): _S.wait_receive,
        (_S.wait_receive, _E.receive_part): _S.wait_receive,
        (_S.wait_receive, _E.receive_all): _S.success,
    },
)
"""`refund_part` leaves something to ship, `refund_rest` leaves only shipped goods on their way, `refund_last`
only received ones, `refund_all` nothing at all (B1.2)."""

FINISHED = frozenset({_S.success, _S.closed, _S.terminated})
"""States in which an order has no timers and nothing in escrow."""

ORDER_NUMBER_PREFIX = ""


def order_number(order_id: int) -> str:
    """The number people see; it does not tell how many orders there are."""
    return human_number(order_id, ORDER_NUMBER_PREFIX)


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One line of an order: what was bought, its share of the money, and how far it has come."""

    line_no: int
    sku_id: int
    offer_id: int
    offer_version: int
    category_id: str
    title: Bilingual
    options: Bilingual
    picture: str | None
    unit: str
    quantity: int
    price_e4: int
    goods_minor: int
    freight_minor: int
    basis: str
    step_from: int
    is_sample: bool
    weight_g: int
    shipped: int = 0
    received: int = 0
    refunded: int = 0

    @property
    def to_ship(self) -> int:
        """How many are neither shipped nor refunded."""
        return self.quantity - self.shipped - self.refunded

    @property
    def to_receive(self) -> int:
        """How many are on their way."""
        return self.shipped - self.received

    @property
    def settled(self) -> int:
        """How many have left escrow, to the seller or back to the buyer."""
        return self.received + self.refunded

    def share_of(self, quantity: int) -> tuple[int, int]:
        """Goods and freight money of the next `quantity` units to leave escrow.

        Counted as a difference of running totals, so that any sequence of refunds and releases ends at
        exactly the line's amount: the last unit takes the remainder.
        """
        assert 0 <= quantity <= self.quantity - self.settled
        until = self.settled + quantity
        goods = running_share(self.goods_minor, until, self.quantity)
        freight = running_share(self.freight_minor, until, self.quantity)
        return (
            goods - running_share(self.goods_minor, self.settled, self.quantity),
            freight - running_share(self.freight_minor, self.settled, self.quantity),
        )


def running_share(amount_minor: int, units: int, of_units: int) -> int:
    """The part of an amount that belongs to its first `units` units."""
    return divide_half_up(amount_minor * units, of_units)


class Hold(msgspec.Struct, frozen=True, kw_only=True):
    """Something above that stops some events of an order until it is lifted."""

    code: str
    about_id: int
    stops: tuple[str, ...]
    deed: str = ""
    reason: str = ""
    by_org_id: int = 0
    by_person_id: int = 0


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """An order as it is read from its rows."""

    order_id: int
    number: str
    buyer_id: int
    seller_id: int
    state: OrderState
    trade_type: TradeType
    placed_at: datetime
    placed_by: int
    goods_minor: int
    freight_minor: int
    paid_minor: int
    refunded_minor: int
    released_minor: int
    payment_id: int
    pay_close_at: datetime
    paid_at: datetime | None
    ship_promise_at: datetime | None
    is_late: bool
    rule_pins: Mapping[str, int]
    lines: tuple[Line, ...]
    holds: tuple[Hold, ...] = ()

    @property
    def amount_minor(self) -> int:
        """What the buyer pays: goods and freight."""
        return self.goods_minor + self.freight_minor

    @property
    def escrow_minor(self) -> int:
        """What the order's escrow account must hold."""
        return self.paid_minor - self.refunded_minor - self.released_minor
