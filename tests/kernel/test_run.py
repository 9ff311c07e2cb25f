"""The runner: once, whole, whoever retries."""

from pathlib import Path
from typing import Any

import asyncpg
import pytest

from huozhan.doors.hall import Hall
from huozhan.doors.problems import DATABASE_AWAY
from huozhan.doors.run import ATTEMPTS_MAX
from huozhan.kernel.actor import Actor, ActorKind, anonymous
from huozhan.kernel.clock import MovableClock
from huozhan.kernel.refusals import Busy, Forbidden, KeyMismatch, Unauthenticated
from huozhan.kernel.shapes import Ask, View
from huozhan.kernel.work import Work, use_case
from tests.conftest import make_hall

LI = Actor(kind=ActorKind.person, person_id=7, org_id=70, permissions=frozenset({"test.note"}))


class Note(Ask, frozen=True):
    text: str


class Noted(View, frozen=True):
    text: str
    times: int


CALLS: list[str] = []


@use_case("test.note", writes=True)
async def note_it(work: Work, ask: Note) -> Noted:
    CALLS.append(ask.text)
    work.set_timer("remind", about=5, due_at=work.now)
    return Noted(text=ask.text, times=len(CALLS))


async def test_answers_a_repeat_with_the_first_answer(hall: Hall) -> None:
    CALLS.clear()

    first = await hall.run(note_it, Note(text="a"), LI, key="k1")
    again = await hall.run(note_it, Note(text="a"), LI, key="k1")

    assert first == again == Noted(text="a", times=1)
    assert CALLS == ["a"]


async def test_refuses_a_key_used_with_another_input(hall: Hall) -> None:
    await hall.run(note_it, Note(text="a"), LI, key="k2")

    with pytest.raises(KeyMismatch):
        await hall.run(note_it, Note(text="b"), LI, key="k2")


async def test_keys_of_two_organisations_do_not_meet(hall: Hall) -> None:
    CALLS.clear()
    wang = Actor(kind=ActorKind.person, person_id=8, org_id=80, permissions=frozenset({"test.note"}))

    await hall.run(note_it, Note(text="a"), LI, key="k3")
    await hall.run(note_it, Note(text="b"), wang, key="k3")

    assert CALLS == ["a", "b"]


async def test_an_answer_is_not_repeated_to_who_may_not_ask(hall: Hall) -> None:
    """A role may have been lowered since, and keys are the whole organisation's."""
    await hall.run(note_it, Note(text="a"), LI, key="k4")

    with pytest.raises(Forbidden):
        await hall.run(note_it, Note(text="a"), LI.using(permissions=frozenset()), key="k4")


async def test_asks_a_visitor_to_sign_in_and_refuses_a_role(hall: Hall) -> None:
    with pytest.raises(Unauthenticated):
        await hall.run(note_it, Note(text="a"), anonymous())
    with pytest.raises(Forbidden):
        await hall.run(note_it, Note(text="a"), Actor(kind=ActorKind.person, person_id=1, org_id=1))


async def test_timers_are_written_with_the_change(hall: Hall, db: Any) -> None:
    await hall.run(note_it, Note(text="a"), LI)

    assert await db.fetchval("SELECT count(*) FROM timer WHERE about_id = 5 AND kind = 'remind'") == 1


@use_case("test.note", writes=True)
async def lose_the_database(work: Work, ask: Note) -> Noted:
    work.db.terminate()
    return Noted(text=ask.text, times=0)


async def test_a_connection_lost_on_the_way_is_the_database_being_away(
    open_dsn: str, clock: MovableClock, tmp_path: Path
) -> None:
    async with asyncpg.create_pool(open_dsn, min_size=1, max_size=1) as pool:
        hall = await make_hall(pool, clock, tmp_path)

        with pytest.raises(DATABASE_AWAY):
            await hall.run(lose_the_database, Note(text="a"), LI)
        assert (await hall.run(note_it, Note(text="a"), LI)).text == "a"


class CallsOff:
    """A use case whose first tries the database calls off."""

    def __init__(self, times: int, error: type[Exception]) -> None:
        self.times = times
        self.error = error

    async def __call__(self, work: Work, ask: Note) -> Noted:
        """Answers once it was not called off any more."""
        if self.times:
            self.times -= 1
            raise self.error
        return Noted(text=ask.text, times=0)


@pytest.mark.parametrize("writes", [True, False])
@pytest.mark.parametrize("error", [asyncpg.SerializationError, asyncpg.DeadlockDetectedError])
async def test_what_did_not_fit_is_done_over_and_busy_in_the_end(
    hall: Hall, writes: bool, error: type[Exception]
) -> None:
    called_off = CallsOff(ATTEMPTS_MAX - 1, error)

    @use_case("test.note", writes=writes)
    async def crowded(work: Work, ask: Note) -> Noted:
        return await called_off(work, ask)

    assert (await hall.run(crowded, Note(text="a"), LI)).text == "a"

    called_off.times = ATTEMPTS_MAX
    with pytest.raises(Busy):
        await hall.run(crowded, Note(text="a"), LI)
