"""A certificate 资质证书: which it is, until when it holds, whose goods it is about, and what the market says of it."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

import msgspec

from huozhan.kernel.moves import Moves
from huozhan.kernel.work import Work


class CertificateKind(StrEnum):
    """Which certificate it is; the words are under `certificate.<kind>`. A new one is a row here and its words."""

    ccc = "ccc"
    ce = "ce"
    fcc = "fcc"
    fda = "fda"
    rohs = "rohs"
    iso9001 = "iso9001"
    gots = "gots"
    oeko_tex = "oeko_tex"
    fsc = "fsc"
    test_report = "test_report"
    """What a laboratory found of a sample of the goods."""


class CertificateState(StrEnum):
    """What stands behind it."""

    declared = "declared"
    verified = "verified"
    refused = "refused"
    withdrawn = "withdrawn"


MOVES: Moves[CertificateState] = Moves(
    "certificate",
    CertificateState.declared,
    {
        (CertificateState.declared, "verify"): CertificateState.verified,
        (CertificateState.declared, "refuse"): CertificateState.refused,
        # What turns out to be false later is refused then.
        (CertificateState.verified, "refuse"): CertificateState.refused,
        (CertificateState.declared, "withdraw"): CertificateState.withdrawn,
        (CertificateState.verified, "withdraw"): CertificateState.withdrawn,
    },
)


class Certificate(msgspec.Struct, frozen=True, kw_only=True):
    """One certificate, as it is read from its row."""

    certificate_id: int
    seller_id: int
    state: CertificateState
    kind: CertificateKind
    number: str
    issuer: str
    valid_until: date
    """The last day on which it holds, in the market."""
    offer_ids: tuple[int, ...]
    """Of these goods; of all of the seller's where none is named."""
    proof_id: str
    declared_at: datetime
    declared_by: int
    decided_at: datetime | None = None
    decided_by: int | None = None
    answer: str = ""

    def is_of(self, offer_id: int) -> bool:
        """Whether it says something of this offer of the seller's."""
        return not self.offer_ids or offer_id in self.offer_ids

    def holds_on(self, day: date) -> bool:
        """Whether the market verified it and its time is not over."""
        return self.state is CertificateState.verified and day <= self.valid_until


def market_day(work: Work) -> date:
    """The day it is in the market."""
    return work.now.astimezone(ZoneInfo(work.terms.timezone)).date()


def over_at(work: Work, last_day: date) -> datetime:
    """The moment at which a certificate is over: the end of its last day in the market."""
    after = last_day + timedelta(days=1)
    return datetime(after.year, after.month, after.day, tzinfo=ZoneInfo(work.terms.timezone))
