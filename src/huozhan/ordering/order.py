"""An order: its states, the one table of its moves, and the arithmetic of its lines."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

from huozhan.kernel.ids import human_number
from huozhan.kernel.money import divide_half_up
from huozhan.kernel.moves import Moves
from huozhan.kernel.refusals import NotFound, Refusal
from huozhan.kernel.shapes import Bilingual
from huozhan.ordering.exemption import Exemption, Wait
from huozhan.staging import Stage


class OrderState(StrEnum):
    """Where an order stands."""

    wait_pay = "wait_pay"
    wait_send = "wait_send"
    part_sent = "part_sent"
    wait_receive = "wait_receive"
    success = "success"
    closed = "closed"
    terminated = "terminated"


PAY_CLOSE = "pay_close"
"""The timer at whose end an unpaid order is closed."""

SHIP_PROMISE = "ship_promise"
"""The timer at whose end a promise to ship is broken."""

CLOSING = "closing"
"""The code of the hold under which an open payment is closed at the channel first."""


class TradeType(StrEnum):
    """How the money of an order travels; orders never mix two. What each means stands in `ways.py` and nowhere else."""

    escrow = "escrow"
    period = "period"
    staged = "staged"
    pay_later = "pay_later"


class OrderEvent(StrEnum):
    """What can happen to an order."""

    amend = "amend"
    cancel = "cancel"
    pay_close = "pay_close"
    take_on_credit = "take_on_credit"
    wait_for_bank = "wait_for_bank"
    wait_longer = "wait_longer"
    pay = "pay"
    pay_late = "pay_late"
    reopen = "reopen"
    late = "late"
    refund_part = "refund_part"
    refund_rest = "refund_rest"
    refund_last = "refund_last"
    refund_all = "refund_all"
    refund_refused = "refund_refused"
    refund_taken_back = "refund_taken_back"
    ship_part = "ship_part"
    ship_all = "ship_all"
    extend = "extend"
    signed = "signed"
    receive_part = "receive_part"
    receive_all = "receive_all"
    case_opened = "case_opened"
    case_closed = "case_closed"
    return_part = "return_part"
    return_last = "return_last"
    return_all = "return_all"
    pay_stage = "pay_stage"
    stage_declare = "stage_declare"
    stage_reject = "stage_reject"
    stage_confirm = "stage_confirm"
    stage_push = "stage_push"
    amend_stages = "amend_stages"
    stop = "stop"
    stop_due = "stop_due"
    give_up = "give_up"
    leave = "leave"
    leave_due = "leave_due"
    clock_moved = "clock_moved"
    promise_moved = "promise_moved"


_S, _E = OrderState, OrderEvent

MOVES = Moves(
    "order",
    _S.wait_pay,
    {
        (_S.wait_pay, _E.amend): _S.wait_pay,
        (_S.wait_pay, _E.wait_for_bank): _S.wait_pay,
        (_S.wait_pay, _E.wait_longer): _S.wait_pay,
        (_S.wait_pay, _E.cancel): _S.closed,
        (_S.wait_pay, _E.pay_close): _S.closed,
        (_S.wait_pay, _E.take_on_credit): _S.wait_send,
        (_S.wait_pay, _E.pay): _S.wait_send,
        (_S.closed, _E.pay_late): _S.closed,
        (_S.closed, _E.reopen): _S.wait_send,
        (_S.wait_send, _E.late): _S.wait_send,
        (_S.wait_send, _E.refund_part): _S.wait_send,
        (_S.wait_send, _E.refund_all): _S.terminated,
        (_S.wait_send, _E.refund_refused): _S.wait_send,
        (_S.wait_send, _E.refund_taken_back): _S.wait_send,
        (_S.wait_send, _E.ship_part): _S.part_sent,
        (_S.wait_send, _E.ship_all): _S.wait_receive,
        (_S.part_sent, _E.late): _S.part_sent,
        (_S.part_sent, _E.refund_part): _S.part_sent,
        (_S.part_sent, _E.refund_rest): _S.wait_receive,
        (_S.part_sent, _E.refund_last): _S.success,
        (_S.part_sent, _E.refund_all): _S.terminated,
        (_S.part_sent, _E.refund_refused): _S.part_sent,
        (_S.part_sent, _E.refund_taken_back): _S.part_sent,
        (_S.part_sent, _E.ship_part): _S.part_sent,
        (_S.part_sent, _E.ship_all): _S.wait_receive,
        (_S.part_sent, _E.extend): _S.part_sent,
        (_S.part_sent, _E.signed): _S.part_sent,
        (_S.part_sent, _E.receive_part): _S.part_sent,
        (_S.part_sent, _E.case_opened): _S.part_sent,
        (_S.part_sent, _E.case_closed): _S.part_sent,
        (_S.part_sent, _E.return_part): _S.part_sent,
        (_S.wait_receive, _E.extend): _S.wait_receive,
        (_S.wait_receive, _E.signed): _S.wait_receive,
        (_S.wait_receive, _E.receive_part): _S.wait_receive,
        (_S.wait_receive, _E.receive_all): _S.success,
        (_S.wait_receive, _E.case_opened): _S.wait_receive,
        (_S.wait_receive, _E.case_closed): _S.wait_receive,
        (_S.wait_receive, _E.return_part): _S.wait_receive,
        (_S.wait_receive, _E.return_last): _S.success,
        (_S.wait_receive, _E.return_all): _S.terminated,
        # Only orders paid in stages: steps of their stages, and their ends before the goods leave (B1.5b).
        (_S.wait_send, _E.pay_stage): _S.wait_send,
        (_S.wait_send, _E.stage_declare): _S.wait_send,
        (_S.wait_send, _E.stage_reject): _S.wait_send,
        (_S.wait_send, _E.stage_confirm): _S.wait_send,
        (_S.wait_send, _E.stage_push): _S.wait_send,
        (_S.wait_send, _E.amend_stages): _S.wait_send,
        (_S.wait_send, _E.stop): _S.terminated,
        (_S.wait_send, _E.stop_due): _S.terminated,
        (_S.wait_send, _E.give_up): _S.terminated,
        (_S.wait_send, _E.leave): _S.terminated,
        (_S.wait_send, _E.leave_due): _S.terminated,
        (_S.success, _E.pay_stage): _S.success,
        **{(state, _E.clock_moved): state for state in _S if state not in (_S.wait_pay, _S.closed)},
        **{(state, _E.promise_moved): state for state in (_S.wait_send, _S.part_sent)},
    },
)
"""`refund_part` leaves something to ship, `refund_rest` leaves only shipped goods on their way, `refund_last`
only received ones, `refund_all` nothing at all (B1.2). The same words with `return_` say it of goods that were
sent and came to an end in an after-sales case. `clock_moved` also reaches what ended: a notice may come later."""

FINISHED = frozenset({_S.success, _S.closed, _S.terminated})
"""States in which an order has no timers and nothing in escrow; only a late payment may open a closed one again."""


class Held(Refusal):
    """Something that must end first stops this: an open refund, a payment being closed at the channel."""

    code = "ordering.held"


class GateShut(Held):
    """The stage that must be paid before shipping is not paid yet, or its condition is not confirmed."""

    code = "ordering.gate_shut"


class InStages(Held):
    """The goods of an order paid in stages leave together, and nothing of it is given back line by line."""

    code = "ordering.in_stages"


STAGE_GATE, STAGES = "stage_gate", "stages"
"""The codes of the holds on an order paid in stages: until its gate opens, and as long as it lasts."""

_REFUSALS: Mapping[str, type[Held]] = {STAGE_GATE: GateShut, STAGES: InStages}


def order_number(order_id: int) -> str:
    """The number people see; it does not tell how many orders there are."""
    return human_number(order_id)


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
    returned: int = 0
    uncharged_minor: int = 0
    discount_minor: int = 0
    """What the seller took off the list price; `goods_minor` is what is left."""
    subsidy_minor: int = 0
    """What the market pays of `goods_minor` in the buyer's place."""
    kept_goods_minor: int = 0
    """What the seller has of `goods_minor` by now, the market's part in it; a case may take it back."""
    kept_subsidy_minor: int = 0
    """How much of that is the market's part."""
    kept_freight_minor: int = 0
    """What the seller has of `freight_minor` by now."""
    book_id: int = 0
    """The price book that priced it when it was placed; 0 where the ladder did."""
    book_version: int = 0
    takes_coupons: bool = True
    """Whether coupons may lower it: not where a contract priced it that says otherwise."""

    @property
    def to_ship(self) -> int:
        """How many are neither shipped nor refunded."""
        return self.quantity - self.shipped - self.refunded

    @property
    def to_receive(self) -> int:
        """How many are on their way."""
        return self.shipped - self.received - self.returned

    @property
    def settled(self) -> int:
        """How many are received or given back: their money is decided."""
        return self.received + self.refunded + self.returned

    @property
    def charged_minor(self) -> int:
        """The goods money on which commission was charged: what was received is worth, less what of it went back."""
        return self.worth(self.received) - self.uncharged_minor

    def worth(self, units: int) -> int:
        """What so many of its units cost: the buyer's part and the market's, each rounded once."""
        return self.paid_worth(units) + running_share(self.subsidy_minor, units, self.quantity)

    def paid_worth(self, units: int) -> int:
        """What its buyer pays for the goods of so many of its units, rounded once."""
        return running_share(self.goods_minor - self.subsidy_minor, units, self.quantity)

    def subsidy_of(self, quantity: int) -> int:
        """The market's part of the goods money of the next `quantity` units to leave escrow."""
        until = running_share(self.subsidy_minor, self.settled + quantity, self.quantity)
        return until - running_share(self.subsidy_minor, self.settled, self.quantity)

    def buyer_share_of(self, quantity: int) -> tuple[int, int]:
        """The same without the market's part: what the buyer paid for those units, and their freight."""
        goods, freight = self.share_of(quantity)
        return goods - self.subsidy_of(quantity), freight

    def share_of(self, quantity: int) -> tuple[int, int]:
        """Goods and freight money of the next `quantity` units that are received or given back.

        Counted as a difference of running totals, so that any sequence of refunds and releases ends at
        exactly the line's amount: the last unit takes the remainder.
        """
        assert 0 <= quantity <= self.quantity - self.settled
        until = self.settled + quantity
        freight = running_share(self.freight_minor, until, self.quantity)
        return (
            self.worth(until) - self.worth(self.settled),
            freight - running_share(self.freight_minor, self.settled, self.quantity),
        )


