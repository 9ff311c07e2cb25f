"""An order's own sums and answers, each told from its numbers alone."""

import random
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from math import floor

import msgspec
import pytest

from huozhan.kernel.moves import NoSuchMove
from huozhan.kernel.refusals import NotFound
from huozhan.ordering.order import (
    CLOSING,
    STAGE_GATE,
    STAGES,
    GateShut,
    Held,
    Hold,
    InStages,
    Order,
    OrderEvent,
    OrderState,
    TradeType,
    keeping,
)
from tests.ordering.test_shares import line

OPENING = datetime(2026, 3, 1, tzinfo=UTC)


def order(**told: object) -> Order:
    """An order of two lines, 30.00 with freight, nothing else known of it."""
    known: dict[str, object] = {
        "order_id": 1, "number": "1", "buyer_id": 1, "seller_id": 2, "state": OrderState.wait_send,
        "trade_type": next(iter(TradeType)), "placed_at": OPENING, "placed_by": 1, "goods_minor": 2_600,
        "freight_minor": 400, "paid_minor": 0, "refunded_minor": 0, "released_minor": 0, "payment_id": 0,
        "pay_close_at": OPENING, "promise_hours": 48, "paid_at": None, "ship_promise_at": None,
        "receive_due_at": None, "is_late": False, "ended_at": None, "region_code": "", "rule_pins": {},
        "lines": (line(10, 2_000, 300), msgspec.structs.replace(line(3, 600, 100), line_no=2)),
    }  # fmt: skip
    return Order(**(known | told))  # type: ignore[arg-type]


def half_up(amount: Fraction) -> int:
    return floor(amount + Fraction(1, 2))


@pytest.mark.parametrize("seed", range(40))
def test_a_lines_money_is_that_of_its_units_in_the_order_they_are_settled(seed: int) -> None:
    draw = random.Random(seed)
    quantity, goods, freight = draw.randint(1, 9), draw.randint(0, 60), draw.randint(0, 20)
    subsidy, settled = draw.randint(0, goods), draw.randint(0, quantity)
    received = draw.randint(0, settled)
    refunded = draw.randint(0, settled - received)
    one = msgspec.structs.replace(
        line(quantity, goods, freight), subsidy_minor=subsidy, received=received, refunded=refunded,
        returned=settled - received - refunded, shipped=settled - refunded, uncharged_minor=2,
    )  # fmt: skip

    def of(amount: int, units: int) -> int:
        return half_up(Fraction(amount * units, quantity))

    def worth(units: int) -> int:
        return of(goods - subsidy, units) + of(subsidy, units)

    more = draw.randint(0, quantity - settled)
    market = of(subsidy, settled + more) - of(subsidy, settled)
    share = worth(settled + more) - worth(settled), of(freight, settled + more) - of(freight, settled)
    assert (one.settled, one.to_ship, one.to_receive) == (settled, quantity - settled, 0)
    assert msgspec.structs.replace(one, shipped=quantity - refunded).to_receive == quantity - settled
    assert [one.worth(units) for units in range(quantity + 1)] == [worth(n) for n in range(quantity + 1)]
    assert one.charged_minor == worth(received) - 2
    assert (one.share_of(more), one.subsidy_of(more)) == (share, market)
    assert one.buyer_share_of(more) == (share[0] - market, share[1])
    for wrong in (-1, quantity - settled + 1):
        with pytest.raises(AssertionError):
            one.share_of(wrong)


def test_what_a_seller_keeps_of_a_line_adds_up() -> None:
    kept = keeping(keeping(line(3, 1_000, 100), 300, 20, 30), 5, 4, 2)

    assert (kept.kept_goods_minor, kept.kept_subsidy_minor, kept.kept_freight_minor) == (305, 24, 32)


def test_what_is_left_is_what_came_less_what_went() -> None:
    one = order(
        paid_minor=2_500, credit_minor=300, refunded_minor=70, released_minor=1_000, subsidy_minor=200
    )

    assert (one.amount_minor, one.left_minor) == (2_800, 1_730)


def test_an_order_is_promoted_where_the_market_or_the_seller_lowered_it() -> None:
    plain, cut = line(10, 2_000), msgspec.structs.replace(line(3, 600), discount_minor=1)

    assert not order(lines=(plain,)).is_promoted
    assert order(lines=(plain, cut)).is_promoted
    assert order(lines=(plain,), subsidy_minor=1).is_promoted


def test_the_promise_begins_with_the_money_or_without_it_with_the_order() -> None:
    paid_at = OPENING + timedelta(hours=3)

    assert (order().promise_began, order(paid_at=paid_at).promise_began) == (OPENING, paid_at)


def test_lines_are_numbered_from_one() -> None:
    one = order()

    assert [one.line(number).line_no for number in (1, 2)] == [1, 2]
    for number in (-1, 0, 3):
        with pytest.raises(NotFound):
            one.line(number)


def test_pieces_for_which_money_back_is_asked_are_not_shipped() -> None:
    one = order(asked={2: 2})

    assert [one.to_ship(each) for each in one.lines] == [10, 1]


def test_a_move_that_the_table_does_not_know_is_refused_and_a_known_one_is_made() -> None:
    stopped = order(holds=(Hold(code="case", about_id=1, stops=(OrderEvent.ship_all,)),))

    with pytest.raises(NoSuchMove):
        order(state=OrderState.closed).must_allow(OrderEvent.ship_all)
    with pytest.raises(Held):
        stopped.moved(OrderEvent.ship_all)
    moved = order().moved(OrderEvent.ship_all, is_late=True)
    assert (moved.state, moved.is_late) == (OrderState.wait_receive, True)


@pytest.mark.parametrize(
    ("code", "refusal"), [(STAGE_GATE, GateShut), (STAGES, InStages), (CLOSING, Held), ("case", Held)]
)
def test_a_hold_stops_its_events_under_its_own_name(code: str, refusal: type[Held]) -> None:
    other = Hold(code="other", about_id=1, stops=(OrderEvent.extend,))
    held = order(holds=(other, Hold(code=code, about_id=1, stops=(OrderEvent.ship_all,))))

    held.must_allow(OrderEvent.ship_part)
    with pytest.raises(Held) as refused:
        held.must_allow(OrderEvent.ship_all)
    assert type(refused.value) is refusal
    assert (held.is_stopped(OrderEvent.ship_all), held.is_stopped(OrderEvent.ship_part)) == (True, False)
    assert held.is_closing is (code == CLOSING)
    if held.is_closing:
        with pytest.raises(Held):
            held.must_not_be_closing()
    else:
        held.must_not_be_closing()
