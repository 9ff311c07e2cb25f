"""Rows of cases, their lines and moves."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import msgspec

from huozhan.aftersales.case import OPEN, Case, CaseEvent, CaseLine, CaseState, GoodsStatus, Kind, Liability
from huozhan.kernel.refusals import NotFound
from huozhan.kernel.shapes import Bilingual
from huozhan.kernel.work import Work
from huozhan.parties import SealedReceiver

_CASE = ", ".join(Case.__struct_fields__)


class ReturnPlace(msgspec.Struct, frozen=True, kw_only=True):
    """Where goods go back to, as far as both sides may know."""

    country: str
    province: str
    city: str
    county: str
    postcode: str


class By(msgspec.Struct, frozen=True):
    """Which side did a move, who of it, and what was said."""

    side: str
    person_id: int
    note: str = ""


async def add(work: Work, case: Case, lines: Sequence[CaseLine], by: By) -> None:
    """Writes a case with its lines and its first move."""
    values = [getattr(case, name) for name in Case.__struct_fields__]
    marks = ", ".join(f"${i}" for i in range(1, len(values) + 1))
    await work.db.execute(f"INSERT INTO aftersale_case ({_CASE}) VALUES ({marks})", *values)
    await _add_lines(work, case, lines)
    await _add_move(work, case, CaseEvent.apply, by)


async def _add_lines(work: Work, case: Case, lines: Sequence[CaseLine]) -> None:
    names = CaseLine.__struct_fields__
    marks = ", ".join(f"${i}" for i in range(3, 3 + len(names)))
    await work.db.executemany(
        f"INSERT INTO aftersale_line (order_id, case_id, {', '.join(names)}, is_open) VALUES ($1, $2, {marks}, true)",
        [(case.order_id, case.case_id, *_values(line)) for line in lines],
    )


def _values(line: CaseLine) -> list[Any]:
    values = [getattr(line, name) for name in CaseLine.__struct_fields__]
    return [
        msgspec.json.encode(value).decode() if isinstance(value, Bilingual) else value for value in values
    ]


async def _add_move(work: Work, case: Case, event: CaseEvent, by: By) -> None:
    await work.db.execute(
        "INSERT INTO aftersale_move (order_id, case_id, move_id, event, state, side, moved_at, person_id, door, note)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        case.order_id, case.case_id, work.new_id(), event, case.state, by.side, work.now, by.person_id,
        work.actor.door or work.actor.kind, by.note,
    )  # fmt: skip


_CHANGING = (
    "kind", "state", "asked_minor", "refunded_minor", "refund_id", "refusals", "due_at", "ended_at", "carrier_code",
    "waybill", "restocked", "liability", "escalated_at", "evidence_until", "extended_by", "appealed_by", "rulings",
    "again_carrier", "again_waybill", "difference_minor",
    "topup_minor", "topup_payment_id",
)  # fmt: skip
_SAVE = (
    "UPDATE aftersale_case SET "
    + ", ".join(f"{name} = ${i}" for i, name in enumerate(_CHANGING, 3))
    + " WHERE order_id = $1 AND case_id = $2"
)


async def save(work: Work, case: Case, event: CaseEvent, by: By) -> None:
    """Writes a locked case after a move; once it is over, its lines are free for another."""
    await work.db.execute(_SAVE, case.order_id, case.case_id, *[getattr(case, name) for name in _CHANGING])
    if not case.is_open:
        await work.db.execute(
            "UPDATE aftersale_line SET is_open = false WHERE order_id = $1 AND case_id = $2 AND is_open",
            case.order_id, case.case_id,
        )  # fmt: skip
    await _add_move(work, case, event, by)


async def set_amounts(work: Work, case: Case, lines: Sequence[CaseLine]) -> None:
    """Writes what is asked for each line now."""
    await work.db.execute(
        "UPDATE aftersale_line l SET goods_minor = n.goods, freight_minor = n.freight"
        "  FROM unnest($3::int[], $4::bigint[], $5::bigint[]) AS n(line_no, goods, freight)"
        " WHERE l.order_id = $1 AND l.case_id = $2 AND l.line_no = n.line_no",
        case.order_id, case.case_id, [line.line_no for line in lines], [line.goods_minor for line in lines],
        [line.freight_minor for line in lines],
    )  # fmt: skip


async def set_topup_payment(work: Work, case: Case) -> None:
    """Writes by which payment the difference of a locked case is to be paid."""
    await work.db.execute(
        "UPDATE aftersale_case SET topup_payment_id = $3 WHERE order_id = $1 AND case_id = $2",
        case.order_id, case.case_id, case.topup_payment_id,
    )  # fmt: skip


async def set_return_place(work: Work, case: Case, place: ReturnPlace, sealed: SealedReceiver) -> None:
    """Keeps the address to which goods go back as it was when the seller agreed."""
    await work.db.execute(
        "UPDATE aftersale_case SET return_place = $3::jsonb, receiver = $4, phone = $5, street = $6"
        " WHERE order_id = $1 AND case_id = $2",
        case.order_id, case.case_id, msgspec.json.encode(place).decode(), sealed.receiver, sealed.phone, sealed.street,
    )  # fmt: skip


async def for_update(work: Work, order_id: int, case_id: int) -> Case:
    """One case of an order that the caller has locked."""
    row = await work.db.fetchrow(
        f"SELECT {_CASE} FROM aftersale_case WHERE order_id = $1 AND case_id = $2 FOR UPDATE",
        order_id,
        case_id,
    )
    if row is None:
        raise NotFound(case_id=str(case_id))
    return _case(row)


async def read(work: Work, case_id: int) -> Case:
    """One case of the actor's organisation, on either side of it."""
    row = await work.db.fetchrow(
        f"SELECT {_CASE} FROM aftersale_case WHERE case_id = $1 AND (buyer_id = $2 OR seller_id = $2)",
        case_id, work.actor.org_id,
    )  # fmt: skip
    if row is None:
        raise NotFound(case_id=str(case_id))
    return _case(row)


