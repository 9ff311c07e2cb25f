"""An after-sales case: what is asked, why and who answers for it, the one table of its moves, and the shares of its lines."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

import msgspec

from huozhan.kernel.money import split
from huozhan.kernel.moves import Moves
from huozhan.kernel.shapes import Bilingual
from huozhan.ordering import GivenBack


class Kind(StrEnum):
    """What the buyer wants."""

    refund_only = "refund_only"
    return_refund = "return_refund"
    exchange = "exchange"
    """Goods go back and the same are sent again."""
    resend = "resend"
    """What is missing is sent; nothing goes back."""


REPLACES = frozenset({Kind.exchange, Kind.resend})
"""Kinds that end in goods instead of money."""


class GoodsStatus(StrEnum):
    """Where the goods are, as the buyer says."""

    not_received = "not_received"
    received = "received"


class Liability(StrEnum):
    """Who answers for it and as what; counted in the seller's service record, except for the buyer's wish (B1.6)."""

    quality = "quality"
    wrong_item = "wrong_item"
    short = "short"
    late = "late"
    damage = "damage"
    wish = "wish"
    fake_shipment = "fake_shipment"


class Reason(msgspec.Struct, frozen=True):
    """Why a buyer applies: which class it is of, and with which status of the goods it can be said."""

    liability: Liability
    statuses: frozenset[GoodsStatus]


_BEFORE, _AFTER = GoodsStatus.not_received, GoodsStatus.received

REASONS: Mapping[str, Reason] = {
    "not_arrived": Reason(Liability.late, frozenset({_BEFORE})),
    "late": Reason(Liability.late, frozenset({_BEFORE, _AFTER})),
    "fake_shipment": Reason(Liability.fake_shipment, frozenset({_BEFORE})),
    "quality": Reason(Liability.quality, frozenset({_AFTER})),
    "stain": Reason(Liability.quality, frozenset({_AFTER})),
    "not_as_described": Reason(Liability.wrong_item, frozenset({_AFTER})),
    "wrong_item": Reason(Liability.wrong_item, frozenset({_AFTER})),
    "short": Reason(Liability.short, frozenset({_BEFORE, _AFTER})),
    "damage": Reason(Liability.damage, frozenset({_AFTER})),
    "size": Reason(Liability.wish, frozenset({_AFTER})),
    "wish": Reason(Liability.wish, frozenset({_BEFORE, _AFTER})),
    "no_reason": Reason(Liability.wish, frozenset({_AFTER})),
}
"""The reasons a buyer chooses among; their words are under `case.reason.<code>`."""


NO_REASON = "no_reason"
"""The reason that needs none: goods go back under the shop's promise, and the seller cannot say no before seeing them."""


class CaseState(StrEnum):
    """Where a case stands."""

    wait_seller = "wait_seller"
    wait_buyer_modify = "wait_buyer_modify"
    wait_buyer_send = "wait_buyer_send"
    wait_seller_receive = "wait_seller_receive"
    wait_buyer_pay = "wait_buyer_pay"
    wait_seller_send = "wait_seller_send"
    wait_buyer_receive = "wait_buyer_receive"
    platform = "platform"
    ruled = "ruled"
    refunding = "refunding"
    success = "success"
    replaced = "replaced"
    closed = "closed"


class CaseEvent(StrEnum):
    """What can happen to a case."""

    apply = "apply"
    modify = "modify"
    cancel = "cancel"
    lapse = "lapse"
    agree_refund = "agree_refund"
    agree_return = "agree_return"
    agree_resend = "agree_resend"
    refuse = "refuse"
    send_back = "send_back"
    accept = "accept"
    reject = "reject"
    accept_exchange = "accept_exchange"
    accept_dearer = "accept_dearer"
    pay_difference = "pay_difference"
    unpaid = "unpaid"
    send_again = "send_again"
    receive_again = "receive_again"
    receive_cheaper = "receive_cheaper"
    refund_instead = "refund_instead"
    refunded = "refunded"
    escalate = "escalate"
    extend = "extend"
    rule = "rule"
    appeal = "appeal"
    carry_out_refund = "carry_out_refund"
    carry_out_return = "carry_out_return"
    carry_out_nothing = "carry_out_nothing"


