"""All SQL of the search by meaning: which title of each offer was reckoned, and the vectors of both."""

from collections.abc import Collection, Mapping, Sequence

from huozhan.kernel.work import Work

END = 2**63 - 1
"""Behind every offer."""


async def known_between(work: Work, model: str, after_id: int, last_id: int) -> dict[int, int]:
    """The marks of the titles that this model has reckoned, by offer, behind the first id and up to the last."""
    rows = await work.db.fetch(
        "SELECT offer_id, title_mark FROM search_title_vector WHERE model = $1 AND offer_id > $2 AND offer_id <= $3",
        model, after_id, last_id,
    )  # fmt: skip
    return {row["offer_id"]: row["title_mark"] for row in rows}


async def how_many(work: Work) -> int:
    """How many offers' titles are kept."""
    return int(await work.db.fetchval("SELECT count(*) FROM search_title_vector"))


async def add(work: Work, model: str, marks: Mapping[int, int], rows: Mapping[int, bytes]) -> None:
    """Keeps these vectors in the place of older ones of the same offers."""
    await work.db.execute(
        "INSERT INTO search_title_vector (offer_id, title_mark, model, vectors)"
        " SELECT id, mark, $1, vectors FROM unnest($2::bigint[], $3::bigint[], $4::bytea[]) AS t (id, mark, vectors)"
        " ON CONFLICT (offer_id) DO UPDATE SET title_mark = EXCLUDED.title_mark, model = EXCLUDED.model, vectors = EXCLUDED.vectors",
        model, list(rows), [marks[one] for one in rows], list(rows.values()),
    )  # fmt: skip


async def forget(work: Work, offer_ids: Collection[int]) -> None:
    """Forgets offers that are not on sale any more."""
    await work.db.execute(
        "DELETE FROM search_title_vector WHERE offer_id = ANY ($1::bigint[])", sorted(offer_ids)
    )


async def vectors_after(work: Work, model: str, after_id: int, limit: int) -> Sequence[tuple[int, bytes]]:
    """The next offers' vectors of this model, in the order of their ids."""
    rows = await work.db.fetch(
        "SELECT offer_id, vectors FROM search_title_vector WHERE model = $1 AND offer_id > $2 ORDER BY offer_id LIMIT $3",
        model, after_id, limit,
    )  # fmt: skip
    return [(row["offer_id"], row["vectors"]) for row in rows]
