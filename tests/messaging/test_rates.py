"""How quickly a supplier answers: counted once a day, told with its size, explained down to each enquiry."""

import random
from datetime import timedelta

import pytest

from huozhan import messaging
from huozhan.kernel.actor import system
from huozhan.kernel.clock import MovableClock
from huozhan.kernel.shares import lower_bound_bp
from huozhan.messaging.asks import ResponseOf, ResponseRounds
from huozhan.messaging.views import ResponseView
from tests.messaging.oracle import Model
from tests.messaging.talking import Talk

MIDNIGHT_UTC_HOUR = 16
"""When a day begins in Shanghai."""


async def count(talk: Talk) -> int:
    async with talk.hall.working(system()) as work:
        return await messaging.count_rates(work)


async def response(talk: Talk) -> ResponseView:
    ask = ResponseOf(seller_id=str(talk.chenguang.org_id))
    return await talk.hall.run(messaging.response_of, ask, talk.stranger)


def to_next_midnight(clock: MovableClock) -> None:
    end = clock.now().replace(hour=MIDNIGHT_UTC_HOUR, minute=0, second=0, microsecond=0)
    clock.put(end if end > clock.now() else end + timedelta(days=1))


@pytest.mark.parametrize(
    ("kept", "due", "bound_bp"), [(10, 10, 7_224), (8, 10, 4_901), (0, 7, 0), (29, 29, 8_830)]
)
def test_the_lower_bound_of_a_share(kept: int, due: int, bound_bp: int) -> None:
    assert lower_bound_bp(kept, due) == bound_bp


async def test_few_enquiries_make_no_rate_and_some_a_lower_bound(talk: Talk, clock: MovableClock) -> None:
    begun = ""
    for days in (4, 2):
        for _ in range(days):
            begun = (await talk.ask()).conversation_id
            clock.pass_(minutes=1)
            await talk.say(talk.chenguang, begun)
            clock.pass_(hours=23, minutes=59)
        to_next_midnight(clock)
        await count(talk)
        if days == 4:
            shown = (await response(talk)).quick
            assert (shown.due, shown.rate_bp) == (4, None)
            clock.pass_(hours=10)
    shown = (await response(talk)).quick
    assert (shown.kept, shown.due, shown.is_at_least) == (6, 6, True)
    assert shown.rate_bp == lower_bound_bp(6, 6)
    clock.pass_(days=3)
    assert (await response(talk)).until_on is None  # what nobody counted since is no figure


async def test_a_day_is_counted_once(talk: Talk, clock: MovableClock) -> None:
    begun = await talk.ask()
    to_next_midnight(clock)
    assert await count(talk) == 1
    await talk.say(talk.chenguang, begun.conversation_id)
    assert await count(talk) == 0
    assert ((await response(talk)).quick.kept, (await response(talk)).quick.due) == (0, 1)


@pytest.mark.parametrize("seed", range(4))
async def test_figures_are_those_of_a_plain_telling(talk: Talk, clock: MovableClock, seed: int) -> None:
    dice, model, begun = random.Random(seed), Model(), ""
    for _ in range(50):
        clock.pass_(minutes=dice.choice((1, 2, 3, 4, 50, 200, 700)), seconds=dice.choice((0, 0, 1)))
        if not begun or dice.random() < 0.6:
            begun = (await talk.ask()).conversation_id
            model.write("buyer", clock.now())
        else:
            await talk.say(talk.chenguang, begun)
            model.write("seller", clock.now())
    to_next_midnight(clock)
    await count(talk)

    shown = await response(talk)
    end = clock.now()
    assert (shown.quick.kept, shown.quick.due) == model.rate(end, quick=True)
    assert (shown.reply.kept, shown.reply.due) == model.rate(end, quick=False)
    page = await talk.hall.run(messaging.my_response, ResponseRounds(size=100), talk.chenguang)
    assert [one.began_at for one in page.items] == [one.at for one in reversed(model.waits)]
    judged = [one.quick for one in page.items]
    assert (judged.count("kept"), judged.count("kept") + judged.count("missed")) == (
        shown.quick.kept,
        shown.quick.due,
    )
    parts, cursor = [], None
    while True:
        part = await talk.hall.run(
            messaging.my_response, ResponseRounds(size=7, cursor=cursor), talk.chenguang
        )
        parts += part.items
        if (cursor := part.next_cursor) is None:
            break
    assert parts == page.items
