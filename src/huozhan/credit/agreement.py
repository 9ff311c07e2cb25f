"""An agreement of credit: what a seller trusts one buyer with, its states, and the law about its term."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

import msgspec

from huozhan.credit.term import TermKind, longest_days
from huozhan.kernel.moves import Moves
from huozhan.kernel.refusals import Refusal
from huozhan.kernel.work import Work

SME_TERM_MOST = "credit.sme_term_most"


class OrgSize(StrEnum):
    """How large an organisation declares itself to be, by the national classes; public bodies apart."""

    micro = "micro"
    small = "small"
    medium = "medium"
    large = "large"
    public_body = "public_body"


SMALL = frozenset({OrgSize.micro, OrgSize.small, OrgSize.medium})


class AgreementState(StrEnum):
    """Where an agreement stands."""

    offered = "offered"
    declined = "declined"
    active = "active"
    suspended = "suspended"
    frozen = "frozen"
    terminated = "terminated"


_S = AgreementState
MOVES = Moves(
    "credit_agreement",
    _S.offered,
    {
        (_S.offered, "accept"): _S.active,
        (_S.offered, "decline"): _S.declined,
        (_S.declined, "accept"): _S.active,
        # New terms for a line that is in use: it goes on as it stands.
        (_S.active, "accept"): _S.active,
        (_S.suspended, "accept"): _S.suspended,
        (_S.terminated, "accept"): _S.active,
        # The seller stops new orders, and lets them go on.
        (_S.active, "suspend"): _S.suspended,
        (_S.suspended, "resume"): _S.active,
        # The clock: overdue for long, paid after all, overdue for too long.
        (_S.active, "freeze"): _S.frozen,
        (_S.frozen, "clear"): _S.active,
        (_S.active, "terminate"): _S.terminated,
        (_S.frozen, "terminate"): _S.terminated,
        (_S.suspended, "terminate"): _S.terminated,
    },
)


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What is agreed: how much, until when it is to be paid, and until when the agreement lasts."""

    limit_minor: int
    term_kind: TermKind
    term_day: int
    grace_days: int
    expires_on: date
    seller_size: OrgSize
    custom: str = ""
    """The custom of the trade that allows a longer term, as the seller states it."""


class Agreement(msgspec.Struct, frozen=True, kw_only=True):
    """An agreement as it is read from its row; `terms` are those in force, none before the first yes."""

    agreement_id: int
    seller_id: int
    buyer_id: int
    state: AgreementState
    version: int
    """The version of the terms in force; 0 before the first yes."""
    offered_version: int
    """The version that waits for the buyer's yes; 0 where none does."""
    terms: Terms | None


class TermTooLong(Refusal):
    """A large buyer may not let a small seller wait so long for its money (Order 802 of the State Council)."""

    code = "credit.term_too_long"


def must_be_lawful(work: Work, terms: Terms, buyer_size: OrgSize) -> None:
    """Refuses a term that the law on payments to small firms forbids for this pair.

    A large firm may go beyond it where the custom of the trade is stated; a public body never.
    """
    if terms.seller_size not in SMALL or buyer_size not in {OrgSize.large, OrgSize.public_body}:
        return
    term_days, most_days = longest_days(terms.term_kind, terms.term_day), work.rule(SME_TERM_MOST).value
    by_custom = buyer_size is OrgSize.large and bool(terms.custom.strip())
    if term_days > most_days and not by_custom:
        raise TermTooLong(term_days=term_days, most_days=most_days)


def market_day(work: Work) -> date:
    """The day it is in the market."""
    return day_of(work, work.now)


def day_of(work: Work, moment: datetime) -> date:
    """The day on which a moment falls in the market."""
    return moment.astimezone(ZoneInfo(work.terms.timezone)).date()


def begins(work: Work, day: date) -> datetime:
    """When a day begins in the market."""
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(work.terms.timezone))


def why_no_orders(state: AgreementState) -> str:
    """Why a line in this state takes no new orders; empty where it does."""
    silent: Mapping[AgreementState, str] = {_S.suspended: "suspended", _S.frozen: "frozen"}
    return "" if state is _S.active else silent.get(state, "ended")
