"""A promotion alone: what it covers, when it runs, and who bears it."""

from datetime import timedelta

import msgspec
import pytest

from huozhan.promotion import Step
from huozhan.promotion.promotion import Funder, PromotionState, funder_of
from tests.promotion.oracle import Deal
from tests.promotion.test_cutting import END, OPENING, promotion_of

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("shop", "offers", "covered"),
    [
        (1, (), {(1, 7), (1, 8)}), (1, (7,), {(1, 7)}), (1, (8, 9), {(1, 8)}),
        (0, (), {(1, 7), (1, 8), (2, 7)}), (0, (7,), {(1, 7), (2, 7)}), (3, (), set()),
    ],
)  # fmt: skip
def test_it_covers_its_own_shops_goods_and_of_them_those_it_names(
    shop: int, offers: tuple[int, ...], covered: set[tuple[int, int]]
) -> None:
    one = promotion_of(Deal(1, shop, "full", offers))

    assert {
        (seller, offer) for seller, offer in ((1, 7), (1, 8), (2, 7)) if one.covers(seller, offer)
    } == covered


def test_it_runs_from_its_first_moment_until_its_last() -> None:
    one = promotion_of(Deal(1, 1, "item"))

    moments = (OPENING - SECOND, OPENING, END - SECOND, END)
    assert [one.phase(moment) for moment in moments] == ["ahead", "running", "running", "over"]
    stopped = msgspec.structs.replace(one, state=PromotionState.stopped)
    assert {stopped.phase(moment) for moment in moments} == {"stopped"}


def test_the_market_bears_its_own_coupons_and_nothing_else() -> None:
    assert [step for step in Step if funder_of(step) is Funder.market] == [Step.platform_coupon]
    assert {step for step in Step if promotion_of(Deal(1, 1, step.value)).is_coupon} == {
        Step.shop_coupon, Step.platform_coupon,
    }  # fmt: skip
