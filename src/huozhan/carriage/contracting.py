"""Contracting: carriers that the market has a contract with, and what holds with each from when on. Operations writes down who did it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from huozhan.carriage.asks import CarrierRef, MakeContract, PublishTerms
from huozhan.carriage.store import terms as store
from huozhan.carriage.terms import Price, Terms
from huozhan.carriage.views import ContractsView, ContractView, OfferedCarrier, PriceView, TermsView
from huozhan.kernel.refusals import NotFound, Refusal, Sort
from huozhan.kernel.shapes import Nothing
from huozhan.kernel.work import Work, use_case

NOTICE = "carriage.notice"
ACCOUNT_FIELD = "carrier_contract.account_no"
_SHOWN_DIGITS = 4


class PriceNeeded(Refusal):
    """Nobody can be offered a carrier without prices, nor two prices of one region."""

    code = "carriage.price_needed"
    sort = Sort.invalid


class NoticeTooShort(Refusal):
    """Suppliers must hear of a change so long before it holds."""

    code = "carriage.notice_too_short"


async def make_contract(work: Work, ask: MakeContract) -> ContractView:
    """Makes a contract with a carrier that the reference list knows, or moves the account its bills are paid to."""
    carrier_id = work.new_id()
    if not await store.make(work, carrier_id, ask.carrier_code, _account(work, carrier_id, ask)):
        known = await store.of_code(work, ask.carrier_code)
        assert known is not None
        carrier_id = known["carrier_id"]
        await store.lock(work, carrier_id)
        await store.move_account(work, carrier_id, _account(work, carrier_id, ask))
    return await _shown(work, carrier_id)


async def publish_terms(work: Work, ask: PublishTerms) -> ContractView:
    """Publishes what holds next with a carrier: on with its prices, or off; never sooner than the notice allows.

    Where nothing is in force or announced there is nobody to give notice to, and it may hold at once.
    """
    row = await store.lock(work, int(ask.carrier_id))
    if row is None:
        raise NotFound(carrier_id=ask.carrier_id)
    regions = [price.region_code for price in ask.prices]
    if len(set(regions)) < len(regions) or bool(regions) is not ask.is_on:
        raise PriceNeeded
    before = [terms for _, terms in await store.versions(work) if terms.carrier_id == row["carrier_id"]]
    earliest = _earliest(work, before)
    effective_from = ask.effective_from or earliest
    if effective_from < earliest:
        raise NoticeTooShort(days=work.rule(NOTICE).span.days, earliest=earliest)
    await store.add(
        work,
        row["carrier_id"],
        before[0].version + 1 if before else 1,
        is_on=ask.is_on,
        effective_from=effective_from,
        prices=[
            Price(**{name: getattr(price, name) for name in Price.__struct_fields__}) for price in ask.prices
        ],
        reason=ask.reason,
    )
    return await _shown(work, row["carrier_id"])


@use_case("market.ledger", writes=False)
async def carrier_contracts(work: Work, _ask: Nothing) -> ContractsView:
    """Show the carriers that the market has a contract with, and what holds with each now and soon."""
    versions = await store.versions(work)
    return ContractsView(contracts=[_view(work, row, versions) for row in await store.contracts(work)])


@use_case("market.ledger", writes=False)
async def carrier_contract(work: Work, ask: CarrierRef) -> ContractView:
    """Show one contract with every version of its prices."""
    return await _shown(work, int(ask.carrier_id))


async def offered_carriers(work: Work) -> list[OfferedCarrier]:
    """The carriers of which waybills are given now, with their prices."""
    return [
        OfferedCarrier(
            carrier_id=str(terms.carrier_id),
            carrier_code=terms.carrier_code,
            version=terms.version,
            prices=[price_view(price) for price in terms.prices],
        )
        for terms in await store.in_force(work)
        if terms.is_on
    ]


async def terms_now(work: Work, carrier_code: str) -> Terms | None:
    """What holds with a carrier now; None where it is not offered."""
    found = [terms for terms in await store.in_force(work) if terms.carrier_code == carrier_code]
    return next((terms for terms in found if terms.is_on), None)


async def price_of(work: Work, carrier_id: int, version: int, region_code: str) -> Price:
    """The price of a region under one version of a carrier's terms."""
    return (await store.version(work, carrier_id, version)).price(region_code)


async def has_contracts(work: Work) -> bool:
    """Whether the market has a contract with any carrier, so that bills are to be expected."""
    return bool(await store.contracts(work))


def account_number(work: Work, row: store.Row) -> str:
    """The number of a carrier's account in plain, to be sealed for a payment."""
    return work.keyring.open(row["account_no"], field=ACCOUNT_FIELD, owner=row["carrier_id"])


def price_view(price: Price) -> PriceView:
    """A price as it is shown."""
    return PriceView(**{name: getattr(price, name) for name in Price.__struct_fields__})


def _earliest(work: Work, before: Sequence[Terms]) -> datetime:
    """From when on the next version may hold: never before one that is announced already."""
    is_known = any(terms.is_on for terms in before)
    with_notice = work.now + work.rule(NOTICE).span if is_known else work.now
    return max([with_notice, *(terms.effective_from for terms in before[:1])])


def _account(work: Work, carrier_id: int, ask: MakeContract) -> dict[str, Any]:
    number = "".join(ask.account_no.split()).upper()
    return {
        "sealed": work.keyring.seal(number, field=ACCOUNT_FIELD, owner=carrier_id),
        "masked": "*" * max(len(number) - _SHOWN_DIGITS, 0) + number[-_SHOWN_DIGITS:],
        "holder": ask.account_name.strip(),
        "bank_name": ask.bank_name.strip(),
    }


async def _shown(work: Work, carrier_id: int) -> ContractView:
    row = next((row for row in await store.contracts(work) if row["carrier_id"] == carrier_id), None)
    if row is None:
        raise NotFound(carrier_id=str(carrier_id))
    return _view(work, row, await store.versions(work))


def _view(work: Work, row: store.Row, versions: Sequence[tuple[store.Row, Terms]]) -> ContractView:
    mine = [
        TermsView(
            version=terms.version,
            is_on=terms.is_on,
            effective_from=terms.effective_from,
            published_at=one["published_at"],
            reason=one["reason"],
            prices=[price_view(price) for price in terms.prices],
        )
        for one, terms in versions
        if terms.carrier_id == row["carrier_id"]
    ]
    now = next((terms for terms in mine if terms.effective_from <= work.now), None)
    return ContractView(
        carrier_id=str(row["carrier_id"]),
        carrier_code=row["carrier_code"],
        account=row["account_masked"],
        account_name=row["account_name"],
        bank_name=row["bank_name"],
        is_on=bool(now and now.is_on),
        now=now,
        versions=mine,
        notice_days=work.rule(NOTICE).span.days,
    )
