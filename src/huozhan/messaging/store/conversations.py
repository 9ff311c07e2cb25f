"""Every query of conversations and their messages: by the actor's organisation, or under a conversation that was read so."""

from datetime import datetime, timedelta
from typing import Any

import asyncpg
import msgspec

from huozhan.kernel.refusals import NotFound
from huozhan.kernel.work import Work
from huozhan.messaging.conversation import Content, Conversation, Pair, Said, Side, Subject
from huozhan.messaging.responding import Round

A_MINUTE = timedelta(minutes=1)
_COLUMNS = ", ".join(field.name for field in msgspec.structs.fields(Conversation))
_SAID = ", ".join(field.name for field in msgspec.structs.fields(Said))


async def for_update(work: Work, conversation_id: int) -> Conversation:
    """One of the actor's conversations, locked."""
    row = await work.db.fetchrow(
        f"SELECT {_COLUMNS} FROM conversation WHERE conversation_id = $1 AND $2 IN (buyer_id, seller_id) FOR UPDATE",
        conversation_id, work.actor.org_id,
    )  # fmt: skip
    return _found(row, conversation_id)


async def of_clock(work: Work, conversation_id: int) -> Conversation:
    """Any conversation, locked: for the market's own clocks."""
    row = await work.db.fetchrow(
        f"SELECT {_COLUMNS} FROM conversation WHERE conversation_id = $1 FOR UPDATE", conversation_id
    )
    return _found(row, conversation_id)


async def read(work: Work, conversation_id: int) -> Conversation:
    """One of the actor's conversations."""
    row = await work.db.fetchrow(
        f"SELECT {_COLUMNS} FROM conversation WHERE conversation_id = $1 AND $2 IN (buyer_id, seller_id)",
        conversation_id, work.actor.org_id,
    )  # fmt: skip
    return _found(row, conversation_id)


def _found(row: Any, conversation_id: int) -> Conversation:
    if row is None:
        raise NotFound(conversation_id=str(conversation_id))
    return Conversation(**dict(row))


async def conversation_of(work: Work, pair: Pair) -> int:
    """The conversation of a buyer and a supplier; 0 where none has begun. The caller is one of the two."""
    found = await work.db.fetchval(
        "SELECT conversation_id FROM conversation_pair WHERE buyer_id = $1 AND seller_id = $2", *pair
    )
    return found or 0


async def begin(work: Work, pair: Pair) -> int:
    """Begins the conversation of a pair; of two first messages at once the second finds what the first began."""
    conversation_id = work.new_id()
    begun = await work.db.fetchval(
        "INSERT INTO conversation_pair (buyer_id, seller_id, conversation_id) VALUES ($1, $2, $3)"
        " ON CONFLICT (buyer_id, seller_id) DO NOTHING RETURNING true",
        *pair, conversation_id,
    )  # fmt: skip
    if begun:
        await work.db.execute(
            "INSERT INTO conversation (conversation_id, buyer_id, seller_id, began_at, last_at) VALUES ($1, $2, $3, $4, $4)",
            conversation_id, *pair, work.now,
        )  # fmt: skip
        return conversation_id
    if other := await conversation_of(work, pair):
        return other
    raise asyncpg.SerializationError  # committed, and not to be seen by this transaction: begin anew


async def begun_since(work: Work, buyer_id: int, since: datetime, at_most: int) -> int:
    """How many conversations a buyer began since a moment."""
    return int(
        await work.db.fetchval(
            "SELECT count(*) FROM (SELECT 1 FROM conversation WHERE buyer_id = $1 AND last_at >= $2 AND began_at >= $2"
            " LIMIT $3) AS begun",
            buyer_id, since, at_most,
        )
    )  # fmt: skip


async def written_in_a_minute(work: Work, conversation: Conversation, side: Side, at_most: int) -> int:
    """How many messages a side wrote in the last minute, as far as it matters."""
    return int(
        await work.db.fetchval(
            "SELECT count(*) FROM message WHERE conversation_id = $1 AND message_no > $2 AND side = $3"
            " AND sent_at > $4 AND NOT is_automatic",
            conversation.conversation_id, conversation.last_no - 2 * at_most, side, work.now - A_MINUTE,
        )
    )  # fmt: skip


