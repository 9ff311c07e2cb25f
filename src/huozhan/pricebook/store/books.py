"""Rows of price books, their versions and what these say. A book is locked before its versions change."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from huozhan.kernel.work import Work
from huozhan.pricebook.book import Book, Kind, Level, Row, VersionState

_BOOK = "b.book_id, b.seller_id, b.kind, b.buyer_id, b.level, b.offer_id, b.versions"


async def open_book(
    work: Work, seller_id: int, kind: Kind, *, buyer_id: int = 0, level: str = "", offer_id: int = 0
) -> Book:
    """The one book of its kind for a buyer or level, locked; it is made where there is none."""
    row = await work.db.fetchrow(
        "INSERT INTO price_book AS b (book_id, seller_id, kind, buyer_id, level, offer_id, versions, made_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, 0, $7)"
        " ON CONFLICT (seller_id, kind, buyer_id, level, offer_id) DO UPDATE SET versions = b.versions"
        f" RETURNING {_BOOK}",
        work.new_id(), seller_id, kind, buyer_id, level, offer_id, work.now,
    )  # fmt: skip
    return _book(row)


async def lock(work: Work, book_id: int, side: str) -> Book | None:
    """A book in which the actor's organisation has a side, locked."""
    assert side in {"buyer", "seller"}
    row = await work.db.fetchrow(
        f"SELECT {_BOOK} FROM price_book b WHERE b.book_id = $1 AND b.{side}_id = $2 AND $2 <> 0::bigint FOR UPDATE",
        book_id, work.actor.org_id,
    )  # fmt: skip
    return _book(row) if row else None


async def read(work: Work, book_id: int) -> Book | None:
    """A book in which the actor's organisation has a side; a level's book is the shop's own."""
    row = await work.db.fetchrow(
        f"SELECT {_BOOK} FROM price_book b WHERE b.book_id = $1 AND $2 <> 0::bigint AND (b.seller_id = $2 OR b.buyer_id = $2)",
        book_id, work.actor.org_id,
    )  # fmt: skip
    return _book(row) if row else None


def _book(row: Any) -> Book:
    return Book(**{**dict(row), "kind": Kind(row["kind"])})


_ADD = """
WITH counted AS (UPDATE price_book SET versions = $2 WHERE book_id = $1
), written AS (
    INSERT INTO price_version (book_id, version, state, starts_at, ends_at, allows_coupons, off_bp, said_at, said_by)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
)
INSERT INTO price_row (book_id, version, offer_id, sku_id, from_quantity, price_e4, off_bp)
SELECT $1, $2, offer_id, sku_id, from_quantity, nullif(price_e4, 0), off_bp
  FROM unnest($10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[], $14::int[])
    AS r(offer_id, sku_id, from_quantity, price_e4, off_bp)
"""


async def add_version(
    work: Work,
    book: Book,
    state: VersionState,
    rows: Sequence[Row],
    *,
    starts_at: datetime,
    ends_at: datetime,
    allows_coupons: bool = True,
    off_bp: int = 0,
) -> int:
    """Writes the next version of a locked book, and tells its number."""
    version = book.versions + 1
    await work.db.execute(
        _ADD, book.book_id, version, state, starts_at, ends_at, allows_coupons, off_bp, work.now, work.actor.person_id,
        [r.offer_id for r in rows], [r.sku_id for r in rows], [r.from_quantity for r in rows],
        [r.price_e4 or 0 for r in rows], [r.off_bp for r in rows],
    )  # fmt: skip
    return version


async def versions(work: Work, book_id: int) -> list[Any]:
    """Every version of a book, the newest first; whoever asks may see the book."""
    rows: list[Any] = await work.db.fetch(
        "SELECT v.version, v.state, v.starts_at, v.ends_at, v.allows_coupons, v.off_bp, v.said_at, v.answered_at, v.reason,"
        "       (SELECT count(*) FROM price_row r WHERE r.book_id = v.book_id AND r.version = v.version)::int AS rows"
        "  FROM price_version v WHERE v.book_id = $1 ORDER BY v.version DESC",
        book_id,
    )
    return rows


async def rows_of(work: Work, book_id: int, version: int) -> list[Any]:
    """What one version says; whoever asks may see the book."""
    rows: list[Any] = await work.db.fetch(
        "SELECT offer_id, sku_id, from_quantity, price_e4, off_bp FROM price_row"
        " WHERE book_id = $1 AND version = $2 ORDER BY offer_id, sku_id, from_quantity",
        book_id, version,
    )  # fmt: skip
    return rows


