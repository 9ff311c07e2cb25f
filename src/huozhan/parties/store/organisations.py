"""Queries about organisations, members and applications, scoped by the actor's organisation or person."""

from collections.abc import Collection, Sequence
from typing import Any

from huozhan.kernel.work import Work

_ORG_COLUMNS = (
    "o.org_id, o.name_zh, o.name_en, o.about_zh, o.about_en, o.country, o.can_buy, o.can_sell, o.is_market, o.uscc,"
    " o.supplier_kind, o.province_code, o.city_code, o.belt_zh, o.belt_en, o.since_on"
)


async def add_organisation(
    work: Work, org_id: int, name_zh: str, name_en: str, country: str, *, can_buy: bool, is_market: bool
) -> None:
    await work.db.execute(
        "INSERT INTO organisation (org_id, name_zh, name_en, country, can_buy, is_market, founded_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)",
        org_id, name_zh, name_en, country, can_buy, is_market, work.now,
    )  # fmt: skip


async def organisation_of(work: Work, person_id: int, org_id: int) -> Any:
    """An organisation seen by a member; nobody else finds it."""
    return await work.db.fetchrow(
        f"SELECT {_ORG_COLUMNS}, m.role FROM member m JOIN organisation o ON o.org_id = m.org_id"
        " WHERE m.org_id = $1 AND m.person_id = $2",
        org_id, person_id,
    )  # fmt: skip


async def organisations_of(work: Work, person_id: int) -> list[Any]:
    rows: list[Any] = await work.db.fetch(
        f"SELECT {_ORG_COLUMNS}, m.role FROM member m JOIN organisation o ON o.org_id = m.org_id"
        " WHERE m.person_id = $1 ORDER BY m.joined_at, o.org_id",
        person_id,
    )
    return rows


async def faces(work: Work, org_ids: Collection[int]) -> list[Any]:
    """What is public of organisations, hence not scoped."""
    rows: list[Any] = await work.db.fetch(
        f"SELECT {_ORG_COLUMNS} FROM organisation o WHERE o.org_id = ANY ($1)", list(org_ids)
    )
    return rows


async def sellers_in(work: Work, starts: Collection[str]) -> list[int]:
    """Who sells from a place whose code begins so; places of sellers are public, hence not scoped."""
    rows = await work.db.fetch(
        "SELECT org_id FROM organisation WHERE can_sell AND EXISTS (SELECT FROM unnest($1::text[]) AS s(start)"
        " WHERE starts_with(coalesce(nullif(city_code, ''), province_code), start))",
        list(starts),
    )
    return [row["org_id"] for row in rows]


async def sharing_people(work: Work, pairs: Sequence[tuple[int, int]]) -> set[tuple[int, int]]:
    """Pairs of organisations with a member in common; for the market's own count."""
    rows = await work.db.fetch(
        "SELECT one, other FROM unnest($1::bigint[], $2::bigint[]) AS p(one, other) WHERE one = other OR EXISTS ("
        " SELECT FROM member m JOIN member n ON n.person_id = m.person_id AND n.org_id = other WHERE m.org_id = one)",
        [one for one, _ in pairs], [other for _, other in pairs],
    )  # fmt: skip
    return {(row["one"], row["other"]) for row in rows}


async def lock_organisation(work: Work, org_id: int) -> Any:
    return await work.db.fetchrow(
        f"SELECT {_ORG_COLUMNS} FROM organisation o WHERE o.org_id = $1 FOR UPDATE", org_id
    )


async def edit_organisation(work: Work, name_zh: str, name_en: str, about_zh: str, about_en: str) -> None:
    await work.db.execute(
        "UPDATE organisation SET name_zh = $2, name_en = $3, about_zh = $4, about_en = $5 WHERE org_id = $1",
        work.actor.org_id, name_zh, name_en, about_zh, about_en,
    )  # fmt: skip


async def market_org_id(work: Work) -> int:
    """The market's own organisation; there is one."""
    return await work.db.fetchval("SELECT org_id FROM organisation WHERE is_market") or 0


# ── Members ──────────────────────────────────────────────────────────────────────────────────────────


async def add_member(work: Work, org_id: int, person_id: int, role: str) -> bool:
    return bool(
        await work.db.fetchval(
            "INSERT INTO member (org_id, person_id, role, joined_at) VALUES ($1, $2, $3, $4)"
            " ON CONFLICT (org_id, person_id) DO NOTHING RETURNING true",
            org_id,
            person_id,
            role,
            work.now,
        )
    )


