"""The machine of an order: what the table allows, and that it allows nothing else (domain rule B1.2)."""

import itertools

import pytest

from huozhan.kernel.moves import NoSuchMove
from huozhan.ordering.order import FINISHED, MOVES, OrderEvent, OrderState

ALLOWED = {
    ("wait_pay", "amend", "wait_pay"),
    ("wait_pay", "wait_for_bank", "wait_pay"),
    ("wait_pay", "wait_longer", "wait_pay"),
    ("wait_pay", "cancel", "closed"),
    ("wait_pay", "pay_close", "closed"),
    ("wait_pay", "take_on_credit", "wait_send"),
    ("wait_pay", "pay", "wait_send"),
    ("closed", "pay_late", "closed"),
    ("closed", "reopen", "wait_send"),
    ("wait_send", "late", "wait_send"),
    ("wait_send", "refund_part", "wait_send"),
    ("wait_send", "refund_all", "terminated"),
    ("wait_send", "refund_refused", "wait_send"),
    ("wait_send", "refund_taken_back", "wait_send"),
    ("wait_send", "ship_part", "part_sent"),
    ("wait_send", "ship_all", "wait_receive"),
    ("part_sent", "late", "part_sent"),
    ("part_sent", "refund_part", "part_sent"),
    ("part_sent", "refund_rest", "wait_receive"),
    ("part_sent", "refund_last", "success"),
    ("part_sent", "refund_refused", "part_sent"),
    ("part_sent", "refund_taken_back", "part_sent"),
    ("part_sent", "ship_part", "part_sent"),
    ("part_sent", "ship_all", "wait_receive"),
    ("part_sent", "extend", "part_sent"),
    ("part_sent", "signed", "part_sent"),
    ("part_sent", "receive_part", "part_sent"),
    ("part_sent", "refund_all", "terminated"),
    ("part_sent", "case_opened", "part_sent"),
    ("part_sent", "case_closed", "part_sent"),
    ("part_sent", "return_part", "part_sent"),
    ("wait_receive", "extend", "wait_receive"),
    ("wait_receive", "signed", "wait_receive"),
    ("wait_receive", "receive_part", "wait_receive"),
    ("wait_receive", "receive_all", "success"),
    ("wait_receive", "case_opened", "wait_receive"),
    ("wait_receive", "case_closed", "wait_receive"),
    ("wait_receive", "return_part", "wait_receive"),
    ("wait_receive", "return_last", "success"),
    ("wait_receive", "return_all", "terminated"),
    ("wait_send", "pay_stage", "wait_send"),
    ("wait_send", "stage_declare", "wait_send"),
    ("wait_send", "stage_reject", "wait_send"),
    ("wait_send", "stage_confirm", "wait_send"),
    ("wait_send", "stage_push", "wait_send"),
    ("wait_send", "amend_stages", "wait_send"),
    ("wait_send", "stop", "terminated"),
    ("wait_send", "stop_due", "terminated"),
    ("wait_send", "give_up", "terminated"),
    ("wait_send", "leave", "terminated"),
    ("wait_send", "leave_due", "terminated"),
    ("success", "pay_stage", "success"),
    ("wait_send", "promise_moved", "wait_send"),
    ("part_sent", "promise_moved", "part_sent"),
    ("wait_send", "clock_moved", "wait_send"),
    ("part_sent", "clock_moved", "part_sent"),
    ("wait_receive", "clock_moved", "wait_receive"),
    ("success", "clock_moved", "success"),
    ("terminated", "clock_moved", "terminated"),
}


@pytest.mark.parametrize(("state", "event"), list(itertools.product(OrderState, OrderEvent)))
def test_every_state_answers_every_event_as_the_rules_say(state: OrderState, event: OrderEvent) -> None:
    following = {to for start, name, to in ALLOWED if (start, name) == (state, event)}

    if following:
        assert {MOVES.after(state, event)} == following
    else:
        with pytest.raises(NoSuchMove):
            MOVES.after(state, event)


def test_a_finished_order_leaves_its_state_no_more_but_by_a_late_payment() -> None:
    leaving = {start for start, event, to in ALLOWED if start != to and event != "reopen"}

    assert {state.value for state in FINISHED} == {state.value for state in OrderState} - leaving
