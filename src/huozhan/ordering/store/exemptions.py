"""Rows of what stops orders' clocks. Orders are found and changed in sets; each changes only if it is as it was read."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from huozhan.kernel.work import Work
from huozhan.ordering.exemption import Exemption, Wait
from huozhan.ordering.order import OrderState


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A question for money back that waits for the seller's answer."""

    refund_id: int
    asked_at: datetime
    answer_due_at: datetime | None


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """An order that an exemption hits, or hit before (`matches` tells), with what its clocks depend on."""

    order_id: int
    number: str
    buyer_id: int
    seller_id: int
    state: OrderState
    placed_at: datetime
    began: datetime
    promise_hours: int
    ship_promise_at: datetime
    is_late: bool
    is_exempt: bool
    matches: bool
    rule_pins: Mapping[str, int]
    services: tuple[str, ...]
    out_at: datetime | None
    waits: tuple[Wait, ...]
    known: tuple[Exemption, ...]
    """What stops its clocks as it stands."""
    exemptions: tuple[Exemption, ...]
    """The same without the exemption at hand."""
    asked: Asked | None


class Search(msgspec.Struct, frozen=True, kw_only=True):
    """Which orders an exemption may hit: by seller, by the place they go to, anywhere; `among` narrows them to some."""

    exemption_id: int
    from_at: datetime
    until_at: datetime
    placed_from: datetime
    sellers: Sequence[int] = ()
    destinations: Sequence[str] = ()
    categories: Sequence[str] = ()
    among: Sequence[int] | None = None
    anywhere: bool = False


# Orders in stages are left out: the seller's time of a stage is no promise, and when it began is not kept.
# An order is hit where its clock ran at some time before the end, and it was not over before the beginning.
_MATCH = """
coalesce(o.paid_at, o.placed_at) < $4 AND $3 < $4 AND (o.ended_at IS NULL OR o.ended_at > $3)
AND ($10::boolean OR o.seller_id = ANY ($6::bigint[])
     OR EXISTS (SELECT FROM unnest($7::text[]) AS d(start) WHERE starts_with(o.region_code, d.start)))
AND (cardinality($8::text[]) = 0 OR EXISTS (
     SELECT FROM order_line l, unnest($8::text[]) AS c(category)
      WHERE l.order_id = o.order_id AND (l.category_id = c.category OR starts_with(l.category_id, c.category || '-'))))
"""
_AMONG = f"""
  FROM trade_order o
 WHERE o.order_id > $1 AND o.ship_promise_at IS NOT NULL AND o.trade_type <> 'staged' AND ($9::bigint[] IS NULL OR o.order_id = ANY ($9))
   AND (o.state IN ('wait_send', 'part_sent', 'wait_receive') OR o.placed_at >= $5)
   AND (EXISTS (SELECT FROM order_exemption x WHERE x.order_id = o.order_id AND x.exemption_id = $2)
        OR {_MATCH})
"""
_HIT = """
SELECT o.order_id, o.number, o.buyer_id, o.seller_id, o.state, o.placed_at, coalesce(o.paid_at, o.placed_at) AS began,
       o.promise_hours, o.ship_promise_at, o.is_late, o.is_exempt, o.rule_pins, o.services, %s AS matches,
       (SELECT min(m.moved_at) FROM order_move m WHERE m.order_id = o.order_id
           AND m.event IN ('ship_all', 'refund_rest', 'refund_last', 'refund_all')) AS out_at,
       (SELECT json_agg(json_build_array(r.asked_at, r.answered_at)) FROM order_refund r
         WHERE r.order_id = o.order_id AND r.answer_due_at IS NOT NULL AND r.answered_at IS NOT NULL) AS waits,
       (SELECT json_agg(to_json(e) ORDER BY e.exemption_id) FROM order_exemption e
         WHERE e.order_id = o.order_id) AS known,
       (SELECT json_build_object('refund_id', r.refund_id, 'asked_at', r.asked_at, 'answer_due_at', r.answer_due_at)
          FROM order_refund r WHERE r.order_id = o.order_id AND r.state = 'asked') AS asked
"""
_PAGE = f"""
{_HIT % f"({_MATCH})"}
{_AMONG}
 ORDER BY o.order_id LIMIT $11
"""


