"""The machine of a stage: what its table allows, and that it allows nothing else (B1.5b)."""

import itertools

import pytest

from huozhan.kernel.moves import NoSuchMove
from huozhan.staging import OVER, UNPAID, StageEvent, StageState
from huozhan.staging.stage import MOVES

ALLOWED = {
    ("waitactivate", "call_seller", "waitsellerpush"),
    ("waitactivate", "call_buyer", "waitbuyerpay"),
    ("waitactivate", "drop", "inactiveandcancel"),
    ("waitsellerpush", "push", "waitbuyerpay"),
    ("waitsellerpush", "drop", "inactiveandcancel"),
    ("waitbuyerpay", "push", "waitbuyerpay"),
    ("waitbuyerpay", "pay_for_action", "waitselleract"),
    ("waitbuyerpay", "pay_for_goods", "waitsellersend"),
    ("waitbuyerpay", "pay_ahead", "waitbuyerreceive"),
    ("waitbuyerpay", "pay_off", "success"),
    ("waitbuyerpay", "drop", "cancel"),
    ("waitselleract", "declare", "waitbuyerconfirmaction"),
    ("waitselleract", "settle", "settlebill"),
    ("waitselleract", "give_back", "cancel"),
    ("waitbuyerconfirmaction", "reject", "waitselleract"),
    ("waitbuyerconfirmaction", "confirm", "success"),
    ("waitbuyerconfirmaction", "confirm_to_send", "waitsellersend"),
    ("waitbuyerconfirmaction", "settle", "settlebill"),
    ("waitbuyerconfirmaction", "give_back", "cancel"),
    ("waitsellersend", "ship", "waitbuyerreceive"),
    ("waitsellersend", "settle", "settlebill"),
    ("waitsellersend", "give_back", "cancel"),
    ("waitbuyerreceive", "receive", "success"),
    ("waitbuyerreceive", "settle", "settlebill"),
    ("waitbuyerreceive", "give_back", "cancel"),
    ("success", "settle", "settlebill"),
    ("success", "give_back", "cancel"),
}


@pytest.mark.parametrize(("state", "event"), list(itertools.product(StageState, StageEvent)))
def test_every_state_answers_every_event_as_the_rules_say(state: StageState, event: StageEvent) -> None:
    following = {to for start, name, to in ALLOWED if (start, name) == (state, event)}

    if following:
        assert {MOVES.after(state, event)} == following
    else:
        with pytest.raises(NoSuchMove):
            MOVES.after(state, event)


def test_a_stage_that_is_over_moves_only_where_its_money_goes_back() -> None:
    assert {(start, event) for start, event, _ in ALLOWED if start in OVER} == {
        ("success", "settle"),
        ("success", "give_back"),
    }


def test_an_unpaid_stage_is_paid_or_dropped_and_never_settled() -> None:
    assert {event for start, event, _ in ALLOWED if start in UNPAID} == {
        "call_seller", "call_buyer", "push", "pay_for_action", "pay_for_goods", "pay_ahead", "pay_off", "drop",
    }  # fmt: skip
