"""Errands of contracts: papers are made beside the loop, the authority is asked between two transactions, never inside."""

import asyncio
import hashlib
import io
import json
import zipfile
from datetime import timedelta
from typing import Any

import structlog
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from huozhan import contracts
from huozhan.doors.hall import Hall
from huozhan.doors.jobs.queue import TryLater
from huozhan.doors.pages import contract_paper
from huozhan.kernel.actor import system
from huozhan.kernel.shapes import Nothing
from huozhan.kernel.signed_http import PartyRefused, PartySilent

SILENCE = timedelta(seconds=5)
SOON = timedelta(seconds=1)
_NEVER = frozenset(
    {"certificate_revoked", "certificate_unknown", "certificate_expired", "invalid", "other_body"}
)
"""Codes with which the authority says that it will never sign this."""
_SIDE_FIELDS = {side: field for field, side in contracts.FIELDS.items()}
_ZIP_DATE = (2000, 1, 1, 0, 0, 0)
log = structlog.get_logger()


class NoAuthority(Exception):
    """The market has no certification authority to ask: name one in its secrets file."""


async def write(hall: Hall, *, contract_id: int, version_no: int, **_: Any) -> None:
    """Puts a version on paper, in both languages; run again it makes the same bytes."""
    ask = contracts.asks.VersionErrand(str(contract_id), version_no)
    errand = await hall.run(contracts.draft_errand, ask, system())
    if errand.state != contracts.VersionState.drafting:
        return
    paper, english = [
        await asyncio.to_thread(contract_paper.make_paper, hall, errand.wording, errand.sha256, lang)
        for lang in ("zh", "en")
    ]
    written = contracts.asks.Written(
        contract_id=ask.contract_id, version_no=version_no, paper=paper, english=english
    )
    await hall.run(contracts.end_draft, written, system())


async def follow(hall: Hall, *, order_id: int, **_: Any) -> None:
    """Looks whether an order still is what its contract says."""
    ask = contracts.asks.OrderOfContract(order_id=str(order_id))
    if await hall.run(contracts.follow_order, ask, system()) == contracts.SEALING_SOON:
        raise TryLater(SILENCE)


async def sign(hall: Hall, *, contract_id: int, signature_id: int, **_: Any) -> None:
    """Makes one signature: what is signed is fixed first, then the authority is asked, then its answer is kept."""
    named = {"contract_id": str(contract_id), "signature_id": str(signature_id)}
    errand = await _errand(hall, named)
    try:
        if errand.state == "intended":
            errand = await _prepared(hall, named, errand)
        if errand.state == "prepared":
            await _signed(hall, named, errand)
    except PartySilent as silent:
        raise TryLater(SILENCE) from silent
    except PartyRefused as refused:
        if refused.code not in _NEVER:
            raise
        await hall.run(
            contracts.signing_failed, contracts.asks.SignatureFailed(**named, reason=refused.code), system()
        )


async def _errand(hall: Hall, named: dict[str, str]) -> contracts.views.SigningErrand:
    return await hall.run(contracts.signing_errand, contracts.asks.SignatureErrand(**named), system())


async def _prepared(
    hall: Hall, named: dict[str, str], errand: contracts.views.SigningErrand
) -> contracts.views.SigningErrand:
    """Makes room for the signature in the paper as it stands, with the certificate that it will be made with."""
    if errand.waits:
        raise TryLater(SOON)
    if not errand.certificate:
        await _issued(hall, errand)
        errand = await _errand(hall, named)
    room = await asyncio.to_thread(_room, hall, errand)
    ask = contracts.asks.Prepared(
        **named, base_sha256=hashlib.sha256(errand.paper).digest(), certificate_id=errand.certificate_id,
        prepared=room.prepared, room=room.room, digest=room.digest, attributes=room.attributes,
    )  # fmt: skip
    try:
        await hall.run(contracts.note_prepared, ask, system())
    except contracts.PaperMoved as moved:
        raise TryLater(SOON) from moved
    return await _errand(hall, named)


def _room(hall: Hall, errand: contracts.views.SigningErrand) -> contracts.sealing.Room:
    mark = contracts.sealing.Mark(
        content=contract_paper.make_mark(hall, errand.organisation, errand.side, errand.intended_at),
        box=contract_paper.PLACES[errand.side],
    )
    return contracts.sealing.papers().prepare(
        errand.paper, errand.certificate, errand.roots, _SIDE_FIELDS[errand.side],
        f"{errand.number} v{errand.version_no}", mark,
    )  # fmt: skip


async def _issued(hall: Hall, errand: contracts.views.SigningErrand) -> None:
    """Gets the organisation its certificate, or puts the market's own on record."""
    if errand.side == "market":
        seal = await _seal(hall)
        ask = contracts.asks.NoteCertificate(
            org_id="0", serial=seal.serial, certificate=seal.certificate, roots=(seal.certificate,),
            valid_until=seal.valid_until,
        )  # fmt: skip
    else:
        told = await _authority(hall).certificate(
            f"{errand.org_id}-{errand.certificates + 1}", organisation=errand.organisation,
            credit_code=errand.credit_code, country=errand.country,
        )  # fmt: skip
        ask = contracts.asks.NoteCertificate(
            org_id=errand.org_id, serial=told.serial, certificate=told.certificate, roots=(told.root,),
            valid_until=told.valid_until,
        )  # fmt: skip
    await hall.run(contracts.note_certificate, ask, system())