async def read_of_order(work: Work, order_id: int, case_id: int) -> Case:
    """One case of an order as it stands; not scoped, because a reaction asks."""
    row = await work.db.fetchrow(
        f"SELECT {_CASE} FROM aftersale_case WHERE order_id = $1 AND case_id = $2", order_id, case_id
    )
    if row is None:
        raise NotFound(case_id=str(case_id))
    return _case(row)


async def read_on_file(work: Work, case_id: int, *, for_update: bool = False) -> Case:
    """One case that came before the market, for the market's own people."""
    lock = " FOR UPDATE" if for_update else ""
    row = await work.db.fetchrow(
        f"SELECT {_CASE} FROM aftersale_case WHERE case_id = $1 AND escalated_at IS NOT NULL{lock}", case_id
    )
    if row is None:
        raise NotFound(case_id=str(case_id))
    return _case(row)


async def before_the_market(
    work: Work, states: Sequence[str], after: tuple[datetime, int] | None, limit: int
) -> list[Case]:
    """Cases that came before the market, those that wait longest first; asked by the market only."""
    rows = await work.db.fetch(
        f"SELECT {_CASE} FROM aftersale_case WHERE escalated_at IS NOT NULL AND state = ANY ($1::text[])"
        " AND ($2::timestamptz IS NULL OR (evidence_until, case_id) > ($2, $3::bigint))"
        " ORDER BY evidence_until, case_id LIMIT $4",
        list(states), *(after or (None, 0)), limit,
    )  # fmt: skip
    return [_case(row) for row in rows]


async def to_rule_count(work: Work, limit: int) -> int:
    """How many cases wait for the market's ruling; counted up to a bound."""
    count: int = await work.db.fetchval(
        "SELECT count(*) FROM (SELECT 1 FROM aftersale_case WHERE state = 'platform' LIMIT $1) AS waiting",
        limit,
    )
    return count


async def order_of(work: Work, case_id: int, side: str) -> int | None:
    """The order that a case of the actor's organisation on this side is about; the market's clock reaches all."""
    own = "buyer_id = $2 OR seller_id = $2" if side == "either" else f"{side}_id = $2"
    order_id: int | None = await work.db.fetchval(
        f"SELECT order_id FROM aftersale_case WHERE case_id = $1 AND ({own} OR $3)",
        case_id, work.actor.org_id, work.actor.kind == "system",
    )  # fmt: skip
    return order_id


async def refunding(work: Work, order_id: int, refund_id: int) -> int | None:
    """The case whose refund has ended; asked by the market's own hand only."""
    case_id: int | None = await work.db.fetchval(
        "SELECT case_id FROM aftersale_case WHERE order_id = $1 AND refund_id = $2 AND state = 'refunding'",
        order_id, refund_id,
    )  # fmt: skip
    return case_id


async def lines(work: Work, case: Case) -> list[CaseLine]:
    """The lines of a case that the caller has read or locked."""
    rows = await work.db.fetch(
        f"SELECT {', '.join(CaseLine.__struct_fields__)} FROM aftersale_line"
        " WHERE order_id = $1 AND case_id = $2 ORDER BY line_no",
        case.order_id, case.case_id,
    )  # fmt: skip
    return [line_of(row) for row in rows]


async def lines_taken(work: Work, order_id: int) -> set[int]:
    """The lines of an order that an open case holds."""
    rows = await work.db.fetch("SELECT line_no FROM aftersale_line WHERE order_id = $1 AND is_open", order_id)
    return {row["line_no"] for row in rows}


async def gone_after_release(work: Work, order_id: int) -> dict[int, int]:
    """Units by line that cases took back after release; what was exchanged for something cheaper is with the buyer still."""
    rows = await work.db.fetch(
        "SELECT l.line_no, sum(l.quantity)::bigint AS units FROM aftersale_line l"
        "  JOIN aftersale_case c USING (order_id, case_id)"
        " WHERE l.order_id = $1 AND c.is_released AND c.state IN ('refunding', 'success')"
        "   AND NOT (c.kind = 'exchange' AND c.asked_minor = -c.difference_minor) GROUP BY l.line_no",
        order_id,
    )
    return {row["line_no"]: row["units"] for row in rows}


