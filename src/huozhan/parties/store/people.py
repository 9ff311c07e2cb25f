"""Queries about people: these are scoped by the person who acts, by a secret, or by a sign-in name's hash."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from huozhan.kernel.work import Work

# ── Actors: on every request ─────────────────────────────────────────────────────────────────────────

_ACTOR_OF_SESSION = """
SELECT s.session_id, s.person_id, s.seen_at, p.name, p.lang, m.role,
       o.org_id, o.name_zh, o.name_en, o.can_buy, o.can_sell, o.is_market
  FROM session s
  JOIN person p ON p.person_id = s.person_id AND p.erased_at IS NULL
  LEFT JOIN member m ON m.org_id = s.org_id AND m.person_id = s.person_id
  LEFT JOIN organisation o ON o.org_id = m.org_id
 WHERE s.token_hash = $1 AND s.seen_at > $2
"""

_ACTOR_OF_API_KEY = """
SELECT t.token_id, t.person_id, t.scopes, t.last_used_at, p.name, p.lang, m.role,
       o.org_id, o.name_zh, o.name_en, o.can_buy, o.can_sell, o.is_market
  FROM api_token t
  JOIN person p ON p.person_id = t.person_id AND p.erased_at IS NULL
  JOIN member m ON m.org_id = t.org_id AND m.person_id = t.person_id
  JOIN organisation o ON o.org_id = m.org_id
 WHERE t.token_hash = $1 AND (t.expires_at IS NULL OR t.expires_at > $2)
"""


async def actor_of_session(work: Work, token_hash: bytes, seen_after: datetime) -> Any:
    return await work.db.fetchrow(_ACTOR_OF_SESSION, token_hash, seen_after)


async def actor_of_token(work: Work, token_hash: bytes) -> Any:
    return await work.db.fetchrow(_ACTOR_OF_API_KEY, token_hash, work.now)


async def touch_session(work: Work, token_hash: bytes) -> None:
    await work.db.execute("UPDATE session SET seen_at = $2 WHERE token_hash = $1", token_hash, work.now)


async def touch_token(work: Work, token_hash: bytes) -> None:
    await work.db.execute(
        "UPDATE api_token SET last_used_at = $2 WHERE token_hash = $1", token_hash, work.now
    )


# ── People and their sign-in names ───────────────────────────────────────────────────────────────────


async def add_person(work: Work, person_id: int, name: str, lang: str, password_hash: str) -> None:
    await work.db.execute(
        "INSERT INTO person (person_id, name, lang, password_hash, joined_at) VALUES ($1, $2, $3, $4, $5)",
        person_id, name, lang, password_hash, work.now,
    )  # fmt: skip


async def person(work: Work, person_id: int, *, lock: bool = False) -> Any:
    return await work.db.fetchrow(
        "SELECT person_id, name, lang, password_hash, totp_sealed, totp_is_on, totp_last_step, recovery_hashes, joined_at"
        " FROM person WHERE person_id = $1 AND erased_at IS NULL" + (" FOR UPDATE" if lock else ""),
        person_id,
    )


async def edit_person(work: Work, person_id: int, name: str, lang: str) -> None:
    await work.db.execute(
        "UPDATE person SET name = $2, lang = $3 WHERE person_id = $1", person_id, name, lang
    )


async def set_password(work: Work, person_id: int, password_hash: str) -> None:
    await work.db.execute(
        "UPDATE person SET password_hash = $2 WHERE person_id = $1", person_id, password_hash
    )


async def set_two_step(
    work: Work,
    person_id: int,
    *,
    sealed: bytes | None,
    is_on: bool,
    last_step: int,
    recovery_hashes: Sequence[bytes],
) -> None:
    await work.db.execute(
        "UPDATE person SET totp_sealed = $2, totp_is_on = $3, totp_last_step = $4, recovery_hashes = $5"
        " WHERE person_id = $1",
        person_id, sealed, is_on, last_step, list(recovery_hashes),
    )  # fmt: skip


async def claim_name(work: Work, fingerprint: bytes, person_id: int, kind: str, sealed: bytes) -> bool:
    """Claims a sign-in name; tells whether it was free."""
    return bool(
        await work.db.fetchval(
            "INSERT INTO sign_in_name (fingerprint, person_id, kind, sealed, proven_at) VALUES ($1, $2, $3, $4, $5)"
            " ON CONFLICT (fingerprint) DO NOTHING RETURNING true",
            fingerprint,
            person_id,
            kind,
            sealed,
            work.now,
        )
    )


async def person_of_name(work: Work, fingerprint: bytes) -> int | None:
    found: int | None = await work.db.fetchval(
        "SELECT person_id FROM sign_in_name WHERE fingerprint = $1", fingerprint
    )
    return found


async def password_of_name(work: Work, fingerprint: bytes) -> Any:
    return await work.db.fetchrow(
        "SELECT p.person_id, p.password_hash FROM sign_in_name n JOIN person p ON p.person_id = n.person_id"
        " WHERE n.fingerprint = $1 AND p.erased_at IS NULL",
        fingerprint,
    )


async def names_of(work: Work, person_ids: Sequence[int]) -> list[Any]:
    rows: list[Any] = await work.db.fetch(
        "SELECT person_id, kind, sealed, fingerprint, proven_at FROM sign_in_name"
        " WHERE person_id = ANY ($1) ORDER BY person_id, proven_at",
        list(person_ids),
    )
    return rows


async def mailboxes(work: Work, person_ids: Collection[int]) -> list[Any]:
    """Where people are written to, e-mail before phone; asked by what writes to them for the market."""
    rows: list[Any] = await work.db.fetch(
        "SELECT n.person_id, n.kind, n.sealed, p.lang, p.name FROM sign_in_name n"
        "  JOIN person p ON p.person_id = n.person_id AND p.erased_at IS NULL"
        " WHERE n.person_id = ANY ($1) ORDER BY n.person_id, n.kind, n.proven_at",
        list(person_ids),
    )
    return rows


async def drop_name(work: Work, person_id: int, fingerprint: bytes) -> bool:
    return bool(
        await work.db.fetchval(
            "DELETE FROM sign_in_name WHERE fingerprint = $2 AND person_id = $1 RETURNING true",
            person_id,
            fingerprint,
        )
    )


_ERASE = """
WITH names AS (DELETE FROM sign_in_name WHERE person_id = $1),
     sessions AS (DELETE FROM session WHERE person_id = $1),
     tokens AS (DELETE FROM api_token WHERE person_id = $1),
     proofs AS (DELETE FROM proof WHERE person_id = $1),
     memberships AS (DELETE FROM member WHERE person_id = $1)
