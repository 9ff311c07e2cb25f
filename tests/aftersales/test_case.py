"""A case alone: what it says of itself, working days, and an amount spread over its lines."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from huozhan.aftersales.case import (
    Case,
    CaseLine,
    CaseState,
    GoodsStatus,
    Kind,
    Liability,
    after_working_days,
    spread,
)
from huozhan.kernel.shapes import Bilingual

FRIDAY = datetime(2026, 3, 6, 1, 0, tzinfo=UTC)
ONE = Case(
    order_id=1, case_id=1, number="1", order_number="1", buyer_id=1, seller_id=2, kind=Kind.refund_only,
    goods_status=GoodsStatus.received, state=CaseState.wait_seller, reason="", liability=next(iter(Liability)),
    asked_minor=1, applied_at=FRIDAY, applied_by=1, due_at=None,
)  # fmt: skip


def line(goods: int, freight: int, **told: int) -> CaseLine:
    return CaseLine(
        line_no=1, sku_id=1, offer_id=1, category_id="", title=Bilingual(), options=Bilingual(), picture=None,
        unit="piece", quantity=2, **({"goods_minor": goods, "freight_minor": freight} | told),
        goods_most=goods, freight_most=freight,
    )  # fmt: skip


def test_a_case_says_what_its_state_means() -> None:
    def states(answer: str) -> set[str]:
        cases = (msgspec.structs.replace(ONE, state=state) for state in CaseState)
        return {case.state.value for case in cases if getattr(case, answer)}

    talking = {"wait_seller", "wait_buyer_modify"}
    assert states("is_negotiated") == talking
    assert states("buyer_may_call") == talking | {"wait_buyer_receive"}
    assert states("is_open") == {state.value for state in CaseState} - {
        "refunding",
        "success",
        "replaced",
        "closed",
    }


def test_only_goods_are_replaced_and_only_what_came_back_is_back() -> None:
    assert [kind for kind in Kind if msgspec.structs.replace(ONE, kind=kind).is_replaced] == [
        Kind.exchange, Kind.resend,
    ]  # fmt: skip
    waybills = (("", ""), ("A1", ""), ("A1", "B1"), ("", "B1"))
    assert [msgspec.structs.replace(ONE, waybill=a, again_waybill=b).is_sent_back for a, b in waybills] == [
        False, True, False, False,
    ]  # fmt: skip


@pytest.mark.parametrize(("days", "hours"), [(0, 0), (1, 72), (2, 96), (5, 168), (6, 240)])
def test_working_days_leave_saturdays_and_sundays_out(days: int, hours: int) -> None:
    assert after_working_days(FRIDAY, days, "Asia/Shanghai") == FRIDAY + timedelta(hours=hours)


def test_the_weekend_is_the_markets_own() -> None:
    """Friday evening in Greenwich is Saturday in Shanghai."""
    evening = FRIDAY + timedelta(hours=16)

    assert after_working_days(evening, 1, "Asia/Shanghai") == evening + timedelta(days=2)
    assert after_working_days(evening, 1, "UTC") == evening + timedelta(days=3)


def test_an_amount_is_spread_by_what_each_line_could_have() -> None:
    parts = spread([line(300, 10), line(600, 0), line(100, 10)], 100, 5)

    assert [(one.goods_minor, one.freight_minor) for one in parts] == [(30, 3), (60, 0), (10, 2)]


def test_a_line_gives_back_all_or_a_part() -> None:
    whole = [line(300, 10), line(300, 10, goods_minor=299), line(300, 10, freight_minor=9)]

    assert [one.given.whole for one in whole] == [True, False, False]
    assert (whole[1].given.quantity, whole[1].given.goods_minor, whole[1].given.freight_minor) == (2, 299, 10)
