"""A plan's arithmetic: exact amounts, freight where goods leave, what changes after a new price, what is kept."""

import itertools
from datetime import timedelta
from fractions import Fraction

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from huozhan.staging import (
    TEMPLATES,
    Condition,
    Plan,
    Stage,
    StageState,
    at_hand,
    charged,
    fits,
    gate_of,
    is_gate_open,
    kept_when_stopped,
    resplit,
)
from huozhan.staging.plan import (
    Spans,
    amounts,
    begin,
    confirmed_event,
    next_call,
    paid_event,
    payable,
    tail_call,
)

SPANS = Spans(first_pay_s=86_400, pay_s=7 * 86_400, confirm_s=7 * 86_400)
plans = st.sampled_from(sorted(TEMPLATES.items()))
money = st.integers(0, 10**9)


def plan(code: str, condition: Condition = Condition.sample_approved, **more: object) -> Plan:
    return Plan(plan_code=code, gate=TEMPLATES.get(code, 1), condition=condition, **more)  # type: ignore[arg-type]


def stages_of(made: Plan, goods: int, freight: int = 0) -> tuple[Stage, ...]:
    return begin(made, goods, freight, SPANS, itertools.count(100).__next__)


@pytest.mark.parametrize(
    ("code", "goods", "parts"),
    [
        ("3-6-1", 99_999, [30_000, 59_999, 10_000]),
        ("3-7", 4_750, [1_425, 3_325]),
        ("5-5", 101, [51, 50]),
        ("9-1", 100_000, [90_000, 10_000]),
    ],
)
def test_goods_are_split_by_largest_remainder(code: str, goods: int, parts: list[int]) -> None:
    assert [part for part, _ in amounts(plan(code).shares, 1, goods, 0)] == parts


@given(plans, money, money)
def test_stages_add_up_and_freight_is_in_the_stage_that_ships(
    template: tuple[str, int], goods: int, freight: int
) -> None:
    code, gate = template
    shares = plan(code).shares
    parts = amounts(shares, gate, goods, freight)

    assert sum(part for part, _ in parts) == goods
    assert [one for _, one in parts] == [freight if no == gate else 0 for no in range(1, len(shares) + 1)]
    assert all(
        abs(part - Fraction(goods * share, sum(shares))) < 1
        for (part, _), share in zip(parts, shares, strict=True)
    )


def test_a_plan_is_open_to_orders_that_are_large_enough_and_leave_no_stage_empty() -> None:
    large = plan("3-7", from_minor=50_000)

    assert (fits(large, 49_000, 1_000), fits(large, 49_000, 999)) == (True, False)
    assert not fits(plan("9-1"), 4, 600)
    assert fits(plan("2-8"), 3, 600)


@pytest.mark.parametrize(
    ("code", "condition", "flags"),
    [
        ("3-7", Condition.sample_approved, ["action escrow push", "ships direct"]),
        ("3-6-1", Condition.production_started, ["action escrow push", "ships direct", "direct"]),
        ("9-1", Condition.goods_received, ["ships escrow", "direct"]),
        ("3-7", Condition.goods_received, ["escrow push", "ships direct"]),
    ],
)
def test_each_stage_has_its_flags(code: str, condition: Condition, flags: list[str]) -> None:
    def said(stage: Stage) -> str:
        names = {
            "ships": stage.needs_logistics,
            "action": stage.needs_action,
            "escrow": stage.transfer_after_confirm,
            "push": stage.seller_pushes_next,
            "direct": stage.instant_pay,
        }
        return " ".join(name for name, is_so in names.items() if is_so)

    assert [said(stage) for stage in stages_of(plan(code, condition), 100_000)] == flags


def test_only_stages_before_shipping_have_a_time_to_pay() -> None:
    assert [stage.pay_timeout_s for stage in stages_of(plan("3-6-1"), 100_000)] == [86_400, 604_800, 0]
    assert [stage.confirm_timeout_s for stage in stages_of(plan("3-6-1"), 100_000)] == [604_800, 0, 0]


def paid(stage: Stage, state: StageState) -> Stage:
    return msgspec.structs.replace(stage, paid_minor=stage.amount_minor, state=state)


def test_a_new_price_goes_over_the_unpaid_stages_alone() -> None:
    first, *rest = stages_of(plan("3-6-1"), 99_999, 1_500)
    left = resplit([paid(first, StageState.waitselleract), *rest], 90_000, 2_000)

    assert left is not None
    assert [(stage.goods_minor, stage.freight_minor) for stage in left] == [
        (30_000, 0),
        (51_429, 2_000),
        (8_571, 0),
    ]


def test_a_new_price_cannot_take_back_what_is_paid() -> None:
    first, *rest = stages_of(plan("3-7"), 100_000)
    waiting = [paid(first, StageState.waitselleract), *rest]

    assert resplit(waiting, 29_999, 0) is None
    assert resplit(waiting, 30_000, 0) is None, "nothing would be left to pay"
    assert resplit([paid(stage, StageState.success) for stage in waiting], 90_000, 0) is None


def test_freight_that_is_paid_stays() -> None:
    first, tail = stages_of(plan("9-1"), 100_000, 1_500)
    shipped = [paid(first, StageState.waitsellersend), tail]

    assert resplit(shipped, 99_000, 1_000) is None
    assert [stage.amount_minor for stage in resplit(shipped, 99_000, 1_500) or ()] == [91_500, 9_000]


