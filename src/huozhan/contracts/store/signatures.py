"""Signatures, certificates and trusted roots as rows."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from huozhan.kernel.work import Work

Row = Mapping[str, Any]
_SHOWN = (
    "SELECT s.version_no, s.side, s.state, s.org_id, s.person_id, s.session_id, s.door, s.intended_at, s.seen_sha256,"
    " s.base_sha256, s.signed_sha256, s.stamped_at, s.failed_why, s.signature_id, s.stamp, c.serial, c.revoked_at,"
    " c.certificate"
    " FROM contract_signature s LEFT JOIN contract_certificate c"
    " ON c.org_id = CASE WHEN s.side = 'market' THEN 0 ELSE s.org_id END AND c.certificate_id = s.certificate_id"
)


async def add(
    work: Work, contract_id: int, signature_id: int, *, version_no: int, side: str, seen_sha256: bytes
) -> None:
    """Writes what somebody confirmed: who, in which session, when, and the text they saw."""
    await work.db.execute(
        "INSERT INTO contract_signature (contract_id, signature_id, version_no, side, state, org_id, person_id,"
        " session_id, door, intended_at, seen_sha256) VALUES ($1, $2, $3, $4, 'intended', $5, $6, $7, $8, $9, $10)",
        contract_id, signature_id, version_no, side, work.actor.org_id, work.actor.person_id, work.actor.session_id,
        work.actor.door, work.now, seen_sha256,
    )  # fmt: skip


async def sides(work: Work, contract_id: int, version_no: int) -> dict[str, str]:
    """Which sides have confirmed or signed a version, and how far that is."""
    rows = await work.db.fetch(
        "SELECT side, state FROM contract_signature WHERE contract_id = $1 AND version_no = $2 AND state <> 'failed'",
        contract_id, version_no,
    )  # fmt: skip
    return {row["side"]: row["state"] for row in rows}


async def is_ours(work: Work, contract_id: int, version_no: int) -> bool:
    """Tells whether the actor's organisation asked for a version or has confirmed it: then it may withdraw it."""
    found: bool = await work.db.fetchval(
        "SELECT EXISTS (SELECT FROM contract_version WHERE contract_id = $1 AND version_no = $2 AND made_by_org = $3)"
        " OR EXISTS (SELECT FROM contract_signature WHERE contract_id = $1 AND version_no = $2 AND org_id = $3"
        "  AND state <> 'failed')",
        contract_id, version_no, work.actor.org_id,
    )  # fmt: skip
    return found


async def lock(work: Work, contract_id: int, signature_id: int) -> Row | None:
    """One signature, locked after its contract."""
    row: Row | None = await work.db.fetchrow(
        "SELECT * FROM contract_signature WHERE contract_id = $1 AND signature_id = $2 FOR UPDATE",
        contract_id, signature_id,
    )  # fmt: skip
    return row


async def errand(work: Work, contract_id: int, signature_id: int) -> Row | None:
    """One signature beside what it signs, and whether another one of its version is being made."""
    row: Row | None = await work.db.fetchrow(
        "SELECT s.*, k.number, v.state AS version_state, coalesce(v.signed, v.paper) AS as_it_stands,"
        " EXISTS (SELECT FROM contract_signature o WHERE o.contract_id = s.contract_id AND o.version_no = s.version_no"
        "  AND o.state = 'prepared' AND o.signature_id <> s.signature_id) AS waits"
        " FROM contract_signature s JOIN contract k ON k.contract_id = s.contract_id"
        " JOIN contract_version v ON v.contract_id = s.contract_id AND v.version_no = s.version_no"
        " WHERE s.contract_id = $1 AND s.signature_id = $2",
        contract_id, signature_id,
    )  # fmt: skip
    return row


async def prepare(
    work: Work, contract_id: int, signature_id: int, *, state: str, base_sha256: bytes, certificate_id: int,
    prepared: bytes, room: Sequence[int], digest: bytes, attributes: bytes,
) -> None:  # fmt: skip
    """Writes what is to be signed, before anybody is asked to sign it: a repeat asks for the same."""
    await work.db.execute(
        "UPDATE contract_signature SET state = $3, base_sha256 = $4, certificate_id = $5, prepared = $6, room = $7,"
        " digest = $8, attributes = $9 WHERE contract_id = $1 AND signature_id = $2",
        contract_id, signature_id, state, base_sha256, certificate_id, prepared, list(room), digest, attributes,
    )  # fmt: skip


