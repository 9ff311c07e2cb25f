"""What is shown of coupons at hand, and of what was taken off."""

from huozhan.promotion import AtHand, Funder, Step, cut
from huozhan.promotion.cutting import nudges
from huozhan.promotion.offs import coupon_choices, nudge_of, off_views
from tests.promotion.oracle import Deal, Goods
from tests.promotion.test_cutting import bought, coupon_of, promotion_of

LINES = [bought(Goods(1, 1, 1, 700)), bought(Goods(1, 2, 1, 300)), bought(Goods(2, 3, 1, 400))]
FULL = promotion_of(Deal(9, 1, "full", steps=((500, 100), (2_000, 500))))


def test_coupons_that_lower_a_purchase_come_first_and_then_the_nearest() -> None:
    held = [
        Deal(101, 1, "shop_coupon", least=1_500, off=90), Deal(102, 1, "shop_coupon", least=900, off=30),
        Deal(103, 1, "shop_coupon", least=1_200, off=80), Deal(104, 1, "shop_coupon", off=50),
    ]  # fmt: skip
    coupons = [coupon_of(deal) for deal in held]
    hand = AtHand(promotions=[FULL], coupons=coupons)

    told = coupon_choices(LINES, hand, coupons[3:], cut(LINES, [FULL], coupons[3:]))

    assert [(one.coupon_id, one.is_chosen, one.off_now_minor, one.missing_minor) for one in told] == [
        ("104", True, 50, 0), ("102", False, 30, 0), ("103", False, 0, 300), ("101", False, 0, 600),
    ]  # fmt: skip


def test_what_is_taken_off_is_summed_by_promotion_in_the_order_of_the_steps() -> None:
    made = [FULL, promotion_of(Deal(8, 1, "item", rate=1_000)), promotion_of(Deal(7, 2, "item", rate=1_000))]
    market = coupon_of(Deal(3, 0, "platform_coupon", off=20))

    told = off_views(reversed(cut(LINES, made, [market])))

    assert [(one.step, one.funder, one.promotion_id, one.amount_minor) for one in told] == [
        (Step.item, Funder.seller, "7", 40), (Step.item, Funder.seller, "8", 100),
        (Step.full, Funder.seller, "9", 100), (Step.platform_coupon, Funder.market, "3", 20),
    ]  # fmt: skip


def test_a_shop_without_a_step_ahead_is_told_nothing() -> None:
    told = nudges(LINES, [FULL])

    one = nudge_of(told, 1)
    assert one is not None
    assert (one.promotion_id, one.from_minor, one.off_minor, one.missing_minor) == ("9", 2_000, 500, 1_000)
    assert nudge_of(told, 2) is None
