"""How long the oldest freight is owed on 208: since it was booked, until a payment has reached the carrier."""

from datetime import datetime

from huozhan import operations
from huozhan.operations.day_closing import DayToClose
from tests.carriage.hauling import Haul


async def stands(haul: Haul) -> tuple[datetime | None, str]:
    """Since when something stands on the account, and whether that is too long."""
    found = await haul.hall.run(operations.day_close, DayToClose(on=haul.today), haul.operator)
    (line,) = [line for line in found.clearing if line.code == 208]
    return datetime.fromisoformat(line.since) if line.since else None, str(line.state)


async def too_old(haul: Haul) -> list[object]:
    return [one.facts["account"] for one in await haul.findings() if one.code == "payments.clearing_old"]


async def test_freight_is_owed_since_it_was_booked_until_the_carrier_has_it(haul: Haul) -> None:
    order, _ = await haul.hauled(1_000, red=100)
    day = haul.today
    assert await stands(haul) == (None, "holds"), "nothing is owed before the release"
    await haul.trade.confirm(order)
    booked_at = haul.trade.clock.now()
    haul.trade.clock.pass_(days=1)
    await haul.bill(day)
    assert await stands(haul) == (booked_at, "holds")
    payout_id = await haul.ask_payout()
    await haul.answer(payout_id, await haul.second())
    assert await stands(haul) == (booked_at, "holds"), "it is on its way"

    await haul.at_bank(payout_id, 800)

    assert await stands(haul) == (None, "holds")


async def test_freight_that_is_owed_for_longer_than_agreed_is_found(haul: Haul) -> None:
    order, _ = await haul.hauled(1_000, red=100)
    await haul.trade.confirm(order)
    booked_at = haul.trade.clock.now()

    haul.trade.clock.pass_(days=44)
    assert (await stands(haul), await too_old(haul)) == ((booked_at, "holds"), [])
    haul.trade.clock.pass_(days=1)
    assert (await stands(haul), await too_old(haul)) == ((booked_at, "fails"), [208])
