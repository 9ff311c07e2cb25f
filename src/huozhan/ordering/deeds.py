"""What a side may do to an order now, for its page: the move table without what a hold stops."""

from collections.abc import Sequence

import msgspec

from huozhan import staging
from huozhan.kernel.work import Work
from huozhan.ordering.clock_views import FilingView, LongerView
from huozhan.ordering.compensating import NO_STOCK
from huozhan.ordering.exemption import suspended_until
from huozhan.ordering.order import MOVES, Order, OrderEvent, OrderState
from huozhan.ordering.store.log import Story
from huozhan.ordering.waiting import BUYER, SELLER
from huozhan.staging import UNPAID, StageState


class Beside(msgspec.Struct, frozen=True, kw_only=True):
    """What the seller asked for beside the order: more time of the buyer, exemptions of the market."""

    longer: LongerView | None = None
    filings: Sequence[FilingView] = ()


PERMISSION = {
    "pay": "order.pay",
    "cancel": "order.view",
    "accept_amendment": "order.place",
    "refund_unshipped": "order.place",
    "take_back_refund": "order.place",
    "confirm": "order.confirm",
    "reorder": "cart.use",
    "amend": "sale.amend",
    "answer_refund": "sale.amend",
    "declare_lack": "sale.amend",
    "ship": "sale.ship",
    "confirm_stage": "order.confirm",
    "reject_stage": "order.confirm",
    "stop": "order.place",
    "declare_stage": "sale.ship",
    "push_stage": "sale.ship",
    "give_up": "sale.amend",
    "leave_disrupted": "order.place",
    "answer_longer_promise": "order.place",
    "ask_longer_promise": "sale.amend",
    "file_exemption": "sale.amend",
}
"""What each deed of an order page needs."""


def deeds_of(work: Work, order: Order, story: Story, side: str, beside: Beside) -> list[str]:
    """What this side may do now: the move table without what a hold stops."""

    def open_for(event: OrderEvent) -> bool:
        stopped = any(event in hold.stops for hold in order.holds)
        return MOVES.allows(order.state, event) and not stopped

    has_offer = any(amendment.state == "offered" for amendment in story.amendments)
    unpaid = order.state is OrderState.wait_pay and not order.is_closing
    on_its_way = any(line.to_receive for line in order.lines)
    stage = staging.at_hand(order.stages)
    stands = stage.state if stage and order.state is not OrderState.closed else None
    is_asked = stands is StageState.waitbuyerpay and not order.is_closing
    is_paid_direct = any(one.instant_pay and one.is_paid for one in order.stages)
    held_up = suspended_until(order.exemptions, work.now) and any(line.to_ship for line in order.lines)
    may_lengthen = open_for(OrderEvent.promise_moved) and not (order.is_late or order.stages)
    is_filed = any(filing.state == "filed" for filing in beside.filings)
    may_file = order.ship_promise_at and open_for(OrderEvent.clock_moved) and not order.stages
    deeds = {
        BUYER: {
            "pay": is_asked if order.stages else unpaid,
            "confirm_stage": stands is StageState.waitbuyerconfirmaction
            and open_for(OrderEvent.stage_confirm),
            "reject_stage": stands is StageState.waitbuyerconfirmaction and open_for(OrderEvent.stage_reject),
            "stop": bool(order.stages)
            and open_for(OrderEvent.stop)
            and not order.is_closing
            and (order.is_late or not is_paid_direct),
            "accept_amendment": unpaid and has_offer,
            "cancel": open_for(OrderEvent.cancel),
            "refund_unshipped": open_for(OrderEvent.refund_part) and not order.asked,
            "take_back_refund": bool(order.asked),
            "confirm": on_its_way and open_for(OrderEvent.receive_part),
            "leave_disrupted": held_up and open_for(OrderEvent.refund_part),
            "answer_longer_promise": may_lengthen and beside.longer is not None,
            "reorder": True,
        },
        SELLER: {
            "amend": open_for(OrderEvent.amend)
            or (any(s.state in UNPAID for s in order.stages) and open_for(OrderEvent.amend_stages)),
            "declare_stage": stands is StageState.waitselleract and open_for(OrderEvent.stage_declare),
            "push_stage": open_for(OrderEvent.stage_push)
            and not order.is_closing
            and (
                stands is StageState.waitsellerpush or (is_asked and stage is not None and stage.stage_no > 1)
            ),
            "give_up": bool(order.stages) and open_for(OrderEvent.give_up) and not order.is_closing,
            "cancel": open_for(OrderEvent.cancel),
            "answer_refund": bool(order.asked),
            "declare_lack": open_for(OrderEvent.refund_part)
            and not order.asked
            and not any(claim.cause == NO_STOCK for claim in story.claims),
            "ship": open_for(OrderEvent.ship_all) and any(order.to_ship(line) for line in order.lines),
            "ask_longer_promise": may_lengthen and beside.longer is None,
            "file_exemption": may_file and not is_filed,
        },
    }
    return [deed for deed, allowed in deeds[side].items() if allowed]
