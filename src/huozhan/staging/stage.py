"""A stage of an order's payment: its flags, its states and the one table of its moves (B1.5b)."""

from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from huozhan.kernel.moves import Moves


class StageState(StrEnum):
    """Where a stage stands, by the names that 1688's open platform uses."""

    waitactivate = "waitactivate"
    waitsellerpush = "waitsellerpush"
    waitbuyerpay = "waitbuyerpay"
    waitselleract = "waitselleract"
    waitbuyerconfirmaction = "waitbuyerconfirmaction"
    waitsellersend = "waitsellersend"
    waitbuyerreceive = "waitbuyerreceive"
    success = "success"
    settlebill = "settlebill"
    cancel = "cancel"
    inactiveandcancel = "inactiveandcancel"


class StageEvent(StrEnum):
    """What can happen to a stage."""

    call_seller = "call_seller"
    call_buyer = "call_buyer"
    push = "push"
    pay_for_action = "pay_for_action"
    pay_for_goods = "pay_for_goods"
    pay_ahead = "pay_ahead"
    pay_off = "pay_off"
    declare = "declare"
    reject = "reject"
    confirm = "confirm"
    confirm_to_send = "confirm_to_send"
    ship = "ship"
    receive = "receive"
    settle = "settle"
    give_back = "give_back"
    drop = "drop"


_S, _E = StageState, StageEvent

MOVES = Moves(
    "stage",
    _S.waitactivate,
    {
        (_S.waitactivate, _E.call_seller): _S.waitsellerpush,
        (_S.waitactivate, _E.call_buyer): _S.waitbuyerpay,
        (_S.waitactivate, _E.drop): _S.inactiveandcancel,
        (_S.waitsellerpush, _E.push): _S.waitbuyerpay,
        (_S.waitsellerpush, _E.drop): _S.inactiveandcancel,
        (_S.waitbuyerpay, _E.push): _S.waitbuyerpay,
        (_S.waitbuyerpay, _E.pay_for_action): _S.waitselleract,
        (_S.waitbuyerpay, _E.pay_for_goods): _S.waitsellersend,
        (_S.waitbuyerpay, _E.pay_ahead): _S.waitbuyerreceive,
        (_S.waitbuyerpay, _E.pay_off): _S.success,
        (_S.waitbuyerpay, _E.drop): _S.cancel,
        (_S.waitselleract, _E.declare): _S.waitbuyerconfirmaction,
        (_S.waitselleract, _E.settle): _S.settlebill,
        (_S.waitselleract, _E.give_back): _S.cancel,
        (_S.waitbuyerconfirmaction, _E.reject): _S.waitselleract,
        (_S.waitbuyerconfirmaction, _E.confirm): _S.success,
        (_S.waitbuyerconfirmaction, _E.confirm_to_send): _S.waitsellersend,
        (_S.waitbuyerconfirmaction, _E.settle): _S.settlebill,
        (_S.waitbuyerconfirmaction, _E.give_back): _S.cancel,
        (_S.waitsellersend, _E.ship): _S.waitbuyerreceive,
        (_S.waitsellersend, _E.settle): _S.settlebill,
        (_S.waitsellersend, _E.give_back): _S.cancel,
        (_S.waitbuyerreceive, _E.receive): _S.success,
        (_S.waitbuyerreceive, _E.settle): _S.settlebill,
        (_S.waitbuyerreceive, _E.give_back): _S.cancel,
        (_S.success, _E.settle): _S.settlebill,
        (_S.success, _E.give_back): _S.cancel,
    },
)
"""`settle` ends a paid stage whose order stops: a part may be kept; `give_back` returns all of it, also of one that
was over; `drop` ends an unpaid one."""

UNPAID = frozenset({_S.waitactivate, _S.waitsellerpush, _S.waitbuyerpay})
"""States in which nothing of a stage is paid, and its amount may still change."""

DROPPED = frozenset({_S.cancel, _S.inactiveandcancel})
"""States of a stage that ended without its money, or whose money went back."""

OVER = DROPPED | {_S.success, _S.settlebill}
"""States in which a stage waits for nothing more."""


class Condition(StrEnum):
    """What must have happened before the first stage's money is the seller's."""

    sample_approved = "sample_approved"
    production_started = "production_started"
    goods_received = "goods_received"


class Stage(msgspec.Struct, frozen=True, kw_only=True):
    """One stage of one order; `stage_id` owns its escrow (account 202)."""

    stage_no: int
    stage_id: int
    share: int
    """Its weight among the stages, such as 3 of 3/7."""
    goods_minor: int
    freight_minor: int
    state: StageState
    pay_timeout_s: int
    """Within which time the buyer pays once it is asked for; 0 where nothing forces a date."""
    confirm_timeout_s: int
    """Within which time the buyer answers the seller's word; then the clock says yes."""
    needs_logistics: bool
    """Goods leave with it: it carries the freight, and it is the gate that must be paid before anything ships."""
    needs_action: bool
    """The seller says that the condition is met, and the buyer confirms it."""
    transfer_after_confirm: bool
    """Its money waits in its own escrow until its condition is confirmed."""
    seller_pushes_next: bool
    """The buyer is asked for the next stage only once the seller says so."""
    instant_pay: bool
    """Its money goes straight to the seller."""
    condition: Condition | None = None
    is_earnest: bool = False
    """It is agreed as earnest money 定金: a seller who gives up owes it once more."""
    payment_id: int = 0
    paid_minor: int = 0
    released_minor: int = 0
    refunded_minor: int = 0
    paid_at: datetime | None = None
    pay_due_at: datetime | None = None
    confirm_due_at: datetime | None = None
    note: str = ""
    """The seller's last word about the condition."""
    picture: str = ""
    """The picture that goes with it, by its reference."""
    refused: str = ""
    """Why the buyer did not confirm it last time."""

    @property
    def amount_minor(self) -> int:
        """What the buyer pays with it."""
        return self.goods_minor + self.freight_minor

    @property
    def escrow_minor(self) -> int:
        """What its own escrow must hold."""
        return self.paid_minor - self.released_minor - self.refunded_minor

    @property
    def is_paid(self) -> bool:
        """Tells whether the buyer has paid it."""
        return self.paid_minor > 0

    @property
    def pay_timeout(self) -> timedelta | None:
        """The time to pay once it is asked for."""
        return timedelta(seconds=self.pay_timeout_s) if self.pay_timeout_s else None

    @property
    def confirm_timeout(self) -> timedelta | None:
        """The buyer's time to answer the seller's word."""
        return timedelta(seconds=self.confirm_timeout_s) if self.confirm_timeout_s else None

    def moved(self, event: StageEvent, **changes: object) -> "Stage":
        """The stage after an event, with what changed beside its state."""
        return msgspec.structs.replace(self, state=MOVES.after(self.state, event), **changes)
