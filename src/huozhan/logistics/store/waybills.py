"""Waybills as rows. The order is locked by the callers that write."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from huozhan.kernel.work import Work
from huozhan.logistics.waybill import Waybill, WaybillState

Row = Mapping[str, Any]
_FIELDS = ", ".join(Waybill.__struct_fields__)


async def add(work: Work, one: Waybill, ask_at: datetime) -> None:
    """Writes that a waybill is asked for: the intent, before anybody is called."""
    await work.db.execute(
        "INSERT INTO platform_waybill (order_id, waybill_id, number, seller_id, buyer_id, carrier_id, carrier_code,"
        " terms_version, region_code, lines, weight_g, estimate_minor, state, asked_at, asked_by, ask_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
        one.order_id, one.waybill_id, one.number, one.seller_id, one.buyer_id, one.carrier_id, one.carrier_code,
        one.terms_version, one.region_code, [list(line) for line in one.lines], one.weight_g, one.estimate_minor,
        one.state, work.now, work.actor.person_id, ask_at,
    )  # fmt: skip


async def of_order(work: Work, order_id: int) -> list[Waybill]:
    """All waybills of an order that the caller has read or locked within its reach, the first first."""
    rows = await work.db.fetch(
        f"SELECT {_FIELDS} FROM platform_waybill WHERE order_id = $1 ORDER BY waybill_id", order_id
    )
    return [_waybill(row) for row in rows]


async def lock(work: Work, order_id: int, waybill_id: int) -> Waybill | None:
    """One waybill, locked."""
    row = await work.db.fetchrow(
        f"SELECT {_FIELDS} FROM platform_waybill WHERE order_id = $1 AND waybill_id = $2 FOR UPDATE",
        order_id,
        waybill_id,
    )
    return _waybill(row) if row else None


async def is_known(work: Work, carrier_code: str, number: str) -> bool:
    """Whether a carrier has given this number already; the whole market's."""
    return bool(
        await work.db.fetchval(
            "SELECT true FROM platform_waybill WHERE carrier_code = $1 AND waybill = $2 AND waybill <> ''",
            carrier_code,
            number,
        )
    )


async def read(work: Work, order_id: int, waybill_id: int) -> Waybill | None:
    """One waybill, only read."""
    row = await work.db.fetchrow(
        f"SELECT {_FIELDS} FROM platform_waybill WHERE order_id = $1 AND waybill_id = $2",
        order_id,
        waybill_id,
    )
    return _waybill(row) if row else None


async def of_seller(work: Work, states: Sequence[str], before: int, limit: int) -> list[Waybill]:
    """The acting supplier's waybills of these states, the newest first."""
    rows = await work.db.fetch(
        f"SELECT {_FIELDS} FROM platform_waybill WHERE seller_id = $1 AND state = ANY ($2::text[]) AND waybill_id < $3"
        " ORDER BY waybill_id DESC LIMIT $4",
        work.actor.org_id, list(states), before, limit,
    )  # fmt: skip
    return [_waybill(row) for row in rows]


async def save(work: Work, one: Waybill) -> None:
    """Writes how a waybill stands. It is locked by the caller."""
    await work.db.execute(
        "UPDATE platform_waybill SET state = $3, waybill = $4, route = $5, version = $6, sent_at = $7, picked_up_at = $8,"
        " weighed_g = $9, ask_at = $10, why = $11 WHERE order_id = $1 AND waybill_id = $2",
        one.order_id, one.waybill_id, one.state, one.waybill, one.route, one.version, one.sent_at, one.picked_up_at,
        one.weighed_g, one.ask_at, one.why,
    )  # fmt: skip


async def take_to_ask(work: Work, again: timedelta, limit: int) -> list[tuple[int, int]]:
    """Waybills that are owed an answer for too long; each is asked about again after another such span."""
    rows = await work.db.fetch(
        "UPDATE platform_waybill SET ask_at = $1::timestamptz + $2::interval WHERE (order_id, waybill_id) IN ("
        " SELECT order_id, waybill_id FROM platform_waybill WHERE ask_at <= $1 ORDER BY ask_at LIMIT $3"
        " FOR UPDATE SKIP LOCKED) RETURNING order_id, waybill_id",
        work.now, again, limit,
    )  # fmt: skip
    return [(row["order_id"], row["waybill_id"]) for row in rows]


async def keep(
    work: Work, *, message_id: str, kind: str, reference: str, body: bytes, is_genuine: bool
) -> None:
    """Keeps what came to the hook, byte for byte."""
    await work.db.execute(
        "INSERT INTO waybill_message (heard_id, message_id, kind, reference, body, is_genuine, received_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)",
        work.new_id(), message_id, kind, reference, body, is_genuine, work.now,
    )  # fmt: skip


async def unweighed(work: Work, since: datetime, limit: int) -> list[Row]:
    """Waybills whose parcel was picked up long ago and never weighed; the whole market's."""
    rows: list[Row] = await work.db.fetch(
        "SELECT order_id, waybill_id, waybill FROM platform_waybill WHERE state = 'picked_up' AND weighed_g IS NULL"
        " AND picked_up_at < $1 ORDER BY picked_up_at LIMIT $2",
        since, limit,
    )  # fmt: skip
    return rows


def _waybill(row: Row) -> Waybill:
    return Waybill(
        **dict(row)
        | {"state": WaybillState(row["state"]), "lines": tuple((int(no), int(n)) for no, n in row["lines"])}
    )