async def open_of_seller(work: Work, seller_id: int) -> int:
    """How many cases of a seller are open."""
    count: int = await work.db.fetchval(
        "SELECT count(*) FROM aftersale_case WHERE seller_id = $1 AND state = ANY ($2::text[])",
        seller_id, sorted(OPEN),
    )  # fmt: skip
    return count


async def open_of_buyer(work: Work, buyer_id: int) -> int:
    """How many cases of a buyer are open."""
    count: int = await work.db.fetchval(
        "SELECT count(*) FROM aftersale_case WHERE buyer_id = $1 AND state = ANY ($2::text[])",
        buyer_id, sorted(OPEN),
    )  # fmt: skip
    return count


async def given_back_after_release(work: Work, order_ids: Collection[int]) -> dict[int, dict[int, int]]:
    """Goods and freight money by order and line that cases took back after release."""
    rows = await work.db.fetch(
        "SELECT l.order_id, l.line_no, sum(l.goods_minor + l.freight_minor)::bigint AS back FROM aftersale_line l"
        "  JOIN aftersale_case c USING (order_id, case_id)"
        " WHERE l.order_id = ANY ($1::bigint[]) AND c.is_released AND c.state IN ('refunding', 'success')"
        " GROUP BY l.order_id, l.line_no",
        list(order_ids),
    )
    found: dict[int, dict[int, int]] = {}
    for row in rows:
        found.setdefault(row["order_id"], {})[row["line_no"]] = row["back"]
    return found


async def lines_judged(work: Work, order_id: int) -> set[int]:
    """The lines of an order on which the market has ruled."""
    rows = await work.db.fetch(
        "SELECT l.line_no FROM aftersale_line l JOIN aftersale_case c USING (order_id, case_id)"
        " WHERE l.order_id = $1 AND c.rulings > 0",
        order_id,
    )
    return {row["line_no"] for row in rows}


def line_of(row: Any) -> CaseLine:
    """A line as it is read from its row."""
    fields = {name: row[name] for name in CaseLine.__struct_fields__}
    fields["title"] = msgspec.json.decode(row["title"], type=Bilingual)
    fields["options"] = msgspec.json.decode(row["options"], type=Bilingual)
    return CaseLine(**fields)


def _case(row: Any) -> Case:
    return Case(
        **dict(row)
        | {
            "kind": Kind(row["kind"]),
            "goods_status": GoodsStatus(row["goods_status"]),
            "state": CaseState(row["state"]),
            "liability": Liability(row["liability"]),
        }
    )


async def page(
    work: Work,
    *,
    side: str,
    states: Sequence[str],
    after: tuple[datetime, int] | None,
    newest: bool,
    limit: int,
) -> list[Case]:
    """Cases of one side of the actor's organisation: by deadline, or the newest first."""
    at = "ended_at" if newest else "due_at"
    order, beyond = ("DESC", "<") if newest else ("ASC", ">")
    rows = await work.db.fetch(
        f"SELECT {_CASE} FROM aftersale_case WHERE {side}_id = $1 AND state = ANY ($2::text[])"
        f" AND ($3::timestamptz IS NULL OR (coalesce({at}, applied_at), case_id) {beyond} ($3, $4::bigint))"
        f" ORDER BY coalesce({at}, applied_at) {order}, case_id {order} LIMIT $5",
        work.actor.org_id, list(states), *(after or (None, 0)), limit,
    )  # fmt: skip
    return [_case(row) for row in rows]


async def of_order(work: Work, order_id: int) -> list[Case]:
    """The cases of an order of the actor's organisation, the newest first."""
    rows = await work.db.fetch(
        f"SELECT {_CASE} FROM aftersale_case WHERE order_id = $1 AND (buyer_id = $2 OR seller_id = $2)"
        " ORDER BY case_id DESC",
        order_id, work.actor.org_id,
    )  # fmt: skip
    return [_case(row) for row in rows]


async def first_lines(work: Work, cases: Sequence[Case]) -> dict[int, CaseLine]:
    """The first line of each of these cases."""
    rows = await work.db.fetch(
        f"SELECT DISTINCT ON (order_id, case_id) case_id, {', '.join(CaseLine.__struct_fields__)} FROM aftersale_line"
        " WHERE order_id = ANY ($1::bigint[]) AND case_id = ANY ($2::bigint[]) ORDER BY order_id, case_id, line_no",
        [case.order_id for case in cases], [case.case_id for case in cases],
    )  # fmt: skip
    return {row["case_id"]: line_of(row) for row in rows}


async def open_count(work: Work, side: str, states: Sequence[str], most: int) -> int:
    """How many cases of the actor's organisation stand in these states, counted up to a bound."""
    count: int = await work.db.fetchval(
        f"SELECT count(*) FROM (SELECT 1 FROM aftersale_case WHERE {side}_id = $1 AND state = ANY ($2::text[])"
        " LIMIT $3) AS few",
        work.actor.org_id, list(states), most,
    )  # fmt: skip
    return count
