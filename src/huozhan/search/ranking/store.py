"""Every query of ranking: the market's own, so nothing is scoped by organisation here."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from huozhan.kernel.work import Work
from huozhan.search.ranking.factors import Weights


class CategoryRow(msgspec.Struct, frozen=True, kw_only=True):
    """What the last days came to in one category; '' is the whole market."""

    category_id: str
    views: int = 0
    bought: int = 0
    buyers: int = 0
    repeat_buyers: int = 0


# A category's row and the market's in one go: the market is the group of all.
_MEAN = """
WITH days AS (
    SELECT coalesce(category_id, '') AS category_id, sum(views)::bigint AS views, sum(buyers)::bigint AS bought
      FROM offer_measure WHERE on_day > $1 AND on_day <= $3
     GROUP BY GROUPING SETS ((category_id), ())),
each AS (
    SELECT category_id, offer_id, buyer_id, count(*) AS days FROM offer_buyer
     WHERE on_day > $2 AND on_day <= $3 GROUP BY category_id, offer_id, buyer_id),
back AS (
    SELECT coalesce(category_id, '') AS category_id, count(*)::bigint AS buyers,
           count(*) FILTER (WHERE days > 1)::bigint AS repeat_buyers
      FROM each GROUP BY GROUPING SETS ((category_id), ()))
INSERT INTO category_standing (category_id, until_on, views, bought, buyers, repeat_buyers)
SELECT category_id, $3, coalesce(views, 0), coalesce(bought, 0), coalesce(buyers, 0), coalesce(repeat_buyers, 0)
  FROM days FULL JOIN back USING (category_id)
