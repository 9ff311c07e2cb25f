"""Money on its way to carriers, as rows; the market's own, so not scoped."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from huozhan.kernel.work import Work

if TYPE_CHECKING:
    from huozhan.payments.carrier_paying import CarrierAccount

Row = Mapping[str, Any]


async def add(
    work: Work, carrier_id: int, payout_id: int, account: "CarrierAccount", sealed: bytes, amount_minor: int, state: str
) -> bool:  # fmt: skip
    """Writes what is to go to a carrier; tells whether nothing else was under way to it."""
    return bool(
        await work.db.fetchval(
            "INSERT INTO carrier_payout (carrier_id, payout_id, amount_minor, currency, state, account_no, account_masked,"
            " account_name, bank_name, asked_at, asked_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
            " ON CONFLICT (carrier_id) WHERE state IN ('waiting', 'asked') DO NOTHING RETURNING true",
            carrier_id, payout_id, amount_minor, work.terms.currency, state, sealed, account.masked, account.holder,
            account.bank_name, work.now, work.actor.person_id,
        )
    )  # fmt: skip


async def lock(work: Work, carrier_id: int, payout_id: int) -> Row | None:
    """One payment, locked."""
    row: Row | None = await work.db.fetchrow(
        "SELECT * FROM carrier_payout WHERE carrier_id = $1 AND payout_id = $2 FOR UPDATE",
        carrier_id,
        payout_id,
    )
    return row


async def errand(work: Work, carrier_id: int, payout_id: int) -> Row | None:
    """One payment, only read."""
    row: Row | None = await work.db.fetchrow(
        "SELECT * FROM carrier_payout WHERE carrier_id = $1 AND payout_id = $2", carrier_id, payout_id
    )
    return row


async def approve(work: Work, carrier_id: int, payout_id: int, state: str, ask_at: datetime) -> None:
    """Writes who approved; from now on the bank owes an answer."""
    await work.db.execute(
        "UPDATE carrier_payout SET state = $3, approved_by = $4, approved_at = $5, ask_at = $6"
        " WHERE carrier_id = $1 AND payout_id = $2",
        carrier_id, payout_id, state, work.actor.person_id, work.now, ask_at,
    )  # fmt: skip


async def end(work: Work, carrier_id: int, payout_id: int, state: str, why: str) -> None:
    """Writes how a payment has ended."""
    await work.db.execute(
        "UPDATE carrier_payout SET state = $3, ended_at = $4, ended_why = $5, ask_at = NULL"
        " WHERE carrier_id = $1 AND payout_id = $2",
        carrier_id, payout_id, state, work.now, why,
    )  # fmt: skip


async def page(work: Work, limit: int) -> list[Row]:
    """The newest payments."""
    rows: list[Row] = await work.db.fetch(
        "SELECT * FROM carrier_payout ORDER BY payout_id DESC LIMIT $1", limit
    )
    return rows


async def paid(work: Work) -> dict[int, int]:
    """What each carrier was paid."""
    rows = await work.db.fetch(
        "SELECT carrier_id, sum(amount_minor)::bigint AS amount_minor FROM carrier_payout WHERE state = 'done'"
        " GROUP BY carrier_id"
    )
    return {row["carrier_id"]: row["amount_minor"] for row in rows}


async def by_id(work: Work) -> dict[int, tuple[str, int]]:
    """How far every payment is, and of how much, by its id."""
    rows = await work.db.fetch("SELECT payout_id, state, amount_minor FROM carrier_payout")
    return {row["payout_id"]: (row["state"], row["amount_minor"]) for row in rows}
