"""SQL of reviews: under an order's lines that were read, by their buyer, or shown to everybody."""

from collections.abc import Collection, Sequence
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
    " outside_rule, person_id, written_at, fingerprint, follow_text, follow_pictures, follow_rule, followed_at, reply_text,"
    " reply_rule, replied_at, replied_by, hidden_why, hidden_at"
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


async def by_id_for_update(work: Work, review_id: int, side: str) -> Review:
    """A written review, locked: one that the actor's organisation wrote (`buyer`), one of its goods (`seller`), or any (`any`)."""
    assert side in {"buyer", "seller", "any"}
    scope = "" if side == "any" else f" AND {side}_id = $2"
    row = await work.db.fetchrow(
        f"SELECT {_ALL} FROM review WHERE review_id = $1{scope} FOR UPDATE",
        review_id, *(() if side == "any" else (work.actor.org_id,)),
    )  # fmt: skip
    if row is None:
        raise NotFound(review_id=str(review_id))
    return _review(row)


async def shown(work: Work, review_id: int) -> Review:
    """A review that everybody may see."""
    row = await work.db.fetchrow(
        f"SELECT {_ALL} FROM review WHERE review_id = $1 AND state = 'shown'", review_id
    )
    if row is None:
        raise NotFound(review_id=str(review_id))
    return _review(row)


async def was_said(work: Work, review: Review) -> bool:
    """Tells whether the same words stand in another review of the same buyer, or of the same goods."""
    return bool(
        await work.db.fetchval(
            "SELECT true FROM review WHERE fingerprint = $1 AND (buyer_id = $2 OR offer_id = $3)"
            " AND (order_id, line_no) <> ($4, $5) LIMIT 1",
            review.fingerprint, review.buyer_id, review.offer_id, review.order_id, review.line_no,
        )
    )  # fmt: skip


async def of_shop(
    work: Work, before: int, *, unanswered: bool, bad_to: int | None, limit: int
) -> list[Review]:
    """Reviews of the actor's organisation's goods, the newest first."""
    rows = await work.db.fetch(
        f"SELECT {_ALL} FROM review WHERE seller_id = $1 AND review_id < $2 AND (NOT $3 OR (replied_at IS NULL AND state = 'shown'))"
        " AND ($4::int IS NULL OR points <= $4) ORDER BY review_id DESC LIMIT $5",
        work.actor.org_id, before, unanswered, bad_to, limit,
    )  # fmt: skip
    return [_review(row) for row in rows]


async def of_orders_for_update(work: Work, order_ids: Collection[int]) -> list[Review]:
    """All lines of some orders, locked in their order; for what after-sales told of them."""
    rows = await work.db.fetch(
        f"SELECT {_ALL} FROM review WHERE order_id = ANY ($1::bigint[]) ORDER BY order_id, line_no FOR UPDATE",
        list(order_ids),
    )
    return [_review(row) for row in rows]


async def of_orders(work: Work, order_ids: Collection[int]) -> list[Review]:
    """All lines of some orders, for the market."""
    rows = await work.db.fetch(
        f"SELECT {_ALL} FROM review WHERE order_id = ANY ($1::bigint[]) ORDER BY order_id, line_no",
        list(order_ids),
    )
    return [_review(row) for row in rows]


async def by_person(work: Work, before: int, limit: int) -> list[Review]:
    """What the actor's person wrote, in whatever organisation, the newest first."""
    rows = await work.db.fetch(
        f"SELECT {_ALL} FROM review WHERE person_id = $1 AND person_id <> 0 AND review_id < $2"
        " ORDER BY review_id DESC LIMIT $3",
        work.actor.person_id, before, limit,
    )  # fmt: skip
    return [_review(row) for row in rows]


async def forget_author(work: Work, person_id: int) -> None:
    """Takes a person, and the name of whom they wrote for, off all that they wrote and replied."""
    await work.db.execute(
        "WITH replies AS (UPDATE review SET replied_by = 0 WHERE replied_by = $1 AND person_id <> $1)"
        " UPDATE review SET person_id = 0, is_anonymous = true, replied_by = CASE replied_by WHEN $1 THEN 0 ELSE replied_by END"
        " WHERE person_id = $1",
        person_id,
    )


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
        " is_anonymous = $9, outside_rule = $10, person_id = $11, written_at = $12, fingerprint = $13, follow_text = $14,"
        " follow_pictures = $15::text[], follow_rule = $16, followed_at = $17, reply_text = $18, reply_rule = $19,"
        " replied_at = $20, replied_by = $21, hidden_why = $22, hidden_at = $23 WHERE order_id = $1 AND line_no = $2",
        review.order_id, review.line_no, review.state, review.counts, review.review_id, review.points, review.text,
        list(review.pictures), review.is_anonymous, review.outside_rule, review.person_id, review.written_at,
        review.fingerprint, review.follow_text, list(review.follow_pictures), review.follow_rule, review.followed_at,
        review.reply_text, review.reply_rule, review.replied_at, review.replied_by, review.hidden_why, review.hidden_at,
    )  # fmt: skip


async def shown_of_offer(
    work: Work, offer_id: int, before: int, *, pictured: bool, followed: bool, points: int | None, limit: int
) -> list[Review]:
    """Reviews of an offer that everybody may see, the newest first."""
    rows = await work.db.fetch(
        f"SELECT {_ALL} FROM review WHERE offer_id = $1 AND state = 'shown' AND review_id < $2"
        " AND (NOT $3 OR pictures <> '{}' OR follow_pictures <> '{}') AND (NOT $6 OR followed_at IS NOT NULL)"
        " AND ($4::int IS NULL OR points = $4) ORDER BY review_id DESC LIMIT $5",
        offer_id, before, pictured, points, limit, followed,
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
            "SELECT true FROM review WHERE review_id = $1 AND $2 = ANY (pictures || follow_pictures)"
            " AND (state = 'shown' OR buyer_id = $3 OR $4)",
            review_id, picture_id, work.actor.org_id, work.actor.may("market.view"),
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
            "follow_pictures": tuple(row["follow_pictures"]),
        }
    )