"""


async def count_categories(work: Work, after: date, repeat_after: date, until: date) -> None:
    """Counts the means of all categories anew, over the days up to one."""
    await work.db.execute("DELETE FROM category_standing")
    await work.db.execute(_MEAN, after, repeat_after, until)


async def categories(work: Work, category_ids: Collection[str]) -> dict[str, CategoryRow]:
    """The means of these categories and of the whole market."""
    rows = await work.db.fetch(
        "SELECT category_id, views, bought, buyers, repeat_buyers FROM category_standing"
        " WHERE category_id = ANY ($1::text[])",
        ["", *category_ids],
    )  # fmt: skip
    return {row["category_id"]: CategoryRow(**dict(row)) for row in rows}


async def round_at(work: Work, on: date, ranking: int) -> int | None:
    """After which offer the round of a day and ranking goes on; None where it has ended."""
    row = await work.db.fetchrow(
        "SELECT after_id, is_ended FROM ranking_round WHERE on_day = $1 AND ranking = $2", on, ranking
    )
    if row is None:
        return 0
    return None if row["is_ended"] else row["after_id"]


async def go_on(work: Work, on: date, ranking: int, after_id: int, noted: int, *, is_ended: bool) -> None:
    """Notes how far the round has come."""
    await work.db.execute(
        "INSERT INTO ranking_round (on_day, ranking, after_id, noted, is_ended) VALUES ($1, $2, $3, $4, $5)"
        " ON CONFLICT (on_day, ranking) DO UPDATE SET after_id = EXCLUDED.after_id,"
        " noted = ranking_round.noted + EXCLUDED.noted, is_ended = EXCLUDED.is_ended",
        on, ranking, after_id, noted, is_ended,
    )  # fmt: skip


class TrialRow(msgspec.Struct, frozen=True, kw_only=True):
    """A trial of another ranking."""

    trial_id: int
    name: str
    weights: Weights
    people: int
    started_at: datetime
    ended_at: datetime | None
    is_adopted: bool | None
    reason: str
    end_reason: str | None


_TRIAL = (
    "SELECT trial_id, name, conversion, service, repurchase, freshness, people, started_at, ended_at, is_adopted, reason,"
    " end_reason FROM ranking_trial"
)


def _trial(row: Any) -> TrialRow:
    told = dict(row)
    weights = Weights(
        **{name: told.pop(name) for name in ("conversion", "service", "repurchase", "freshness")}
    )
    return TrialRow(**told, weights=weights)


async def trials(work: Work) -> list[TrialRow]:
    """All trials, the latest first."""
    return [_trial(row) for row in await work.db.fetch(f"{_TRIAL} ORDER BY started_at DESC LIMIT 50")]


async def running(work: Work) -> TrialRow | None:
    """The trial that has not ended."""
    row = await work.db.fetchrow(f"{_TRIAL} WHERE ended_at IS NULL")
    return _trial(row) if row else None


async def add_trial(work: Work, trial_id: int, name: str, weights: Weights, people: int, reason: str) -> None:
    """Begins a trial; the database refuses a second one beside it."""
    await work.db.execute(
        "INSERT INTO ranking_trial (trial_id, name, conversion, service, repurchase, freshness, people, started_at, started_by,"
        " reason) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        trial_id, name, weights.conversion, weights.service, weights.repurchase, weights.freshness, people, work.now,
        work.actor.person_id, reason,
    )  # fmt: skip


async def end_trial(work: Work, trial_id: int, *, is_adopted: bool, reason: str) -> Weights | None:
    """Ends a trial that runs; None where it does not."""
    row = await work.db.fetchrow(
        "UPDATE ranking_trial SET ended_at = $2, ended_by = $3, is_adopted = $4, end_reason = $5"
        " WHERE trial_id = $1 AND ended_at IS NULL RETURNING conversion, service, repurchase, freshness",
        trial_id, work.now, work.actor.person_id, is_adopted, reason,
    )  # fmt: skip
    return Weights(**dict(row)) if row else None


class ClickRow(msgspec.Struct, frozen=True, kw_only=True):
    """An offer that a visitor opened soon after a page of a trial had shown it, and which team had put it there."""

    one: str
    org_id: int
    offer_id: int
    on_day: date
    team: str


# What one visitor opened of one offer counts once, for the page that came first.
_CREDITED = """
SELECT DISTINCT ON (one, offer_id) one, org_id, offer_id, on_day, team
  FROM (SELECT CASE WHEN l.org_id = 0 THEN encode(l.who, 'hex') ELSE l.org_id::text END AS one, l.org_id, l.on_day, l.at, l.who,
               o.offer_id, substr(l.marks, o.at::int, 1) AS team
          FROM search_log l CROSS JOIN LATERAL unnest(l.offer_ids) WITH ORDINALITY AS o(offer_id, at)
         WHERE l.trial_id = $1 AND l.trial_id > 0) AS shown
 WHERE team IN ('a', 'b')
   AND EXISTS (SELECT 1 FROM offer_touch t WHERE t.who = shown.who AND t.kind = 'view' AND t.offer_id = shown.offer_id
                  AND t.at >= shown.at AND t.at <= shown.at + $2::interval)
 ORDER BY one, offer_id, at
"""


async def credited_clicks(work: Work, trial_id: int, within: timedelta) -> list[ClickRow]:
    """What visitors opened of a trial's pages."""
    return [ClickRow(**dict(row)) for row in await work.db.fetch(_CREDITED, trial_id, within)]


async def bought_after(
    work: Work, clicked: Sequence[tuple[int, int, date]], within: timedelta
) -> set[tuple[int, int]]:
    """Which of these offers were bought by these organisations from a day on, within some days; pairs of offer and buyer."""
    rows = await work.db.fetch(
        "SELECT DISTINCT b.offer_id, b.buyer_id FROM unnest($1::bigint[], $2::bigint[], $3::date[]) AS c(offer_id, buyer_id, on_day)"
        " JOIN offer_buyer b ON b.offer_id = c.offer_id AND b.buyer_id = c.buyer_id"
        " AND b.on_day >= c.on_day AND b.on_day <= c.on_day + $4::int",
        [one[0] for one in clicked], [one[1] for one in clicked], [one[2] for one in clicked], within.days,
    )  # fmt: skip
    return {(row["offer_id"], row["buyer_id"]) for row in rows}


async def searches_of(work: Work, trial_id: int) -> int:
    """How many pages of a trial were shown."""
    found: int = await work.db.fetchval(
        "SELECT count(*) FROM search_log WHERE trial_id = $1 AND trial_id > 0", trial_id
    )
    return found