async def people_of(work: Work, org_id: int) -> list[Any]:
    """The members of an organisation; notices ask for other organisations' too, and show no names."""
    rows: list[Any] = await work.db.fetch(
        "SELECT m.person_id, m.role, m.joined_at, p.name, p.lang, o.can_buy, o.can_sell, o.is_market"
        "  FROM member m JOIN person p ON p.person_id = m.person_id JOIN organisation o ON o.org_id = m.org_id"
        " WHERE m.org_id = $1 ORDER BY m.joined_at, m.person_id",
        org_id,
    )
    return rows


async def role_of(work: Work, person_id: int) -> str | None:
    role: str | None = await work.db.fetchval(
        "SELECT role FROM member WHERE org_id = $1 AND person_id = $2 FOR UPDATE",
        work.actor.org_id,
        person_id,
    )
    return role


async def has_other_owner(work: Work, org_id: int, person_id: int) -> bool:
    return bool(
        await work.db.fetchval(
            "SELECT EXISTS (SELECT 1 FROM member WHERE org_id = $1 AND role = 'owner' AND person_id <> $2)",
            org_id,
            person_id,
        )
    )


async def drop_invitations_by(work: Work, person_id: int) -> None:
    await work.db.execute(
        "DELETE FROM proof WHERE org_id = $1 AND purpose = 'invite' AND made_by = $2",
        work.actor.org_id, person_id,
    )  # fmt: skip


async def set_role(work: Work, person_id: int, role: str) -> None:
    await work.db.execute(
        "UPDATE member SET role = $3 WHERE org_id = $1 AND person_id = $2", work.actor.org_id, person_id, role
    )


async def remove_member(work: Work, person_id: int) -> None:
    await work.db.execute(
        "WITH tokens AS (DELETE FROM api_token WHERE org_id = $1 AND person_id = $2)"
        " DELETE FROM member WHERE org_id = $1 AND person_id = $2",
        work.actor.org_id, person_id,
    )  # fmt: skip


async def note_move(work: Work, org_id: int, person_id: int, role_was: str, role_is: str) -> None:
    """Writes down who changed a membership, and when."""
    await work.db.execute(
        "INSERT INTO member_move (org_id, move_id, person_id, role_was, role_is, moved_by, moved_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)",
        org_id, work.new_id(), person_id, role_was, role_is, work.actor.person_id, work.now,
    )  # fmt: skip


async def invitations(work: Work) -> list[Any]:
    rows: list[Any] = await work.db.fetch(
        "SELECT proof_id, name_sealed, role, made_at, expires_at FROM proof"
        " WHERE org_id = $1 AND purpose = 'invite' AND expires_at > $2 ORDER BY proof_id",
        work.actor.org_id, work.now,
    )  # fmt: skip
    return rows


async def drop_invitation(work: Work, proof_id: int) -> bool:
    return bool(
        await work.db.fetchval(
            "DELETE FROM proof WHERE proof_id = $2 AND org_id = $1 AND purpose = 'invite' RETURNING true",
            work.actor.org_id,
            proof_id,
        )
    )


_SOLE = """
SELECT m.org_id, o.name_zh, o.name_en,
       (SELECT count(*) FROM member x WHERE x.org_id = m.org_id) AS people
  FROM member m JOIN organisation o ON o.org_id = m.org_id
 WHERE m.person_id = $1 AND m.role = 'owner'
   AND NOT EXISTS (SELECT 1 FROM member x WHERE x.org_id = m.org_id AND x.role = 'owner' AND x.person_id <> $1)
 ORDER BY m.org_id
"""


async def lock_owned(work: Work, person_id: int) -> None:
    """Locks the organisations that a person owns, so that owners are counted one change at a time."""
    await work.db.execute(
        "SELECT 1 FROM organisation WHERE org_id IN (SELECT org_id FROM member WHERE person_id = $1 AND role = 'owner')"
        " ORDER BY org_id FOR UPDATE",
        person_id,
    )


async def organisations_owned_alone(work: Work, person_id: int) -> list[Any]:
    """The organisations whose only owner the person is, and how many people are in each."""
    rows: list[Any] = await work.db.fetch(_SOLE, person_id)
    return rows


# ── Suppliers' applications ──────────────────────────────────────────────────────────────────────────

_APPLICATION_COLUMNS = (
    "application_id, org_id, state, uscc, name_zh, name_en, supplier_kind, province_code, city_code, belt_zh, belt_en,"
    " about_zh, about_en, since_on, contact_sealed, phone_sealed, applied_at, decided_at, reason"
)


async def add_application(work: Work, columns: dict[str, Any]) -> None:
    values = [*columns.values(), work.actor.org_id, "waiting", work.actor.person_id, work.now]
    names = [*columns, "org_id", "state", "applied_by", "applied_at"]
    places = ", ".join(f"${i}" for i in range(1, len(values) + 1))
    await work.db.execute(f"INSERT INTO supplier_application ({', '.join(names)}) VALUES ({places})", *values)


