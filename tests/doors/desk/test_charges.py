"""What a seller had to pay for a broken promise is told and shown to both sides, whatever it was for."""

import pytest

from huozhan import payments
from huozhan.doors.jobs.relay import relay_once
from huozhan.kernel.actor import system
from huozhan.payments import Compensation
from tests.doors.browsing import Browser
from tests.ordering.trading import Trade


@pytest.mark.parametrize(
    ("cause", "said"),
    [
        ("late", "延迟发货"),
        ("no_stock", "缺货"),
        ("earnest", "定金双倍返还"),
        ("ruling:120703928630251520", "平台裁决赔付"),
    ],
)
async def test_every_cause_of_a_compensation_has_its_words(
    trade: Trade, chenguang: Browser, li: Browser, cause: str, said: str
) -> None:
    order = await trade.paid(red=10)
    await trade.ship(order)
    await trade.confirm(order)
    async with trade.hall.working(system()) as work:
        await payments.compensate(
            work,
            Compensation(
                order_id=int(order.order_id), seller_id=trade.chenguang.org_id, buyer_id=trade.li.org_id,
                cause=cause, amount_minor=300, order_number=order.number,
            ),
        )  # fmt: skip
    while await relay_once(trade.hall):
        pass

    assert said in await chenguang.see("/desk/funds")
    assert said in await li.see("/money")
    for browser in (chenguang, li):
        assert order.number in await browser.see("/notices")
        assert "赔" in await browser.see("/money/records" if browser is li else "/desk/funds/records")
