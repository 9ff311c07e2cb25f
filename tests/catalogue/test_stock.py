"""Stock: never sold twice, never refused falsely, always explained."""

import asyncio

import asyncpg
import pytest

from huozhan import catalogue
from huozhan.catalogue import Claim, OutOfStock
from huozhan.catalogue.stock import (
    AdjustStock,
    HeatStock,
    ReceiveStock,
    StockHistory,
    StockSpokenFor,
    adjust_stock,
    heat_stock,
    receive_stock,
    reserve_plainly,
    stock_history,
)
from huozhan.catalogue.store import stock as stock_store
from huozhan.doors.hall import Hall
from huozhan.kernel import database
from huozhan.kernel.actor import Actor, system
from huozhan.kernel.clock import MovableClock
from huozhan.kernel.refusals import NotFound
from tests.catalogue.making import shirts, sku_ids_of
from tests.conftest import OPENING, make_hall

ORDER, OTHER_ORDER = 500, 600


@pytest.fixture(params=["at_once", "plainly"])
def reserve(request: pytest.FixtureRequest):
    """The clever statement and its plain twin."""
    return {"at_once": catalogue.reserve, "plainly": reserve_plainly}[request.param]


def claim(sku_id: int, quantity: int, *, order_id: int = ORDER, line_no: int = 1) -> Claim:
    """One line's claim."""
    return Claim(order_id=order_id, line_no=line_no, sku_id=sku_id, quantity=quantity)


async def level(hall: Hall, sku_id: int) -> tuple[int, int, int]:
    """(on hand, reserved, sold) over all stripes."""
    async with hall.pool.acquire() as db:
        row = await db.fetchrow(
            "SELECT sum(on_hand)::int, sum(reserved)::int, sum(sold)::int FROM stock WHERE sku_id = $1",
            sku_id,
        )
    return tuple(row)


async def test_what_an_order_reserves_is_free_for_nobody_else(hall: Hall, mei: Actor, reserve) -> None:
    red, blue = await sku_ids_of(hall, shirts(), mei)

    async with hall.working(system()) as work:
        await reserve(work, [claim(red, 70), claim(red, 30, line_no=2), claim(blue, 50, line_no=3)])

    async with hall.working(system()) as work:
        with pytest.raises(OutOfStock) as refused:
            await reserve(work, [claim(red, 1, order_id=OTHER_ORDER)])
        assert refused.value.facts == {"sku_id": str(red), "wanted": 1, "free": 0}
        assert await catalogue.verify(work) == []
    assert await level(hall, red) == (100, 100, 0)


async def test_two_lines_that_fit_alone_but_not_together_are_refused(hall: Hall, mei: Actor, reserve) -> None:
    red, _ = await sku_ids_of(hall, shirts(), mei)

    async with hall.working(system()) as work:
        with pytest.raises(OutOfStock):
            await reserve(work, [claim(red, 60), claim(red, 60, line_no=2)])


async def test_released_and_taken_pieces_leave_the_right_counts(hall: Hall, mei: Actor, reserve) -> None:
    red, blue = await sku_ids_of(hall, shirts(), mei)

    async with hall.working(system()) as work:
        await reserve(work, [claim(red, 10), claim(blue, 20, line_no=2)])
        await catalogue.take(work, ORDER, {1: 4})
        await catalogue.release(work, ORDER, {2: 5})
    assert (await level(hall, red), await level(hall, blue)) == ((96, 6, 4), (50, 15, 0))

    async with hall.working(system()) as work:
        await catalogue.release(work, ORDER)
        assert await catalogue.verify(work) == []
    assert (await level(hall, red), await level(hall, blue)) == ((96, 0, 4), (50, 0, 0))


async def test_taking_more_than_was_reserved_is_a_bug_and_stops(hall: Hall, mei: Actor) -> None:
    red, _ = await sku_ids_of(hall, shirts(), mei)

    async with hall.working(system()) as work:
        await catalogue.reserve(work, [claim(red, 10)])
        with pytest.raises(AssertionError):
            await catalogue.take(work, ORDER, {1: 11})


async def test_a_hot_sku_gives_out_its_last_units_from_many_stripes(hall: Hall, mei: Actor) -> None:
    red, _ = await sku_ids_of(hall, shirts(), mei)
    heated = await hall.run(heat_stock, HeatStock(sku_id=str(red)), mei)
    assert heated.free == 100

    async with hall.working(system()) as work:
        await catalogue.reserve(work, [claim(red, 99)])
        await catalogue.reserve(work, [claim(red, 1, order_id=OTHER_ORDER)])
        with pytest.raises(OutOfStock):
            await catalogue.reserve(work, [claim(red, 1, order_id=700)])
        await catalogue.take(work, ORDER, {1: 50})
        await catalogue.release(work, ORDER, {1: 20})
        assert await catalogue.verify(work) == []

        assert await level(hall, red) == (50, 30, 50)
        await catalogue.release(work, ORDER)

    assert await level(hall, red) == (50, 1, 50)


