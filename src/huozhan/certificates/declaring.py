"""Declaring: a supplier says which certificates it has, and takes back what it said; the market judges; the clock ends them."""

import unicodedata
from datetime import date, timedelta

import msgspec

from huozhan import catalogue
from huozhan.catalogue import OffersByCode
from huozhan.certificates import store
from huozhan.certificates.asks import CertificateDue, CertificateRef, DeclareCertificate, JudgeCertificate
from huozhan.certificates.certificate import (
    MOVES,
    Certificate,
    CertificateKind,
    CertificateState,
    market_day,
    over_at,
)
from huozhan.certificates.facts import CertificateMoved
from huozhan.certificates.showing import certificate_view
from huozhan.certificates.views import CertificateView
from huozhan.kernel.refusals import Invalid, NotFound, Refusal
from huozhan.kernel.shapes import Done
from huozhan.kernel.work import Work, use_case

OVER_TIMER = "certificate_over"
LASTS_MOST = timedelta(days=30 * 366)
STAND_MAX = 500
"""So many a shop has at a time, those that are over among them: all of them are read for each page of its goods."""


class AlreadyDeclared(Refusal):
    """A certificate of this kind and number stands already."""

    code = "certificates.already_declared"


class TooManyCertificates(Refusal):
    """The shop has as many certificates as may stand at a time."""

    code = "certificates.too_many"


class AlreadyOver(Refusal):
    """The last day on which the certificate holds is over."""

    code = "certificates.already_over"


@use_case("offer.edit", writes=True)
async def declare_certificate(work: Work, ask: DeclareCertificate) -> CertificateView:
    """Declare a certificate with its proof; the market is asked to verify it, and search finds goods by it once it did.

    A paper that is over gives way to the same one with a new date.
    """
    _must_last(work, ask.valid_until)
    offers = await catalogue.offers_by_code(work, OffersByCode(codes=tuple(dict.fromkeys(ask.offer_codes))))
    number = _as_printed(ask.number)
    await catalogue.lock_shop(work, work.actor.org_id)
    await _make_way(work, ask.kind, number)
    one = Certificate(
        certificate_id=work.new_id(),
        seller_id=work.actor.org_id,
        state=MOVES.first,
        kind=ask.kind,
        number=number,
        issuer=ask.issuer,
        valid_until=ask.valid_until,
        offer_ids=tuple(map(int, offers.offer_ids)),
        proof_id=ask.proof_id,
        declared_at=work.now,
        declared_by=work.actor.person_id,
    )
    if not await store.declare(work, one):
        raise AlreadyDeclared(field="number", number=number)
    if await store.standing(work) > STAND_MAX:
        raise TooManyCertificates(most=STAND_MAX)
    return certificate_view(one, market_day(work))


def _as_printed(number: str) -> str:
    """A number with its signs written one way: full-width ones and several spaces make no other paper of it."""
    return " ".join(unicodedata.normalize("NFKC", number).split())


async def _make_way(work: Work, kind: CertificateKind, number: str) -> None:
    """Takes back the same paper where its last day is over."""
    for one in await store.same_paper(work, kind, number):
        if one.valid_until < market_day(work):
            await _move(
                work, msgspec.structs.replace(one, state=MOVES.after(one.state, "withdraw")), "withdraw"
            )


def _must_last(work: Work, valid_until: date) -> None:
    today = market_day(work)
    if valid_until < today:
        raise AlreadyOver(field="valid_until", until=valid_until.isoformat())
    if valid_until > today + LASTS_MOST:
        raise Invalid(field="valid_until", detail="`$.valid_until`")


@use_case("offer.edit", writes=True)
async def withdraw_certificate(work: Work, ask: CertificateRef) -> CertificateView:
    """Take a certificate back that the shop declared: nobody is shown it any more."""
    one = await store.own_for_update(work, int(ask.certificate_id))
    if one is None:
        raise NotFound
    withdrawn = msgspec.structs.replace(one, state=MOVES.after(one.state, "withdraw"))
    await _move(work, withdrawn, "withdraw")
    return certificate_view(withdrawn, market_day(work))


async def judge(work: Work, ask: JudgeCertificate) -> CertificateView:
    """Verifies a certificate or refuses it; operations calls it on record."""
    one = await store.for_update(work, int(ask.certificate_id))
    if one is None:
        raise NotFound
    event = "verify" if ask.verify else "refuse"
    decided = msgspec.structs.replace(
        one,
        state=MOVES.after(one.state, event),
        decided_at=work.now,
        decided_by=work.actor.person_id,
        answer=ask.reason,
    )
    if ask.verify:
        _must_last(work, one.valid_until)
    await _move(work, decided, event)
    return certificate_view(decided, market_day(work))


async def _move(work: Work, moved: Certificate, event: str) -> None:
    await store.decide(work, moved)
    if moved.state is CertificateState.verified:
        work.set_timer(OVER_TIMER, about=moved.certificate_id, due_at=over_at(work, moved.valid_until))
    else:
        work.clear_timer(OVER_TIMER, about=moved.certificate_id)
    work.record(_moved(moved, event))


def _moved(one: Certificate, event: str) -> CertificateMoved:
    return CertificateMoved(
        certificate_id=one.certificate_id,
        seller_id=one.seller_id,
        kind=one.kind,
        number=one.number,
        event=event,
        offer_ids=list(one.offer_ids),
    )


@use_case("system", writes=True)
async def certificate_over_due(work: Work, ask: CertificateDue) -> Done:
    """Tells that the last day of a verified certificate is over, so that its goods are no longer found by it."""
    one = await store.for_update(work, int(ask.about_id))
    if one is None or not await work.timer_is_due(OVER_TIMER, about=one.certificate_id):
        return Done()
    work.clear_timer(OVER_TIMER, about=one.certificate_id)
    if one.state is CertificateState.verified and one.valid_until < market_day(work):
        work.record(_moved(one, "end"))
    return Done()
