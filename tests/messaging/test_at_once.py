"""What both sides do at once, on connections of their own: one conversation, every message once, counts that are right."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from huozhan.kernel.clock import MovableClock
from huozhan.kernel.database import open_pool
from huozhan.kernel.refusals import Busy
from huozhan.messaging.views import WrittenView
from tests.conftest import make_hall
from tests.messaging.talking import Talk, open_talk


@pytest_asyncio.fixture(loop_scope="session")
async def busy(open_dsn: str, clock: MovableClock, tmp_path: Path) -> AsyncIterator[Talk]:
    """A talk whose people come through connections of their own and really commit."""
    pool = await open_pool(open_dsn, size_min=2, size_max=8)
    try:
        yield await open_talk(await make_hall(pool, clock, tmp_path))
    finally:
        await pool.close()


async def ask_in_the_rush(busy: Talk, text: str) -> WrittenView:
    """What was answered in the end: eight at once do not fit under serializable isolation, and who hears "busy" asks again."""
    while True:
        try:
            return await busy.ask(text)
        except Busy:
            async with busy.hall.pool.acquire() as db:
                assert await db.fetchval("SHOW transaction_isolation") == "serializable"


async def test_first_messages_at_once_begin_one_conversation_and_none_is_lost(busy: Talk) -> None:
    written = await asyncio.gather(*(ask_in_the_rush(busy, f"{n}") for n in range(8)))

    assert len({one.conversation_id for one in written}) == 1
    assert sorted(one.message_no for one in written) == list(range(1, 9))
    page = await busy.page(busy.li, written[0].conversation_id)
    assert sorted(one.text for one in page.items) == [f"{n}" for n in range(8)]


async def test_the_same_message_sent_again_at_once_is_written_once(busy: Talk) -> None:
    written = await asyncio.gather(*(busy.ask("急", key="once") for _ in range(5)))

    assert {one.message_no for one in written} == {1}
    assert len((await busy.page(busy.li, written[0].conversation_id)).items) == 1


async def test_reading_and_writing_at_once_leave_a_right_count(busy: Talk) -> None:
    begun = (await busy.ask("0")).conversation_id
    for n in range(4):
        shown = (await busy.page(busy.chenguang, begun)).last_no
        await asyncio.gather(
            busy.ask(f"a{n}"), busy.read(busy.chenguang, begun, shown), busy.ask(f"b{n}"), busy.say(busy.chenguang, begun)
        )  # fmt: skip
        page = await busy.page(busy.chenguang, begun, size=100)
        last_answer = max(one.message_no for one in page.items if one.is_mine)
        assert page.unread == sum(1 for one in page.items if not one.is_mine and one.message_no > last_answer)