_ADD = """
WITH added AS (
    INSERT INTO message (conversation_id, message_no, side, is_automatic, person_id, door, text, pictures, subject,
                         outside_rule, sent_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::jsonb, $10, $11)
), begun AS (
    INSERT INTO response_round (conversation_id, round_no, seller_id, began_no, began_at, answer_by, reply_by)
    SELECT $1, $14, c.seller_id, $2, $11, $15, $16 FROM conversation c WHERE c.conversation_id = $1 AND $13
), answered AS (
    UPDATE response_round SET answered_no = $2, answered_at = $11
     WHERE conversation_id = $1 AND round_no = $14 AND $12
)
UPDATE conversation
   SET last_no = $2, last_at = $11, round_no = $14,
       buyer_read = CASE WHEN $3 = 'buyer' THEN $2 ELSE buyer_read END,
       seller_read = CASE WHEN $3 = 'seller' AND NOT $4 THEN $2 ELSE seller_read END,
       buyer_unread = CASE WHEN $3 = 'buyer' THEN 0 WHEN $4 THEN buyer_unread ELSE buyer_unread + 1 END,
       seller_unread = CASE WHEN $3 = 'buyer' THEN seller_unread + 1 WHEN $4 THEN seller_unread ELSE 0 END,
       waiting_since = CASE WHEN $13 THEN $11 WHEN $12 THEN NULL ELSE waiting_since END,
       answer_by = CASE WHEN $13 THEN $15 WHEN $12 THEN NULL ELSE answer_by END
 WHERE conversation_id = $1
"""


async def add(
    work: Work,
    conversation: Conversation,
    side: Side,
    content: Content,
    outside_rule: int,
    begun: Round | None,
    *,
    answers: bool,
) -> int:
    """Writes the next message with what it does to the other side's count and to the clock; tells its number.

    Who writes has read what was there.
    """
    number = conversation.last_no + 1
    subject = msgspec.json.encode(content.subject).decode() if content.subject else None
    await work.db.execute(
        _ADD,
        conversation.conversation_id, number, side, content.is_automatic,
        0 if content.is_automatic else work.actor.person_id, work.actor.door, content.text, list(content.pictures),
        subject, outside_rule, work.now, answers, begun is not None,
        begun.round_no if begun else conversation.round_no, begun.answer_by if begun else None,
        begun.reply_by if begun else None,
    )  # fmt: skip
    return number


_RECALL = """
WITH back AS (
    UPDATE message SET recalled_at = $4 WHERE conversation_id = $1 AND message_no = $2 RETURNING message_no
), void AS (
    UPDATE response_round r SET is_void = true
     WHERE r.conversation_id = $1 AND r.round_no = $5 AND r.answered_at IS NULL AND $3 = 'buyer'
       AND NOT EXISTS (SELECT 1 FROM message m
                        WHERE m.conversation_id = $1 AND m.message_no >= r.began_no AND m.message_no <> $2
                          AND m.side = 'buyer' AND m.recalled_at IS NULL)
    RETURNING 1
)
UPDATE conversation
   SET buyer_unread = buyer_unread - CASE WHEN $3 = 'seller' AND $2 > buyer_read THEN 1 ELSE 0 END,
       seller_unread = seller_unread - CASE WHEN $3 = 'buyer' AND $2 > seller_read THEN 1 ELSE 0 END,
       waiting_since = CASE WHEN EXISTS (SELECT 1 FROM void) THEN NULL ELSE waiting_since END,
       answer_by = CASE WHEN EXISTS (SELECT 1 FROM void) THEN NULL ELSE answer_by END
 WHERE conversation_id = $1
"""


async def recall(work: Work, conversation: Conversation, said: Said) -> None:
    """Marks a message as taken back. It is unread no more, and a buyer who took back all they asked waits no more."""
    await work.db.execute(
        _RECALL, conversation.conversation_id, said.message_no, said.side, work.now, conversation.round_no
    )


_MARK_READ = """
UPDATE conversation c
   SET buyer_read = CASE WHEN $2 = 'buyer' THEN $3 ELSE buyer_read END,
       seller_read = CASE WHEN $2 = 'seller' THEN $3 ELSE seller_read END,
       buyer_unread = CASE WHEN $2 = 'buyer' THEN u.n ELSE buyer_unread END,
       seller_unread = CASE WHEN $2 = 'seller' THEN u.n ELSE seller_unread END
  FROM (SELECT count(*)::int AS n FROM message
         WHERE conversation_id = $1 AND message_no > $3 AND side <> $2 AND NOT is_automatic AND recalled_at IS NULL) AS u
 WHERE c.conversation_id = $1
RETURNING u.n
"""


async def mark_read(work: Work, conversation: Conversation, side: Side, up_to: int) -> int:
    """Notes how far a side has read and tells how many messages are left."""
    return int(await work.db.fetchval(_MARK_READ, conversation.conversation_id, side, up_to))


async def messages(
    work: Work, conversation_id: int, *, before_no: int | None, after_no: int | None, limit: int
) -> list[Said]:
    """A stretch of a conversation in the order it was written: the last one, or that before or after a number."""
    forward = after_no is not None
    rows = await work.db.fetch(
        f"SELECT {_SAID} FROM message WHERE conversation_id = $1"
        " AND ($2::int IS NULL OR message_no < $2) AND ($3::int IS NULL OR message_no > $3)"
        f" ORDER BY message_no {'' if forward else 'DESC'} LIMIT $4",
        conversation_id, before_no, after_no, limit,
    )  # fmt: skip
    return [_said(row) for row in (rows if forward else reversed(rows))]


