"""What may happen to insured orders 运费险: the buyer buys insurance, goods go back, and a person works off what was refused."""

from bench.drills.simulation.happening import Happening, event, tidying
from huozhan import insurance, operations
from huozhan.insurance.asks import EndInsurerDeed
from huozhan.kernel.shapes import Nothing


@event(9)
async def order_insured(h: Happening) -> str:
    """Cups whose way back the buyer insures; those who sell bolts give it with every order."""
    insure = (str(h.trade.chenguang.org_id),)
    wanted = h.trade.want(red=h.chance.randint(1, 30))
    placed = await h.trade.place(*wanted, insure=insure, from_cart=False)
    h.orders += placed.orders
    return str([order.amount_minor for order in placed.orders])


@event(3)
async def work_off_refused(h: Happening) -> str:
    """A person has the insurer asked once more about a claim that it refused, or accepts the refusal."""
    desk = await h.hall.run(insurance.insurer_desk, Nothing(), h.operator)
    refused = [one for one in desk.open if one.state == "refused"]
    if not refused:
        return "none"
    one = h.chance.choice(refused)
    again = h.chance.random() < 0.5
    await h.hall.run(
        operations.end_insurer_deed,
        EndInsurerDeed(deed_id=one.deed_id, again=again, reason="核对"),
        h.operator,
    )
    return f"{one.deed_id} {again}"


@tidying
async def accept_refused(h: Happening) -> None:
    """In the end nothing that was refused waits for a person."""
    desk = await h.hall.run(insurance.insurer_desk, Nothing(), h.operator)
    for one in desk.open:
        if one.state == "refused":
            end = EndInsurerDeed(deed_id=one.deed_id, again=False, reason="核对")
            await h.hall.run(operations.end_insurer_deed, end, h.operator)
