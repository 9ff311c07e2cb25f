"""Rows of orders: read and locked, placed many at once, saved after a move."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import asyncpg
import msgspec

from huozhan import staging
from huozhan.kernel.actor import Actor
from huozhan.kernel.refusals import NotFound
from huozhan.kernel.shapes import Bilingual
from huozhan.kernel.work import Work
from huozhan.ordering.exemption import Exemption, Wait
from huozhan.ordering.order import Hold, Line, Order, OrderEvent, OrderState, TradeType
from huozhan.parties import SealedReceiver


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """Where an order goes, as far as everybody who sees it may know."""

    country: str
    division_code: str
    province: str
    city: str
    county: str
    postcode: str


class NewOrder(msgspec.Struct, frozen=True, kw_only=True):
    """An order about to be written, with the snapshots that only its rows keep."""

    order: Order
    buyer_name: Bilingual
    seller_name: Bilingual
    delivery: Delivery
    sealed: SealedReceiver
    note: str


class By(msgspec.Struct, frozen=True):
    """Who did a move, through which door."""

    org_id: int
    person_id: int
    door: str


def by_actor(actor: Actor) -> By:
    """The actor, as the one who did it."""
    return By(actor.org_id, actor.person_id, actor.door or actor.kind)


_ROOT = (
    "order_id, number, buyer_id, seller_id, state, trade_type, placed_at, placed_by, goods_minor, freight_minor,"
    " paid_minor, refunded_minor, released_minor, payment_id, promise_hours, pay_close_at, paid_at, ship_promise_at,"
    " receive_due_at, is_late, is_exempt, ended_at, region_code, rule_pins, credit_minor, subsidy_minor,"
    " subsidy_back_minor, premium_minor, services"
)

_PARTS = """
SELECT (SELECT json_agg(to_json(l) ORDER BY l.line_no) FROM order_line l WHERE l.order_id = $1) AS lines,
       (SELECT json_agg(to_json(h) ORDER BY h.held_at) FROM order_hold h WHERE h.order_id = $1) AS holds,
       (SELECT array_agg(payment_id ORDER BY payment_id) FROM order_payment
         WHERE order_id = $1 AND state = 'open') AS payments,
       (SELECT json_build_array(line_nos, quantities) FROM order_refund
         WHERE order_id = $1 AND state = 'asked') AS asked,
       (SELECT json_agg(to_json(e) ORDER BY e.exemption_id) FROM order_exemption e WHERE e.order_id = $1) AS exemptions,
       (SELECT json_agg(json_build_array(asked_at, answered_at)) FROM order_refund
         WHERE order_id = $1 AND answer_due_at IS NOT NULL AND answered_at IS NOT NULL) AS waits
"""


async def for_update(work: Work, order_id: int, *, side: str = "either") -> Order:
    """One order of the actor's organisation, locked: the root first, then what belongs to it is read.

    The market's own clock and callbacks (the system actor) reach every order.
    """
    scope, arguments = _scope(work.actor, side)
    row = await work.db.fetchrow(
        f"SELECT {_ROOT} FROM trade_order WHERE order_id = $1{scope} FOR UPDATE", order_id, *arguments
    )
    if row is None:
        raise NotFound(order_id=str(order_id))
    return await _with_stages(work, _order(row, await work.db.fetchrow(_PARTS, order_id)))


async def _with_stages(work: Work, order: Order) -> Order:
    """The order with its stages, where it is paid in stages."""
    if order.trade_type is not TradeType.staged:
        return order
    return msgspec.structs.replace(order, stages=await staging.stages_of(work, order.order_id))


async def read(work: Work, order_id: int) -> tuple[Order, asyncpg.Record]:
    """One order of the actor's organisation with the snapshots its page shows; not locked."""
    scope, arguments = _scope(work.actor, "either")
    row = await work.db.fetchrow(
        f"SELECT {_ROOT}, buyer_name, seller_name, delivery, receiver, phone, street FROM trade_order WHERE order_id = $1{scope}",
        order_id, *arguments,
    )  # fmt: skip
    if row is None:
        raise NotFound(order_id=str(order_id))
    return await _with_stages(work, _order(row, await work.db.fetchrow(_PARTS, order_id))), row