async def page(work: Work, search: Search, after: int, limit: int) -> list[Hit]:
    """The next orders that an exemption hits or hit before, in the whole market, in order of id."""
    rows = await work.db.fetch(_PAGE, *_arguments(search, after), limit)
    return [_hit(row, search.exemption_id) for row in rows]


_RUNNING = f"""
{_HIT % "true"}
  FROM trade_order o
 WHERE o.order_id > $1 AND o.state IN ('wait_send', 'part_sent') AND NOT o.is_late
   AND EXISTS (SELECT FROM order_exemption x WHERE x.order_id = o.order_id)
 ORDER BY o.order_id LIMIT $2
"""


async def running(work: Work, after: int, limit: int) -> list[Hit]:
    """The next orders of the whole market whose promise runs and is stopped by something; for `verify`."""
    return [_hit(row, 0) for row in await work.db.fetch(_RUNNING, after, limit)]


_COUNT = f"""
SELECT count(*) FILTER (WHERE o.state IN ('wait_send', 'part_sent')) AS to_ship,
       count(*) FILTER (WHERE o.state = 'wait_receive') AS under_way,
       count(*) FILTER (WHERE o.state NOT IN ('wait_send', 'part_sent', 'wait_receive')) AS ended,
       count(*) FILTER (WHERE o.is_late) AS late, count(DISTINCT o.seller_id) AS sellers,
       count(DISTINCT o.buyer_id) AS buyers
{_AMONG}
"""


async def count(work: Work, search: Search) -> Any:
    """How many orders an exemption would hit; asked by the market only."""
    return await work.db.fetchrow(_COUNT, *_arguments(search, 0))


def _arguments(search: Search, after: int) -> list[Any]:
    return [
        after, search.exemption_id, search.from_at, search.until_at, search.placed_from, list(search.sellers),
        list(search.destinations), list(search.categories), None if search.among is None else list(search.among),
        search.anywhere,
    ]  # fmt: skip


def _hit(row: Any, exemption_id: int) -> Hit:
    known = msgspec.json.decode(row["known"] or "[]", type=tuple[Exemption, ...])
    return Hit(
        **dict(row)
        | {
            "known": known,
            "exemptions": tuple(one for one in known if one.exemption_id != exemption_id),
            "state": OrderState(row["state"]),
            "rule_pins": msgspec.json.decode(row["rule_pins"]),
            "waits": msgspec.json.decode(row["waits"] or "[]", type=tuple[Wait, ...]),
            "asked": msgspec.json.decode(row["asked"], type=Asked) if row["asked"] else None,
        }
    )


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of an order: its promise, whether it is late or exempt, and when the seller must have answered."""

    hit: Hit
    due_at: datetime
    is_late: bool
    is_exempt: bool
    answer_due_at: datetime | None

    @property
    def is_told(self) -> bool:
        """Tells whether anything changed that its people should hear of."""
        return (self.due_at, self.is_late) != (self.hit.ship_promise_at, self.hit.is_late)


_MOVE = """
UPDATE trade_order o SET ship_promise_at = n.due_at, is_late = n.late, is_exempt = n.exempt
  FROM unnest($1::bigint[], $2::text[], $3::timestamptz[], $4::boolean[], $5::timestamptz[], $6::boolean[],
              $7::boolean[]) AS n(order_id, was_state, was_due_at, was_late, due_at, late, exempt)
 WHERE o.order_id = n.order_id AND n.was_state = o.state AND o.ship_promise_at = n.was_due_at
   AND o.is_late = n.was_late