async def end(
    work: Work, contract_id: int, signature_id: int, *, state: str, value: bytes | None = None,
    stamp: bytes | None = None, stamped_at: datetime | None = None, signed_sha256: bytes | None = None, why: str = "",
) -> None:  # fmt: skip
    """Writes how a signature ended; the paper that was prepared for it is not needed any more."""
    await work.db.execute(
        "UPDATE contract_signature SET state = $3, value = $4, stamp = $5, stamped_at = $6, signed_sha256 = $7,"
        " failed_why = $8, ended_at = $9, prepared = NULL WHERE contract_id = $1 AND signature_id = $2",
        contract_id, signature_id, state, value, stamp, stamped_at, signed_sha256, why, work.now,
    )  # fmt: skip


async def drop_open(work: Work, contract_id: int, version_no: int, why: str) -> None:
    """Ends what was confirmed and is not signed yet, because its version is over."""
    await work.db.execute(
        "UPDATE contract_signature SET state = $5, failed_why = $3, ended_at = $4, prepared = NULL"
        " WHERE contract_id = $1 AND version_no = $2 AND state IN ('intended', 'prepared')",
        contract_id, version_no, why, work.now, "failed",
    )  # fmt: skip


async def of_contract(work: Work, contract_id: int) -> list[Row]:
    """Every signature of a contract with its certificate, the oldest first."""
    rows: list[Row] = await work.db.fetch(
        f"{_SHOWN} WHERE s.contract_id = $1 ORDER BY s.signature_id", contract_id
    )
    return rows


async def certificates(work: Work, org_id: int) -> list[Row]:
    """An organisation's certificates, the newest first; 0 is the market."""
    rows: list[Row] = await work.db.fetch(
        "SELECT * FROM contract_certificate WHERE org_id = $1 ORDER BY certificate_id DESC", org_id
    )
    return rows


async def add_certificate(
    work: Work, certificate_id: int, org_id: int, *, serial: str, root_sha256: bytes, certificate: bytes,
    valid_until: datetime,
) -> None:  # fmt: skip
    """Keeps a certificate; one that is there already stays as it is."""
    await work.db.execute(
        "INSERT INTO contract_certificate (org_id, certificate_id, serial, root_sha256, certificate, issued_at, valid_until)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (org_id, serial) DO NOTHING",
        org_id, certificate_id, serial, root_sha256, certificate, work.now, valid_until,
    )  # fmt: skip


async def add_root(work: Work, kind: str, certificate: bytes) -> None:
    """Trusts a root from now on, where none of an authority is trusted yet."""
    await work.db.execute(
        "INSERT INTO contract_root (sha256, kind, certificate, seen_at) VALUES (sha256($2::bytea), $1, $2, $3)"
        " ON CONFLICT DO NOTHING",
        kind, certificate, work.now,
    )  # fmt: skip


async def roots(work: Work) -> list[Row]:
    """The roots that are trusted."""
    rows: list[Row] = await work.db.fetch(
        "SELECT sha256, kind, certificate FROM contract_root ORDER BY seen_at, sha256"
    )
    return rows


async def note_revoked(work: Work, serials: Sequence[str], moments: Sequence[datetime]) -> None:
    """Writes from when on certificates do not count; the earliest moment that was told stays."""
    await work.db.execute(
        "UPDATE contract_certificate c SET revoked_at = least(c.revoked_at, r.revoked_at)"
        " FROM unnest($1::text[], $2::timestamptz[]) AS r(serial, revoked_at)"
        " WHERE c.serial = r.serial AND c.revoked_at IS DISTINCT FROM least(c.revoked_at, r.revoked_at)",
        list(serials), list(moments),
    )  # fmt: skip


async def keep_list(work: Work, root_sha256: bytes, crl: bytes, listed_at: datetime) -> None:
    """Keeps the newest list of what an authority revoked."""
    await work.db.execute(
        "INSERT INTO contract_revocations (root_sha256, crl, listed_at) VALUES ($1, $2, $3)"
        " ON CONFLICT (root_sha256) DO UPDATE SET crl = EXCLUDED.crl, listed_at = EXCLUDED.listed_at"
        " WHERE contract_revocations.listed_at <= EXCLUDED.listed_at",
        root_sha256, crl, listed_at,
    )  # fmt: skip


async def lists(work: Work) -> list[Row]:
    """The lists of what was revoked."""
    rows: list[Row] = await work.db.fetch("SELECT root_sha256, crl, listed_at FROM contract_revocations")
    return rows


async def any_certificate(work: Work) -> bool:
    """Tells whether an authority has issued anything yet."""
    found: bool = await work.db.fetchval("SELECT EXISTS (SELECT FROM contract_certificate WHERE org_id > 0)")
    return found
