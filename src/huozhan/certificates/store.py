"""SQL of certificates."""

from collections.abc import Collection
from datetime import date
from typing import Any

from huozhan.certificates.certificate import Certificate, CertificateKind, CertificateState
from huozhan.kernel.work import Work

_COLUMNS = ", ".join(Certificate.__struct_fields__)
_MARKS = ", ".join(f"${at}" for at in range(1, 1 + len(Certificate.__struct_fields__)))


async def declare(work: Work, one: Certificate) -> bool:
    """Writes a certificate; tells whether the same paper did not stand already."""
    row = await work.db.fetchrow(
        f"INSERT INTO certificate ({_COLUMNS}) VALUES ({_MARKS})"
        " ON CONFLICT (seller_id, kind, number) WHERE state IN ('declared', 'verified') DO NOTHING RETURNING 1",
        *[getattr(one, name) for name in Certificate.__struct_fields__],
    )
    return row is not None


async def same_paper(work: Work, kind: CertificateKind, number: str) -> list[Certificate]:
    """What stands of one kind and number in the actor's shop, locked: one at most."""
    rows = await work.db.fetch(
        f"SELECT {_COLUMNS} FROM certificate WHERE seller_id = $1 AND kind = $2 AND number = $3"
        " AND state IN ('declared', 'verified') FOR UPDATE",
        work.actor.org_id, kind, number,
    )  # fmt: skip
    return [_certificate(row) for row in rows]


async def standing(work: Work) -> int:
    """How many stand in the actor's shop."""
    count: int = await work.db.fetchval(
        "SELECT count(*) FROM certificate WHERE seller_id = $1 AND state IN ('declared', 'verified')",
        work.actor.org_id,
    )
    return count


async def own_for_update(work: Work, certificate_id: int) -> Certificate | None:
    """One of the actor's organisation, locked."""
    row = await work.db.fetchrow(
        f"SELECT {_COLUMNS} FROM certificate WHERE certificate_id = $1 AND seller_id = $2 FOR UPDATE",
        certificate_id, work.actor.org_id,
    )  # fmt: skip
    return _certificate(row) if row else None


async def for_update(work: Work, certificate_id: int) -> Certificate | None:
    """Anybody's, locked; asked by the market only."""
    row = await work.db.fetchrow(
        f"SELECT {_COLUMNS} FROM certificate WHERE certificate_id = $1 FOR UPDATE", certificate_id
    )
    return _certificate(row) if row else None


async def decide(work: Work, one: Certificate) -> None:
    """Writes where it stands now."""
    await work.db.execute(
        "UPDATE certificate SET state = $2, decided_at = $3, decided_by = $4, answer = $5 WHERE certificate_id = $1",
        one.certificate_id, one.state, one.decided_at, one.decided_by, one.answer,
    )  # fmt: skip


async def own_page(work: Work, before_id: int, limit: int) -> list[Certificate]:
    """Those of the actor's organisation, the newest first."""
    rows = await work.db.fetch(
        f"SELECT {_COLUMNS} FROM certificate WHERE seller_id = $1 AND certificate_id < $2"
        " ORDER BY certificate_id DESC LIMIT $3",
        work.actor.org_id, before_id, limit,
    )  # fmt: skip
    return [_certificate(row) for row in rows]


async def to_judge(work: Work, today: date, after_id: int, limit: int) -> list[Certificate]:
    """What waits for the market, the oldest first; what is over needs no word any more."""
    rows = await work.db.fetch(
        f"SELECT {_COLUMNS} FROM certificate WHERE state = 'declared' AND valid_until >= $1 AND certificate_id > $2"
        " ORDER BY certificate_id LIMIT $3",
        today, after_id, limit,
    )  # fmt: skip
    return [_certificate(row) for row in rows]


async def waiting(work: Work, today: date, limit: int) -> int:
    """How many wait; counted up to a bound."""
    count: int = await work.db.fetchval(
        "SELECT count(*) FROM (SELECT 1 FROM certificate WHERE state = 'declared' AND valid_until >= $1 LIMIT $2) AS w",
        today, limit,
    )  # fmt: skip
    return count


async def shown_of(work: Work, seller_ids: Collection[int]) -> list[Certificate]:
    """What these sellers have declared and the market has not refused."""
    rows = await work.db.fetch(
        f"SELECT {_COLUMNS} FROM certificate WHERE seller_id = ANY ($1::bigint[]) AND state IN ('declared', 'verified')"
        " ORDER BY seller_id, certificate_id",
        list(seller_ids),
    )
    return [_certificate(row) for row in rows]


def _certificate(row: Any) -> Certificate:
    said = dict(row)
    said |= {"state": CertificateState(said["state"]), "kind": CertificateKind(said["kind"])}
    return Certificate(**said | {"offer_ids": tuple(said["offer_ids"])})