_S, _E = CaseState, CaseEvent

MOVES = Moves(
    "case",
    _S.wait_seller,
    {
        (_S.wait_seller, _E.modify): _S.wait_seller,
        (_S.wait_seller, _E.cancel): _S.closed,
        (_S.wait_seller, _E.agree_refund): _S.refunding,
        (_S.wait_seller, _E.agree_return): _S.wait_buyer_send,
        (_S.wait_seller, _E.agree_resend): _S.wait_seller_send,
        (_S.wait_seller, _E.refuse): _S.wait_buyer_modify,
        (_S.wait_buyer_modify, _E.modify): _S.wait_seller,
        (_S.wait_buyer_modify, _E.cancel): _S.closed,
        (_S.wait_buyer_modify, _E.lapse): _S.closed,
        (_S.wait_buyer_send, _E.cancel): _S.closed,
        (_S.wait_buyer_send, _E.lapse): _S.closed,
        (_S.wait_buyer_send, _E.send_back): _S.wait_seller_receive,
        (_S.wait_seller_receive, _E.accept): _S.refunding,
        (_S.wait_seller_receive, _E.reject): _S.wait_buyer_modify,
        (_S.wait_seller_receive, _E.accept_exchange): _S.wait_seller_send,
        (_S.wait_seller_receive, _E.accept_dearer): _S.wait_buyer_pay,
        (_S.wait_buyer_pay, _E.pay_difference): _S.wait_seller_send,
        (_S.wait_buyer_pay, _E.unpaid): _S.refunding,
        (_S.wait_buyer_pay, _E.refund_instead): _S.refunding,
        (_S.wait_seller_send, _E.send_again): _S.wait_buyer_receive,
        (_S.wait_seller_send, _E.refund_instead): _S.refunding,
        (_S.wait_buyer_receive, _E.receive_again): _S.replaced,
        (_S.wait_buyer_receive, _E.receive_cheaper): _S.refunding,
        (_S.wait_seller_receive, _E.escalate): _S.platform,
        (_S.wait_seller_send, _E.escalate): _S.platform,
        (_S.wait_buyer_receive, _E.escalate): _S.platform,
        (_S.wait_seller, _E.escalate): _S.platform,
        (_S.wait_buyer_modify, _E.escalate): _S.platform,
        (_S.platform, _E.receive_cheaper): _S.refunding,
        (_S.platform, _E.cancel): _S.closed,
        (_S.platform, _E.extend): _S.platform,
        (_S.platform, _E.rule): _S.ruled,
        (_S.ruled, _E.appeal): _S.platform,
        (_S.ruled, _E.carry_out_refund): _S.refunding,
        (_S.ruled, _E.carry_out_return): _S.wait_buyer_send,
        (_S.ruled, _E.carry_out_nothing): _S.closed,
        (_S.refunding, _E.refunded): _S.success,
    },
)
"""The table of B1.6. What the clock does in somebody's place is the same move, made by the clock.

Goods that are to be replaced and whose seller does nothing come before the market by the clock; a buyer to whom a
replacement was sent brings the case there too.
"""

OPEN = frozenset(
    {
        _S.wait_seller,
        _S.wait_buyer_modify,
        _S.wait_buyer_send,
        _S.wait_seller_receive,
        _S.wait_buyer_pay,
        _S.wait_seller_send,
        _S.wait_buyer_receive,
        _S.platform,
        _S.ruled,
    }
)
"""States in which the goods' clock of receipt stands still and their lines are taken."""

RESERVED = frozenset({_S.wait_buyer_send, _S.wait_seller_receive, _S.wait_buyer_pay, _S.wait_seller_send})
"""States in which the goods of a replacement are spoken for."""

SATURDAY = 5
BUYER, SELLER, MARKET, CLOCK, NOBODY = "buyer", "seller", "market", "clock", ""

WHOSE_TURN: Mapping[CaseState, str] = {
    _S.wait_seller: SELLER,
    _S.wait_buyer_modify: BUYER,
    _S.wait_buyer_send: BUYER,
    _S.wait_seller_receive: SELLER,
    _S.wait_buyer_pay: BUYER,
    _S.wait_seller_send: SELLER,
    _S.wait_buyer_receive: BUYER,
    _S.platform: MARKET,
    _S.ruled: MARKET,
    _S.refunding: MARKET,
    _S.success: NOBODY,
    _S.replaced: NOBODY,
    _S.closed: NOBODY,
}


