"""What is said of suppliers up to a day: counted and scored for the whole market at once, read for some."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import msgspec

from huozhan.kernel.work import Work
from huozhan.scenes.measure import Figures, Measure
from huozhan.scenes.scoring import Peers, Score


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of one supplier up to a day, and the vertical of most of its orders."""

    seller_id: int
    vertical: str
    figures: Figures


class ScoreRow(msgspec.Struct, frozen=True, kw_only=True):
    """All that is said of one supplier up to a day."""

    seller_id: int
    until_on: date
    vertical: str
    figures: Figures
    drawn: Mapping[Measure, int]
    composite_e2: int | None
    consultation_e2: int | None
    logistics_e2: int | None
    after_sale_e2: int | None
    quality_e2: int | None
    dispute_e2: int | None
    below_since: date | None


class Scored(msgspec.Struct, frozen=True, kw_only=True):
    """What scoring adds to the row of a supplier."""

    seller_id: int
    composite_e2: int | None
    shown: Mapping[Score, int | None]
    drawn: Mapping[Measure, int]
    below_since: date | None


_COLUMNS = (
    "seller_id, until_on, vertical, figures, drawn, composite_e2, consultation_e2, logistics_e2, after_sale_e2, quality_e2,"
    " dispute_e2, below_since"
)


async def begin(work: Work, until_on: date, pins: Mapping[str, int]) -> bool:
    """Begins to count a day, unless that was done."""
    row = await work.db.fetchrow(
        "INSERT INTO service_count (until_on, rule_pins, counted_at) VALUES ($1, $2, $3)"
        " ON CONFLICT (until_on) DO NOTHING RETURNING 1",
        until_on, msgspec.json.encode(pins).decode(), work.now,
    )  # fmt: skip
    return row is not None


async def is_counted(work: Work, until_on: date) -> bool:
    """Tells whether a day was counted."""
    return bool(await work.db.fetchval("SELECT true FROM service_count WHERE until_on = $1", until_on))


# Who bought on two different days at least has come again.
_COUNT = f"""
WITH bought AS (
    SELECT seller_id, buyer_id, count(DISTINCT counted_on) AS days FROM service_mark
     WHERE measure = '{Measure.paid}' AND counted_on >= $3 AND counted_on < $1 AND ($4::bigint IS NULL OR seller_id = $4) GROUP BY seller_id, buyer_id
), counted AS (
    SELECT seller_id, measure, sum(due) AS due, sum(hit) AS hit, sum(minutes) AS minutes FROM service_day
     WHERE counted_on >= $2 AND counted_on < $1 AND ($4::bigint IS NULL OR seller_id = $4) GROUP BY seller_id, measure
     UNION ALL
    SELECT seller_id, '{Measure.repurchase}', count(*), count(*) FILTER (WHERE days > 1), 0 FROM bought GROUP BY seller_id
     UNION ALL
    SELECT seller_id, '{Measure.quick_answer}', quick_due, quick_hit, 0 FROM service_answer
     WHERE until_on = $1 AND ($4::bigint IS NULL OR seller_id = $4)
     UNION ALL
    SELECT seller_id, '{Measure.answer_24}', reply_due, reply_hit, 0 FROM service_answer
     WHERE until_on = $1 AND ($4::bigint IS NULL OR seller_id = $4)
), most AS (
    SELECT seller_id, mode() WITHIN GROUP (ORDER BY vertical) AS vertical FROM service_mark
     WHERE measure = '{Measure.paid}' AND counted_on >= $3 AND counted_on < $1
       AND ($4::bigint IS NULL OR seller_id = $4) GROUP BY seller_id
)
INSERT INTO service_score (seller_id, until_on, vertical, figures)
SELECT c.seller_id, $1, coalesce(max(m.vertical), ''),
       jsonb_object_agg(c.measure, jsonb_build_array(c.due, c.hit, c.minutes))
  FROM counted c LEFT JOIN most m ON m.seller_id = c.seller_id GROUP BY c.seller_id
    ON CONFLICT (seller_id, until_on) DO UPDATE SET vertical = EXCLUDED.vertical, figures = EXCLUDED.figures
RETURNING seller_id, vertical, figures
"""