async def message(work: Work, conversation_id: int, message_no: int) -> Said:
    """One message of a conversation that was read."""
    row = await work.db.fetchrow(
        f"SELECT {_SAID} FROM message WHERE conversation_id = $1 AND message_no = $2",
        conversation_id, message_no,
    )  # fmt: skip
    if row is None:
        raise NotFound(message_no=message_no)
    return _said(row)


def _said(row: Any) -> Said:
    fields = {field.name: row[field.name] for field in msgspec.structs.fields(Said)}
    subject = fields["subject"]
    return Said(
        **{
            **fields,
            "side": Side(fields["side"]),
            "pictures": tuple(fields["pictures"]),
            "subject": msgspec.json.decode(subject, type=Subject) if subject is not None else None,
        }
    )


async def shows(work: Work, conversation_id: int, picture_id: str) -> bool:
    """Tells whether a picture hangs in a conversation and was not taken back."""
    return bool(
        await work.db.fetchval(
            "SELECT true FROM message WHERE conversation_id = $1 AND $2 = ANY (pictures) AND recalled_at IS NULL LIMIT 1",
            conversation_id, picture_id,
        )
    )  # fmt: skip


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation with its last message."""

    conversation: Conversation
    last: Said


_WHOSE = {Side.buyer: "c.buyer_id", Side.seller: "c.seller_id"}
_LISTED = (
    "SELECT "
    + ", ".join(f"c.{field.name}" for field in msgspec.structs.fields(Conversation))
    + ", m.message_no, m.side, m.is_automatic, m.person_id, left(m.text, 200) AS text, m.pictures, m.subject, m.outside_rule,"
    " m.sent_at, m.recalled_at"
    " FROM conversation c JOIN message m ON m.conversation_id = c.conversation_id AND m.message_no = c.last_no"
)


async def newest(work: Work, side: Side, before: tuple[datetime, int] | None, limit: int) -> list[Listed]:
    """The actor's conversations on one side, the one that moved last first."""
    at, conversation_id = before or (None, None)
    rows = await work.db.fetch(
        f"{_LISTED} WHERE {_WHOSE[side]} = $1"
        " AND ($2::timestamptz IS NULL OR (c.last_at, c.conversation_id) < ($2, $3::bigint))"
        " ORDER BY c.last_at DESC, c.conversation_id DESC LIMIT $4",
        work.actor.org_id, at, conversation_id, limit,
    )  # fmt: skip
    return [_listed(row) for row in rows]


async def waiting(work: Work, after: tuple[datetime, int] | None, limit: int) -> list[Listed]:
    """The conversations of the actor's shop in which a buyer waits, the longest first."""
    at, conversation_id = after or (None, None)
    rows = await work.db.fetch(
        f"{_LISTED} WHERE c.seller_id = $1 AND c.waiting_since IS NOT NULL"
        " AND ($2::timestamptz IS NULL OR (c.waiting_since, c.conversation_id) > ($2, $3::bigint))"
        " ORDER BY c.waiting_since, c.conversation_id LIMIT $4",
        work.actor.org_id, at, conversation_id, limit,
    )  # fmt: skip
    return [_listed(row) for row in rows]


async def of_pair(work: Work, pair: Pair) -> Listed | None:
    """The conversation of a pair with what was said last; None where none has begun. The caller is one of the two."""
    row = await work.db.fetchrow(
        f"{_LISTED} JOIN conversation_pair p ON p.conversation_id = c.conversation_id"
        " WHERE p.buyer_id = $1 AND p.seller_id = $2",
        *pair,
    )
    return _listed(row) if row else None


def _listed(row: Any) -> Listed:
    own = {field.name: row[field.name] for field in msgspec.structs.fields(Conversation)}
    return Listed(conversation=Conversation(**own), last=_said(row))


async def counts(work: Work, side: Side, at_most: int) -> tuple[int, int]:
    """In how many conversations messages are unread, and in how many a buyer waits, counted up to a bound."""
    row = await work.db.fetchrow(
        f"SELECT (SELECT count(*) FROM (SELECT 1 FROM conversation c WHERE {_WHOSE[side]} = $1 AND c.{side}_unread > 0"
        " LIMIT $2) AS u) AS unread,"
        " (SELECT count(*) FROM (SELECT 1 FROM conversation c WHERE c.seller_id = $1 AND c.waiting_since IS NOT NULL"
        " LIMIT $2) AS w) AS waiting",
        work.actor.org_id, at_most,
    )  # fmt: skip
    return row["unread"], row["waiting"] if side is Side.seller else 0


async def unread(work: Work, side: Side, at_most: int) -> int:
    """In how many conversations messages are unread, counted up to a bound."""
    return int(
        await work.db.fetchval(
            f"SELECT count(*) FROM (SELECT 1 FROM conversation c WHERE {_WHOSE[side]} = $1 AND c.{side}_unread > 0"
            " LIMIT $2) AS u",
            work.actor.org_id, at_most,
        )
    )  # fmt: skip
