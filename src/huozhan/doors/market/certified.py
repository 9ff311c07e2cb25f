"""Certificates of a set's suppliers: declared with a proof that is drawn, and verified where the set says so."""

import asyncio
from collections.abc import Mapping, Sequence

import pyvips

from huozhan import catalogue, certificates
from huozhan.catalogue import FolderShelf
from huozhan.doors.hall import Hall
from huozhan.doors.market.records import CertificateRecord, SupplierRecord
from huozhan.kernel.actor import Actor, system
from huozhan.kernel.shapes import PAGE_SIZE_MAX

_WIDTH, _HEIGHT, _FRAME = 720, 960, 24
_PAPER, _INK = 250, 60
_LOOKED_UP = "demo"


async def certify(hall: Hall, suppliers: Sequence[SupplierRecord], shops: Mapping[str, Actor]) -> None:
    """Gives each shop the certificates of its record; what a killed load has done is only found."""
    today = hall.clock.now().date()
    for supplier in suppliers:
        shop = shops[supplier.supplier_code]
        known = await _known(hall, shop) if supplier.certificates else {}
        for record in supplier.certificates:
            one = known.get(record.number)
            if one is None:
                proof_id = await _proof(hall, shop, record)
                one = await hall.run(certificates.declare_certificate, record.ask(today, proof_id), shop)
            if record.is_verified and one.status is certificates.views.CertificateStatus.declared:
                await _verify(hall, one.certificate_id)


async def _known(hall: Hall, shop: Actor) -> dict[str, certificates.views.CertificateView]:
    ask = certificates.asks.ListCertificates(size=PAGE_SIZE_MAX)
    own = await hall.run(certificates.my_certificates, ask, shop)
    return {one.certificate.number: one.certificate for one in own.items}


async def _verify(hall: Hall, certificate_id: str) -> None:
    async with hall.working(system("load")) as work:
        judged = certificates.asks.JudgeCertificate(
            certificate_id=certificate_id, verify=True, reason=_LOOKED_UP
        )
        await certificates.judge(work, judged)


async def _proof(hall: Hall, shop: Actor, record: CertificateRecord) -> str:
    content = await asyncio.to_thread(_drawn, record)
    hung = await catalogue.add_picture(FolderShelf(hall.settings.pictures), shop, content)
    return hung.picture_id


def _drawn(record: CertificateRecord) -> bytes:
    """A framed paper with the kind and the number, as plain as can be; nobody should take it for a real one."""
    inner = pyvips.Image.black(_WIDTH - 2 * _FRAME, _HEIGHT - 2 * _FRAME) + _PAPER
    paper = inner.embed(_FRAME, _FRAME, _WIDTH, _HEIGHT, background=_INK, extend="background")
    text = pyvips.Image.text(
        f"<b>DEMO</b>\n\n<b>{record.kind.upper()}</b>\n\n{record.number}",
        width=_WIDTH - 4 * _FRAME,
        dpi=180,
        align="centre",
    )
    mask = text.embed((_WIDTH - text.width) // 2, (_HEIGHT - text.height) // 2, _WIDTH, _HEIGHT)
    return bytes(mask.ifthenelse(_INK, paper, blend=True).cast("uchar").pngsave_buffer())