@pytest.mark.parametrize(
    ("deposit", "contract", "kept"),
    [(30_000, 100_000, 20_000), (20_000, 100_000, 20_000), (10_000, 100_000, 10_000), (1_425, 4_750, 950)],
)
def test_the_lower_of_the_deposit_and_a_fifth_of_the_contract_is_kept(
    deposit: int, contract: int, kept: int
) -> None:
    assert kept_when_stopped(deposit, contract, 2_000) == kept


def test_the_gate_opens_once_the_stage_that_ships_is_paid() -> None:
    first, second, tail = stages_of(plan("3-6-1"), 100_000)
    assert gate_of([first, second, tail]) is second

    for state in StageState:
        is_open = is_gate_open([first, msgspec.structs.replace(second, state=state), tail])
        assert is_open == (state in {"waitsellersend", "waitbuyerreceive", "success"})


def test_a_deposit_that_waits_for_the_receipt_lets_the_next_stage_go_first() -> None:
    first, second = stages_of(plan("3-7", Condition.goods_received), 100_000)
    waiting = msgspec.structs.replace(first, state=StageState.waitbuyerreceive)
    pushed = msgspec.structs.replace(second, state=StageState.waitsellerpush)

    assert at_hand([waiting, pushed]) is pushed
    assert at_hand([waiting, second]) is waiting


def test_commission_is_counted_from_one_running_total_to_the_next() -> None:
    stages = stages_of(plan("3-6-1"), 99_999, 1_500)

    assert [charged(stages, stage) for stage in stages] == [(0, 30_000), (30_000, 89_999), (89_999, 99_999)]


@pytest.mark.parametrize(
    ("code", "condition", "paid_to", "confirmed_to"),
    [
        ("3-6-1", Condition.sample_approved, ["pay_for_action", "pay_for_goods", "pay_off"], ["confirm", "confirm_to_send", "confirm"]),
        ("9-1", Condition.production_started, ["pay_for_action", "pay_off"], ["confirm_to_send", "confirm"]),
        ("9-1", Condition.goods_received, ["pay_for_goods", "pay_off"], ["confirm_to_send", "confirm"]),
        ("3-7", Condition.goods_received, ["pay_ahead", "pay_for_goods"], ["confirm", "confirm_to_send"]),
    ],
)  # fmt: skip
def test_paying_and_confirming_lead_where_the_stage_says(
    code: str, condition: Condition, paid_to: list[str], confirmed_to: list[str]
) -> None:
    stages = stages_of(plan(code, condition), 100_000)

    assert [paid_event(stage) for stage in stages] == paid_to
    assert [confirmed_event(stage) for stage in stages] == confirmed_to


def test_before_shipping_the_next_stage_is_called_and_a_tail_waits_for_the_receipt() -> None:
    first, second, tail = stages = stages_of(plan("3-6-1"), 100_000)
    assert next_call(stages, first) == (second, "call_seller")
    assert next_call(stages, second) is next_call(stages, tail) is None
    unasked = msgspec.structs.replace(first, seller_pushes_next=False)
    assert next_call([unasked, second, tail], unasked) == (second, "call_buyer")
    assert tail_call(stages) is tail
    assert tail_call([first, second, paid(tail, StageState.success)]) is None
    assert tail_call(stages_of(plan("3-7"), 100_000)) is None


def test_the_buyer_is_asked_for_one_stage_at_a_time() -> None:
    first, second = stages_of(plan("3-7"), 100_000)

    assert payable([first, second]) is first
    assert payable([paid(first, StageState.waitselleract), second]) is None


def test_only_the_first_stage_is_earnest_money_and_has_a_condition() -> None:
    made = stages_of(plan("3-6-1", is_earnest=True), 100_000)

    assert [(stage.is_earnest, stage.condition) for stage in made] == [
        (True, Condition.sample_approved), (False, None), (False, None),
    ]  # fmt: skip
    assert not any(stage.is_earnest for stage in stages_of(plan("3-7"), 100_000))


def test_a_new_price_may_leave_freight_alone_but_no_stage_with_nothing_to_pay() -> None:
    first, *rest = stages_of(plan("3-7"), 100_000)
    left = resplit([paid(first, StageState.waitselleract), *rest], 30_000, 500)
    assert [(stage.goods_minor, stage.freight_minor) for stage in left or ()] == [(30_000, 0), (0, 500)]

    first, *rest = stages_of(plan("3-6-1"), 100_000)
    assert resplit([paid(first, StageState.waitselleract), *rest], 30_002, 0) is None


def test_a_stage_tells_what_it_holds_and_how_long_it_waits() -> None:
    first, *_, tail = stages_of(plan("3-6-1"), 100_000)
    held = msgspec.structs.replace(
        paid(first, StageState.waitselleract), released_minor=7_000, refunded_minor=500
    )

    assert (first.is_paid, held.is_paid, held.escrow_minor) == (False, True, 22_500)
    assert msgspec.structs.replace(first, paid_minor=1).is_paid
    assert (first.pay_timeout, first.confirm_timeout) == (timedelta(days=1), timedelta(days=7))
    assert (tail.pay_timeout, tail.confirm_timeout) == (None, None)
