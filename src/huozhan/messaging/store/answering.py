"""Every query of how suppliers answer by themselves: by the actor's organisation, or of the one that is written to."""

from datetime import datetime
from typing import Any

import msgspec

from huozhan.kernel.work import Work
from huozhan.messaging.asks import EditAnswering
from huozhan.messaging.views import AnsweringView, QuickReply

_FIELDS = "greeting, is_on, from_minute, until_minute, days, replies"


async def read(work: Work) -> AnsweringView:
    """How the actor's shop answers; as a new one does where nothing was said."""
    row = await work.db.fetchrow(f"SELECT {_FIELDS} FROM answering WHERE org_id = $1", work.actor.org_id)
    return _view(row) if row else msgspec.convert(msgspec.to_builtins(EditAnswering()), AnsweringView)


async def write(work: Work, kept: AnsweringView) -> None:
    """Keeps how the actor's shop answers."""
    await work.db.execute(
        f"INSERT INTO answering (org_id, {_FIELDS}) VALUES ($1, $2, $3, $4, $5, $6, $7::jsonb)"
        " ON CONFLICT (org_id) DO UPDATE SET greeting = $2, is_on = $3, from_minute = $4, until_minute = $5, days = $6,"
        " replies = $7::jsonb",
        work.actor.org_id, kept.greeting, kept.is_on, kept.from_minute, kept.until_minute, kept.days,
        msgspec.json.encode(kept.replies).decode(),
    )  # fmt: skip


async def greeting(
    work: Work, conversation_id: int, seller_id: int, said_since: datetime
) -> AnsweringView | None:
    """How a supplier answers by itself, where it does and did not so in this conversation since a moment."""
    row = await work.db.fetchrow(
        f"SELECT {_FIELDS} FROM answering WHERE org_id = $1 AND is_on AND NOT EXISTS ("
        " SELECT 1 FROM message WHERE conversation_id = $2 AND is_automatic AND sent_at > $3)",
        seller_id, conversation_id, said_since,
    )  # fmt: skip
    return _view(row) if row else None


def _view(row: Any) -> AnsweringView:
    return AnsweringView(
        **{**dict(row), "replies": msgspec.json.decode(row["replies"], type=list[QuickReply])}
    )
