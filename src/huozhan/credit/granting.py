"""Granting: a seller offers terms, the buyer says yes to exactly those; the seller stops the line and lets it go on."""

from datetime import timedelta
from typing import Any

from huozhan import ledger, parties
from huozhan.credit.agreement import (
    MOVES,
    Agreement,
    AgreementState,
    OrgSize,
    Terms,
    market_day,
    must_be_lawful,
)
from huozhan.credit.asks import AcceptCredit, AgreementRef, DeclineCredit, GrantCredit, StopCredit
from huozhan.credit.facts import CreditAnswered, CreditFact, CreditOffered, CreditResumed, CreditStopped
from huozhan.credit.looking import agreement_view
from huozhan.credit.store import agreements, bills
from huozhan.credit.term import TermKind
from huozhan.credit.views import AgreementView
from huozhan.kernel.money import written
from huozhan.kernel.refusals import Invalid, NotFound, Refusal
from huozhan.kernel.work import Work, use_case
from huozhan.ledger import write_entry

LASTS_MOST = timedelta(days=3 * 366)
MONTH_DAYS_MAX = 31


class OwnCredit(Refusal):
    """An organisation cannot grant itself credit."""

    code = "credit.own"


class OtherTerms(Refusal):
    """The terms that were read do not wait any more; the seller has offered others, or none."""

    code = "credit.other_terms"


class LimitBelowUsed(Refusal):
    """The new limit is less than what is used; it must be paid first."""

    code = "credit.limit_below_used"


class StillOverdue(Refusal):
    """What is overdue must be paid before new terms are taken on."""

    code = "credit.still_overdue"


@use_case("credit.grant", writes=True)
async def grant_credit(work: Work, ask: GrantCredit) -> AgreementView:
    """Offer a buyer terms of credit, or other terms in place of those in force; they hold once the buyer says yes."""
    buyer_id = int(ask.buyer_id)
    if buyer_id == work.actor.org_id:
        raise OwnCredit
    face = (await parties.org_faces(work, {buyer_id})).get(buyer_id)
    if face is None or not face.can_buy:
        raise NotFound(buyer_id=ask.buyer_id)
    terms = _read_terms(work, ask)
    agreement = await agreements.lock_pair(work, work.actor.org_id, buyer_id)
    if agreement is None:
        agreement_id = work.new_id()
        await agreements.add(work, agreement_id, work.actor.org_id, buyer_id)
    else:
        agreement_id = agreement.agreement_id
    version = await agreements.last_version(work, agreement_id) + 1
    await agreements.offer(work, agreement_id, version, terms)
    work.record(CreditOffered(agreement_id=agreement_id, seller_id=work.actor.org_id, buyer_id=buyer_id))
    return await agreement_view(work, agreement_id)


def _read_terms(work: Work, ask: GrantCredit) -> Terms:
    """The terms of an ask; a day of the month that no month has, or a wrong last day, cannot be meant."""
    if ask.term_kind is not TermKind.after_receipt and ask.term_day > MONTH_DAYS_MAX:
        raise Invalid(field="term_day", detail="`$.term_day`")
    if not market_day(work) < ask.expires_on <= market_day(work) + LASTS_MOST:
        raise Invalid(field="expires_on", detail="`$.expires_on`")
    return Terms(
        limit_minor=ask.limit_minor,
        term_kind=ask.term_kind,
        term_day=ask.term_day,
        grace_days=ask.grace_days,
        expires_on=ask.expires_on,
        seller_size=ask.seller_size,
        custom=ask.custom.strip(),
    )


@use_case("credit.accept", writes=True)
async def accept_credit(work: Work, ask: AcceptCredit) -> AgreementView:
    """Say yes to the terms that were read: the line is open, or goes on under them."""
    agreement = await _waiting(work, ask.agreement_id, ask.version)
    terms = await agreements.terms_of(work, agreement.agreement_id, ask.version)
    must_be_lawful(work, terms, OrgSize(ask.buyer_size))
    state = MOVES.after(agreement.state, "accept")
    if agreement.state is AgreementState.terminated and await bills.overdue(
        work, [agreement.agreement_id], market_day(work)
    ):
        raise StillOverdue
    await _set_limit(work, agreement, terms.limit_minor, ask.version)
    await agreements.answer(work, agreement.agreement_id, ask.version, "accepted", ask.buyer_size)
    await agreements.save(work, agreement, "accept", state, version=ask.version, offered_version=0, reason="")
    work.record(CreditAnswered(**_between(agreement), accepted=True))
    return await agreement_view(work, agreement.agreement_id)


