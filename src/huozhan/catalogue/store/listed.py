"""Queries over all offers on sale; they are public, hence nothing is scoped."""

from typing import Any

from huozhan.kernel.work import Work


async def starts(work: Work, stretch: int, most: int) -> list[int]:
    """Every so-manieth offer on sale, the first one included; each step reads one stretch of the key."""
    rows = await work.db.fetch(
        "WITH RECURSIVE stretch (start, n) AS ("
        " SELECT (SELECT min(offer_id) FROM offer WHERE state = 'on_sale'), 1"
        " UNION ALL SELECT (SELECT offer_id FROM offer WHERE state = 'on_sale' AND offer_id > stretch.start"
        " ORDER BY offer_id OFFSET $1 - 1 LIMIT 1), n + 1 FROM stretch WHERE start IS NOT NULL AND n < $2)"
        " SELECT start FROM stretch WHERE start IS NOT NULL",
        stretch, most,
    )  # fmt: skip
    return [row["start"] for row in rows]


async def listed_from(work: Work, start: int, limit: int) -> list[Any]:
    """The offers on sale from one on."""
    rows: list[Any] = await work.db.fetch(
        "SELECT offer_id, changed_at FROM offer WHERE state = 'on_sale' AND offer_id >= $1 ORDER BY offer_id LIMIT $2",
        start, limit,
    )  # fmt: skip
    return rows