UPDATE person SET name = '', password_hash = NULL, totp_sealed = NULL, totp_is_on = false, recovery_hashes = '{}',
       erased_at = $2
 WHERE person_id = $1
"""


async def sign_out(work: Work, person_id: int) -> None:
    await work.db.execute(
        "WITH sessions AS (DELETE FROM session WHERE person_id = $1) DELETE FROM api_token WHERE person_id = $1",
        person_id,
    )


async def has_session(work: Work, person_id: int) -> bool:
    return bool(await work.db.fetchval("SELECT true FROM session WHERE person_id = $1 LIMIT 1", person_id))


async def erase_person(work: Work, person_id: int) -> None:
    await work.db.execute(_ERASE, person_id, work.now)


# ── Sessions ─────────────────────────────────────────────────────────────────────────────────────────


async def add_session(
    work: Work, token_hash: bytes, session_id: int, person_id: int, org_id: int, device: str
) -> None:
    await work.db.execute(
        "INSERT INTO session (token_hash, session_id, person_id, org_id, device, opened_at, seen_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $6)",
        token_hash, session_id, person_id, org_id, device, work.now,
    )  # fmt: skip


_ORG_TO_OPEN = """
SELECT m.org_id FROM member m
  LEFT JOIN session s ON s.person_id = m.person_id AND s.org_id = m.org_id
 WHERE m.person_id = $1
 ORDER BY s.seen_at DESC NULLS LAST, m.joined_at, m.org_id LIMIT 1