@use_case("credit.accept", writes=True)
async def decline_credit(work: Work, ask: DeclineCredit) -> AgreementView:
    """Say no to terms; a line in use goes on under the old ones."""
    agreement = await _waiting(work, ask.agreement_id, ask.version)
    await agreements.answer(work, agreement.agreement_id, ask.version, "declined")
    is_new = agreement.state is AgreementState.offered
    state = MOVES.after(agreement.state, "decline") if is_new else agreement.state
    await agreements.save(
        work, agreement, "decline", state, version=agreement.version, offered_version=0, reason=""
    )
    work.record(CreditAnswered(**_between(agreement), accepted=False))
    return await agreement_view(work, agreement.agreement_id)


async def _waiting(work: Work, agreement_id: str, version: int) -> Agreement:
    """The buyer's agreement, if exactly these terms wait for an answer."""
    agreement = await agreements.lock(work, int(agreement_id), "buyer")
    if agreement is None:
        raise NotFound(agreement_id=agreement_id)
    if agreement.offered_version != version:
        raise OtherTerms
    return agreement


async def _set_limit(work: Work, agreement: Agreement, limit_minor: int, version: int) -> None:
    """The ledger carries the limit: what is free of it is an account that never falls below what is held on it."""
    free = await ledger.balance(work, ledger.credit_free(agreement.agreement_id))
    was_minor = agreement.terms.limit_minor if agreement.terms else 0
    change = limit_minor - was_minor
    if change < 0 and free.free_minor < -change:
        used_minor = was_minor - free.free_minor
        raise LimitBelowUsed(used_minor=used_minor, used=written(used_minor))
    if change:
        part = "more" if change > 0 else "less"
        await ledger.post(
            work,
            [
                write_entry(
                    "E12g",
                    business_key=f"E12g:{agreement.agreement_id}:{version}",
                    about_id=agreement.agreement_id,
                    owners={901: agreement.agreement_id},
                    amounts={part: abs(change)},
                )
            ],
        )


@use_case("credit.grant", writes=True)
async def suspend_credit(work: Work, ask: StopCredit) -> AgreementView:
    """Take no more orders on credit from this buyer for now; what is owed stays as agreed."""
    return await _stop(work, ask, "suspend")


@use_case("credit.grant", writes=True)
async def end_credit(work: Work, ask: StopCredit) -> AgreementView:
    """End the agreement: no new orders; what is owed stays as agreed."""
    return await _stop(work, ask, "terminate")


async def _stop(work: Work, ask: StopCredit, event: str) -> AgreementView:
    agreement = await _own(work, ask.agreement_id)
    moved = await move(work, agreement, event, reason=ask.reason)
    work.record(CreditStopped(**_between(agreement), state=moved, by_clock=False))
    return await agreement_view(work, agreement.agreement_id)


@use_case("credit.grant", writes=True)
async def resume_credit(work: Work, ask: AgreementRef) -> AgreementView:
    """Take orders on credit from this buyer again."""
    agreement = await _own(work, ask.agreement_id)
    await move(work, agreement, "resume")
    work.record(CreditResumed(**_between(agreement)))
    return await agreement_view(work, agreement.agreement_id)


async def _own(work: Work, agreement_id: str) -> Agreement:
    agreement = await agreements.lock(work, int(agreement_id), "seller")
    if agreement is None:
        raise NotFound(agreement_id=agreement_id)
    return agreement


async def move(work: Work, agreement: Agreement, event: str, *, reason: str = "") -> AgreementState:
    """Moves a locked agreement that keeps its terms."""
    state = MOVES.after(agreement.state, event)
    await agreements.save(
        work, agreement, event, state, version=agreement.version, offered_version=agreement.offered_version, reason=reason
    )  # fmt: skip
    return state


def between(agreement: Agreement, kind: type[CreditFact], **more: Any) -> CreditFact:
    """A fact about an agreement."""
    return kind(**_between(agreement), **more)


def _between(agreement: Agreement) -> dict[str, int]:
    return {
        "agreement_id": agreement.agreement_id,
        "seller_id": agreement.seller_id,
        "buyer_id": agreement.buyer_id,
    }