async def move(work: Work, book_id: int, version: int, state: VersionState, reason: str = "") -> None:
    """Writes where a version of a locked book stands now."""
    await work.db.execute(
        "UPDATE price_version SET state = $3, answered_at = $4, answered_by = $5, reason = $6"
        " WHERE book_id = $1 AND version = $2",
        book_id, version, state, work.now, work.actor.person_id, reason,
    )  # fmt: skip


async def shorten(work: Work, book_id: int, version: int, ends_at: datetime) -> None:
    """Writes that a version holds no longer than until a moment, because the next one begins then."""
    await work.db.execute(
        "UPDATE price_version SET ends_at = least(ends_at, $3) WHERE book_id = $1 AND version = $2",
        book_id, version, ends_at,
    )  # fmt: skip


_FOR_BUYER = """
SELECT b.kind, b.seller_id, b.level, b.book_id, v.version, v.allows_coupons, v.off_bp AS shop_off_bp,
       r.offer_id, r.sku_id, r.from_quantity, r.price_e4, r.off_bp
  FROM price_book b
  JOIN price_version v ON v.book_id = b.book_id AND v.state = 'in_force' AND v.starts_at <= $3 AND v.ends_at > $3
  LEFT JOIN price_row r ON r.book_id = v.book_id AND r.version = v.version AND r.offer_id = ANY ($4::bigint[])
 WHERE b.seller_id = ANY ($1::bigint[])
   AND ((b.kind <> 'level' AND b.buyer_id = $2)
     OR (b.kind = 'level' AND b.level = (SELECT level FROM price_member m
                                          WHERE m.seller_id = b.seller_id AND m.buyer_id = $2)))
"""


async def for_buyer(work: Work, seller_ids: Sequence[int], offer_ids: Sequence[int]) -> list[Any]:
    """What the books of some shops say now of some offers, for the actor's organisation; one question."""
    rows: list[Any] = await work.db.fetch(
        _FOR_BUYER, list(seller_ids), work.actor.org_id, work.now, list(offer_ids)
    )
    return rows


_FOR_BUYERS = """
SELECT w.buyer_id, b.kind, b.seller_id, b.level, b.book_id, v.version, v.allows_coupons, v.off_bp AS shop_off_bp,
       r.offer_id, r.sku_id, r.from_quantity, r.price_e4, r.off_bp
  FROM unnest($1::bigint[], $2::bigint[]) AS w(buyer_id, seller_id)
  LEFT JOIN price_member m ON m.seller_id = w.seller_id AND m.buyer_id = w.buyer_id
  JOIN price_book b ON b.seller_id = w.seller_id
   AND ((b.kind <> 'level' AND b.buyer_id = w.buyer_id) OR (b.kind = 'level' AND b.level = m.level))
  JOIN price_version v ON v.book_id = b.book_id AND v.state = 'in_force' AND v.starts_at <= $3 AND v.ends_at > $3
  LEFT JOIN price_row r ON r.book_id = v.book_id AND r.version = v.version AND r.offer_id = ANY ($4::bigint[])
"""


async def for_buyers(work: Work, pairs: Sequence[tuple[int, int]], offer_ids: Sequence[int]) -> list[Any]:
    """What books say now of some offers, for each of these pairs of buyer and seller; one question."""
    rows: list[Any] = await work.db.fetch(
        _FOR_BUYERS, [buyer for buyer, _ in pairs], [seller for _, seller in pairs], work.now, list(offer_ids)
    )
    return rows


async def under(work: Work, versions: Collection[tuple[int, int]], offer_ids: Sequence[int]) -> list[Any]:
    """What these versions of books say of some offers, whether or not they hold still; the caller knows that they may be read."""
    rows: list[Any] = await work.db.fetch(
        "SELECT b.kind, b.seller_id, b.level, b.book_id, v.version, v.allows_coupons, v.off_bp AS shop_off_bp,"
        "       r.offer_id, r.sku_id, r.from_quantity, r.price_e4, r.off_bp"
        "  FROM price_book b JOIN price_version v USING (book_id)"
        "  JOIN unnest($1::bigint[], $2::int[]) AS w(book_id, version)"
        "    ON w.book_id = v.book_id AND w.version = v.version"
        "  LEFT JOIN price_row r ON r.book_id = v.book_id AND r.version = v.version AND r.offer_id = ANY ($3::bigint[])",
        [book_id for book_id, _ in versions], [version for _, version in versions], list(offer_ids),
    )  # fmt: skip
    return rows