async def latest_application(work: Work) -> Any:
    return await work.db.fetchrow(
        f"SELECT {_APPLICATION_COLUMNS} FROM supplier_application WHERE org_id = $1"
        " ORDER BY application_id DESC LIMIT 1",
        work.actor.org_id,
    )


async def application_for_update(work: Work, application_id: int, org_id: int | None) -> Any:
    """An application, locked; of any organisation (None) for the market's reviewers only."""
    return await work.db.fetchrow(
        f"SELECT {_APPLICATION_COLUMNS} FROM supplier_application"
        " WHERE application_id = $1 AND ($2::bigint IS NULL OR org_id = $2) FOR UPDATE",
        application_id, org_id,
    )  # fmt: skip


async def application(work: Work, application_id: int) -> Any:
    """An application of any organisation, for the market's reviewers only."""
    return await work.db.fetchrow(
        f"SELECT {_APPLICATION_COLUMNS} FROM supplier_application WHERE application_id = $1", application_id
    )


async def applications(work: Work, state: str, after_id: int, limit: int) -> list[Any]:
    """The market's review queue: of all organisations, the oldest first."""
    rows: list[Any] = await work.db.fetch(
        f"SELECT {_APPLICATION_COLUMNS} FROM supplier_application WHERE state = $1 AND application_id > $2"
        " ORDER BY application_id LIMIT $3",
        state, after_id, limit,
    )  # fmt: skip
    return rows


async def waiting_count(work: Work, limit: int) -> int:
    """How many applications wait for a review; counted up to a bound."""
    count: int = await work.db.fetchval(
        "SELECT count(*) FROM (SELECT 1 FROM supplier_application WHERE state = 'waiting' LIMIT $1) AS waiting",
        limit,
    )
    return count


async def decide_application(work: Work, application_id: int, state: str, reason: str) -> None:
    await work.db.execute(
        "UPDATE supplier_application SET state = $2, reason = $3, decided_by = $4, decided_at = $5"
        " WHERE application_id = $1",
        application_id, state, reason, work.actor.person_id, work.now,
    )  # fmt: skip


async def claim_uscc(work: Work, uscc: str, org_id: int) -> bool:
    """Gives a credit code to an organisation; tells whether nobody else had it."""
    holder = await work.db.fetchval(
        "INSERT INTO uscc_claim (uscc, org_id, claimed_at) VALUES ($1, $2, $3)"
        " ON CONFLICT (uscc) DO UPDATE SET uscc = EXCLUDED.uscc RETURNING org_id",
        uscc, org_id, work.now,
    )  # fmt: skip
    return bool(holder == org_id)


async def uscc_holder(work: Work, uscc: str) -> int | None:
    holder: int | None = await work.db.fetchval("SELECT org_id FROM uscc_claim WHERE uscc = $1", uscc)
    return holder


async def let_sell(work: Work, row: Any) -> None:
    """Takes the reviewed facts of an application over to its organisation."""
    await work.db.execute(
        "UPDATE organisation SET can_sell = true, uscc = $2, name_zh = $3, name_en = $4, supplier_kind = $5,"
        " province_code = $6, city_code = $7, belt_zh = $8, belt_en = $9, about_zh = $10, about_en = $11, since_on = $12"
        " WHERE org_id = $1",
        row["org_id"], row["uscc"], row["name_zh"], row["name_en"], row["supplier_kind"], row["province_code"],
        row["city_code"], row["belt_zh"], row["belt_en"], row["about_zh"], row["about_en"], row["since_on"],
    )  # fmt: skip


async def belts(work: Work, names: Collection[str]) -> dict[str, tuple[str, str]]:
    """Industrial belts by the name that search has of them: the Chinese one, or the English one where there is no other."""
    rows = await work.db.fetch(
        "SELECT belt_zh, max(belt_en) AS belt_en FROM organisation"
        " WHERE belt_zh = ANY ($1::text[]) AND belt_zh <> '' GROUP BY belt_zh"
        " UNION ALL SELECT DISTINCT '', belt_en FROM organisation"
        " WHERE belt_zh = '' AND belt_en <> '' AND belt_en = ANY ($1::text[])",
        list(names),
    )
    return {row["belt_zh"] or row["belt_en"]: (row["belt_zh"], row["belt_en"]) for row in rows}


async def suppliers_after(work: Work, after: int, limit: int) -> list[int]:
    """Organisations that sell, in order of their ids; the market's own rounds ask, so not scoped."""
    rows = await work.db.fetch(
        "SELECT org_id FROM organisation WHERE can_sell AND org_id > $1 ORDER BY org_id LIMIT $2",
        after,
        limit,
    )
    return [row["org_id"] for row in rows]