def keeping(line: Line, goods: int, subsidy: int, freight: int) -> Line:
    """A line of whose money the seller has so much more: goods with the market's part in it, and freight."""
    return replaced(
        line,
        kept_goods_minor=line.kept_goods_minor + goods,
        kept_subsidy_minor=line.kept_subsidy_minor + subsidy,
        kept_freight_minor=line.kept_freight_minor + freight,
    )


def replaced(line: Line, **changes: int) -> Line:
    """A line with some of its counts changed."""
    return msgspec.structs.replace(line, **changes)


def running_share(amount_minor: int, units: int, of_units: int) -> int:
    """The part of an amount that belongs to its first `units` units."""
    return divide_half_up(amount_minor * units, of_units)


class Hold(msgspec.Struct, frozen=True, kw_only=True):
    """Something that stops some events of an order until it is lifted; a `deed` is done when it is."""

    code: str
    about_id: int
    stops: tuple[str, ...]
    deed: str = ""
    reason: str = ""
    org_id: int = 0
    person_id: int = 0


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
    promise_hours: int
    paid_at: datetime | None
    """When it was paid or, on credit, placed: from then on the seller may ship."""
    ship_promise_at: datetime | None
    receive_due_at: datetime | None
    is_late: bool
    ended_at: datetime | None
    region_code: str
    rule_pins: Mapping[str, int]
    lines: tuple[Line, ...]
    holds: tuple[Hold, ...] = ()
    payments: tuple[int, ...] = ()
    """Payments that are open at the channel."""
    subsidy_minor: int = 0
    """What the market pays of the goods in the buyer's place: it stands in escrow beside what the buyer paid."""
    subsidy_back_minor: int = 0
    """What of it refunds gave back to the market; part of `refunded_minor`."""
    credit_minor: int = 0
    """What the seller ships without having been paid first (credit terms); it is owed once it is received."""
    premium_minor: int = 0
    """What the buyer pays an insurer with it: no part of what the goods cost, of escrow, or of what is refunded of them."""
    services: tuple[str, ...] = ()
    """What the shop promised when it was placed."""
    asked: Mapping[int, int] = {}
    """Quantities by line number for which money back is asked."""
    stages: tuple[Stage, ...] = ()
    """The stages in which it is paid; none under any other trade type."""
    is_exempt: bool = False
    """A disruption moved the promise, so it counts in no measure of promises."""
    exemptions: tuple[Exemption, ...] = ()
    waits: tuple[Wait, ...] = ()
    """From when until when the seller could not ship, because money back was asked for."""

    @property
    def amount_minor(self) -> int:
        """What the buyer pays: goods and freight, less what the market pays of them, and a premium."""
        return self.goods_minor + self.freight_minor - self.subsidy_minor + self.premium_minor

    @property
    def left_minor(self) -> int:
        """What is paid or taken on credit, and neither received nor given back yet."""
        return self.paid_minor + self.credit_minor - self.refunded_minor - self.released_minor

    @property
    def is_promoted(self) -> bool:
        """Tells whether promotions lowered what it costs."""
        return bool(self.subsidy_minor) or any(line.discount_minor for line in self.lines)

    @property
    def promise_began(self) -> datetime:
        """From when on the seller could ship."""
        return self.paid_at or self.placed_at

    @property
    def is_closing(self) -> bool:
        """Tells whether the payment channel is being asked before the order may end or change."""
        return any(hold.code == CLOSING for hold in self.holds)

    def line(self, line_no: int) -> Line:
        """One line by its number: lines are read in order and numbered from 1."""
        if not 1 <= line_no <= len(self.lines):
            raise NotFound(line_no=line_no)
        return self.lines[line_no - 1]

    def to_ship(self, line: Line) -> int:
        """How many of a line may be shipped: not those for which money back is asked."""
        return line.to_ship - self.asked.get(line.line_no, 0)

    def must_allow(self, event: OrderEvent) -> None:
        """Refuses what the order's state or a hold does not allow."""
        MOVES.after(self.state, event, number=self.number)
        for hold in self.holds:
            if event in hold.stops:
                raise _REFUSALS.get(hold.code, Held)(hold=hold.code, number=self.number)

    def is_stopped(self, event: OrderEvent) -> bool:
        """Tells whether a hold stops an event."""
        return any(event in hold.stops for hold in self.holds)

    def must_not_be_closing(self) -> None:
        """Refuses while the payment channel is being asked."""
        if self.is_closing:
            raise Held(hold=CLOSING, number=self.number)

    def moved(self, event: OrderEvent, **changes: Any) -> "Order":
        """The order after an event, with what changed beside its state."""
        self.must_allow(event)
        return msgspec.structs.replace(self, state=MOVES.after(self.state, event), **changes)

    def held_by(self, hold: Hold) -> "Order":
        """The order under one more hold."""
        return msgspec.structs.replace(self, holds=(*self.holds, hold))

    def with_stages(self, *changed: Stage) -> "Order":
        """The order with some of its stages replaced."""
        by_no = {stage.stage_no: stage for stage in changed}
        return msgspec.structs.replace(
            self, stages=tuple(by_no.get(stage.stage_no, stage) for stage in self.stages)
        )

    def with_lines(self, changed: Mapping[int, Line]) -> "Order":
        """The order with some of its lines replaced."""
        return msgspec.structs.replace(
            self, lines=tuple(changed.get(line.line_no, line) for line in self.lines)
        )