class CaseLine(msgspec.Struct, frozen=True, kw_only=True):
    """So many units of an order's line, what is asked for them, and the most that could be."""

    line_no: int
    sku_id: int
    offer_id: int
    category_id: str
    title: Bilingual
    options: Bilingual
    picture: str | None
    unit: str
    quantity: int
    goods_minor: int
    freight_minor: int
    goods_most: int
    freight_most: int

    @property
    def given(self) -> GivenBack:
        """What the case gives back of it; all that it has come to where all is asked."""
        return GivenBack(
            quantity=self.quantity,
            goods_minor=self.goods_minor,
            freight_minor=self.freight_minor,
            whole=(self.goods_minor, self.freight_minor) == (self.goods_most, self.freight_most),
        )


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A case as it is read from its row."""

    order_id: int
    case_id: int
    number: str
    order_number: str
    buyer_id: int
    seller_id: int
    kind: Kind
    goods_status: GoodsStatus
    state: CaseState
    reason: str
    liability: Liability
    asked_minor: int
    refunded_minor: int = 0
    refund_id: int = 0
    refusals: int = 0
    applied_at: datetime
    applied_by: int
    due_at: datetime | None
    ended_at: datetime | None = None
    carrier_code: str = ""
    waybill: str = ""
    restocked: bool | None = None
    escalated_at: datetime | None = None
    evidence_until: datetime | None = None
    extended_by: str = ""
    appealed_by: str = ""
    rulings: int = 0
    is_released: bool = False
    held_minor: int = 0
    again_carrier: str = ""
    again_waybill: str = ""
    money_to: str = "payer"
    """Where its money goes: to the `payer` as it was paid, into the `wallet`, or off the `bill` of an order on credit."""
    difference_minor: int = 0
    """What an exchange for another SKU costs the buyer more; below nothing it goes back to the buyer when it is complete."""
    topup_minor: int = 0
    """What of it the buyer has paid, as long as it waits in the case's escrow."""
    topup_payment_id: int = 0

    @property
    def is_negotiated(self) -> bool:
        """Tells whether both sides still look for an agreement of their own."""
        return self.state in {CaseState.wait_seller, CaseState.wait_buyer_modify}

    @property
    def is_replaced(self) -> bool:
        """Tells whether it is to end in goods instead of money."""
        return self.kind in REPLACES

    @property
    def is_sent_back(self) -> bool:
        """Tells whether its goods went back to the seller, who has sent nothing for them since."""
        return bool(self.waybill) and not self.again_waybill

    @property
    def buyer_may_call(self) -> bool:
        """Tells whether the buyer may bring it before the market now; elsewhere the clock does, or nobody."""
        return self.is_negotiated or self.state is CaseState.wait_buyer_receive

    @property
    def is_open(self) -> bool:
        """Tells whether it still holds its lines."""
        return self.state in OPEN

    def moved(self, event: CaseEvent, *, due_at: datetime | None, **changes: object) -> "Case":
        """The case after an event, with until when the next one must act."""
        state = MOVES.after(self.state, event, number=self.number)
        return msgspec.structs.replace(self, state=state, due_at=due_at, **changes)


def after_working_days(at: datetime, days: int, timezone: str) -> datetime:
    """The same hour so many working days later where the market is; Saturdays and Sundays do not count."""
    local = at.astimezone(ZoneInfo(timezone))
    while days:
        local += timedelta(days=1)
        days -= local.weekday() < SATURDAY
    return local.astimezone(at.tzinfo)


def spread(lines: Sequence[CaseLine], goods_minor: int, freight_minor: int) -> list[CaseLine]:
    """The lines with an amount of goods and one of freight spread over them, by what each could have at the most."""
    goods = split(goods_minor, [line.goods_most for line in lines])
    freight = split(freight_minor, [line.freight_most for line in lines])
    return [
        msgspec.structs.replace(line, goods_minor=goods[at], freight_minor=freight[at])
        for at, line in enumerate(lines)
    ]
