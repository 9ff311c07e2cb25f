"""Every query of what is done about conversations: under one that was read, by the actor's person, or by age."""

from datetime import datetime

import msgspec

from huozhan.kernel.work import Work
from huozhan.messaging.conversation import Conversation, Side
from huozhan.messaging.views import OwnMessage

_BLOCK = """
WITH void AS (
    UPDATE response_round SET is_void = true
     WHERE conversation_id = $1 AND round_no = $4 AND answered_at IS NULL AND $2 = 'buyer' AND $3::timestamptz IS NOT NULL
    RETURNING 1
)
UPDATE conversation
   SET buyer_blocked_at = CASE WHEN $2 = 'buyer' THEN $3 ELSE buyer_blocked_at END,
       seller_blocked_at = CASE WHEN $2 = 'seller' THEN $3 ELSE seller_blocked_at END,
       waiting_since = CASE WHEN EXISTS (SELECT 1 FROM void) THEN NULL ELSE waiting_since END,
       answer_by = CASE WHEN EXISTS (SELECT 1 FROM void) THEN NULL ELSE answer_by END
 WHERE conversation_id = $1
"""


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """A message with its place in the list of all that a person wrote."""

    place: int
    view: OwnMessage


async def block(work: Work, conversation: Conversation, side: Side, *, is_blocked: bool) -> None:
    """Notes that a side wants to hear no more, or does again. A buyer who does not want the answer waits for none."""
    await work.db.execute(
        _BLOCK, conversation.conversation_id, side, work.now if is_blocked else None, conversation.round_no
    )


async def written_by(work: Work, before: int, limit: int) -> list[Written]:
    """What the actor's person wrote, the latest first, from before a place, counted from the oldest."""
    rows = await work.db.fetch(
        "SELECT conversation_id, message_no, text, cardinality(pictures) AS pictures, sent_at, recalled_at, place"
        " FROM (SELECT *, row_number() OVER (ORDER BY sent_at, conversation_id, message_no) AS place"
        " FROM message WHERE person_id = $1 AND person_id <> 0) AS own"
        " WHERE place < $2 ORDER BY place DESC LIMIT $3",
        work.actor.person_id, before, limit,
    )  # fmt: skip
    return [
        Written(
            place=row["place"],
            view=OwnMessage(
                conversation_id=str(row["conversation_id"]),
                message_no=row["message_no"],
                text=row["text"],
                pictures=row["pictures"],
                sent_at=row["sent_at"],
                recalled_at=row["recalled_at"],
            ),
        )
        for row in rows
    ]


async def forget_author(work: Work, person_id: int) -> None:
    """Takes a person off all that they wrote, in whatever organisation."""
    await work.db.execute(
        "UPDATE message SET person_id = 0 WHERE person_id = $1 AND person_id <> 0", person_id
    )


async def forget_old(work: Work, before: datetime, rows_max: int) -> int:
    """Drops messages that were written before a moment; the market's own housekeeping, so scoped by age only."""
    rows = await work.db.fetch(
        "DELETE FROM message WHERE (conversation_id, message_no) IN ("
        " SELECT conversation_id, message_no FROM message WHERE sent_at < $1 ORDER BY sent_at LIMIT $2) RETURNING 1",
        before, rows_max,
    )  # fmt: skip
    return len(rows)
