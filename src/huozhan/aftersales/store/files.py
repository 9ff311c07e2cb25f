"""Rows of what was said and shown in a case, of its moves and of where goods go back to; the caller has read the case."""

from datetime import datetime
from typing import Any

import msgspec

from huozhan.aftersales.case import Case
from huozhan.aftersales.store.cases import ReturnPlace
from huozhan.kernel.work import Work
from huozhan.parties import SealedReceiver


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """What one side said and showed."""

    side: str
    note: str
    pictures: list[str]
    given_at: datetime


class MoveRow(msgspec.Struct, frozen=True, kw_only=True):
    """One move of a case: by which side, when, and what was said."""

    event: str
    state: str
    side: str
    moved_at: datetime
    note: str


async def add_evidence(work: Work, case: Case, side: str, note: str, pictures: tuple[str, ...]) -> None:
    """Writes what one side says and shows; nothing where it does neither."""
    if note or pictures:
        await work.db.execute(
            "INSERT INTO aftersale_evidence (order_id, case_id, evidence_id, side, note, pictures, given_at, person_id)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            case.order_id, case.case_id, work.new_id(), side, note, list(pictures), work.now, work.actor.person_id,
        )  # fmt: skip


async def evidence(work: Work, case: Case) -> list[Evidence]:
    """All that both sides said and showed, the oldest first."""
    rows = await work.db.fetch(
        "SELECT side, note, pictures, given_at FROM aftersale_evidence WHERE order_id = $1 AND case_id = $2"
        " ORDER BY evidence_id",
        case.order_id, case.case_id,
    )  # fmt: skip
    return [Evidence(**dict(row)) for row in rows]


async def shows(work: Work, case: Case, picture_id: str) -> bool:
    """Tells whether a picture is among the evidence."""
    return bool(
        await work.db.fetchval(
            "SELECT true FROM aftersale_evidence WHERE order_id = $1 AND case_id = $2 AND $3 = ANY (pictures) LIMIT 1",
            case.order_id, case.case_id, picture_id,
        )
    )  # fmt: skip


async def moves(work: Work, case: Case) -> list[MoveRow]:
    """What happened to a case, the oldest first."""
    rows = await work.db.fetch(
        "SELECT event, state, side, moved_at, note FROM aftersale_move WHERE order_id = $1 AND case_id = $2"
        " ORDER BY move_id",
        case.order_id, case.case_id,
    )  # fmt: skip
    return [MoveRow(**dict(row)) for row in rows]


async def return_place(work: Work, case: Case) -> tuple[ReturnPlace, SealedReceiver] | None:
    """Where goods go back to; None before the seller agreed to have them."""
    row: Any = await work.db.fetchrow(
        "SELECT return_place, receiver, phone, street FROM aftersale_case WHERE order_id = $1 AND case_id = $2",
        case.order_id, case.case_id,
    )  # fmt: skip
    if row is None or row["return_place"] is None:
        return None
    return (
        msgspec.json.decode(row["return_place"], type=ReturnPlace),
        SealedReceiver(receiver=row["receiver"], phone=row["phone"], street=row["street"]),
    )
