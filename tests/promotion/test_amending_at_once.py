"""Orders of one purchase under a coupon of the market, amended by several hands at once, on real connections."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from huozhan import ordering
from huozhan.kernel import database
from huozhan.kernel.clock import MovableClock
from huozhan.ordering.asks import AmendPrice
from huozhan.promotion.store import uses
from tests.conftest import make_hall
from tests.ordering.trading import open_trade
from tests.promotion import promoting


async def test_two_orders_of_one_purchase_made_cheaper_at_once_count_each_other(
    open_dsn: str, clock: MovableClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Either alone would still reach what the coupon asks for; both together do not."""
    goods_beside = uses.goods_beside

    async def thoughtful(*args: Any) -> int:
        found = await goods_beside(*args)
        await asyncio.sleep(0.2)  # without the coupon's lock both would have looked by now
        return found

    pool = await database.open_pool(open_dsn)
    try:
        trade = await open_trade(await make_hall(pool, clock, tmp_path), clock)
        made = await promoting.market_coupon(trade, 1_000, 35_000, budget=1_000)
        await promoting.claim(trade, made)
        orders = (await trade.place(*trade.want(red=30, bolt=2_858))).orders
        monkeypatch.setattr(uses, "goods_beside", thoughtful)

        await asyncio.gather(
            *(
                trade.hall.run(
                    ordering.amend_price,
                    AmendPrice(order_id=order.order_id, reason="老客户优惠", goods_minor=goods_minor),
                    trade.seller_of(order),
                )
                for order in orders
                for goods_minor in [26_000 if order.seller_id == str(trade.chenguang.org_id) else 6_003]
            )
        )

        kept = [page.subsidy_minor for page in [await trade.page(order) for order in orders]]
        assert sorted(map(bool, kept)) == [False, True], "only who came first still reached it"
    finally:
        await pool.close()
