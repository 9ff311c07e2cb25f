"""Limits of the book alone, without a trade around it."""

from datetime import timedelta

from tests.ledger.books import earned, freed, paid

from bench.drills.limits.attacking import Attack, Stage, limit
from huozhan.ledger import (
    expire_holds,
    hold,
    payable_available,
    post,
    post_hold,
    void_hold,
    withdrawal,
    write_entry,
)

_FREE = "SELECT (posted_minor - held_minor)::int FROM ledger_balance WHERE code = $1 AND owner_id = $2"
_ENTRIES = "SELECT count(*)::int FROM ledger_entry WHERE code = $1 AND about_id = $2"


async def _rich(stage: Stage, amount_minor: int) -> int:
    """A seller who has so much available; tells who."""
    seller, order = 10**15 + stage.next(), 10**15 + stage.next()
    async with stage.hall.working(stage.system) as work:
        await post(
            work,
            [
                paid(order, amount_minor),
                earned(order, seller, amount_minor, f"E4:{order}"),
                freed(seller, amount_minor, f"E5:{order}"),
            ],
        )
    return seller


@limit
async def one_key_is_one_entry(stage: Stage) -> Attack:
    """The same event is written a thousand times."""
    entry = paid(10**15 + stage.next(), 100)

    async def attempt(_: int) -> None:
        async with stage.hall.working(stage.system) as work:
            await post(work, [entry])

    return Attack(attempt, _ENTRIES, ("E1", entry.about_id), 1)


@limit
async def a_wallet_pays_no_more_than_it_holds(stage: Stage) -> Attack:
    """Thirty in the wallet, one paid by each attempt, each for an order of its own."""
    org, first = 10**15 + stage.next(), 2 * 10**15
    order, refund = 10**15 + stage.next(), 10**15 + stage.next()
    async with stage.hall.working(stage.system) as work:
        owners = {101: 1, 201: org, 202: order, 206: refund}
        to_wallet = [
            write_entry(code, business_key=f"{code}:{refund}", about_id=order, owners=owners, amounts=amounts)
            for code, amounts in (("E7a", {"buyer": 30}), ("E7b", {"wallet": 30}))
        ]
        await post(work, [paid(order, 30), *to_wallet])

    async def attempt(number: int) -> None:
        entry = write_entry(
            "E3", business_key=f"E3:{org}:{number}", about_id=first + number, owners={201: org, 202: first + number},
            amounts={"paid": 1},
        )  # fmt: skip
        async with stage.hall.working(stage.system) as work:
            await post(work, [entry])

    return Attack(attempt, _FREE, (201, org), 0, 30)


@limit
async def no_more_is_held_than_there_is(stage: Stage) -> Attack:
    """A hundred available, three held by each attempt."""
    seller = await _rich(stage, 100)

    async def attempt(number: int) -> None:
        async with stage.hall.working(stage.system) as work:
            await hold(work, f"{seller}:{number}", payable_available(seller), withdrawal(seller + number), 3)

    return Attack(attempt, _FREE, (204, seller), 1, 33)


async def _held(stage: Stage, **until: float) -> tuple[int, str]:
    seller = await _rich(stage, 100)
    key, expires_at = f"held:{seller}", stage.trade.clock.now() + timedelta(**until) if until else None
    async with stage.hall.working(stage.system) as work:
        await hold(work, key, payable_available(seller), withdrawal(seller), 60, expires_at)
        await hold(work, f"other:{seller}", payable_available(seller), withdrawal(seller + 1), 30)
    return seller, key


@limit
async def a_hold_ends_once(stage: Stage) -> Attack:
    """Half of the attempts post it, half void it; another hold on the same account stays."""
    seller, key = await _held(stage)
    entry = write_entry(
        "E6a",
        business_key=f"E6a:{seller}",
        about_id=seller,
        owners={204: seller, 207: seller},
        amounts={"available": 60},
    )

    async def attempt(number: int) -> None:
        async with stage.hall.working(stage.system) as work:
            if number % 2:
                await post_hold(work, key, (entry,), "drill")
            else:
                await void_hold(work, key, "drill")

    return Attack(
        attempt,
        "SELECT (count(*) FILTER (WHERE h.state <> 'pending') * 1000 + max(b.held_minor))::int"
        " FROM ledger_hold h, ledger_balance b WHERE h.debit_owner = $1 AND b.code = 204 AND b.owner_id = $1",
        (seller,), 1_030, 1,
    )  # fmt: skip


@limit
async def a_hold_expires_once(stage: Stage) -> Attack:
    """A thousand rounds of the worker find it expired."""
    seller, _ = await _held(stage, hours=1)
    stage.trade.clock.pass_(hours=2)

    async def attempt(_: int) -> None:
        async with stage.hall.working(stage.system) as work:
            await expire_holds(work)

    return Attack(attempt, _FREE, (204, seller), 70)
