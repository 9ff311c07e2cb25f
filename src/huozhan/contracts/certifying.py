"""Certificates: kept as the authority issued them, never used once revoked; the roots they hang on are trusted once."""

import hashlib
from collections.abc import Sequence
from typing import Any

from huozhan import parties
from huozhan.contracts.asks import NoteCertificate, NoteRevoked, RevokeCertificate
from huozhan.contracts.signature import NoCertificate, UnknownRoot
from huozhan.contracts.store import signatures
from huozhan.contracts.views import CertificateView
from huozhan.kernel.shapes import Done, Nothing, View
from huozhan.kernel.work import Work, use_case

REVOKE_JOB = "contracts.revoke"
AUTHORITY = "authority"


class Anything(View, frozen=True):
    """Whether the authority has issued anything yet, and the roots that are trusted."""

    issued: bool
    roots: list[bytes]


def certificate_in_use(work: Work, known: Sequence[Any], certificate_id: int) -> Any | None:
    """The certificate that a signature was prepared with, or the newest one that counts now."""
    if certificate_id:
        return next((row for row in known if row["certificate_id"] == certificate_id), None)
    return next((row for row in known if not row["revoked_at"] and row["valid_until"] > work.now), None)


@use_case("system", writes=True)
async def note_certificate(work: Work, ask: NoteCertificate) -> Done:
    """Keeps a certificate; refuses one that hangs on another root than the one that was trusted first."""
    is_market = not int(ask.org_id)
    for root in ask.roots:
        await signatures.add_root(work, "market" if is_market else AUTHORITY, root)
    trusted = {row["sha256"] for row in await signatures.roots(work)}
    root_sha256 = hashlib.sha256(ask.roots[0]).digest()
    if root_sha256 not in trusted:
        raise UnknownRoot(sha256=root_sha256.hex())
    await signatures.add_certificate(
        work, work.new_id(), int(ask.org_id), serial=ask.serial, root_sha256=root_sha256, certificate=ask.certificate,
        valid_until=ask.valid_until,
    )  # fmt: skip
    return Done()


@use_case("system", writes=False)
async def anything_issued(work: Work, _ask: Nothing) -> Anything:
    """Tells the worker whether there is a list of revoked certificates to fetch, and whose word counts."""
    roots = await signatures.roots(work)
    return Anything(
        issued=await signatures.any_certificate(work),
        roots=[row["certificate"] for row in roots if row["kind"] == AUTHORITY],
    )


@use_case("system", writes=True)
async def note_revoked(work: Work, ask: NoteRevoked) -> Done:
    """Takes up the authority's list of what it revoked; its signature was checked."""
    await signatures.keep_list(work, ask.root_sha256, ask.crl, ask.listed_at)
    await signatures.note_revoked(
        work, [serial for serial, _ in ask.revoked], [moment for _, moment in ask.revoked]
    )
    return Done()


@use_case("org.manage", writes=True, before=parties.count_second_step)
async def revoke_certificate(work: Work, ask: RevokeCertificate) -> CertificateView:
    """Have one's organisation's certificate revoked: what was signed before stays, nothing more is signed with it."""
    known = await signatures.certificates(work, work.actor.org_id)
    used = certificate_in_use(work, known, 0)
    if used is None:
        raise NoCertificate
    await parties.pass_second_step(work, ask.code)
    work.enqueue(
        REVOKE_JOB,
        {"serial": used["serial"], "reason": ask.reason},
        dedupe_key=f"{REVOKE_JOB}:{used['serial']}",
    )
    return certificate_view(used)


def certificate_view(row: Any) -> CertificateView:
    """A certificate as its holder sees it."""
    return CertificateView(
        serial=row["serial"],
        issued_at=row["issued_at"],
        valid_until=row["valid_until"],
        revoked_at=row["revoked_at"],
    )