RETURNING o.order_id
"""


async def move(work: Work, moved: Sequence[Moved]) -> set[int]:
    """Writes promises of many orders; tells those that were still as they were read, which now stay so until commit."""
    rows = await work.db.fetch(
        _MOVE, *_columns(
            [(m.hit.order_id, m.hit.state, m.hit.ship_promise_at, m.hit.is_late, m.due_at, m.is_late, m.is_exempt)
             for m in moved], 7,
        ),
    )  # fmt: skip
    return {row["order_id"] for row in rows}


_NOTE = """
WITH gone AS (
    DELETE FROM order_exemption WHERE exemption_id = $1 AND order_id = ANY ($2::bigint[])
), stopped AS (
    INSERT INTO order_exemption (order_id, exemption_id, source, kind, title, carriers, from_at, until_at,
                                 published_at, noted_at)
    SELECT order_id, $1, $4, $5, $6::jsonb, $7, $8, $9, $10, $11 FROM unnest($3::bigint[]) AS h(order_id)
        ON CONFLICT (order_id, exemption_id) DO UPDATE SET until_at = EXCLUDED.until_at, title = EXCLUDED.title
), logged AS (
    INSERT INTO order_move (order_id, move_id, event, state, moved_at, org_id, person_id, door, reason)
    SELECT order_id, move_id, 'clock_moved', state, $11, 0, 0, $12, $13
      FROM unnest($14::bigint[], $15::bigint[], $16::text[]) AS m(order_id, move_id, state)
)
UPDATE order_refund r SET answer_due_at = a.due_at FROM unnest($17::bigint[], $18::bigint[], $19::timestamptz[])
    AS a(order_id, refund_id, due_at)
 WHERE r.order_id = a.order_id AND r.refund_id = a.refund_id AND 'asked' = r.state
"""


async def note(work: Work, exemption: Exemption, moved: Sequence[Moved]) -> None:
    """Writes beside moved orders what stops them, the moves, and the seller's time to answer."""
    told = [m for m in moved if m.is_told]
    answers = [(m.hit.order_id, m.hit.asked.refund_id, m.answer_due_at) for m in moved if m.hit.asked]
    await work.db.execute(
        _NOTE, exemption.exemption_id, [m.hit.order_id for m in moved if not m.hit.matches],
        [m.hit.order_id for m in moved if m.hit.matches], exemption.source, exemption.kind,
        msgspec.json.encode(exemption.title).decode(), list(exemption.carriers), exemption.from_at,
        exemption.until_at, exemption.published_at, work.now, work.actor.door or work.actor.kind,
        exemption.title.say("zh"), *_columns([(m.hit.order_id, work.new_id(), m.hit.state) for m in told], 3),
        *_columns(answers, 3),
    )  # fmt: skip


async def add(work: Work, order_id: int, exemptions: Collection[Exemption]) -> None:
    """Writes what stops a locked order's clocks from its start on; what is known already stays."""
    await work.db.execute(
        "INSERT INTO order_exemption (order_id, exemption_id, source, kind, title, carriers, from_at, until_at,"
        " published_at, noted_at) SELECT $1, (e ->> 'exemption_id')::bigint, e ->> 'source', e ->> 'kind', e -> 'title',"
        " ARRAY(SELECT jsonb_array_elements_text(e -> 'carriers')), (e ->> 'from_at')::timestamptz,"
        " (e ->> 'until_at')::timestamptz, (e ->> 'published_at')::timestamptz, $3"
        " FROM jsonb_array_elements($2::jsonb) AS e ON CONFLICT (order_id, exemption_id) DO NOTHING",
        order_id, msgspec.json.encode(list(exemptions)).decode(), work.now,
    )  # fmt: skip


async def received_due(work: Work, dues: Mapping[int, datetime]) -> None:
    """Writes until when goods of many orders count as received; these orders were moved in the same work."""
    await work.db.execute(
        "UPDATE trade_order o SET receive_due_at = n.due_at"
        " FROM unnest($1::bigint[], $2::timestamptz[]) AS n(order_id, due_at) WHERE o.order_id = n.order_id",
        list(dues), list(dues.values()),
    )  # fmt: skip


def _columns(rows: Sequence[tuple[Any, ...]], width: int) -> list[list[Any]]:
    return [[row[at] for row in rows] for at in range(width)]


_RECORD = """
WITH due AS (
    SELECT o.is_exempt, o.is_late FROM trade_order o
     WHERE o.seller_id = $1 AND o.ship_promise_at >= $2 AND o.placed_at >= $3
       AND (o.ship_promise_at < $4 OR o.is_late OR o.state IN ('wait_receive', 'success'))
       AND (o.is_late OR o.state <> 'terminated'))
SELECT count(*) FILTER (WHERE NOT is_exempt) AS due, count(*) FILTER (WHERE NOT is_exempt AND NOT is_late) AS kept,
       count(*) FILTER (WHERE is_exempt) AS exempt FROM due
"""


async def record(work: Work, since: datetime, placed_from: datetime) -> Any:
    """How many of the actor's own promises fell due since a moment, how many were kept, how many were exempt."""
    return await work.db.fetchrow(_RECORD, work.actor.org_id, since, placed_from, work.now)