async def test_received_and_adjusted_stock_says_why(hall: Hall, mei: Actor) -> None:
    red, _ = await sku_ids_of(hall, shirts(), mei)
    await hall.run(heat_stock, HeatStock(sku_id=str(red)), mei)

    await hall.run(receive_stock, ReceiveStock(sku_id=str(red), quantity=30, reason="到货"), mei)
    now = await hall.run(adjust_stock, AdjustStock(sku_id=str(red), quantity=-5, reason="盘点破损"), mei)
    told = await hall.run(stock_history, StockHistory(sku_id=str(red)), mei)

    assert (now.on_hand, now.free) == (125, 125)
    assert [(move.kind, move.quantity, move.on_hand, move.reason) for move in told.items] == [
        ("adjusted", -5, 125, "盘点破损"),
        ("received", 30, 130, "到货"),
        ("opened", 100, 100, ""),
    ]


async def test_what_orders_have_reserved_cannot_be_counted_away(hall: Hall, mei: Actor) -> None:
    red, _ = await sku_ids_of(hall, shirts(), mei)
    async with hall.working(system()) as work:
        await catalogue.reserve(work, [claim(red, 60)])

    with pytest.raises(StockSpokenFor) as refused:
        await hall.run(adjust_stock, AdjustStock(sku_id=str(red), quantity=-41, reason="盘点"), mei)

    assert refused.value.facts["free"] == 40


async def test_a_count_meets_a_reservation_and_asks_for_another_try(hall: Hall, mei: Actor) -> None:
    red, _ = await sku_ids_of(hall, shirts(), mei)
    async with hall.working(system()) as work:
        await catalogue.reserve(work, [claim(red, 60)])

    # Counted before the order came, written after it.
    with pytest.raises(asyncpg.SerializationError):
        async with hall.working(system()) as work:
            await stock_store.change(work, [stock_store.Change(red, 0, -50)])

    assert await level(hall, red) == (100, 60, 0)


async def test_the_stock_of_another_shop_is_not_found(hall: Hall, mei: Actor, bolt_works: Actor) -> None:
    red, _ = await sku_ids_of(hall, shirts(), mei)

    for use_case, ask in (
        (receive_stock, ReceiveStock(sku_id=str(red), quantity=1, reason="到货")),
        (adjust_stock, AdjustStock(sku_id=str(red), quantity=1, reason="到货")),
        (stock_history, StockHistory(sku_id=str(red))),
        (heat_stock, HeatStock(sku_id=str(red))),
    ):
        with pytest.raises(NotFound):
            await hall.run(use_case, ask, bolt_works)


BUYERS = 8
ATTEMPTS = 2_000
UNITS = 100


@pytest.mark.parametrize("stripes", ["one", "hot"])
async def test_a_crowd_buys_exactly_what_there_is(open_dsn: str, tmp_path, mei: Actor, stripes: str) -> None:
    pool = await database.open_pool(open_dsn, size_max=BUYERS)
    hall = await make_hall(pool, MovableClock(OPENING), tmp_path)
    red, _ = await sku_ids_of(hall, shirts(), mei)
    if stripes == "hot":
        await hall.run(heat_stock, HeatStock(sku_id=str(red)), mei)
    sold = await crowd(hall, red, ATTEMPTS)

    async with hall.working(system()) as work:
        assert await catalogue.verify(work) == []
    assert sold == UNITS
    assert await level(hall, red) == (UNITS, UNITS, 0)
    await pool.close()


async def crowd(hall: Hall, sku_id: int, attempts: int) -> int:
    """So many tries to reserve one unit each, from eight connections; how many succeeded."""
    orders = iter(range(1_000, 1_000 + attempts))

    async def buyer() -> int:
        bought = 0
        for order_id in orders:
            bought += await buy_one(order_id)
        return bought

    async def buy_one(order_id: int) -> bool:
        while True:
            try:
                async with hall.working(system()) as work:
                    await catalogue.reserve(work, [claim(sku_id, 1, order_id=order_id << 22)])
            except asyncpg.SerializationError:  # as the runner does, again from the start
                continue
            except OutOfStock:
                return False
            return True

    return sum(await asyncio.gather(*(buyer() for _ in range(BUYERS))))


async def test_without_its_condition_the_same_crowd_oversells(
    open_dsn: str, tmp_path, mei: Actor, monkeypatch
) -> None:
    """The guard is what holds: taken away together with the table's CHECK, more is promised than there is."""
    pool = await database.open_pool(open_dsn, size_max=BUYERS)
    hall = await make_hall(pool, MovableClock(OPENING), tmp_path)
    red, _ = await sku_ids_of(hall, shirts(), mei)
    async with pool.acquire() as db:
        await db.execute("ALTER TABLE stock DROP CONSTRAINT stock_covers_reserved")
    guarded = stock_store._RESERVE
    unguarded = guarded.replace(
        "AND s.stripe = w.stripe AND s.on_hand - s.reserved >= w.quantity", "AND s.stripe = w.stripe"
    )
    assert unguarded != guarded
    monkeypatch.setattr(stock_store, "_RESERVE", unguarded)

    sold = await crowd(hall, red, UNITS + 20)

    async with hall.working(system()) as work:
        assert [finding.code for finding in await catalogue.verify(work)] == ["catalogue.stock_misfit"]
    assert sold == UNITS + 20
    await pool.close()


async def test_verify_names_a_stripe_whose_reservations_do_not_add_up(hall: Hall, mei: Actor) -> None:
    red, _ = await sku_ids_of(hall, shirts(), mei)
    async with hall.working(system()) as work:
        await work.db.execute("UPDATE stock SET reserved = 3 WHERE sku_id = $1", red)
        [finding] = await catalogue.verify(work)

    assert (finding.facts["sku_id"], finding.facts["reserved"], finding.facts["spoken"]) == (red, 3, 0)