async def count(
    work: Work, until_on: date, from_on: date, bought_from: date, seller_id: int | None = None
) -> list[Counted]:
    """Counts the whole market, or one supplier again, up to a day."""
    rows = await work.db.fetch(_COUNT, until_on, from_on, bought_from, seller_id)
    return [Counted(**dict(row) | {"figures": _figures(row["figures"])}) for row in rows]


async def write_peers(work: Work, until_on: date, peers: Mapping[tuple[str, Measure], Peers]) -> None:
    """Keeps what peers reach up to a day."""
    rows = [
        (vertical, measure, p.sellers, p.p5, p.p50, p.p75, p.mean) for (vertical, measure), p in peers.items()
    ]
    await work.db.execute(
        "INSERT INTO service_peer (until_on, vertical, measure, sellers, p5, p50, p75, mean) SELECT $1, p.* FROM unnest("
        "$2::text[], $3::text[], $4::int[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[]) AS p",
        until_on, *_columns(rows, 7),
    )  # fmt: skip


async def peers_on(
    work: Work, until_on: date, verticals: Collection[str]
) -> dict[tuple[str, Measure], Peers]:
    """What suppliers of some verticals reached up to a day; everybody may know."""
    rows = await work.db.fetch(
        "SELECT vertical, measure, sellers, p5, p50, p75, mean FROM service_peer"
        " WHERE until_on = $1 AND vertical = ANY ($2::text[])",
        until_on, list(verticals),
    )  # fmt: skip
    return {
        (row["vertical"], Measure(row["measure"])): Peers(
            sellers=row["sellers"], p5=row["p5"], p50=row["p50"], p75=row["p75"], mean=row["mean"]
        )
        for row in rows
    }


_SCORE = """
UPDATE service_score s
   SET composite_e2 = n.composite_e2, consultation_e2 = n.consultation_e2, logistics_e2 = n.logistics_e2,
       after_sale_e2 = n.after_sale_e2, quality_e2 = n.quality_e2, dispute_e2 = n.dispute_e2, drawn = n.drawn::jsonb,
       below_since = n.below_since
  FROM unnest($2::bigint[], $3::int[], $4::int[], $5::int[], $6::int[], $7::int[], $8::int[], $9::text[], $10::date[])
    AS n(seller_id, composite_e2, consultation_e2, logistics_e2, after_sale_e2, quality_e2, dispute_e2, drawn, below_since)
 WHERE s.seller_id = n.seller_id AND s.until_on = $1
"""


async def write_scores(work: Work, until_on: date, scored: Sequence[Scored]) -> None:
    """Writes the scores of suppliers up to a day."""
    rows = [
        (one.seller_id, one.composite_e2, *(one.shown[score] for score in Score),
         msgspec.json.encode(one.drawn).decode(), one.below_since)
        for one in scored
    ]  # fmt: skip
    await work.db.execute(_SCORE, until_on, *_columns(rows, 9))


async def before(work: Work, until_on: date) -> dict[int, ScoreRow]:
    """What was said of everybody the last time before a day."""
    rows = await work.db.fetch(
        f"SELECT {_COLUMNS} FROM service_score"
        " WHERE until_on = (SELECT max(until_on) FROM service_count WHERE until_on < $1)",
        until_on,
    )
    return _by_seller(rows)


async def latest(work: Work, seller_ids: Collection[int], since: date) -> dict[int, ScoreRow]:
    """What was said last of suppliers, since a day; everybody may know."""
    rows = await work.db.fetch(
        f"SELECT DISTINCT ON (seller_id) {_COLUMNS} FROM service_score"
        " WHERE seller_id = ANY ($1::bigint[]) AND until_on >= $2 ORDER BY seller_id, until_on DESC",
        list(seller_ids), since,
    )  # fmt: skip
    return _by_seller(rows)