"""


async def org_to_open(work: Work, person_id: int) -> int:
    """The organisation the person worked in last, else the first one they joined, else none (0)."""
    return await work.db.fetchval(_ORG_TO_OPEN, person_id) or 0


async def sessions_of(work: Work, person_id: int, seen_after: datetime) -> list[Any]:
    rows: list[Any] = await work.db.fetch(
        "SELECT session_id, device, opened_at, seen_at FROM session WHERE person_id = $1 AND seen_at > $2"
        " ORDER BY seen_at DESC",
        person_id, seen_after,
    )  # fmt: skip
    return rows


async def end_session(work: Work, person_id: int, session_id: int) -> bool:
    return bool(
        await work.db.fetchval(
            "DELETE FROM session WHERE person_id = $1 AND session_id = $2 RETURNING true",
            person_id,
            session_id,
        )
    )


async def end_sessions_but(work: Work, person_id: int, session_id: int) -> None:
    """Ends all sessions of a person but one; all of them where that one is 0."""
    await work.db.execute(
        "DELETE FROM session WHERE person_id = $1 AND session_id <> $2", person_id, session_id
    )


async def open_org_in_session(work: Work, person_id: int, session_id: int, org_id: int) -> None:
    await work.db.execute(
        "UPDATE session SET org_id = $3 WHERE person_id = $1 AND session_id = $2",
        person_id,
        session_id,
        org_id,
    )


# ── Proofs ───────────────────────────────────────────────────────────────────────────────────────────


async def add_proof(
    work: Work,
    *,
    proof_id: int,
    purpose: str,
    secret_hash: bytes,
    secret_sealed: bytes,
    name_hash: bytes | None,
    name_sealed: bytes | None,
    person_id: int,
    org_id: int,
    role: str,
    lang: str,
    expires_at: datetime,
) -> None:
    await work.db.execute(
        "INSERT INTO proof (proof_id, purpose, secret_hash, secret_sealed, name_hash, name_sealed, person_id, org_id,"
        " role, lang, made_by, made_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        proof_id, purpose, secret_hash, secret_sealed, name_hash, name_sealed, person_id, org_id,
        role, lang, work.actor.person_id, work.now, expires_at,
    )  # fmt: skip


async def latest_proof(work: Work, purpose: str, name_hash: bytes) -> Any:
    return await work.db.fetchrow(
        "SELECT proof_id, secret_hash FROM proof WHERE name_hash = $1 AND purpose = $2 AND person_id = $3"
        " AND expires_at > $4 ORDER BY proof_id DESC LIMIT 1 FOR UPDATE",
        name_hash, purpose, work.actor.person_id, work.now,
    )  # fmt: skip


async def drop_proofs_of_name(work: Work, purpose: str, name_hash: bytes) -> None:
    await work.db.execute("DELETE FROM proof WHERE name_hash = $1 AND purpose = $2", name_hash, purpose)


async def drop_proofs_of_person(work: Work, purpose: str, person_id: int) -> None:
    await work.db.execute("DELETE FROM proof WHERE person_id = $1 AND purpose = $2", person_id, purpose)


async def drop_proofs_of_org(work: Work, purpose: str, org_id: int) -> None:
    await work.db.execute("DELETE FROM proof WHERE org_id = $1 AND purpose = $2", org_id, purpose)


async def take_proof(work: Work, purpose: str, secret_hash: bytes) -> Any:
    """Removes a proof by its secret and returns it: a second use finds nothing."""
    return await work.db.fetchrow(
        "DELETE FROM proof WHERE secret_hash = $1 AND purpose = $2 AND expires_at > $3"
        " RETURNING proof_id, person_id, org_id, role, made_by, name_sealed",
        secret_hash, purpose, work.now,
    )  # fmt: skip


async def see_proof(work: Work, purpose: str, secret_hash: bytes) -> Any:
    return await work.db.fetchrow(
        "SELECT proof_id, org_id, role, made_by, expires_at FROM proof"
        " WHERE secret_hash = $1 AND purpose = $2 AND expires_at > $3",
        secret_hash, purpose, work.now,
    )  # fmt: skip


async def proofs(work: Work, proof_ids: Sequence[int]) -> list[Any]:
    """Proofs to be mailed; asked by the relay, which acts for the market."""
    rows: list[Any] = await work.db.fetch(
        "SELECT proof_id, purpose, secret_sealed, name_sealed, lang, org_id, made_by FROM proof"
        " WHERE proof_id = ANY ($1) AND name_sealed IS NOT NULL AND expires_at > $2",
        list(proof_ids), work.now,
    )  # fmt: skip
    return rows


# ── Tokens ───────────────────────────────────────────────────────────────────────────────────────────


async def add_token(
    work: Work,
    token_hash: bytes,
    token_id: int,
    label: str,
    scopes: Sequence[str],
    expires_at: datetime | None,
) -> None:
    await work.db.execute(
        "INSERT INTO api_token (token_hash, token_id, org_id, person_id, label, scopes, made_at, expires_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        token_hash, token_id, work.actor.org_id, work.actor.person_id, label, list(scopes), work.now, expires_at,
    )  # fmt: skip


async def tokens_of_org(work: Work) -> list[Any]:
    rows: list[Any] = await work.db.fetch(
        "SELECT token_id, person_id, label, scopes, made_at, expires_at, last_used_at FROM api_token"
        " WHERE org_id = $1 ORDER BY token_id",
        work.actor.org_id,
    )
    return rows


async def drop_token(work: Work, token_id: int) -> bool:
    return bool(
        await work.db.fetchval(
            "DELETE FROM api_token WHERE org_id = $1 AND token_id = $2 RETURNING true",
            work.actor.org_id,
            token_id,
        )
    )


# ── Counted tries ────────────────────────────────────────────────────────────────────────────────────


async def lock_tries(work: Work, key: bytes) -> Any:
    """The row of a limit, made when there is none, locked until the try is counted."""
    return await work.db.fetchrow(
        "INSERT INTO try_count (key, tries, last_at, wait_until) VALUES ($1, 0, $2, $2)"
        " ON CONFLICT (key) DO UPDATE SET key = EXCLUDED.key RETURNING tries, last_at, wait_until",
        key, work.now,
    )  # fmt: skip


async def write_tries(work: Work, key: bytes, tries: int, wait_until: datetime) -> None:
    await work.db.execute(
        "UPDATE try_count SET tries = $2, last_at = $3, wait_until = $4 WHERE key = $1",
        key,
        tries,
        work.now,
        wait_until,
    )


async def forget_tries(work: Work, key: bytes) -> None:
    await work.db.execute("DELETE FROM try_count WHERE key = $1", key)


_FORGET_OLD = """
WITH proofs AS (
    DELETE FROM proof WHERE proof_id IN (SELECT proof_id FROM proof WHERE expires_at < $1 LIMIT $4) RETURNING 1
), sessions AS (
    DELETE FROM session WHERE token_hash IN (SELECT token_hash FROM session WHERE seen_at < $2 LIMIT $4) RETURNING 1
), tries AS (
    DELETE FROM try_count WHERE key IN (SELECT key FROM try_count WHERE last_at < $3 LIMIT $4) RETURNING 1
)
SELECT (SELECT count(*) FROM proofs) + (SELECT count(*) FROM sessions) + (SELECT count(*) FROM tries)
"""


async def forget_old(work: Work, sessions_before: datetime, tries_before: datetime, rows_max: int) -> int:
    """Housekeeping of the whole market, so scoped by age only."""
    return int(await work.db.fetchval(_FORGET_OLD, work.now, sessions_before, tries_before, rows_max))


async def names_by_id(work: Work, person_ids: list[int]) -> list[Any]:
    """Names of people of any organisation: the caller shows them only to whom they may be shown."""
    rows: list[Any] = await work.db.fetch(
        "SELECT person_id, name FROM person WHERE person_id = ANY ($1::bigint[])", person_ids
    )
    return rows


async def members_called(work: Work, name: str, limit: int) -> list[Any]:
    """Members of the actor's organisation by a part of their name."""
    rows: list[Any] = await work.db.fetch(
        "SELECT p.person_id FROM member m JOIN person p USING (person_id)"
        " WHERE m.org_id = $1 AND strpos(lower(p.name), lower($2)) > 0 LIMIT $3",
        work.actor.org_id, name, limit,
    )  # fmt: skip
    return rows
