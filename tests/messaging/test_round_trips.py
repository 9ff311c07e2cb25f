"""How often a conversation asks the database: what is done at every message must stay cheap."""

import asyncio

import asyncpg

from tests.messaging.talking import Talk


async def test_writing_and_showing_ask_the_database_so_often(talk: Talk, db: asyncpg.Connection) -> None:
    begun = (await talk.ask()).conversation_id
    asked: list[str] = []

    async def count() -> int:
        await asyncio.sleep(0)  # the driver tells of a query a moment after it
        own = [query for query in asked if not query.startswith(("SAVEPOINT", "RELEASE"))]
        asked.clear()
        return len(own)

    with db.query_logger(lambda record: asked.append(record.query)):
        await talk.say(talk.chenguang, begun, key="k")
        written = await count()
        await talk.page(talk.li, begun)
        shown = await count()
        await talk.listed(talk.chenguang, selling=True)
        listed = await count()
        await talk.read(talk.li, begun, 2)
        read = await count()

    assert (written, shown, listed, read) == (5, 3, 3, 3)
