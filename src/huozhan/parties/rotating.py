"""After a new key was added: sealed fields are opened with their old key and sealed with the newest, in batches."""

from typing import Any

import msgspec

from huozhan.kernel.crypto import CannotOpen
from huozhan.kernel.findings import Finding
from huozhan.kernel.work import Work
from huozhan.parties.store import rotation as store

OPENED_MAX = 200


class SealedColumn(msgspec.Struct, frozen=True):
    """Where a sealed field lies, under which field name, and which column is its owner and row."""

    table: str
    column: str
    field: str
    owner: str


SEALED_COLUMNS = (
    SealedColumn("person", "totp_sealed", "totp", "person_id"),
    SealedColumn("sign_in_name", "sealed", "sign_in_name", "person_id"),
    SealedColumn("proof", "secret_sealed", "secret", "proof_id"),
    SealedColumn("proof", "name_sealed", "name", "proof_id"),
    SealedColumn("supplier_application", "contact_sealed", "contact", "application_id"),
    SealedColumn("supplier_application", "phone_sealed", "phone", "application_id"),
    SealedColumn("address", "receiver_sealed", "receiver", "address_id"),
    SealedColumn("address", "phone_sealed", "phone", "address_id"),
    SealedColumn("address", "street_sealed", "street", "address_id"),
)
"""Every sealed column of this context; a test compares it with the tables."""


async def reseal_batch(
    work: Work, columns: tuple[SealedColumn, ...] = SEALED_COLUMNS, rows_max: int = 500
) -> int:
    """Seals a batch of fields with the newest key and tells how many there were; 0 means the rotation is done.

    A context above passes its own columns.
    """
    newest = work.keyring.newest_head
    for column in columns:
        rows = await store.rows_with_old_key(
            work, column.table, column.column, column.owner, newest, rows_max
        )
        if rows:
            await store.write_resealed(
                work,
                column.table,
                column.column,
                column.owner,
                [_resealed(work, column, row) for row in rows],
            )
            return len(rows)
    return 0


async def verify_sealed(work: Work, columns: tuple[SealedColumn, ...] = SEALED_COLUMNS) -> list[Finding]:
    """Opens the newest values of each sealed column: a home without the right keys is found before it is needed."""
    findings = []
    for column in columns:
        for row in await store.sealed_values(work, column.table, column.column, column.owner, OPENED_MAX):
            try:
                work.keyring.open(row["sealed"], field=column.field, owner=row["owner"])
            except CannotOpen:
                facts = {"table": column.table, "column": column.column, "owner": str(row["owner"])}
                findings.append(Finding(code="parties.cannot_open", facts=facts))
                break
    return findings


def _resealed(work: Work, column: SealedColumn, row: Any) -> tuple[int, bytes, bytes]:
    text = work.keyring.open(row["sealed"], field=column.field, owner=row["owner"])
    return row["owner"], row["sealed"], work.keyring.seal(text, field=column.field, owner=row["owner"])
