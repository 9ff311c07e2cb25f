"""SQL of watches, scoped by the actor's organisation and person, and of the rounds that look at them."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from huozhan.interest.watch import Verdict, Watch, WatchKind, WatchState
from huozhan.kernel.work import Work

_COLUMNS = """
 w.watch_id, w.org_id, w.person_id, w.offer_id, w.sku_id, w.kind, w.state, w.pieces, w.limit_e4, w.base_e4, w.told_e4,
 w.was_there, w.told_at, w.times_told, w.edition, w.made_at, w.until_at, w.ended_at
"""


def _watch(row: Any) -> Watch:
    return Watch(**{**dict(row), "kind": WatchKind(row["kind"]), "state": WatchState(row["state"])})


_ADD = """
INSERT INTO watch (org_id, watch_id, person_id, offer_id, sku_id, kind, state, pieces, limit_e4, base_e4, was_there, made_at, until_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
    ON CONFLICT (org_id, person_id, offer_id, sku_id, kind) WHERE state = 'open' DO NOTHING
RETURNING watch_id
"""


async def add(work: Work, watch: Watch) -> bool:
    """Writes a new watch; false where the person waits for the same already."""
    added = await work.db.fetchval(
        _ADD, watch.org_id, watch.watch_id, watch.person_id, watch.offer_id, watch.sku_id, watch.kind, watch.state,
        watch.pieces, watch.limit_e4, watch.base_e4, watch.was_there, watch.made_at, watch.until_at,
    )  # fmt: skip
    return added is not None


_EDIT = """
UPDATE watch SET state = $4, pieces = $5, limit_e4 = $6, base_e4 = $7, told_e4 = NULL, was_there = $8, until_at = $9,
       ended_at = NULL, edition = edition + 1
 WHERE org_id = $1 AND person_id = $2 AND watch_id = $3
"""


async def edit(work: Work, watch: Watch) -> None:
    """Writes what a watch waits for from now on; what was told before is no measure any more."""
    await work.db.execute(
        _EDIT, work.actor.org_id, work.actor.person_id, watch.watch_id, watch.state, watch.pieces, watch.limit_e4,
        watch.base_e4, watch.was_there, watch.until_at,
    )  # fmt: skip


async def drop(work: Work, watch_id: int) -> bool:
    """Takes a watch of the actor away; tells whether there was one."""
    dropped = await work.db.fetchval(
        "DELETE FROM watch WHERE org_id = $1 AND person_id = $2 AND watch_id = $3 RETURNING true",
        work.actor.org_id, work.actor.person_id, watch_id,
    )  # fmt: skip
    return bool(dropped)


async def count_open(work: Work) -> int:
    """How many watches of the actor wait, in whatever organisation."""
    return int(
        await work.db.fetchval(
            "SELECT count(*) FROM watch WHERE person_id = $1 AND state = 'open'", work.actor.person_id
        )
    )


async def one(work: Work, watch_id: int) -> Watch | None:
    """One watch of the actor, locked against the rounds."""
    row = await work.db.fetchrow(
        f"SELECT {_COLUMNS} FROM watch w WHERE w.org_id = $1 AND w.person_id = $2 AND w.watch_id = $3 FOR UPDATE",
        work.actor.org_id, work.actor.person_id, watch_id,
    )  # fmt: skip
    return _watch(row) if row else None


async def same(work: Work, watch: Watch) -> Watch | None:
    """The open watch of the actor for the same."""
    row = await work.db.fetchrow(
        f"SELECT {_COLUMNS} FROM watch w WHERE w.org_id = $1 AND w.person_id = $2 AND w.offer_id = $3 AND w.sku_id = $4"
        " AND w.kind = $5 AND w.state = 'open'",
        work.actor.org_id, work.actor.person_id, watch.offer_id, watch.sku_id, watch.kind,
    )  # fmt: skip
    return _watch(row) if row else None


async def mine(work: Work, before: int, limit: int) -> list[Watch]:
    """The actor's watches in the organisation at hand, the latest first."""
    rows = await work.db.fetch(
        f"SELECT {_COLUMNS} FROM watch w WHERE w.org_id = $1 AND w.person_id = $2 AND w.watch_id < $3"
        " ORDER BY w.watch_id DESC LIMIT $4",
        work.actor.org_id, work.actor.person_id, before, limit,
    )  # fmt: skip
    return [_watch(row) for row in rows]


async def of_person(work: Work, person_id: int) -> list[Watch]:
    """All watches of one person, in every organisation, for their own export."""
    rows = await work.db.fetch(
        f"SELECT {_COLUMNS} FROM watch w WHERE w.person_id = $1 ORDER BY w.watch_id", person_id
    )
    return [_watch(row) for row in rows]


# ── Offers to look at ────────────────────────────────────────────────────────────────────────────────


async def want_look(work: Work, offer_id: int, seller_id: int, at: datetime) -> None:
    """Has an offer looked at, at this moment at the latest."""
    await work.db.execute(
        "INSERT INTO watched_offer (offer_id, seller_id, look_at) VALUES ($1, $2, $3)"
        " ON CONFLICT (offer_id) DO UPDATE SET look_at = least(watched_offer.look_at, EXCLUDED.look_at)",
        offer_id, seller_id, at,
    )  # fmt: skip


_NOTE = """
UPDATE watched_offer SET since = coalesce(since, $2), look_at = least($2 + $3::interval, coalesce(since, $2) + $4::interval)
 WHERE offer_id IN (SELECT offer_id FROM watched_offer WHERE {which} ORDER BY offer_id FOR UPDATE)
"""


async def note_offers(work: Work, offer_ids: Collection[int], settles: timedelta, waits: timedelta) -> None:
    """Has those of these offers that are watched looked at once they have been quiet so long, or after the longest wait."""
    await work.db.execute(
        _NOTE.format(which="offer_id = ANY ($1::bigint[])"), sorted(offer_ids), work.now, settles, waits
    )


async def note_shops(work: Work, seller_ids: Collection[int], settles: timedelta, waits: timedelta) -> None:
    """The same for all watched offers of some shops; of seller 0 for all of the market."""
    await work.db.execute(
        _NOTE.format(which="seller_id = ANY ($1::bigint[]) OR 0 = ANY ($1::bigint[])"),
        sorted(seller_ids), work.now, settles, waits,
    )  # fmt: skip


async def take_due(work: Work, limit: int, again_at: datetime) -> list[int]:
    """Offers whose time to be looked at has come, the longest waiting first; they are looked at again by and by."""
    rows = await work.db.fetch(
        "UPDATE watched_offer SET look_at = $3, since = NULL WHERE offer_id IN ("
        " SELECT offer_id FROM watched_offer WHERE look_at <= $1 ORDER BY look_at LIMIT $2 FOR UPDATE SKIP LOCKED)"
        " RETURNING offer_id",
        work.now, limit, again_at,
    )  # fmt: skip
    return [row["offer_id"] for row in rows]


async def open_of(work: Work, offer_ids: Collection[int]) -> list[Watch]:
    """What waits for these offers, whoever it is."""
    rows = await work.db.fetch(
        f"SELECT {_COLUMNS} FROM watch w WHERE w.offer_id = ANY ($1::bigint[]) AND w.state = 'open' ORDER BY w.watch_id",
        list(offer_ids),
    )
    return [_watch(row) for row in rows]


async def forget_offers(work: Work, offer_ids: Collection[int]) -> None:
    """Looks no more at offers that nobody waits for."""
    await work.db.execute("DELETE FROM watched_offer WHERE offer_id = ANY ($1::bigint[])", list(offer_ids))


# The edition makes each look count once: who changed the watch meanwhile is not overwritten, and told nothing of what they no
# longer wait for.
_REMEMBER = """
UPDATE watch w SET told_e4 = v.told_e4, was_there = v.was_there, edition = w.edition + 1,
       told_at = CASE WHEN v.is_news THEN $7 ELSE w.told_at END, times_told = w.times_told + v.is_news::int
  FROM unnest($1::bigint[], $2::bigint[], $3::int[], $4::bigint[], $5::boolean[], $6::boolean[])
    AS v(org_id, watch_id, edition, told_e4, was_there, is_news)
 WHERE w.org_id = v.org_id AND w.watch_id = v.watch_id AND w.edition = v.edition AND w.ended_at IS NULL
RETURNING w.watch_id
"""


async def remember(work: Work, verdicts: Sequence[tuple[Watch, Verdict]]) -> set[int]:
    """Writes what was seen; tells of which watches that holds."""
    rows = await work.db.fetch(
        _REMEMBER, [watch.org_id for watch, _ in verdicts], [watch.watch_id for watch, _ in verdicts],
        [watch.edition for watch, _ in verdicts], [verdict.told_e4 for _, verdict in verdicts],
        [verdict.was_there for _, verdict in verdicts], [verdict.is_news for _, verdict in verdicts], work.now,
    )  # fmt: skip
    return {row["watch_id"] for row in rows}


_END = """
UPDATE watch w SET state = $3, ended_at = $4, edition = w.edition + 1
  FROM unnest($1::bigint[], $2::int[]) AS e(watch_id, edition)
 WHERE w.watch_id = e.watch_id AND w.edition = e.edition AND w.ended_at IS NULL
RETURNING w.watch_id
"""


async def end(work: Work, watches: Sequence[Watch], state: WatchState) -> set[int]:
    """Ends watches that stand as they were read; tells which."""
    rows = await work.db.fetch(
        _END, [one.watch_id for one in watches], [one.edition for one in watches], state, work.now
    )
    return {row["watch_id"] for row in rows}


async def by_id(work: Work, watch_id: int) -> Watch | None:
    """One watch whoever's it is, locked; the market's own timer asks."""
    row = await work.db.fetchrow(f"SELECT {_COLUMNS} FROM watch w WHERE w.watch_id = $1 FOR UPDATE", watch_id)
    return _watch(row) if row else None


async def forget_person(work: Work, person_id: int) -> list[int]:
    """Drops the watches of one person; tells which there were."""
    rows = await work.db.fetch("DELETE FROM watch WHERE person_id = $1 RETURNING watch_id", person_id)
    return [row["watch_id"] for row in rows]


async def forget_ended(work: Work, before: datetime, rows_max: int) -> int:
    """Drops watches that ended before a moment; tells how many."""
    rows = await work.db.fetch(
        "DELETE FROM watch WHERE (org_id, watch_id) IN ("
        " SELECT org_id, watch_id FROM watch WHERE ended_at < $1 ORDER BY ended_at LIMIT $2 FOR UPDATE SKIP LOCKED)"
        " RETURNING 1",
        before, rows_max,
    )  # fmt: skip
    return len(rows)
