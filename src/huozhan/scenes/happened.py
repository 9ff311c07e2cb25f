"""What happened to orders, as those who know it tell it: ordering of the sale, fulfilment of the way, after-sales of cases."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec


class Sale(msgspec.Struct, frozen=True, kw_only=True):
    """A paid order (or one taken on credit) and its promise."""

    order_id: int
    seller_id: int
    buyer_id: int
    vertical: str
    """The first stage of the category of most of its goods."""
    began_at: datetime
    """When it was paid, or taken on credit: from then on the seller could ship."""
    promise_at: datetime | None
    out_at: datetime | None
    """When the last of its goods left or was given back."""
    is_late: bool
    is_custom: bool
    """Paid in stages: made to order."""
    is_agreed: bool
    """Buyer and seller agreed on another day to ship."""
    is_exempt: bool
    """A disruption hit it."""
    given_back_at: datetime | None
    """When all of it was given back before it was sent."""
    late_refund_at: datetime | None
    """When money first went back because goods were not sent, or sent late."""
    ended_at: datetime | None


class Journey(msgspec.Struct, frozen=True, kw_only=True):
    """How the goods of an order travelled, all parcels together."""

    order_id: int
    has_carrier: bool
    """Some of it went with a carrier; own delivery and goods that are fetched have no scans."""
    first_scan_at: datetime | None
    all_scanned_at: datetime | None
    """When the last parcel had its first scan; None where one has none."""
    signed_at: datetime | None
    """When the last parcel was signed for; None where one is not."""


class Complaint(msgspec.Struct, frozen=True, kw_only=True):
    """An after-sales case: its class, how it ended, and whether the market had to rule."""

    order_id: int
    case_id: int
    liability: str
    applied_at: datetime
    refunded_at: datetime | None
    """When it ended with money back."""
    escalated_at: datetime | None
    ruled_at: datetime | None
    is_against_seller: bool
    """The last ruling finds the seller liable."""


class Opinion(msgspec.Struct, frozen=True, kw_only=True):
    """A review of one line of an order that is shown and counts, and whether its points are few."""

    order_id: int
    review_id: int
    written_at: datetime
    is_bad: bool


class Happened(msgspec.Struct, frozen=True, kw_only=True):
    """All that is told of some orders."""

    sales: Sequence[Sale]
    journeys: Mapping[int, Journey]
    complaints: Mapping[int, Sequence[Complaint]]
    opinions: Mapping[int, Sequence[Opinion]] = {}
