"""By when a question for money back is answered where the shop promises it within hours (B1.3: refund_answer.fast)."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from huozhan import catalogue, ordering
from huozhan.catalogue.shop import EditShop
from huozhan.ordering.answer_time import fast_due
from huozhan.ordering.asks import RefundUnshipped
from tests.ordering.trading import Trade

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        ("2026-03-02T09:00", "2026-03-02T11:00"),
        ("2026-03-02T17:59", "2026-03-02T19:59"),
        ("2026-03-02T18:00", "2026-03-03T12:00"),
        ("2026-03-02T23:30", "2026-03-03T12:00"),
        ("2026-03-03T00:10", "2026-03-03T12:00"),
        ("2026-03-03T08:59", "2026-03-03T12:00"),
        ("2026-03-07T20:00", "2026-03-08T12:00"),
    ],
)
def test_within_two_hours_by_day_and_the_next_morning_by_night(asked: str, due: str) -> None:
    local = datetime.fromisoformat(asked).replace(tzinfo=SHANGHAI)
    assert fast_due(local, timedelta(hours=2), opens=9, closes=18, by=12) == datetime.fromisoformat(
        due
    ).replace(tzinfo=SHANGHAI)


async def test_a_shop_that_promised_it_answers_within_hours_or_silence_pays(trade: Trade) -> None:
    """A large order, so that nothing is agreed to at once by its size."""
    ask = EditShop(services=(catalogue.Service.fast_refund,))
    await trade.hall.run(catalogue.edit_shop, ask, trade.chenguang)
    order = await trade.paid(red=120)
    asked_at = trade.clock.now()
    refund = await trade.hall.run(
        ordering.refund_unshipped, RefundUnshipped(order_id=order.order_id, reason="不要了"), trade.li
    )
    hour = asked_at.astimezone(SHANGHAI).hour
    assert refund.state == "asked"
    assert refund.answer_due_at is not None
    if 9 <= hour < 18:
        assert refund.answer_due_at == asked_at + timedelta(hours=2)
    assert refund.answer_due_at <= asked_at + timedelta(hours=18)

    await trade.let_pass(hours=18)

    assert (await trade.page(order)).state == "terminated"
