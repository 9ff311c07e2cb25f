"""Certificates as everybody, their supplier and the market see them, and as search holds them."""

from collections.abc import Mapping
from datetime import date

from huozhan import catalogue, parties
from huozhan.catalogue import OfferState
from huozhan.certificates import store
from huozhan.certificates.asks import CertificatesOf, ListCertificates
from huozhan.certificates.certificate import MOVES, Certificate, CertificateState, market_day
from huozhan.certificates.views import (
    CertificateStatus,
    CertificateToJudge,
    CertificateView,
    OfferCertificates,
    OwnCertificateView,
)
from huozhan.kernel.paging import Page, before_in, read_cursor, write_cursor
from huozhan.kernel.refusals import NotFound
from huozhan.kernel.shapes import Bilingual
from huozhan.kernel.work import Work, use_case

_FIRST = (CertificateStatus.verified, CertificateStatus.declared, CertificateStatus.expired)
_PUBLIC = (OfferState.on_sale, OfferState.paused)


@use_case("public", writes=False)
async def offer_certificates(work: Work, ask: CertificatesOf) -> OfferCertificates:
    """Tell which certificates an offer has, of its own or as all goods of its supplier, and what stands behind each."""
    home = (await catalogue.offer_homes(work, [int(ask.offer_id)])).get(int(ask.offer_id))
    is_own = home is not None and home.seller_id == work.actor.org_id
    if home is None or not (home.state in _PUBLIC or is_own or work.actor.may("market.view")):
        raise NotFound
    today = market_day(work)
    found = [
        certificate_view(one, today)
        for one in await store.shown_of(work, [home.seller_id])
        if one.is_of(home.offer_id)
    ]
    return OfferCertificates(
        offer_id=ask.offer_id, items=sorted(found, key=lambda one: (_FIRST.index(one.status), one.kind))
    )


@use_case("offer.view", writes=False)
async def my_certificates(work: Work, ask: ListCertificates) -> Page[OwnCertificateView]:
    """List the shop's own certificates, the newest first."""
    rows = await store.own_page(work, before_in(ask.cursor), ask.size + 1)
    shown, today = rows[: ask.size], market_day(work)
    names = await catalogue.offer_names(work, {offer_id for one in shown for offer_id in one.offer_ids})
    return Page(
        [
            OwnCertificateView(
                certificate=certificate_view(one, today),
                answer=one.answer,
                offer_codes=[names[offer_id].offer_code for offer_id in one.offer_ids if offer_id in names],
                can_be_withdrawn=MOVES.allows(one.state, "withdraw"),
            )
            for one in shown
        ],
        write_cursor(shown[-1].certificate_id) if len(rows) > ask.size else None,
    )


@use_case("market.view", writes=False)
async def certificates_to_judge(work: Work, ask: ListCertificates) -> Page[CertificateToJudge]:
    """List the certificates that wait for the market's word, the oldest first."""
    after, today = read_cursor(ask.cursor, int), market_day(work)
    rows = await store.to_judge(work, today, int(after[0]) if after else 0, ask.size + 1)
    shown = rows[: ask.size]
    faces = await parties.org_faces(work, {one.seller_id for one in shown})
    names = await catalogue.offer_names(work, {offer_id for one in shown for offer_id in one.offer_ids})
    return Page(
        [
            CertificateToJudge(
                certificate=certificate_view(one, today),
                seller_id=str(one.seller_id),
                seller=faces[one.seller_id].name if one.seller_id in faces else Bilingual(),
                offers=[names[offer_id].title for offer_id in one.offer_ids if offer_id in names],
            )
            for one in shown
        ],
        write_cursor(shown[-1].certificate_id) if len(rows) > ask.size else None,
    )


async def certificates_waiting(work: Work, limit: int) -> int:
    """How many wait for the market's word; counted up to a bound."""
    return await store.waiting(work, market_day(work), limit)


async def held(work: Work, offers: Mapping[int, int]) -> dict[int, tuple[str, ...]]:
    """Which kinds hold today of each of these offers (their sellers by offer): verified by the market and not over."""
    today = market_day(work)
    of_seller: dict[int, list[Certificate]] = {}
    for one in await store.shown_of(work, set(offers.values())) if offers else ():
        if one.holds_on(today):
            of_seller.setdefault(one.seller_id, []).append(one)
    return {
        offer_id: tuple(sorted({one.kind for one in of_seller[seller_id] if one.is_of(offer_id)}))
        for offer_id, seller_id in offers.items()
        if seller_id in of_seller
    }


def certificate_view(one: Certificate, today: date) -> CertificateView:
    """A certificate with what stands behind it on a day."""
    return CertificateView(
        certificate_id=str(one.certificate_id),
        kind=one.kind,
        number=one.number,
        issuer=one.issuer,
        valid_until=one.valid_until,
        status=_status(one, today),
        at=one.decided_at or one.declared_at,
        proof_id=one.proof_id,
        of_all=not one.offer_ids,
    )


def _status(one: Certificate, today: date) -> CertificateStatus:
    if one.state in (CertificateState.declared, CertificateState.verified) and one.valid_until < today:
        return CertificateStatus.expired
    return CertificateStatus(one.state)
