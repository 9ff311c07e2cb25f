"""Lists of orders: by buyer or seller, newest first, by cursor; no query counts or reads everything."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import asyncpg
import msgspec

from huozhan.kernel.ids import ids_of_human_number
from huozhan.kernel.work import Work
from huozhan.ordering.order import OrderState

Side = Literal["buyer", "seller"]

SEARCHED_ORDERS_MAX = 5_000
"""A search by words looks at so many of the newest orders within its dates."""

COUNT_MAX = 1_000
LINES_SHOWN = 4


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """Which orders of one side a list shows."""

    side: Side
    state: str | None = None
    search: str = ""
    from_on: date | None = None
    until_on: date | None = None


_CARD = (
    "order_id, number, state, trade_type, buyer_id, seller_id, buyer_name, seller_name, placed_at, goods_minor, freight_minor,"
    " refunded_minor, subsidy_minor, subsidy_back_minor, premium_minor, pay_close_at, ship_promise_at, receive_due_at, is_late"
)


async def page(
    work: Work, wanted: Filter, after: tuple[datetime, int] | None, limit: int
) -> list[asyncpg.Record]:
    """Orders of the actor's organisation, newest first, after a cursor."""
    where, arguments = _where(work, wanted, after)
    found = f"SELECT {_CARD} FROM trade_order o WHERE {where} ORDER BY placed_at DESC, order_id DESC"
    if not wanted.search:
        return list(await work.db.fetch(f"{found} LIMIT {limit}", *arguments))
    other = "seller_name" if wanted.side == "buyer" else "buyer_name"
    arguments += ["%" + _escaped(wanted.search) + "%", _number_ids(wanted.search)]
    words, ids = f"${len(arguments) - 1}", f"${len(arguments)}"
    return list(
        await work.db.fetch(
            f"WITH recent AS ({found} LIMIT {SEARCHED_ORDERS_MAX}), numbered AS ("
            f"  SELECT {_CARD} FROM trade_order o WHERE {where} AND order_id = ANY ({ids}::bigint[]))"
            f" SELECT * FROM numbered UNION SELECT * FROM recent r"
            f"  WHERE r.{other}->>'zh' ILIKE {words} OR r.{other}->>'en' ILIKE {words}"
            f"     OR EXISTS (SELECT 1 FROM order_line l WHERE l.order_id = r.order_id"
            f"                AND (l.title->>'zh' ILIKE {words} OR l.title->>'en' ILIKE {words}))"
            f" ORDER BY placed_at DESC, order_id DESC LIMIT {limit}",
            *arguments,
        )
    )


def _where(work: Work, wanted: Filter, after: tuple[datetime, int] | None) -> tuple[str, list[object]]:
    parts = [f"o.{wanted.side}_id = $1"]
    arguments: list[object] = [work.actor.org_id]

    def add(condition: str, *values: object) -> None:
        marks = [f"${len(arguments) + i}" for i in range(1, len(values) + 1)]
        parts.append(condition.format(*marks))
        arguments.extend(values)

    if wanted.state:
        add("o.state = {}", wanted.state)
    if wanted.from_on:
        add("o.placed_at >= {}", _day_begins(work, wanted.from_on))
    if wanted.until_on:
        add("o.placed_at < {}", _day_begins(work, wanted.until_on + timedelta(days=1)))
    if after:
        add("(o.placed_at, o.order_id) < ({}::timestamptz, {}::bigint)", *after)
    return " AND ".join(parts), arguments


def _day_begins(work: Work, day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(work.terms.timezone))


def _escaped(words: str) -> str:
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _number_ids(words: str) -> list[int]:
    return ids_of_human_number(words.strip())


_FIRST_LINES = """
SELECT o.order_id, l.line_no, l.title, l.options, l.picture, l.quantity, l.unit, l.price_e4, l.offer_id, l.category_id,
       t.lines, t.pieces, t.pieces_to_ship
  FROM unnest($1::bigint[]) AS o(order_id)
 CROSS JOIN LATERAL (SELECT count(*) AS lines, sum(quantity)::bigint AS pieces,
                            sum(quantity - shipped - refunded)::bigint AS pieces_to_ship
                       FROM order_line WHERE order_id = o.order_id) AS t
  JOIN order_line l ON l.order_id = o.order_id AND l.line_no <= $2
 ORDER BY o.order_id, l.line_no
"""


