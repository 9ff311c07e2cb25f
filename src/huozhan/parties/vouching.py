"""Vouching: which facts of a supplier the market has verified, and which the supplier only declares (domain rules B4)."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import msgspec

from huozhan.kernel.refusals import NotFound
from huozhan.kernel.shapes import Ask, Bilingual, Id, View
from huozhan.kernel.work import Work, use_case
from huozhan.parties.store import vouching as store

SHOWN_SIGNS = 4
"""Of a credit code's eighteen signs, at either end."""


class FactStatus(StrEnum):
    """What stands behind a fact."""

    verified = "verified"
    declared = "declared"
    expired = "expired"
    """Verified once, longer ago than a verification holds."""


class SupplierFact(View, frozen=True, kw_only=True):
    """One fact of a supplier: what it says, whether the market verified it, and when it was verified or declared."""

    field: str
    text: Bilingual
    on: date | None = None
    """The day that it says, where it says one."""
    status: FactStatus
    at: datetime | None
    until: datetime | None
    """Until when a verification holds, or held."""


class SupplierFacts(View, frozen=True, kw_only=True):
    """The facts of a supplier, each with what stands behind it; none that was left empty."""

    seller_id: Id
    items: list[SupplierFact]


class FactsOf(Ask, frozen=True, kw_only=True):
    """One supplier."""

    seller_id: Id


@use_case("public", writes=False)
async def supplier_facts(work: Work, ask: FactsOf) -> SupplierFacts:
    """Tell field by field what the market verified of a supplier and what the supplier declares.

    When its papers were approved the registered name and the credit code were held against the register; kind, place, belt and
    years are the supplier's own word, given on the day it applied.
    """
    row = await store.vouched(work, int(ask.seller_id))
    if row is None:
        raise NotFound
    verified_at = row["decided_at"] if row["uscc"] else None
    items = [
        _verified(work, "name", Bilingual(row["name_zh"], row["name_en"]), verified_at, row["applied_at"]),
        _verified(work, "credit_code", _code(row["uscc"]), verified_at, row["applied_at"]),
        *(_declared(field, text, row["applied_at"]) for field, text in _said(row)),
        *_since(row["since_on"], row["applied_at"]),
    ]
    return SupplierFacts(seller_id=ask.seller_id, items=[one for one in items if one.text])


def _verified(
    work: Work, field: str, text: Bilingual, verified_at: datetime | None, declared_at: datetime | None
) -> SupplierFact:
    if verified_at is None:
        return _declared(field, text, declared_at)
    until = verified_at + work.rules.at("parties.verified_for", verified_at).span
    status = FactStatus.verified if work.now < until else FactStatus.expired
    return SupplierFact(field=field, text=text, status=status, at=verified_at, until=until)


def _declared(field: str, text: Bilingual, declared_at: datetime | None) -> SupplierFact:
    return SupplierFact(field=field, text=text, status=FactStatus.declared, at=declared_at, until=None)


def _since(on: date | None, declared_at: datetime | None) -> list[SupplierFact]:
    if on is None:
        return []
    return [msgspec.structs.replace(_declared("since", Bilingual(zh=on.isoformat()), declared_at), on=on)]


def _code(uscc: str) -> Bilingual:
    return Bilingual(zh=f"{uscc[:SHOWN_SIGNS]}****{uscc[-SHOWN_SIGNS:]}") if uscc else Bilingual()


def _said(row: Any) -> list[tuple[str, Bilingual]]:
    """What the supplier says of itself; a kind and a place stand in words of their own, so by code."""
    plain = {
        "kind": row["supplier_kind"],
        "place": row["city_code"] or row["province_code"],
    }
    return [
        *((field, Bilingual(zh=text)) for field, text in plain.items()),
        ("belt", Bilingual(row["belt_zh"], row["belt_en"])),
    ]