async def sale_by_number(work: Work, number: str, candidates: Sequence[int]) -> int | None:
    """The order of the actor's organisation as seller that carries a number, among the ids that may stand behind it."""
    found: int | None = await work.db.fetchval(
        "SELECT order_id FROM trade_order WHERE order_id = ANY ($1::bigint[]) AND number = $2 AND seller_id = $3",
        list(candidates), number, work.actor.org_id,
    )  # fmt: skip
    return found


_SALES = f"""
SELECT {_ROOT}, o.buyer_name, o.seller_name, o.delivery,
       (SELECT json_agg(to_json(l) ORDER BY l.line_no) FROM order_line l WHERE l.order_id = o.order_id) AS lines,
       (SELECT json_build_array(line_nos, quantities) FROM order_refund r
         WHERE r.order_id = o.order_id AND r.state = 'asked') AS asked,
       (SELECT string_agg(note, ' / ' ORDER BY note_id) FROM order_note n
         WHERE n.order_id = o.order_id AND NOT is_private AND n.org_id = o.buyer_id) AS buyer_note,
       NULL AS holds, NULL AS payments, NULL AS exemptions, NULL AS waits
  FROM trade_order o
 WHERE order_id = ANY ($1::bigint[]) AND seller_id = $2 AND state IN ('wait_send', 'part_sent')
   AND NOT EXISTS (SELECT 1 FROM order_hold h WHERE h.order_id = o.order_id AND 'ship_all' = ANY (h.stops))
 ORDER BY ship_promise_at, order_id
"""


async def read_sales(work: Work, order_ids: Collection[int]) -> list[tuple[Order, asyncpg.Record]]:
    """Orders that the actor's organisation has to ship, the most urgent first."""
    rows = await work.db.fetch(_SALES, list(order_ids), work.actor.org_id)
    return [(_order(row, row), row) for row in rows]


async def sealed_of_sales(work: Work, order_ids: Collection[int]) -> dict[int, SealedReceiver]:
    """The sealed receivers of paid orders that the actor's organisation sold (the system reaches all)."""
    rows = await work.db.fetch(
        "SELECT order_id, receiver, phone, street FROM trade_order WHERE order_id = ANY ($1::bigint[])"
        " AND paid_at IS NOT NULL AND (seller_id = $2 OR $3)",
        list(order_ids), work.actor.org_id, work.actor.kind == "system",
    )  # fmt: skip
    return {
        row["order_id"]: SealedReceiver(receiver=row["receiver"], phone=row["phone"], street=row["street"])
        for row in rows
    }


def _scope(actor: Actor, side: str) -> tuple[str, list[int]]:
    if actor.kind == "system":
        return "", []
    if side == "either":
        return " AND (buyer_id = $2 OR seller_id = $2)", [actor.org_id]
    assert side in {"buyer", "seller"}
    return f" AND {side}_id = $2", [actor.org_id]


def _order(root: asyncpg.Record, parts: asyncpg.Record) -> Order:
    fields = {name: root[name] for name in _ROOT.split(", ")}
    line_nos, quantities = msgspec.json.decode(parts["asked"]) if parts["asked"] else ([], [])
    return Order(
        **fields
        | {
            "state": OrderState(root["state"]),
            "trade_type": TradeType(root["trade_type"]),
            "rule_pins": msgspec.json.decode(root["rule_pins"]),
            "services": tuple(root["services"]),
            "lines": msgspec.json.decode(parts["lines"], type=tuple[Line, ...]),
            "holds": msgspec.json.decode(parts["holds"] or "[]", type=tuple[Hold, ...]),
            "payments": tuple(parts["payments"] or ()),
            "asked": dict(zip(line_nos, quantities, strict=True)),
            "exemptions": msgspec.json.decode(parts["exemptions"] or "[]", type=tuple[Exemption, ...]),
            "waits": msgspec.json.decode(parts["waits"] or "[]", type=tuple[Wait, ...]),
        }
    )


