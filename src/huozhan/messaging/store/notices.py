"""Every query of messaging: notices by the actor's organisation, mail by its id (the market's own)."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import msgspec

from huozhan.kernel.work import Work

MAIL_KEPT = timedelta(days=7)
NOTICE_KEPT = timedelta(days=180)


async def add_notices(work: Work, notices: Sequence[Any]) -> None:
    """For whatever organisations they concern: told by the market, not by the actor."""
    await work.db.execute(
        "INSERT INTO notice (org_id, notice_id, kind, facts, link, permission, person_id, told_at)"
        " SELECT org_id, notice_id, kind, facts::jsonb, link, permission, person_id, $8"
        " FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[])"
        " AS n(org_id, notice_id, kind, facts, link, permission, person_id)",
        [notice.org_id for notice in notices],
        [work.new_id() for _ in notices],
        [notice.kind for notice in notices],
        [msgspec.json.encode(notice.facts).decode() for notice in notices],
        [notice.link for notice in notices],
        [notice.permission for notice in notices],
        [notice.person_id for notice in notices],
        work.now,
    )


async def notices(work: Work, before_id: int | None, limit: int) -> list[Any]:
    rows: list[Any] = await work.db.fetch(
        "SELECT notice_id, kind, facts, link, told_at FROM notice"
        " WHERE org_id = $1 AND ($2::bigint IS NULL OR notice_id < $2) AND (permission = '' OR permission = ANY ($3)) AND person_id IN (0, $5)"
        " ORDER BY notice_id DESC LIMIT $4",
        work.actor.org_id, before_id, list(work.actor.permissions), limit, work.actor.person_id,
    )  # fmt: skip
    return rows


async def forget_person(work: Work, person_id: int) -> None:
    """Drops what one person alone was told, in whatever organisation."""
    await work.db.execute("DELETE FROM notice WHERE person_id = $1 AND person_id <> 0", person_id)


async def read_through(work: Work) -> int:
    found = await work.db.fetchval(
        "SELECT read_through FROM notice_mark WHERE org_id = $1 AND person_id = $2",
        work.actor.org_id, work.actor.person_id,
    )  # fmt: skip
    return found or 0


_COUNT_UNREAD = """
SELECT count(*) FROM (
    SELECT 1 FROM notice
     WHERE org_id = $1 AND (permission = '' OR permission = ANY ($3)) AND person_id IN (0, $2)
       AND notice_id > COALESCE((SELECT read_through FROM notice_mark WHERE org_id = $1 AND person_id = $2), 0)
     LIMIT $4) AS unread
"""


async def count_unread(work: Work, most: int) -> int:
    actor = work.actor
    return int(
        await work.db.fetchval(_COUNT_UNREAD, actor.org_id, actor.person_id, list(actor.permissions), most)
    )


async def mark_read(work: Work, up_to: int) -> None:
    await work.db.execute(
        "INSERT INTO notice_mark (org_id, person_id, read_through) VALUES ($1, $2, $3)"
        " ON CONFLICT (org_id, person_id)"
        " DO UPDATE SET read_through = greatest(notice_mark.read_through, EXCLUDED.read_through)",
        work.actor.org_id, work.actor.person_id, up_to,
    )  # fmt: skip


async def add_mail(
    work: Work, mail_id: int, channel: str, kind: str, lang: str, *, to_sealed: bytes, text_sealed: bytes
) -> None:
    await work.db.execute(
        "INSERT INTO mail (mail_id, channel, kind, lang, to_sealed, text_sealed, asked_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)",
        mail_id, channel, kind, lang, to_sealed, text_sealed, work.now,
    )  # fmt: skip


async def mail(work: Work, mail_id: int) -> Any:
    return await work.db.fetchrow(
        "SELECT channel, kind, lang, to_sealed, text_sealed, sent_at FROM mail WHERE mail_id = $1", mail_id
    )


async def mail_sent(work: Work, mail_id: int) -> None:
    await work.db.execute(
        "UPDATE mail SET sent_at = $2, to_sealed = NULL, text_sealed = NULL WHERE mail_id = $1",
        mail_id,
        work.now,
    )


_FORGET_OLD = """
WITH mails AS (
    DELETE FROM mail WHERE mail_id IN (SELECT mail_id FROM mail WHERE asked_at < $1 ORDER BY asked_at LIMIT $3) RETURNING 1
), notices AS (
    DELETE FROM notice WHERE (org_id, notice_id) IN (
        SELECT org_id, notice_id FROM notice WHERE told_at < $2 ORDER BY told_at LIMIT $3) RETURNING 1
)
SELECT (SELECT count(*) FROM mails) + (SELECT count(*) FROM notices)
"""


async def forget_old(work: Work, rows_max: int) -> int:
    """Housekeeping of the whole market, so scoped by age only."""
    return int(await work.db.fetchval(_FORGET_OLD, work.now - MAIL_KEPT, work.now - NOTICE_KEPT, rows_max))
