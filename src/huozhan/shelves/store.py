"""All SQL of shelves. They are the market's own: nothing is scoped by organisation."""

from typing import Any

import msgspec

from huozhan.kernel.shapes import Bilingual
from huozhan.kernel.work import Work
from huozhan.shelves.shelf import Place, Shelf, read_rule, write_rule

_SHELVES = """
SELECT s.*, coalesce(p.pinned, '{}') AS pinned, coalesce(p.hidden, '{}') AS hidden
  FROM shelf s
  LEFT JOIN LATERAL (SELECT array_agg(offer_id ORDER BY position) FILTER (WHERE NOT is_hidden) AS pinned,
                            array_agg(offer_id ORDER BY position) FILTER (WHERE is_hidden) AS hidden
                       FROM shelf_pick WHERE shelf_key = s.shelf_key) p ON true"""


async def shelves(work: Work, *, shown_only: bool) -> list[Shelf]:
    """All shelves in their order, or those that buyers see."""
    rows = await work.db.fetch(
        f"{_SHELVES} WHERE s.is_shown OR NOT $1 ORDER BY s.place, s.position, s.shelf_key", shown_only
    )
    return [_shelf(row) for row in rows]


async def shelf(work: Work, shelf_key: str) -> Shelf | None:
    """One shelf."""
    row = await work.db.fetchrow(f"{_SHELVES} WHERE s.shelf_key = $1", shelf_key)
    return _shelf(row) if row else None


async def save(work: Work, made: Shelf, seen_version: int) -> bool:
    """Writes a shelf over the version that was seen; tells whether it still was that one. Version 0 is none yet."""
    values = (
        made.shelf_key, made.place, made.position, _json(made.title), _json(made.line), made.sign,
        _json(write_rule(made.rule)) if made.rule else "{}", made.is_shown, work.now,
    )  # fmt: skip
    if seen_version == 0:
        written = await work.db.execute(
            "INSERT INTO shelf (shelf_key, place, position, title, line, sign, rule, is_shown, changed_at, version)"
            " VALUES ($1, $2, $3, $4::jsonb, $5::jsonb, $6, $7::jsonb, $8, $9, 1) ON CONFLICT (shelf_key) DO NOTHING",
            *values,
        )
    else:
        written = await work.db.execute(
            "UPDATE shelf SET place = $2, position = $3, title = $4::jsonb, line = $5::jsonb, sign = $6, rule = $7::jsonb,"
            " is_shown = $8, changed_at = $9, version = version + 1 WHERE shelf_key = $1 AND version = $10",
            *values, seen_version,
        )  # fmt: skip
    if written.endswith(" 0"):
        return False
    await _pick(work, made)
    return True


async def _pick(work: Work, made: Shelf) -> None:
    picks = [*((one, False) for one in made.pinned), *((one, True) for one in made.hidden)]
    await work.db.execute(
        "WITH gone AS (DELETE FROM shelf_pick WHERE shelf_key = $1 AND offer_id <> ALL ($2::bigint[]))"
        " INSERT INTO shelf_pick (shelf_key, offer_id, is_hidden, position)"
        " SELECT $1, offer_id, is_hidden, at FROM unnest($2::bigint[], $3::boolean[], $4::integer[]) AS t (offer_id, is_hidden, at)"
        " ON CONFLICT (shelf_key, offer_id) DO UPDATE SET is_hidden = EXCLUDED.is_hidden, position = EXCLUDED.position",
        made.shelf_key, [one for one, _ in picks], [hidden for _, hidden in picks], [at % 100 for at in range(len(picks))],
    )  # fmt: skip


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _shelf(row: Any) -> Shelf:
    return Shelf(
        shelf_key=row["shelf_key"],
        place=Place(row["place"]),
        position=row["position"],
        title=msgspec.json.decode(row["title"], type=Bilingual),
        line=msgspec.json.decode(row["line"], type=Bilingual),
        sign=row["sign"],
        rule=read_rule(row["rule"]),
        pinned=tuple(row["pinned"]),
        hidden=tuple(row["hidden"]),
        is_shown=row["is_shown"],
        version=row["version"],
    )