_ADD = """
WITH placed AS (
    INSERT INTO trade_order (
        order_id, number, buyer_id, seller_id, buyer_name, seller_name, state, trade_type, placed_at, placed_by,
        goods_minor, freight_minor, promise_hours, pay_close_at, region_code, delivery,
        receiver, phone, street, rule_pins, services, premium_minor)
    SELECT order_id, number, $1, seller_id, $2::jsonb, seller_name::jsonb, state, trade_type, $3, $4,
           goods_minor, freight_minor, promise_hours, pay_close_at, region_code, delivery::jsonb, receiver,
           phone, street, $6::jsonb, string_to_array(services, ','), premium_minor
      FROM unnest($7::bigint[], $8::text[], $9::bigint[], $10::text[], $11::text[], $12::text[], $13::bigint[],
                  $14::bigint[], $15::int[], $16::timestamptz[], $17::text[], $18::text[], $19::bytea[],
                  $20::bytea[], $21::bytea[], $46::text[], $47::bigint[])
        AS o(order_id, number, seller_id, seller_name, state, trade_type, goods_minor,
             freight_minor, promise_hours, pay_close_at, region_code, delivery, receiver, phone, street, services, premium_minor)
), lined AS (
    INSERT INTO order_line (
        order_id, line_no, sku_id, offer_id, offer_version, category_id, title, options, picture, unit, quantity,
        price_e4, goods_minor, freight_minor, basis, step_from, is_sample, weight_g, book_id, book_version, takes_coupons)
    SELECT order_id, line_no, sku_id, offer_id, offer_version, category_id, title::jsonb, options::jsonb, picture,
           unit, quantity, price_e4, goods_minor, freight_minor, basis, step_from, is_sample, weight_g, book_id,
           book_version, takes_coupons
      FROM unnest($22::bigint[], $23::int[], $24::bigint[], $25::bigint[], $26::int[], $27::text[], $28::text[],
                  $29::text[], $30::text[], $31::text[], $32::bigint[], $33::bigint[], $34::bigint[], $35::bigint[],
                  $36::text[], $37::bigint[], $38::boolean[], $39::bigint[], $40::bigint[], $41::int[],
                  $42::boolean[])
        AS l(order_id, line_no, sku_id, offer_id, offer_version, category_id, title, options, picture, unit,
             quantity, price_e4, goods_minor, freight_minor, basis, step_from, is_sample, weight_g, book_id,
             book_version, takes_coupons)
), moved AS (
    INSERT INTO order_move (order_id, move_id, event, state, moved_at, org_id, person_id, door, reason)
    SELECT order_id, order_id, 'place', state, $3, $1, $4, $5, ''
      FROM unnest($7::bigint[], $11::text[]) AS m(order_id, state)
), noted AS (
    INSERT INTO order_note (order_id, note_id, org_id, person_id, is_private, note, noted_at)
    SELECT order_id, order_id, $1, $4, false, note, $3
      FROM unnest($7::bigint[], $43::text[]) AS n(order_id, note) WHERE note <> ''
)
DELETE FROM cart_line
 WHERE org_id = $1 AND (sku_id, is_sample) IN (SELECT * FROM unnest($44::bigint[], $45::boolean[]))
"""


async def add(work: Work, new: Sequence[NewOrder], emptied: Collection[tuple[int, bool]]) -> None:
    """Writes orders with lines, first moves and notes, and empties the cart of them, in one statement."""
    first, by = new[0], by_actor(work.actor)
    roots = [
        (o.order_id, o.number, o.seller_id, _json(n.seller_name), o.state, o.trade_type, o.goods_minor,
         o.freight_minor, o.promise_hours, o.pay_close_at, o.region_code, _json(n.delivery),
         n.sealed.receiver, n.sealed.phone, n.sealed.street)
        for n in new for o in [n.order]
    ]  # fmt: skip
    lines = [
        (n.order.order_id, line.line_no, line.sku_id, line.offer_id, line.offer_version, line.category_id,
         _json(line.title), _json(line.options), line.picture, line.unit, line.quantity, line.price_e4,
         line.goods_minor, line.freight_minor, line.basis, line.step_from, line.is_sample, line.weight_g,
         line.book_id, line.book_version, line.takes_coupons)
        for n in new for line in n.order.lines
    ]  # fmt: skip
    await work.db.execute(
        _ADD, first.order.buyer_id, _json(first.buyer_name), work.now, by.person_id, by.door,
        msgspec.json.encode(first.order.rule_pins).decode(), *zip(*roots, strict=True), *zip(*lines, strict=True),
        [n.note for n in new], [sku_id for sku_id, _ in emptied], [is_sample for _, is_sample in emptied],
        [",".join(n.order.services) for n in new], [n.order.premium_minor for n in new],
    )  # fmt: skip