_LISTED = """
SELECT b.book_id, b.seller_id, b.kind, b.buyer_id, b.level, b.offer_id, b.versions,
       h.version, h.starts_at, h.ends_at, h.allows_coupons, w.version AS waiting, w.starts_at AS waiting_from,
       w.ends_at AS waiting_until,
       (SELECT count(*) FROM price_row r WHERE r.book_id = b.book_id AND r.version = coalesce(w.version, h.version, b.versions))::int
         AS rows
  FROM price_book b
  LEFT JOIN LATERAL (
    SELECT version, starts_at, ends_at, allows_coupons FROM price_version v
     WHERE v.book_id = b.book_id AND v.state = 'in_force' AND v.ends_at > $3 ORDER BY version DESC LIMIT 1) h ON true
  LEFT JOIN LATERAL (
    SELECT version, starts_at, ends_at FROM price_version v
     WHERE v.book_id = b.book_id AND v.state = 'offered' ORDER BY version DESC LIMIT 1) w ON true
 WHERE {side} = $1 AND b.kind <> 'level' AND b.book_id < $2 ORDER BY b.book_id DESC LIMIT $4
"""


async def listed(work: Work, side: str, before: int, limit: int) -> list[Any]:
    """The books in which the actor's organisation has a side, the newest first, with the version that holds and the one that waits."""
    assert side in {"buyer", "seller"}
    rows: list[Any] = await work.db.fetch(
        _LISTED.format(side=f"b.{side}_id"), work.actor.org_id, before, work.now, limit
    )
    return rows


async def level_books(work: Work) -> list[Any]:
    """The shop's books for its levels, each with the version that holds and how many members it is for."""
    rows: list[Any] = await work.db.fetch(
        "SELECT l.level, b.book_id, v.version, coalesce(v.off_bp, 0) AS off_bp, v.said_at,"
        "       (SELECT count(*) FROM price_row r WHERE r.book_id = b.book_id AND r.version = v.version)::int AS rows,"
        "       (SELECT count(*) FROM price_member m WHERE m.seller_id = $1 AND m.level = l.level)::int AS members"
        "  FROM unnest($2::text[]) WITH ORDINALITY AS l(level, place)"
        "  LEFT JOIN price_book b ON b.seller_id = $1 AND b.kind = 'level' AND b.level = l.level"
        "  LEFT JOIN price_version v ON v.book_id = b.book_id AND v.state = 'in_force' ORDER BY l.place",
        work.actor.org_id, list(Level),
    )  # fmt: skip
    return rows


async def lasts_until(work: Work, seller_id: int, buyer_id: int) -> datetime | None:
    """Until when any book that is for this buyer alone may price something; None where none does."""
    until: datetime | None = await work.db.fetchval(
        "SELECT max(v.ends_at) FROM price_book b JOIN price_version v USING (book_id)"
        " WHERE b.seller_id = $1 AND b.buyer_id = $2 AND v.state = 'in_force' AND v.ends_at > $3",
        seller_id, buyer_id, work.now,
    )  # fmt: skip
    return until


async def pairs(work: Work) -> dict[tuple[int, int], datetime | None]:
    """Every shop and buyer between whom a book holds, until when; None for members. The whole market is read."""
    rows = await work.db.fetch(
        "SELECT seller_id, buyer_id, CASE WHEN bool_or(is_member) THEN NULL ELSE max(ends_at) END AS until FROM ("
        " SELECT seller_id, buyer_id, true AS is_member, NULL::timestamptz AS ends_at FROM price_member"
        " UNION ALL SELECT b.seller_id, b.buyer_id, false, v.ends_at FROM price_book b JOIN price_version v USING (book_id)"
        "  WHERE b.buyer_id > 0 AND v.state = 'in_force' AND v.ends_at > $1) AS p GROUP BY seller_id, buyer_id",
        work.now,
    )
    return {(row["seller_id"], row["buyer_id"]): row["until"] for row in rows}
