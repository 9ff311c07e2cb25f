"""Verifying: each thing that must hold is found when it does not."""

from typing import Any

import pytest

from huozhan.ordering.views import PlacedOrder
from tests.ordering.trading import Trade

OWN = "WHERE order_id = $1"


@pytest.fixture
async def half_received(trade: Trade) -> PlacedOrder:
    """An order of which one parcel arrived and another is on its way."""
    order = await trade.paid(red=60, blue=40)
    await trade.ship(order, l1=20)
    await trade.confirm(order)
    await trade.ship(order)
    return order


@pytest.mark.parametrize(
    ("harm", "found"),
    [
        (
            f"UPDATE order_line SET goods_minor = goods_minor + 1 {OWN} AND line_no = 2",
            {"ordering.amounts_apart"},
        ),
        (
            f"UPDATE trade_order SET state = 'wait_send' {OWN}",
            {"ordering.states_apart"},
        ),
        (
            f"UPDATE trade_order SET released_minor = released_minor + 1 {OWN}",
            {"ordering.escrow_apart", "ordering.money_apart"},
        ),
        (
            f"UPDATE order_line SET received = 19 {OWN} AND line_no = 1",
            {"ordering.money_apart", "fulfilment.parcels_apart"},
        ),
        ("DELETE FROM parcel_line WHERE order_id = $1 AND line_no = 2", {"fulfilment.parcels_apart"}),
    ],
)
async def test_what_does_not_hold_is_found(
    trade: Trade, half_received: PlacedOrder, db: Any, harm: str, found: set[str]
) -> None:
    assert await trade.findings() == []

    await db.execute(harm, int(half_received.order_id))

    assert {finding.code for finding in await trade.findings()} == found


async def test_a_timer_on_a_finished_order_is_found(trade: Trade, db: Any) -> None:
    order = await trade.paid(red=10)
    await trade.ship(order)
    await trade.confirm(order)

    await db.execute(
        "INSERT INTO timer (about_id, kind, due_at) VALUES ($1, 'auto_confirm', now())", int(order.order_id)
    )

    assert {finding.code for finding in await trade.findings()} == {"ordering.timer_left"}