async def lock(work: Work, seller_id: int, until_on: date) -> ScoreRow | None:
    """What is said of one supplier up to a day, locked."""
    rows = await work.db.fetch(
        f"SELECT {_COLUMNS} FROM service_score WHERE seller_id = $1 AND until_on = $2 FOR UPDATE",
        seller_id,
        until_on,
    )
    return _by_seller(rows).get(seller_id)


async def empty(work: Work, seller_id: int, until_on: date) -> None:
    """Leaves nothing said of a supplier up to a day, before it is counted again."""
    await work.db.execute(
        "UPDATE service_score SET figures = '{}', drawn = '{}', composite_e2 = NULL, consultation_e2 = NULL,"
        " logistics_e2 = NULL, after_sale_e2 = NULL, quality_e2 = NULL, dispute_e2 = NULL, below_since = NULL"
        " WHERE seller_id = $1 AND until_on = $2",
        seller_id, until_on,
    )  # fmt: skip


async def own_trend(work: Work, since: date) -> list[tuple[date, int | None]]:
    """The composite of the actor's organisation since a day, the oldest first."""
    rows = await work.db.fetch(
        "SELECT until_on, composite_e2 FROM service_score WHERE seller_id = $1 AND until_on >= $2 ORDER BY until_on",
        work.actor.org_id, since,
    )  # fmt: skip
    return [(row["until_on"], row["composite_e2"]) for row in rows]


async def pins_on(work: Work, until_on: date) -> dict[str, int]:
    """The versions of the rules that a day was counted under."""
    text = await work.db.fetchval("SELECT rule_pins FROM service_count WHERE until_on = $1", until_on)
    return msgspec.json.decode(text or "{}", type=dict[str, int])


async def note_answers(work: Work, until_on: date, counts: Sequence[tuple[int, int, int, int, int]]) -> None:
    """Keeps enquiries as they were counted up to a day, in the place of those of the days before."""
    await work.db.execute(
        "WITH gone AS (DELETE FROM service_answer WHERE until_on < $1)"
        " INSERT INTO service_answer (seller_id, until_on, quick_due, quick_hit, reply_due, reply_hit)"
        " SELECT a.seller_id, $1, a.quick_due, a.quick_hit, a.reply_due, a.reply_hit"
        " FROM unnest($2::bigint[], $3::int[], $4::int[], $5::int[], $6::int[])"
        " AS a(seller_id, quick_due, quick_hit, reply_due, reply_hit) ON CONFLICT (seller_id, until_on) DO NOTHING",
        until_on, *_columns(counts, 5),
    )  # fmt: skip


_FORGET = """
WITH marks AS (DELETE FROM service_mark WHERE counted_on < $1), days AS (DELETE FROM service_day WHERE counted_on < $1),
     peers AS (DELETE FROM service_peer WHERE until_on < $1), counts AS (DELETE FROM service_count WHERE until_on < $1)
DELETE FROM service_score WHERE until_on < $1
"""


async def forget(work: Work, before: date) -> None:
    """Drops what was counted for days that are long over."""
    await work.db.execute(_FORGET, before)


def _by_seller(rows: Iterable[Any]) -> dict[int, ScoreRow]:
    return {
        row["seller_id"]: ScoreRow(
            **dict(row)
            | {
                "figures": _figures(row["figures"]),
                "drawn": msgspec.json.decode(row["drawn"], type=dict[Measure, int]),
            }
        )
        for row in rows
    }


def _figures(text: str) -> Figures:
    return msgspec.json.decode(text, type=Figures)


def _columns(rows: Sequence[tuple[Any, ...]], width: int) -> list[list[Any]]:
    return [[row[at] for row in rows] for at in range(width)]
