"""What is asked of credit through a door."""

from datetime import date
from typing import Annotated

import msgspec

from huozhan.credit.agreement import OrgSize
from huozhan.credit.term import TermKind
from huozhan.kernel.money import AMOUNT_MINOR_MAX
from huozhan.kernel.shapes import PAGE_SIZE, Ask, Cursor, Id, PageSize, Reason

CUSTOM_MAX = 500
GRACE_DAYS_MAX = 30
TERM_DAY_MAX = 365
OPEN_DAYS_MAX = 365

AmountMinor = Annotated[int, msgspec.Meta(ge=1, le=AMOUNT_MINOR_MAX)]
TermDay = Annotated[int, msgspec.Meta(ge=1, le=TERM_DAY_MAX)]
GraceDays = Annotated[int, msgspec.Meta(ge=0, le=GRACE_DAYS_MAX)]
Version = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]


class GrantCredit(Ask, frozen=True, kw_only=True):
    """Terms that a seller offers one buyer: in force once the buyer says yes, in place of those before.

    `term_day` counts days after receipt, or names the day of the month. The seller declares its own size; where the
    law would forbid the term it states in `custom` which custom of the trade allows it.
    """

    buyer_id: Id
    limit_minor: AmountMinor
    term_kind: TermKind
    term_day: TermDay
    grace_days: GraceDays = 0
    expires_on: date
    seller_size: OrgSize
    custom: Annotated[str, msgspec.Meta(max_length=CUSTOM_MAX)] = ""


class SayOpenCredit(Ask, frozen=True, kw_only=True):
    """Credit terms for buyers whom the shop does not know yet: days after receipt, for who buys so much a year (0: for all).

    Without days the shop says nothing of it any more.
    """

    term_days: Annotated[int, msgspec.Meta(ge=1, le=OPEN_DAYS_MAX)] | None = None
    yearly_from_minor: Annotated[int, msgspec.Meta(ge=0, le=AMOUNT_MINOR_MAX)] = 0


class AcceptCredit(Ask, frozen=True, kw_only=True):
    """A buyer's yes to exactly the terms that were read; the buyer declares its own size."""

    agreement_id: Id
    version: Version
    buyer_size: OrgSize


class DeclineCredit(Ask, frozen=True, kw_only=True):
    """A buyer's no to terms that wait."""

    agreement_id: Id
    version: Version


class StopCredit(Ask, frozen=True, kw_only=True):
    """A seller takes no more orders on credit from a buyer for now, or ends the agreement."""

    agreement_id: Id
    reason: Reason


class AgreementRef(Ask, frozen=True, kw_only=True):
    """One agreement."""

    agreement_id: Id


class ListCredit(Ask, frozen=True, kw_only=True):
    """A page of agreements, the newest first."""

    cursor: Cursor = ""
    size: PageSize = PAGE_SIZE


class RepayCredit(Ask, frozen=True, kw_only=True):
    """Pay what is owed to a seller: all of it, or so much, the oldest due first."""

    agreement_id: Id
    amount_minor: AmountMinor | None = None


class DisputeBill(Ask, frozen=True, kw_only=True):
    """Question a part of a stated bill; it is not due until the seller has answered."""

    agreement_id: Id
    bill_id: Id
    amount_minor: AmountMinor
    reason: Reason


class AnswerDispute(Ask, frozen=True, kw_only=True):
    """A seller's answer: what is agreed to is not owed any more."""

    agreement_id: Id
    dispute_id: Id
    agree: bool
    answer: Annotated[str, msgspec.Meta(max_length=500)] = ""


class AgreementDue(Ask, frozen=True):
    """A timer of an agreement is due."""

    about_id: Id
