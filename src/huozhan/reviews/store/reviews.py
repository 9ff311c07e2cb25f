"""SQL of reviews: under an order's lines that were read, by their buyer, or shown to everybody."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from huozhan.kernel.refusals import NotFound
from huozhan.kernel.shapes import Bilingual
from huozhan.kernel.work import Work
from huozhan.ordering import LineToReview
from huozhan.reviews.review import Review, ReviewState

_ALL = (
    "order_id, line_no, offer_id, sku_id, seller_id, buyer_id, title::text AS title, options::text AS options, picture,"
    " category_id, unit, quantity, state, counts, invited_at, write_by, review_id, points, text, pictures, is_anonymous,"
    " outside_rule, person_id, written_at"
)
_bilingual = msgspec.json.Decoder(Bilingual).decode

_INVITE = """
INSERT INTO review (order_id, line_no, offer_id, sku_id, seller_id, buyer_id, title, options, picture, category_id, unit,
                    quantity, state, invited_at, write_by)
SELECT i.order_id, i.line_no, i.offer_id, i.sku_id, i.seller_id, i.buyer_id, i.title::jsonb, i.options::jsonb, i.picture,
       i.category_id, i.unit, i.quantity, $14, i.invited_at, i.write_by
  FROM unnest($1::bigint[], $2::int[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::text[], $8::text[],
              $9::text[], $10::text[], $11::text[], $12::bigint[], $13::timestamptz[], $15::timestamptz[])
       AS i(order_id, line_no, offer_id, sku_id, seller_id, buyer_id, title, options, picture, category_id, unit, quantity,
            invited_at, write_by)
    ON CONFLICT (order_id, line_no) DO NOTHING
RETURNING order_id
"""


async def invite(
    work: Work, lines: Sequence[LineToReview], state: ReviewState, write_by: Sequence[datetime]
) -> set[int]:
    """Notes lines that may be reviewed from now on; tells which orders are new."""
    rows = [
        (
            one.order_id, one.line_no, one.offer_id, one.sku_id, one.seller_id, one.buyer_id,
            msgspec.json.encode(one.title).decode(), msgspec.json.encode(one.options).decode(), one.picture,
            one.category_id, one.unit, one.quantity, one.ended_at,
        )
        for one in lines
    ]  # fmt: skip
    columns = [list(column) for column in zip(*rows, strict=True)]
    found = await work.db.fetch(_INVITE, *columns, state, list(write_by))
    return {row["order_id"] for row in found}


async def for_update(work: Work, order_id: int, line_no: int) -> Review:
    """A line that the actor's organisation bought, locked."""
    row = await work.db.fetchrow(
        f"SELECT {_ALL} FROM review WHERE order_id = $1 AND line_no = $2 AND buyer_id = $3 FOR UPDATE",
        order_id, line_no, work.actor.org_id,
    )  # fmt: skip
    if row is None:
        raise NotFound(order_id=str(order_id), line_no=line_no)
    return _review(row)


async def of_order_for_update(work: Work, order_id: int) -> list[Review]:
    """All lines of an order, locked in their order; for the clock."""
    rows = await work.db.fetch(
        f"SELECT {_ALL} FROM review WHERE order_id = $1 ORDER BY line_no FOR UPDATE", order_id
    )
    return [_review(row) for row in rows]


async def save(work: Work, review: Review) -> None:
    """Writes what changes of a review: its state, whether it counts, and what is said."""
    await work.db.execute(
        "UPDATE review SET state = $3, counts = $4, review_id = $5, points = $6, text = $7, pictures = $8::text[],"
        " is_anonymous = $9, outside_rule = $10, person_id = $11, written_at = $12 WHERE order_id = $1 AND line_no = $2",
        review.order_id, review.line_no, review.state, review.counts, review.review_id, review.points, review.text,
        list(review.pictures), review.is_anonymous, review.outside_rule, review.person_id, review.written_at,
    )  # fmt: skip


async def shown_of_offer(
    work: Work, offer_id: int, before: int, *, pictured: bool, points: int | None, limit: int
) -> list[Review]:
    """Reviews of an offer that everybody may see, the newest first."""
    rows = await work.db.fetch(
        f"SELECT {_ALL} FROM review WHERE offer_id = $1 AND state = 'shown' AND review_id < $2"
        " AND (NOT $3 OR pictures <> '{}') AND ($4::int IS NULL OR points = $4) ORDER BY review_id DESC LIMIT $5",
        offer_id, before, pictured, points, limit,
    )  # fmt: skip
    return [_review(row) for row in rows]


async def to_write(work: Work, after: tuple[datetime, int, int] | None, limit: int) -> list[Review]:
    """Lines that the actor's organisation may still review, those whose time ends first."""
    rows = await work.db.fetch(
        f"SELECT {_ALL} FROM review WHERE buyer_id = $1 AND state = 'invited' AND write_by > $2"
        " AND ($3::timestamptz IS NULL OR (write_by, order_id, line_no) > ($3, $4, $5))"
        " ORDER BY write_by, order_id, line_no LIMIT $6",
        work.actor.org_id, work.now, *(after or (None, None, None)), limit,
    )  # fmt: skip
    return [_review(row) for row in rows]


async def written(work: Work, before: int, limit: int) -> list[Review]:
    """What the actor's organisation has written, the newest first."""
    rows = await work.db.fetch(
        f"SELECT {_ALL} FROM review WHERE buyer_id = $1 AND review_id < $2 ORDER BY review_id DESC LIMIT $3",
        work.actor.org_id, before, limit,
    )  # fmt: skip
    return [_review(row) for row in rows]


async def count_to_write(work: Work, at_most: int) -> int:
    """How many lines the actor's organisation may still review, counted up to a bound."""
    return int(
        await work.db.fetchval(
            "SELECT count(*) FROM (SELECT 1 FROM review WHERE buyer_id = $1 AND state = 'invited' AND write_by > $2 LIMIT $3) r",
            work.actor.org_id, work.now, at_most,
        )
    )  # fmt: skip


async def of_order(work: Work, order_id: int) -> list[Review]:
    """The lines of an order of the actor's organisation."""
    rows = await work.db.fetch(
        f"SELECT {_ALL} FROM review WHERE order_id = $1 AND buyer_id = $2 ORDER BY line_no",
        order_id, work.actor.org_id,
    )  # fmt: skip
    return [_review(row) for row in rows]


async def shows(work: Work, review_id: int, picture_id: str) -> bool:
    """Tells whether a picture hangs in a review that everybody, or its own buyer, may see."""
    return bool(
        await work.db.fetchval(
            "SELECT true FROM review WHERE review_id = $1 AND $2 = ANY (pictures) AND (state = 'shown' OR buyer_id = $3)",
            review_id, picture_id, work.actor.org_id,
        )
    )  # fmt: skip


def _review(row: Any) -> Review:
    return Review(
        **{
            **dict(row),
            "title": _bilingual(row["title"]),
            "options": _bilingual(row["options"]),
            "state": ReviewState(row["state"]),
            "pictures": tuple(row["pictures"]),
        }
    )
