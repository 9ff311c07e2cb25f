"""Signatures inside PDF (PAdES, CMS): room for one is prepared, the signed digest is filled in, all of them are judged.

Loaded by `sealing.py` only where a signature is made or judged: pyhanko takes two seconds and 25 MB to import. Nothing
here speaks to the network. Every function takes a while: not on the loop.
"""

import asyncio
import hashlib
import io
import tempfile
from collections.abc import Coroutine, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from asn1crypto import cms, tsp, x509
from pyhanko.pdf_utils import layout
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.pdf_byterange import PreparedByteRangeDigest
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from huozhan.contracts.sealing import BadStamp, Judged, Mark, Room

HASH = "sha256"
RESERVED_BYTES = 16_384
"""Room for a signature: its certificate, the authority's root, a time stamp with its own chain."""
VALUE_BYTES = 256
_WHOLE_BOX = layout.SimpleBoxLayoutRule(
    x_align=layout.AxisAlignment.ALIGN_MID,
    y_align=layout.AxisAlignment.ALIGN_MID,
    margins=layout.Margins(0, 0, 0, 0),
)
_MORE_SIGNATURES = (ModificationLevel.NONE, ModificationLevel.LTA_UPDATES, ModificationLevel.FORM_FILLING)
Told = TypeVar("Told")


def prepare(
    pdf: bytes, certificate: bytes, roots: Sequence[bytes], field: str, reason: str, mark: Mark | None = None
) -> Room:
    """The paper with an empty signature field and what is to be signed for it, a digest of the signed attributes.

    With a mark the signature can be seen on the last page; without one only a reader's signature panel shows it.
    """
    if mark is None:
        return _run(_prepare(pdf, certificate, roots, field, reason, None, None))
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(mark.content)
        file.flush()
        style = StaticStampStyle.from_pdf_file(
            file.name, border_width=0, background_opacity=1, background_layout=_WHOLE_BOX
        )
        return _run(_prepare(pdf, certificate, roots, field, reason, style, mark.box))


async def _prepare(
    pdf: bytes,
    certificate: bytes,
    roots: Sequence[bytes],
    field: str,
    reason: str,
    style: StaticStampStyle | None,
    box: tuple[int, int, int, int] | None,
) -> Room:
    signer = _signer(certificate, roots, VALUE_BYTES)
    assert signer.signing_cert is not None
    meta = signers.PdfSignatureMetadata(
        field_name=field,
        md_algorithm=HASH,
        subfilter=fields.SigSeedSubFilter.PADES,
        reason=reason,
        name=signer.signing_cert.subject.native["common_name"],
    )
    spec = fields.SigFieldSpec(sig_field_name=field, on_page=-1, box=box)
    pdf_signer = signers.PdfSigner(meta, signer=signer, stamp_style=style, new_field_spec=spec)
    digest, _, out = await pdf_signer.async_digest_doc_for_signing(
        IncrementalPdfFileWriter(io.BytesIO(pdf)), bytes_reserved=RESERVED_BYTES
    )
    attributes = await signer.signed_attrs(digest.document_digest, HASH, use_pades=True)
    out.seek(0)
    return Room(
        prepared=out.read(),
        room=(digest.reserved_region_start, digest.reserved_region_end),
        digest=digest.document_digest,
        attributes=attributes.dump(),
    )


def fill_in(room: Room, certificate: bytes, roots: Sequence[bytes], value: bytes, stamp: bytes) -> bytes:
    """The paper with the signature in its place."""
    return _run(_fill_in(room, certificate, roots, value, stamp))


async def _fill_in(
    room: Room, certificate: bytes, roots: Sequence[bytes], value: bytes, stamp: bytes
) -> bytes:
    signed = await _signer(certificate, roots, value).async_sign_prescribed_attributes(
        HASH, cms.CMSAttributes.load(room.attributes), timestamper=_Stamped(stamp)
    )
    out = io.BytesIO(room.prepared)
    PreparedByteRangeDigest(room.digest, *room.room).fill_with_cms(out, signed)
    return out.getvalue()


def moment_of(stamp: bytes, value: bytes) -> datetime:
    """When a signature value was stamped; refuses a token over something else."""
    try:
        told = cms.ContentInfo.load(stamp)["content"]["encap_content_info"]["content"].parsed
        imprint = told["message_imprint"]["hashed_message"].native
        at: datetime = told["gen_time"].native
    except (ValueError, TypeError, KeyError) as error:
        raise BadStamp from error
    if imprint != hashlib.sha256(value).digest():
        raise BadStamp
    return at.astimezone(UTC)


def judge(pdf: bytes, roots: Sequence[bytes]) -> list[Judged]:
    """Every signature of a paper, judged at the moment of its time stamp, by the roots that are trusted.

    A paper that cannot be read has none. Whether a certificate was revoked is the caller's to say: `serial` tells which.
    """
    try:
        return _run(_judge(pdf, roots))
    except (PdfError, SigningError, SignatureValidationError, ValueError, TypeError, KeyError, IndexError):
        return []


async def _judge(pdf: bytes, roots: Sequence[bytes]) -> list[Judged]:
    trusted = [x509.Certificate.load(root) for root in roots]
    found = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    judged = []
    for position, signature in enumerate(found):
        told = _stamped_at(signature.signer_info)
        context = ValidationContext(trust_roots=trusted, allow_fetching=False, moment=told)
        status = await async_validate_pdf_signature(signature, context, context)
        stamp = status.timestamp_validity
        is_last = position == len(found) - 1
        judged.append(
            Judged(
                field=signature.field_name,
                subject=str(status.signing_cert.subject.native.get("common_name", "")),
                serial=f"{status.signing_cert.serial_number:x}",
                stamped_at=told.astimezone(UTC) if told and stamp and stamp.valid and stamp.trusted else None,
                is_sound=bool(status.intact and status.valid),
                is_trusted=bool(status.trusted),
                is_unchanged=status.coverage is SignatureCoverageLevel.ENTIRE_FILE
                if is_last
                else status.modification_level in _MORE_SIGNATURES,
            )
        )
    return judged


def _stamped_at(signer_info: cms.SignerInfo) -> datetime | None:
    """What the time stamp of a signature says; whether it is sound, the validation tells."""
    for attribute in signer_info["unsigned_attrs"] or ():
        if attribute["type"].native == "signature_time_stamp_token":
            token = attribute["values"][0]["content"]["encap_content_info"]["content"].parsed
            at: datetime = token["gen_time"].native
            return at
    return None


class _Stamped(TimeStamper):
    """Hands out the one token that was fetched before."""

    def __init__(self, stamp: bytes) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._stamp = cms.ContentInfo.load(stamp)

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        raise NotImplementedError

    async def async_timestamp(self, message_digest: Any, md_algorithm: Any) -> cms.ContentInfo:  # noqa: ARG002 -- the base's form
        return self._stamp


def _signer(certificate: bytes, roots: Sequence[bytes], value: bytes | int) -> signers.ExternalSigner:
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    for root in roots:
        store.register(x509.Certificate.load(root))
    return signers.ExternalSigner(
        signing_cert=x509.Certificate.load(certificate),
        cert_registry=store,
        signature_value=value,
        embed_roots=False,
    )


def _run(work: Coroutine[Any, Any, Told]) -> Told:
    """pyhanko is written for a loop; this thread has none."""
    return asyncio.run(work)
