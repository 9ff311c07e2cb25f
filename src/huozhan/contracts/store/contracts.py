"""Contracts and their versions as rows."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from huozhan.contracts.contract import MOVES, Contract, VersionState, read_contract
from huozhan.kernel.refusals import NotFound
from huozhan.kernel.shapes import Bilingual
from huozhan.kernel.work import Work

Row = Mapping[str, Any]
_AMOUNT = "(v.wording::jsonb -> 'body' ->> 'amount_minor')::bigint AS amount_minor"
"""What a version's total is, its text says and nothing else."""
_ROOT = (
    "SELECT c.contract_id, c.number, c.order_id, c.order_number, c.buyer_id, c.seller_id, c.latest_no,"
    " v.state, v.text_sha256, v.paper_sha256, v.signed_sha256"
    " FROM contract c JOIN contract_version v ON v.contract_id = c.contract_id AND v.version_no = c.latest_no"
)
_CARD = (
    "SELECT c.contract_id, c.number, c.order_id, c.order_number, c.buyer_id, c.seller_id, c.latest_no, c.buyer_name,"
    f" c.seller_name, c.asked_at, v.state, {_AMOUNT}, v.sign_until, v.text_sha256, v.paper_sha256, v.signed_sha256,"
    " coalesce((SELECT f.version_no FROM contract_version f WHERE f.contract_id = c.contract_id AND f.state = 'in_force'),"
    "  0) AS in_force_no,"
    " ARRAY(SELECT s.side FROM contract_signature s WHERE s.contract_id = c.contract_id"
    "  AND s.version_no = c.latest_no AND s.state <> 'failed') AS confirmed"
    " FROM contract c JOIN contract_version v ON v.contract_id = c.contract_id AND v.version_no = c.latest_no"
)
_VERSION = (
    f"SELECT contract_id, version_no, parent_sha256, cause, text_sha256, {_AMOUNT}, made_at, state, paper_sha256,"
    " signed_sha256, sign_until, ended_at, ended_by_org, ended_why FROM contract_version v"
)


def _scope(work: Work) -> tuple[str, list[int]]:
    """Only a side finds a contract; the market's own hand finds every one."""
    if work.actor.kind == "system":
        return "", []
    return " AND (c.buyer_id = $2 OR c.seller_id = $2)", [work.actor.org_id]


async def lock(work: Work, contract_id: int) -> Contract:
    """One contract of the actor's organisation, locked with its latest version."""
    scope, values = _scope(work)
    locked = await work.db.fetchval(
        f"SELECT c.contract_id FROM contract c WHERE c.contract_id = $1{scope} FOR UPDATE",
        contract_id,
        *values,
    )
    if locked is None:
        raise NotFound(contract_id=str(contract_id))
    row = await work.db.fetchrow(f"{_ROOT} WHERE c.contract_id = $1", contract_id)
    return read_contract(row)


async def of_order(work: Work, order_id: int) -> int | None:
    """The contract of an order of the actor's organisation."""
    scope, values = _scope(work)
    found: int | None = await work.db.fetchval(
        f"SELECT c.contract_id FROM contract c WHERE c.order_id = $1{scope}", order_id, *values
    )
    return found


async def add(
    work: Work, contract_id: int, *, number: str, order_id: int, order_number: str, buyer_id: int, seller_id: int,
    buyer_name: Bilingual, seller_name: Bilingual,
) -> bool:  # fmt: skip
    """Writes a contract that has no version yet; tells False where the order has one already."""
    added = await work.db.fetchval(
        "INSERT INTO contract (contract_id, number, order_id, order_number, buyer_id, seller_id, buyer_name,"
        " seller_name, latest_no, asked_at, asked_by_org)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7::text::jsonb, $8::text::jsonb, 1, $9, $10)"
        " ON CONFLICT (order_id) DO NOTHING RETURNING true",
        contract_id, number, order_id, order_number, buyer_id, seller_id, msgspec.json.encode(buyer_name).decode(),
        msgspec.json.encode(seller_name).decode(), work.now, work.actor.org_id,
    )  # fmt: skip
    return bool(added)


async def add_version(
    work: Work, contract_id: int, version_no: int, *, parent: bytes | None, cause: str, wording: str,
    text_sha256: bytes, state: VersionState,
) -> None:  # fmt: skip
    """Writes a version behind the one before it; the database refuses a parent that is not that one's text."""
    await work.db.execute(
        "INSERT INTO contract_version (contract_id, version_no, parent_no, parent_sha256, cause, wording, text_sha256,"
        " made_at, made_by_org, state)"
        " VALUES ($1, $2, CASE WHEN $3::bytea IS NULL THEN NULL ELSE $2 - 1 END, $3, $4, $5, $6, $7, $8, $9)",
        contract_id, version_no, parent, cause, wording, text_sha256, work.now, work.actor.org_id, state,
    )  # fmt: skip
    await work.db.execute(
        "UPDATE contract SET latest_no = $2 WHERE contract_id = $1", contract_id, version_no
    )


