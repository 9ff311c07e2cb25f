"""Titles of a buyer and tax rates of a shop."""

from collections.abc import Mapping, Sequence
from typing import Any

from huozhan.kernel.work import Work

Row = Mapping[str, Any]


async def of_org(work: Work) -> Sequence[Row]:
    """The titles of the actor's organisation, the default first, then the newest."""
    rows: Sequence[Row] = await work.db.fetch(
        "SELECT * FROM invoice_title WHERE org_id = $1 AND NOT is_gone ORDER BY is_default DESC, title_id DESC",
        work.actor.org_id,
    )
    return rows


async def one(work: Work, org_id: int, title_id: int) -> Row | None:
    """One title of an organisation that was not taken away."""
    row: Row | None = await work.db.fetchrow(
        "SELECT * FROM invoice_title WHERE org_id = $1 AND title_id = $2 AND NOT is_gone", org_id, title_id
    )
    return row


async def count(work: Work) -> int:
    """How many titles the actor's organisation has."""
    return int(
        await work.db.fetchval(
            "SELECT count(*) FROM invoice_title WHERE org_id = $1 AND NOT is_gone", work.actor.org_id
        )
    )


async def save(work: Work, title_id: int, kind: str, details: bytes, *, can_special: bool) -> bool:
    """Writes a title, new or changed; tells whether there was none under this id or it is the organisation's own."""
    return bool(
        await work.db.fetchval(
            "INSERT INTO invoice_title AS t (org_id, title_id, kind, can_special, is_default, details, made_at)"
            " VALUES ($1, $2, $3, $4, false, $5, $6) ON CONFLICT (org_id, title_id)"
            " DO UPDATE SET kind = $3, can_special = $4, details = $5 WHERE NOT t.is_gone RETURNING true",
            work.actor.org_id, title_id, kind, can_special, details, work.now,
        )
    )  # fmt: skip


async def make_default(work: Work, title_id: int) -> None:
    """Makes one title the default; the one before gives way first, because there is room for one."""
    await work.db.execute(
        "UPDATE invoice_title SET is_default = false WHERE org_id = $1 AND is_default AND title_id <> $2",
        work.actor.org_id, title_id,
    )  # fmt: skip
    await work.db.execute(
        "UPDATE invoice_title SET is_default = true WHERE org_id = $1 AND title_id = $2 AND NOT is_gone",
        work.actor.org_id, title_id,
    )  # fmt: skip


async def drop(work: Work, title_id: int) -> bool:
    """Takes a title away; invoices made out to it keep their copy."""
    return bool(
        await work.db.fetchval(
            "UPDATE invoice_title SET is_gone = true, is_default = false"
            " WHERE org_id = $1 AND title_id = $2 AND NOT is_gone RETURNING true",
            work.actor.org_id, title_id,
        )
    )  # fmt: skip


async def shop(work: Work, seller_id: int) -> Row | None:
    """What a shop said about its invoices; None where it never did."""
    row: Row | None = await work.db.fetchrow("SELECT * FROM invoice_shop WHERE seller_id = $1", seller_id)
    return row


async def rates(work: Work, seller_id: int) -> Sequence[Row]:
    """A shop's own rates of categories and offers."""
    rows: Sequence[Row] = await work.db.fetch(
        "SELECT scope, code, rate_bp FROM invoice_rate WHERE seller_id = $1 ORDER BY scope, code", seller_id
    )
    return rows


async def save_shop(
    work: Work, rate_bp: int, own: Sequence[tuple[str, str, int]], *, at_payment: bool, issues: Sequence[str]
) -> None:
    """Writes a shop's default rate, whether it invoices at payment, what it issues, and its own rates in place of those before."""
    await work.db.execute(
        "INSERT INTO invoice_shop (seller_id, rate_bp, at_payment, issues) VALUES ($1, $2, $3, $4)"
        " ON CONFLICT (seller_id) DO UPDATE SET rate_bp = $2, at_payment = $3, issues = $4",
        work.actor.org_id, rate_bp, at_payment, sorted(set(issues)),
    )  # fmt: skip
    await work.db.execute("DELETE FROM invoice_rate WHERE seller_id = $1", work.actor.org_id)
    await work.db.execute(
        "INSERT INTO invoice_rate (seller_id, scope, code, rate_bp)"
        " SELECT $1, scope, code, rate_bp FROM unnest($2::text[], $3::text[], $4::int[]) AS r(scope, code, rate_bp)",
        work.actor.org_id, [one[0] for one in own], [one[1] for one in own], [one[2] for one in own],
    )  # fmt: skip