async def first_lines(work: Work, order_ids: Sequence[int]) -> list[asyncpg.Record]:
    """The first lines of orders just listed, with how many there are."""
    return list(await work.db.fetch(_FIRST_LINES, list(order_ids), LINES_SHOWN))


_WAITING = """
SELECT order_id, answer_due_at AS until, 'refund' AS what FROM order_refund
 WHERE order_id = ANY ($1::bigint[]) AND state = 'asked'
 UNION ALL
SELECT order_id, NULL, 'amendment' FROM order_amendment WHERE order_id = ANY ($1::bigint[]) AND state = 'offered'
 UNION ALL
SELECT order_id, NULL, 'closing' FROM order_hold WHERE order_id = ANY ($1::bigint[]) AND code = 'closing'
"""


async def waiting(work: Work, order_ids: Sequence[int]) -> list[asyncpg.Record]:
    """What waits for an answer on orders just listed."""
    return list(await work.db.fetch(_WAITING, list(order_ids)))


async def counts(work: Work, side: Side) -> dict[str, int]:
    """How many orders stand in each state, each counted up to a bound."""
    rows = await work.db.fetch(
        "SELECT s.state, c.orders FROM unnest($2::text[]) AS s(state) CROSS JOIN LATERAL ("
        " SELECT count(*) AS orders FROM (SELECT 1 FROM trade_order"
        f"  WHERE {side}_id = $1 AND state = s.state LIMIT $3) AS bounded) AS c",
        work.actor.org_id, [state.value for state in OrderState], COUNT_MAX,
    )  # fmt: skip
    return {row["state"]: row["orders"] for row in rows}


_OPEN_ORDERS = """
SELECT w.org_id, (SELECT count(*) FROM trade_order WHERE buyer_id = w.org_id AND state = ANY ($2))
     + (SELECT count(*) FROM trade_order WHERE seller_id = w.org_id AND state = ANY ($2)) AS orders
  FROM unnest($1::bigint[]) AS w(org_id)
"""


async def open_orders(work: Work, org_ids: Collection[int], states: Sequence[str]) -> dict[int, int]:
    """How many orders each of these organisations has in the given states, bought or sold."""
    rows = await work.db.fetch(_OPEN_ORDERS, list(org_ids), list(states))
    return {row["org_id"]: row["orders"] for row in rows}


async def refunds_open(work: Work, side: Side) -> int:
    """How many refunds wait for an answer, counted up to a bound."""
    return int(
        await work.db.fetchval(
            "SELECT count(*) FROM (SELECT 1 FROM order_refund"
            f" WHERE {side}_id = $1 AND state = 'asked' LIMIT $2) AS bounded",
            work.actor.org_id, COUNT_MAX,
        )
    )  # fmt: skip


async def export_lines(work: Work, wanted: Filter, limit: int) -> list[asyncpg.Record]:
    """Order lines of the actor's organisation as rows, newest order first."""
    where, arguments = _where(work, wanted, None)
    return list(
        await work.db.fetch(
            "SELECT o.number, o.state, o.placed_at, o.paid_at, o.buyer_name, o.seller_name, l.line_no, l.title,"
            " l.options, l.quantity, l.unit, l.price_e4, l.basis, l.goods_minor, l.freight_minor, l.shipped,"
            " l.received, l.refunded, n.note AS buyer_note FROM trade_order o JOIN order_line l USING (order_id)"
            # The note of placing carries the order's own id.
            f" LEFT JOIN order_note n ON n.order_id = o.order_id AND n.note_id = o.order_id WHERE {where}"
            f" ORDER BY o.placed_at DESC, o.order_id DESC, l.line_no LIMIT {limit}",
            *arguments,
        )
    )