async def move(
    work: Work, contract_id: int, version_no: int, event: str, state: VersionState, *, reason: str = "",
    paper: bytes | None = None, english: bytes | None = None, signed: bytes | None = None, sign_until: Any = None,
    is_over: bool = False,
) -> None:  # fmt: skip
    """Writes what a version has come to and who moved it; papers are added, never taken away."""
    await work.db.execute(
        "WITH moved AS (INSERT INTO contract_move (contract_id, move_id, version_no, event, state, moved_at, org_id,"
        "  person_id, door, reason) VALUES ($1, $9, $2, $10, $3, $6, $11, $12, $13, $8))"
        " UPDATE contract_version SET state = $3,"
        "  paper = coalesce($4, paper), paper_sha256 = coalesce(sha256($4), paper_sha256),"
        "  english = coalesce($5, english),"
        "  signed = coalesce($14, signed), signed_sha256 = coalesce(sha256($14), signed_sha256),"
        "  sign_until = coalesce($7, sign_until),"
        "  ended_at = CASE WHEN $15 THEN $6 ELSE ended_at END,"
        "  ended_by_org = CASE WHEN $15 THEN $11 ELSE ended_by_org END,"
        "  ended_why = CASE WHEN $15 THEN $8 ELSE ended_why END"
        " WHERE contract_id = $1 AND version_no = $2",
        contract_id, version_no, state, paper, english, work.now, sign_until, reason, work.new_id(), event,
        work.actor.org_id, work.actor.person_id, work.actor.door, signed, is_over,
    )  # fmt: skip


async def supersede(work: Work, contract_id: int, version_no: int) -> None:
    """A version in force makes room for the next one; when it took force stays written."""
    state = MOVES.after(VersionState.in_force, "supersede")
    await work.db.execute(
        "WITH moved AS (INSERT INTO contract_move (contract_id, move_id, version_no, event, state, moved_at, org_id,"
        "  person_id, door, reason) VALUES ($1, $4, $2, 'supersede', $3, $5, 0, 0, $6, ''))"
        " UPDATE contract_version SET state = $3 WHERE contract_id = $1 AND version_no = $2",
        contract_id, version_no, state, work.new_id(), work.now, work.actor.door,
    )  # fmt: skip


async def note_hash(work: Work, contract_id: int, version_no: int, kind: str, content: bytes) -> None:
    """Lets whoever holds a file ask about it from now on."""
    await work.db.execute(
        "INSERT INTO contract_hash (sha256, kind, contract_id, version_no, noted_at)"
        " VALUES (sha256($1::bytea), $2, $3, $4, $5) ON CONFLICT (sha256) DO NOTHING",
        content, kind, contract_id, version_no, work.now,
    )  # fmt: skip


async def note_access(work: Work, contract_id: int, version_no: int, what: str) -> None:
    """Writes who opened or took a version."""
    await work.db.execute(
        "INSERT INTO contract_access (contract_id, access_id, version_no, what, org_id, person_id, session_id, door,"
        " accessed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        contract_id, work.new_id(), version_no, what, work.actor.org_id, work.actor.person_id, work.actor.session_id,
        work.actor.door, work.now,
    )  # fmt: skip


async def version(work: Work, contract_id: int, version_no: int) -> Row | None:
    """One version with its text and papers; the caller has made sure that the actor may see it."""
    row: Row | None = await work.db.fetchrow(
        "SELECT * FROM contract_version WHERE contract_id = $1 AND version_no = $2", contract_id, version_no
    )
    return row


async def in_force(work: Work, contract_id: int) -> int | None:
    """The number of the version in force."""
    found: int | None = await work.db.fetchval(
        "SELECT version_no FROM contract_version WHERE contract_id = $1 AND state = 'in_force'", contract_id
    )
    return found


async def card(work: Work, contract_id: int) -> Row:
    """One contract of the actor's organisation as lists show it."""
    scope, values = _scope(work)
    row: Row | None = await work.db.fetchrow(f"{_CARD} WHERE c.contract_id = $1{scope}", contract_id, *values)
    if row is None:
        raise NotFound(contract_id=str(contract_id))
    return row


async def any_card(work: Work, contract_id: int) -> Row:
    """One contract of the market, for its operators and for whoever holds one of its files."""
    row: Row | None = await work.db.fetchrow(f"{_CARD} WHERE c.contract_id = $1", contract_id)
    if row is None:
        raise NotFound(contract_id=str(contract_id))
    return row


async def page(work: Work, side: str, before: int, limit: int) -> list[Row]:
    """Contracts of the actor's organisation on one side or on both, the newest first."""
    where = {"buyer": "c.buyer_id = $1", "seller": "c.seller_id = $1"}.get(
        side, "(c.buyer_id = $1 OR c.seller_id = $1)"
    )
    rows: list[Row] = await work.db.fetch(
        f"{_CARD} WHERE {where} AND c.contract_id < $2 ORDER BY c.contract_id DESC LIMIT $3",
        work.actor.org_id, before, limit,
    )  # fmt: skip
    return rows


async def all_cards(work: Work, number: str, before: int, limit: int) -> list[Row]:
    """Contracts of the market, the newest first, or those with a number of their own or of an order."""
    rows: list[Row] = await work.db.fetch(
        f"{_CARD} WHERE c.contract_id < $1 AND ($3 = '' OR c.number = $3 OR c.order_number = $3)"
        " ORDER BY c.contract_id DESC LIMIT $2",
        before, limit, number,
    )  # fmt: skip
    return rows


async def versions(work: Work, contract_id: int) -> Sequence[Row]:
    """Every version of a contract without its text and papers, the newest first."""
    rows: Sequence[Row] = await work.db.fetch(
        f"{_VERSION} WHERE contract_id = $1 ORDER BY version_no DESC", contract_id
    )
    return rows


async def by_hash(work: Work, sha256: bytes) -> Row | None:
    """What a file with a hash is, whosoever holds it."""
    row: Row | None = await work.db.fetchrow(
        "SELECT kind, contract_id, version_no, noted_at FROM contract_hash WHERE sha256 = $1", sha256
    )
    return row