_SAVE = """
WITH moved AS (
    INSERT INTO order_move (order_id, move_id, event, state, moved_at, org_id, person_id, door, reason)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
), lined AS (
    UPDATE order_line l
       SET price_e4 = n.price_e4, goods_minor = n.goods_minor, freight_minor = n.freight_minor, basis = n.basis,
           shipped = n.shipped, received = n.received, refunded = n.refunded, returned = n.returned,
           uncharged_minor = n.uncharged_minor, kept_goods_minor = n.kept_goods_minor,
           kept_subsidy_minor = n.kept_subsidy_minor, kept_freight_minor = n.kept_freight_minor
      FROM unnest($22::int[], $23::bigint[], $24::bigint[], $25::bigint[], $26::text[], $27::bigint[],
                  $28::bigint[], $29::bigint[], $30::bigint[], $31::bigint[], $32::bigint[], $33::bigint[],
                  $34::bigint[])
        AS n(line_no, price_e4, goods_minor, freight_minor, basis, shipped, received, refunded, returned,
             uncharged_minor, kept_goods_minor, kept_subsidy_minor, kept_freight_minor)
     WHERE l.order_id = $1 AND l.line_no = n.line_no
)
UPDATE trade_order
   SET state = $4, goods_minor = $10, freight_minor = $11, paid_minor = $12, refunded_minor = $13,
       released_minor = $14, payment_id = $15, pay_close_at = $16, paid_at = $17, ship_promise_at = $18,
       receive_due_at = $19, is_late = $20, ended_at = $21, credit_minor = $35, is_exempt = $36, promise_hours = $37
 WHERE order_id = $1
"""


async def save(
    work: Work,
    order: Order,
    event: OrderEvent,
    *,
    reason: str = "",
    by: By | None = None,
    lines: Collection[Line] = (),
) -> None:
    """Writes a locked order after a move: its row, the move with who, when and why, and the lines that changed."""
    by = by or by_actor(work.actor)
    changed = [
        (line.line_no, line.price_e4, line.goods_minor, line.freight_minor, line.basis, line.shipped, line.received,
         line.refunded, line.returned, line.uncharged_minor, line.kept_goods_minor, line.kept_subsidy_minor,
         line.kept_freight_minor)
        for line in lines
    ]  # fmt: skip
    await work.db.execute(
        _SAVE, order.order_id, work.new_id(), event, order.state, work.now, by.org_id, by.person_id, by.door, reason,
        order.goods_minor, order.freight_minor, order.paid_minor, order.refunded_minor, order.released_minor,
        order.payment_id, order.pay_close_at, order.paid_at, order.ship_promise_at, order.receive_due_at,
        order.is_late, order.ended_at, *[[row[i] for row in changed] for i in range(13)], order.credit_minor,
        order.is_exempt, order.promise_hours,
    )  # fmt: skip


async def hold(work: Work, order_id: int, hold: Hold) -> None:
    """Writes a hold; one that is there already stays as it is. The order is locked by the caller."""
    await work.db.execute(
        "INSERT INTO order_hold (order_id, code, about_id, stops, deed, reason, held_at, org_id, person_id)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (order_id, code, about_id) DO NOTHING",
        order_id, hold.code, hold.about_id, list(hold.stops), hold.deed, hold.reason, work.now, hold.org_id,
        hold.person_id,
    )  # fmt: skip


async def lift(work: Work, order_id: int, code: str, about_id: int) -> None:
    """Takes a hold away. The order is locked by the caller."""
    await work.db.execute(
        "DELETE FROM order_hold WHERE order_id = $1 AND code = $2 AND about_id = $3", order_id, code, about_id
    )


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def delivery(row: Mapping[str, Any]) -> Delivery:
    """Where an order goes."""
    return msgspec.json.decode(row["delivery"], type=Delivery)


def names(row: Mapping[str, Any]) -> tuple[Bilingual, Bilingual]:
    """The names of buyer and seller as they were when the order was placed."""
    return (
        msgspec.json.decode(row["buyer_name"], type=Bilingual),
        msgspec.json.decode(row["seller_name"], type=Bilingual),
    )
