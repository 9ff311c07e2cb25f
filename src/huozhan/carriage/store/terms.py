"""Contracts with carriers and what holds under them; the market's own, so not scoped."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from huozhan.carriage.terms import Price, Terms
from huozhan.kernel.work import Work

Row = Mapping[str, Any]


async def make(work: Work, carrier_id: int, carrier_code: str, account: Mapping[str, Any]) -> bool:
    """Writes a contract; tells whether there was none with this carrier."""
    return bool(
        await work.db.fetchval(
            "INSERT INTO carrier_contract (carrier_id, carrier_code, account_no, account_masked, account_name, bank_name,"
            " made_at, changed_at, changed_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8)"
            " ON CONFLICT (carrier_code) DO NOTHING RETURNING true",
            carrier_id, carrier_code, account["sealed"], account["masked"], account["holder"], account["bank_name"],
            work.now, work.actor.person_id,
        )
    )  # fmt: skip


async def move_account(work: Work, carrier_id: int, account: Mapping[str, Any]) -> None:
    """Writes where a carrier is paid from now on."""
    await work.db.execute(
        "UPDATE carrier_contract SET account_no = $2, account_masked = $3, account_name = $4, bank_name = $5,"
        " changed_at = $6, changed_by = $7 WHERE carrier_id = $1",
        carrier_id, account["sealed"], account["masked"], account["holder"], account["bank_name"], work.now,
        work.actor.person_id,
    )  # fmt: skip


async def lock(work: Work, carrier_id: int) -> Row | None:
    """A contract, locked."""
    row: Row | None = await work.db.fetchrow(
        "SELECT * FROM carrier_contract WHERE carrier_id = $1 FOR UPDATE", carrier_id
    )
    return row


async def of_code(work: Work, carrier_code: str) -> Row | None:
    """The contract with a carrier."""
    row: Row | None = await work.db.fetchrow(
        "SELECT * FROM carrier_contract WHERE carrier_code = $1", carrier_code
    )
    return row


async def contracts(work: Work) -> list[Row]:
    """All contracts, the oldest first."""
    rows: list[Row] = await work.db.fetch("SELECT * FROM carrier_contract ORDER BY made_at, carrier_id")
    return rows


async def add(
    work: Work, carrier_id: int, version: int, *, is_on: bool, effective_from: datetime, prices: Sequence[Price], reason: str
) -> None:  # fmt: skip
    """Writes the next version. The contract is locked by the caller."""
    await work.db.execute(
        "INSERT INTO carrier_terms (carrier_id, version, is_on, effective_from, reason, published_at, published_by)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)",
        carrier_id, version, is_on, effective_from, reason, work.now, work.actor.person_id,
    )  # fmt: skip
    await work.db.execute(
        "INSERT INTO carrier_price (carrier_id, version, region_code, first_g, first_minor, next_g, next_minor)"
        " SELECT $1, $2, * FROM unnest($3::text[], $4::int[], $5::bigint[], $6::int[], $7::bigint[])",
        carrier_id, version, [p.region_code for p in prices], [p.first_g for p in prices],
        [p.first_minor for p in prices], [p.next_g for p in prices], [p.next_minor for p in prices],
    )  # fmt: skip


_TERMS = """
SELECT t.*, c.carrier_code FROM carrier_terms t JOIN carrier_contract c USING (carrier_id)
"""


async def versions(work: Work) -> list[tuple[Row, Terms]]:
    """Every version of every carrier, the newest first, with its row."""
    return await _read(work, f"{_TERMS} ORDER BY t.carrier_id, t.version DESC")


async def version(work: Work, carrier_id: int, version: int) -> Terms:
    """One version."""
    ((_, terms),) = await _read(
        work, f"{_TERMS} WHERE t.carrier_id = $1 AND t.version = $2", carrier_id, version
    )
    return terms


async def in_force(work: Work) -> list[Terms]:
    """What holds now, one for each carrier that has anything in force."""
    rows = await _read(
        work,
        f"{_TERMS} WHERE t.effective_from <= $1 AND NOT EXISTS (SELECT 1 FROM carrier_terms n"
        "   WHERE n.carrier_id = t.carrier_id AND n.effective_from <= $1 AND n.version > t.version)"
        " ORDER BY c.made_at, t.carrier_id",
        work.now,
    )
    return [terms for _, terms in rows]


async def _read(work: Work, sql: str, *values: Any) -> list[tuple[Row, Terms]]:
    rows = await work.db.fetch(sql, *values)
    prices: dict[tuple[int, int], list[Price]] = defaultdict(list)
    for one in await work.db.fetch(
        "SELECT p.* FROM carrier_price p JOIN unnest($1::bigint[], $2::int[]) AS v(carrier_id, version)"
        " USING (carrier_id, version) ORDER BY region_code",
        [row["carrier_id"] for row in rows], [row["version"] for row in rows],
    ):  # fmt: skip
        prices[one["carrier_id"], one["version"]].append(
            Price(**{name: one[name] for name in Price.__struct_fields__})
        )
    return [
        (
            row,
            Terms(
                carrier_id=row["carrier_id"],
                carrier_code=row["carrier_code"],
                version=row["version"],
                is_on=row["is_on"],
                effective_from=row["effective_from"],
                prices=tuple(prices[row["carrier_id"], row["version"]]),
            ),
        )
        for row in rows
    ]
