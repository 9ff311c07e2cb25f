"""Rows of assortments; the aggregate is the assortment. Its lines are few and always read whole."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from huozhan.insight.asks import BuildAssortment
from huozhan.kernel.work import Work


class Line(msgspec.Struct, frozen=True):
    """So many pieces of one SKU, and what a piece is to sell for (1/10 000)."""

    sku_id: int
    quantity: int
    retail_e4: int


class Assortment(msgspec.Struct, frozen=True, kw_only=True):
    """One assortment as it is kept."""

    assortment_id: int
    org_id: int
    link_key: str
    wishes: BuildAssortment
    lines: tuple[Line, ...]
    is_best: bool
    made_at: datetime
    made_by: int


_COLUMNS = ", ".join(Assortment.__struct_fields__)
_ADD = f"""
INSERT INTO assortment ({_COLUMNS})
SELECT $1, $2, $3, $4::jsonb, $5::jsonb, $6, $7, $8
 WHERE (SELECT count(*) FROM assortment WHERE org_id = $2) < $9
RETURNING true
"""


async def add(work: Work, made: Assortment, most: int) -> bool:
    """Keeps an assortment unless its organisation keeps too many already."""
    return bool(
        await work.db.fetchval(
            _ADD, made.assortment_id, made.org_id, made.link_key, _json(made.wishes), _json(made.lines),
            made.is_best, made.made_at, made.made_by, most,
        )
    )  # fmt: skip


async def read(work: Work, assortment_id: int, *, lock: bool = False) -> Assortment | None:
    """One assortment, whoever keeps it; the caller knows whether it may be read."""
    row = await work.db.fetchrow(
        f"SELECT {_COLUMNS} FROM assortment WHERE assortment_id = $1 {'FOR UPDATE' if lock else ''}",
        assortment_id,
    )
    return _assortment(row) if row else None


async def save(work: Work, changed: Assortment) -> None:
    """Writes other lines of a locked assortment."""
    await work.db.execute(
        "UPDATE assortment SET lines = $2::jsonb, is_best = $3 WHERE assortment_id = $1",
        changed.assortment_id, _json(changed.lines), changed.is_best,
    )  # fmt: skip


async def drop(work: Work, assortment_id: int) -> None:
    """Forgets an assortment."""
    await work.db.execute("DELETE FROM assortment WHERE assortment_id = $1", assortment_id)


async def own(work: Work, before: int, limit: int) -> list[Assortment]:
    """The actor's organisation's assortments, the latest first."""
    rows: Sequence[Any] = await work.db.fetch(
        f"SELECT {_COLUMNS} FROM assortment WHERE org_id = $1 AND assortment_id < $2"
        " ORDER BY assortment_id DESC LIMIT $3",
        work.actor.org_id, before, limit,
    )  # fmt: skip
    return [_assortment(row) for row in rows]


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _assortment(row: Any) -> Assortment:
    return Assortment(
        **dict(row)
        | {
            "wishes": msgspec.json.decode(row["wishes"], type=BuildAssortment),
            "lines": msgspec.json.decode(row["lines"], type=tuple[Line, ...]),
        }
    )
