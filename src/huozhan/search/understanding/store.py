"""All SQL of what many look for. Words belong to the market, so nothing is scoped by organisation."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from huozhan.kernel.work import Work

HOT_MAX = 200
RELATED_EACH = 8

# A buyer is an organisation, or a browser that brings its key back. What found nothing, and what may be somebody's number, is
# never shown to others.
_ASKED = """
SELECT lower(btrim(q)) AS q, CASE WHEN org_id > 0 THEN org_id::text ELSE encode(who, 'hex') END AS buyer, at
  FROM search_log
 WHERE on_day >= ($1::timestamptz - interval '1 day')::date AND at >= $1 AND at < $2 AND page = 1 AND total > 0
   AND NOT is_relaxed AND length(btrim(q)) BETWEEN 2 AND 30 AND q !~ '[0-9]{6}' AND q !~ '@'
"""
_HOT = f"""
WITH asked AS ({_ASKED}),
     counted AS (SELECT q, count(DISTINCT buyer) FILTER (WHERE at >= $3) AS buyers,
                        count(DISTINCT buyer) FILTER (WHERE at < $3) AS before FROM asked GROUP BY q)
INSERT INTO search_hot (q, buyers, before)
SELECT q, buyers, before FROM counted WHERE buyers >= greatest($4, 2) ORDER BY buyers DESC, q LIMIT {HOT_MAX}
"""
_RELATED = f"""
WITH asked AS (SELECT DISTINCT a.q, a.buyer, date_bin('30 minutes', a.at, timestamptz '2000-01-01') AS spell FROM ({_ASKED}) AS a),
     pairs AS (SELECT a.q, b.q AS other, count(DISTINCT a.buyer) AS buyers
                 FROM asked a JOIN asked b ON b.buyer = a.buyer AND b.spell = a.spell AND b.q <> a.q GROUP BY a.q, b.q),
     ranked AS (SELECT *, row_number() OVER (PARTITION BY q ORDER BY buyers DESC, other) AS n FROM pairs WHERE buyers >= greatest($3, 2))
INSERT INTO search_related (q, other, buyers) SELECT q, other, buyers FROM ranked WHERE n <= {RELATED_EACH}
"""


async def count_words(work: Work, span: timedelta, buyers_min: int) -> None:
    """Counts hot and related words anew; hot ones of the last span beside those of the span before it."""
    since: datetime = work.now - span
    await work.db.execute("DELETE FROM search_hot")
    await work.db.execute(_HOT, since - span, work.now, since, buyers_min)
    await work.db.execute("DELETE FROM search_related")
    await work.db.execute(_RELATED, since - span, work.now, buyers_min)


async def hot(work: Work, limit: int) -> list[tuple[str, int, int]]:
    """What most buyers look for: words, buyers, and buyers in the span before."""
    rows = await work.db.fetch(
        "SELECT q, buyers, before FROM search_hot ORDER BY buyers DESC, q LIMIT $1", limit
    )
    return [(row["q"], row["buyers"], row["before"]) for row in rows]


async def related(work: Work, q: str, limit: int) -> Sequence[str]:
    """What else those look for who look for this."""
    rows = await work.db.fetch(
        "SELECT other FROM search_related WHERE q = $1 ORDER BY buyers DESC, other LIMIT $2",
        q.strip().lower(), limit,
    )  # fmt: skip
    return [row["other"] for row in rows]
