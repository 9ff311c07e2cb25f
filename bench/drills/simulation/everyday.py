"""What happens whatever is traded: messages arrive, the worker works, time passes, days close."""

from bench.drills.simulation.happening import Happening, event, tidying
from huozhan import fulfilment, operations
from huozhan.doors.jobs import payments as errands
from huozhan.doors.jobs.funds import watch_deposits
from huozhan.fulfilment.asks import CarrierMessage
from huozhan.kernel.actor import system
from huozhan.kernel.refusals import Refusal
from huozhan.payments.asks import EndDifference

FILE_ROUNDS_MAX = 40


@event(28)
async def hear(h: Happening) -> str:
    """A party's message arrives."""
    return await h.deliver()


@event(44)
async def work(h: Happening) -> str:
    """The worker takes some turns."""
    return str(await h.work(h.chance.choice((1, 1, 2, 4, 8))) or "none")


@event(14)
async def time_passes(h: Happening) -> str:
    """Minutes, hours or days."""
    minutes = h.chance.choices((1, 5, 30, 60, 360, 1_440, 2_880, 10_080), (4, 4, 4, 4, 3, 2, 1, 1))[0]
    h.trade.clock.pass_(minutes=minutes)
    return str(minutes)


@event(6)
async def scan(h: Happening) -> str:
    """A carrier tells of a parcel."""
    told = h.parties.carrier.scan()
    if told is None:
        return "none"
    message = CarrierMessage(message_id=told[0], body=told[1])
    await h.hall.run(fulfilment.note_carrier_message, message, system("hooks"))
    return told[0]


@event(4)
async def read_statements(h: Happening) -> None:
    """The bank's statements of yesterday and today are asked for."""
    await errands.read_statements(h.hall)


@event(4)
async def close_days(h: Happening) -> None:
    """The channel's files of the days that are over are asked for, and what they explain by now is ended."""
    await errands.reconcile(h.hall)


@event(1)
async def watch(h: Happening) -> None:
    """The round over deposits."""
    await watch_deposits(h.hall)


@event(2)
async def end_differences(h: Happening) -> str:
    """An operator works differences off."""
    async with h.hall.pool.acquire() as db:
        rows = await db.fetch(
            "SELECT difference_id, sort, effect_minor FROM channel_difference WHERE state = 'open' ORDER BY 1 LIMIT 20"
        )
    for row in rows:
        end = "accept" if row["sort"] == "fee_differs" else "explain"
        ask = EndDifference(difference_id=str(row["difference_id"]), end=end, reason="已与渠道核对")
        try:
            await h.hall.run(operations.end_difference, ask, h.operator)
        except Refusal as refusal:
            h.note(refusal.code)
    return str(len(rows) or "none")


@tidying
async def read_all_files(h: Happening) -> None:
    """Every file that is due is read, and what it does not explain an operator ends."""
    for _ in range(FILE_ROUNDS_MAX):
        await errands.reconcile(h.hall)
        while await h.work():
            pass
        async with h.hall.pool.acquire() as db:
            if not await db.fetchval("SELECT EXISTS (SELECT FROM awaited_file)"):
                break
        h.trade.clock.pass_(minutes=31)
    await end_differences(h)