async def _signed(hall: Hall, named: dict[str, str], errand: contracts.views.SigningErrand) -> None:
    authority, ref = _authority(hall), named["signature_id"]
    digest = hashlib.sha256(errand.attributes).digest()
    if errand.side == "market":
        value = (await _seal(hall)).sign(digest)
    else:
        confirmation = contracts.ports.Confirmation(
            person=errand.person_id,
            session=errand.session_id,
            at=errand.intended_at,
            sha256=errand.seen_sha256,
        )
        value = await authority.sign(ref, serial=errand.serial, digest=digest, confirmation=confirmation)
    stamp = await authority.stamp(ref, digest=hashlib.sha256(value).digest())
    room = contracts.sealing.Room(
        prepared=errand.prepared, room=errand.room, digest=errand.digest, attributes=errand.attributes
    )
    signed, stamped_at = await asyncio.to_thread(_filled_in, errand, room, value, stamp)
    ask = contracts.asks.Signed(**named, value=value, stamp=stamp, stamped_at=stamped_at, signed=signed)
    await hall.run(contracts.note_signed, ask, system())


def _filled_in(
    errand: contracts.views.SigningErrand, room: contracts.sealing.Room, value: bytes, stamp: bytes
) -> tuple[bytes, Any]:
    """The signed paper and when; what the authority sent is judged before it is kept."""
    papers = contracts.sealing.papers()
    stamped_at = papers.moment_of(stamp, value)
    signed = papers.fill_in(room, errand.certificate, errand.roots, value, stamp)
    judged = {one.field: one for one in papers.judge(signed, errand.roots)}
    mine = judged.get(_SIDE_FIELDS[errand.side])
    if mine is None or not mine.holds:
        raise contracts.sealing.BadStamp(f"the signature that came back does not hold: {mine}")
    return signed, stamped_at


async def _seal(hall: Hall) -> contracts.sealing.Seal:
    return await asyncio.to_thread(
        contracts.sealing.read_seal,
        hall.settings.seal_file,
        hall.terms.name_en or hall.terms.name_zh,
        hall.clock.now(),
    )


def _authority(hall: Hall) -> contracts.ports.Signer:
    signer: contracts.ports.Signer | None = hall.outside.signer
    if signer is None:
        raise NoAuthority
    return signer


async def revoke(hall: Hall, *, serial: str, reason: str, **_: Any) -> None:
    """Has a certificate revoked, and takes up the authority's list."""
    try:
        await _authority(hall).revoke(serial, reason=reason)
    except PartySilent as silent:
        raise TryLater(SILENCE) from silent
    await read_revocations(hall)


async def read_revocations(hall: Hall) -> int:
    """A round of the worker: what the authority has revoked, once it has issued anything."""
    known = await hall.run(contracts.anything_issued, Nothing(), system())
    if not known.issued or hall.outside.signer is None:
        return 0
    try:
        crl = await hall.outside.signer.revocations()
    except (PartySilent, PartyRefused) as error:
        log.warning("contracts.no_revocations", error=repr(error)[:200])
        return 0
    for root in known.roots:
        listed = contracts.sealing.read_revocations(crl, root)
        if listed is not None:
            ask = contracts.asks.NoteRevoked(
                root_sha256=hashlib.sha256(root).digest(), crl=crl, revoked=listed.revoked, listed_at=listed.listed_at
            )  # fmt: skip
            await hall.run(contracts.note_revoked, ask, system())
    return 0


async def pack(hall: Hall, *, contract_id: int, package_id: int, **_: Any) -> None:
    """Writes a package of evidence: every file, a list of their hashes, and the market's seal over the list."""
    named = {"contract_id": str(contract_id), "package_id": str(package_id)}
    errand = await hall.run(contracts.package_errand, contracts.asks.PackageErrandAsk(**named), system())
    if errand.state != "waiting":
        return
    content = await asyncio.to_thread(_packed, hall, errand, await _seal(hall))
    await hall.run(contracts.end_package, contracts.asks.EndPackage(**named, content=content), system())


def _packed(hall: Hall, errand: contracts.views.PackageErrand, seal: contracts.sealing.Seal) -> bytes:
    files = {piece.name: piece.content for piece in errand.pieces}
    files["seal.pem"] = _pem(seal.certificate)
    files["README.txt"] = "\n\n".join(
        hall.words.say("contract.package.readme", lang, number=errand.number) for lang in ("zh", "en")
    ).encode()
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())}
    manifest = json.dumps(
        {"format": "huozhan-evidence/1", "made_at": errand.asked_at.isoformat(), **errand.facts, "sha256": hashes},
        ensure_ascii=False, indent=1, sort_keys=True,
    ).encode()  # fmt: skip
    files["manifest.json"] = manifest
    files["manifest.json.p7s"] = seal.sign_beside(manifest)
    files["SHA256SUMS"] = "".join(f"{sha256}  {name}\n" for name, sha256 in hashes.items()).encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name, _ZIP_DATE), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _pem(certificate: bytes) -> bytes:
    from_der = x509.load_der_x509_certificate(certificate)
    return from_der.public_bytes(Encoding.PEM)
