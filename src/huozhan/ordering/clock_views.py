"""What people and programs see of orders' clocks: what stops them, what sellers asked for, what is measured."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from huozhan.kernel.shapes import Bilingual, View
from huozhan.ordering.exemption import Exemption


class ExemptionView(View, frozen=True, kw_only=True):
    """What stops an order's clocks, from when until when; `runs` tells whether it holds now."""

    exemption_id: str
    source: str
    kind: str
    title: Bilingual
    carriers: list[str]
    from_at: datetime
    until_at: datetime
    runs: bool


class LongerView(View, frozen=True, kw_only=True):
    """A seller's question for more days to ship."""

    request_id: str
    state: str
    days: int
    reason: str
    asked_at: datetime


class FilingView(View, frozen=True, kw_only=True):
    """A seller's filing for an exemption of one order, and the operator's answer."""

    filing_id: str
    state: str
    kind: str
    from_at: datetime
    until_at: datetime
    reason: str
    evidence_url: str
    filed_at: datetime
    decide_due_at: datetime
    answer: str


class FilingToDecide(View, frozen=True, kw_only=True):
    """A filing as operators see it."""

    order_id: str
    number: str
    seller_id: str
    seller: Bilingual
    is_overdue: bool
    filing: FilingView


class PromiseRecord(View, frozen=True, kw_only=True):
    """A seller's promises that fell due within a span: how many, how many were kept, and those left out as exempt."""

    since: datetime
    due: int
    kept: int
    exempt: int


class ExemptOrder(msgspec.Struct, frozen=True, kw_only=True):
    """An order whose clocks a disruption moves, as fulfilment needs it for those of its parcels."""

    order_id: int
    is_finished: bool
    placed_at: datetime
    paid_at: datetime
    ship_promise_at: datetime
    rule_pins: Mapping[str, int]
    was: tuple[Exemption, ...]
    exemptions: tuple[Exemption, ...]


class ExemptPage(msgspec.Struct, frozen=True, kw_only=True):
    """Some orders that were moved together; `after` is where the next ones begin, 0 where there are none."""

    orders: list[ExemptOrder]
    after: int


class Granted(msgspec.Struct, frozen=True, kw_only=True):
    """A filing for one order that an operator granted."""

    order_id: int
    filing_id: int
    kind: str
    reason: str
    from_at: datetime
    until_at: datetime
    decided_at: datetime


class HitsView(View, frozen=True, kw_only=True):
    """How many orders a notice hits: still to ship, under way, ended since it began; and how many of all are late."""

    to_ship: int
    under_way: int
    ended: int
    late: int
    sellers: int
    buyers: int
