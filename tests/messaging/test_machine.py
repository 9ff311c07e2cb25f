"""Any life of a conversation has the counts and the clock that a plain second telling of the rules gives it."""

import random

import pytest

from huozhan import messaging
from huozhan.kernel.actor import system
from huozhan.kernel.clock import MovableClock
from huozhan.kernel.refusals import Refusal
from huozhan.messaging.asks import RecallMessage
from tests.messaging.oracle import Model
from tests.messaging.talking import Talk

STEPS = 60
PAUSES_MINUTES = (0, 0, 0, 0, 1, 2, 3, 4, 60, 600, 1_439, 1_440)


@pytest.mark.parametrize("seed", range(6))
async def test_a_life_of_a_conversation(talk: Talk, clock: MovableClock, seed: int) -> None:
    dice, model = random.Random(seed), Model()
    actors = {"buyer": talk.li, "seller": talk.chenguang}
    begun = (await talk.ask()).conversation_id
    model.write("buyer", clock.now())
    for _ in range(STEPS):
        clock.pass_(minutes=dice.choice(PAUSES_MINUTES), seconds=dice.choice((0, 0, 0, 1, 59)))
        side = dice.choice(("buyer", "seller"))
        deed = dice.choice(("write", "write", "write", "read", "recall", "recall"))
        number = dice.randint(max(1, len(model.lines) - 3), len(model.lines))
        if deed == "write":
            await talk.say(actors[side], begun)
            model.write(side, clock.now())
        elif deed == "read":
            await talk.read(actors[side], begun, number)
            model.mark(side, number)
        else:
            ask = RecallMessage(conversation_id=begun, message_no=number)
            try:
                await talk.hall.run(messaging.recall_message, ask, actors[side])
            except Refusal:
                assert not model.recall(number, side, clock.now())
            else:
                assert model.recall(number, side, clock.now())
        await _compare(talk, begun, model)
    await _compare_waits(talk, begun, model)


async def _compare(talk: Talk, conversation_id: str, model: Model) -> None:
    seen = {
        "buyer": await talk.page(talk.li, conversation_id),
        "seller": await talk.page(talk.chenguang, conversation_id),
    }
    for side, page in seen.items():
        assert page.unread == model.unread(side)
        assert page.last_no == len(model.lines)
    wait = model.open
    assert seen["seller"].waiting_since == (wait.at if wait else None)
    assert (seen["seller"].answer_by is not None) == bool(wait and wait.is_measured)


async def _compare_waits(talk: Talk, conversation_id: str, model: Model) -> None:
    async with talk.hall.working(system()) as work:
        rows = await work.db.fetch(
            "SELECT began_no, began_at, answered_at, is_void, answer_by IS NOT NULL AS is_measured FROM response_round"
            " WHERE conversation_id = $1 ORDER BY round_no",
            int(conversation_id),
        )
    told = [
        (row["began_no"], row["began_at"], row["answered_at"], row["is_void"], row["is_measured"])
        for row in rows
    ]
    assert told == [(one.began, one.at, one.answered_at, one.is_void, one.is_measured) for one in model.waits]
