"""Charging freight: at the pick-up it is weighed, at its order's release it is paid (E4); where no release will pay it, at once (E4f).

Everything happens under the charge's own lock, whoever asks: logistics, a release, a timer, a bill.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime

import msgspec

from huozhan import payments
from huozhan.carriage.asks import FreightDue, ListFreight
from huozhan.carriage.charge import MOVES, Charge, ChargeState
from huozhan.carriage.facts import FreightMoved
from huozhan.carriage.store import charges
from huozhan.carriage.store import terms as terms_store
from huozhan.carriage.views import FreightView
from huozhan.kernel.paging import Page, before_in, write_cursor
from huozhan.kernel.shapes import Done
from huozhan.kernel.work import Work, use_case
from huozhan.payments import Release

TAKE_AFTER = "carriage.take_after"
FREIGHT_TIMER = "freight_due"
CHARGE = "charge"
Pay = Callable[[Work, Release], Awaitable[int]]


async def expect_freight(
    work: Work, *, order_id: int, waybill_id: int, carrier_id: int, seller_id: int, order_number: str, waybill: str,
    region_code: str, terms_version: int, weight_g: int,
) -> None:  # fmt: skip
    """A carrier gave a waybill: its freight is expected, and nothing is charged before it was weighed."""
    await charges.add(
        work,
        Charge(
            order_id=order_id, waybill_id=waybill_id, carrier_id=carrier_id, seller_id=seller_id,
            order_number=order_number, waybill=waybill, state=MOVES.first, region_code=region_code,
            terms_version=terms_version, weight_g=weight_g,
        ),
    )  # fmt: skip


async def drop_freight(work: Work, order_id: int, waybill_id: int) -> None:
    """A waybill was cancelled before its pick-up: it costs nothing."""
    charge = await _locked(work, order_id, waybill_id)
    await charges.save(
        work, msgspec.structs.replace(charge, state=MOVES.after(charge.state, "cancel"), taken_at=None)
    )


async def weigh_freight(
    work: Work, order_id: int, waybill_id: int, *, weight_g: int, picked_up_at: datetime, waits: bool
) -> int:
    """The carrier picked a parcel up and weighed it: its freight by the waybill's own price table is owed, once; tells how much.

    `waits` says that money of the order is still to be released, and pays it; after rule `carriage.take_after` it is taken
    all the same. A parcel that was weighed before changes nothing: what the carrier says later is for its bill.
    """
    charge = await _locked(work, order_id, waybill_id)
    if not MOVES.allows(charge.state, "weigh"):
        return charge.amount_minor
    terms = await terms_store.version(work, charge.carrier_id, charge.terms_version)
    weighed = msgspec.structs.replace(
        charge,
        state=MOVES.after(charge.state, "weigh"),
        weight_g=weight_g,
        supplier_minor=terms.price(charge.region_code).fee(weight_g),
        picked_up_at=picked_up_at,
    )
    if waits:
        rule = work.rule(TAKE_AFTER)
        await charges.save(work, weighed)
        work.set_timer(
            FREIGHT_TIMER, about=waybill_id, due_at=work.now + rule.span, rule_version=rule.version
        )
    else:
        await take(work, weighed)
    return weighed.supplier_minor


async def release(work: Work, release: Release, pay: Pay) -> None:
    """Releases received goods by `pay`; freight that waits for it goes to its carrier first (E4), as far as the money goes.

    What is left of it, and what a second carrier is owed, the supplier pays out of what it has.
    """
    due = await charges.lock_due(work, release.order_id)
    if not due:
        await pay(work, release)
        return
    carrier_id = due[0].carrier_id
    asked_minor = sum(charge.supplier_minor for charge in due if charge.carrier_id == carrier_id)
    left_minor = await pay(
        work, msgspec.structs.replace(release, carrier_id=carrier_id, carried_minor=asked_minor)
    )
    for charge in due:
        escrow_minor = min(left_minor, charge.supplier_minor) if charge.carrier_id == carrier_id else 0
        left_minor -= escrow_minor
        await take(work, charge, escrow_minor=escrow_minor)


async def take(work: Work, charge: Charge, *, escrow_minor: int = 0) -> None:
    """Puts a weighed charge into the book: what a release has paid of it, what the supplier pays beyond that, what the market bears."""
    work.clear_timer(FREIGHT_TIMER, about=charge.waybill_id)
    taken = msgspec.structs.replace(charge, state=MOVES.after(charge.state, "take"), taken_at=work.now)
    await charges.save(work, taken)
    await book_supplier(work, taken, CHARGE, CHARGE, taken.supplier_minor, escrow_minor=escrow_minor)
    if taken.market_minor:
        await book_market(work, taken, "market", taken.market_minor)


async def book_supplier(
    work: Work, charge: Charge, key: str, kind: str, amount_minor: int, *, escrow_minor: int = 0
) -> None:
    """Books freight that the supplier pays; what no release has paid comes out of what it has, and is owed otherwise."""
    parts = {"escrow": escrow_minor}
    if amount_minor > escrow_minor:
        parts |= await payments.charge_freight(
            work, seller_id=charge.seller_id, carrier_id=charge.carrier_id, amount_minor=amount_minor - escrow_minor,
            key=f"{charge.order_id}:{charge.waybill_id}:{key}", memo=charge.memo,
        )  # fmt: skip
    await charges.book(work, charge, key, kind, parts)
    if amount_minor > escrow_minor:
        tell(work, charge, kind, amount_minor - escrow_minor, debt_minor=parts["debt"])


async def book_market(work: Work, charge: Charge, key: str, amount_minor: int) -> None:
    """Books freight that the market bears."""
    await payments.bear_freight(
        work, carrier_id=charge.carrier_id, amount_minor=amount_minor,
        key=f"{charge.order_id}:{charge.waybill_id}:{key}", memo=charge.memo,
    )  # fmt: skip
    await charges.book(work, charge, key, "borne", {"market": amount_minor})


async def give_back(work: Work, charge: Charge, key: str, amount_minor: int) -> None:
    """Gives the supplier back what it was charged beyond the carrier's bill."""
    await payments.give_freight_back(
        work, seller_id=charge.seller_id, carrier_id=charge.carrier_id, amount_minor=amount_minor,
        key=f"{charge.order_id}:{charge.waybill_id}:{key}", memo=charge.memo,
    )  # fmt: skip
    await charges.book(work, charge, key, "back", {"available": amount_minor})
    tell(work, charge, "back", amount_minor)


def tell(work: Work, charge: Charge, kind: str, amount_minor: int, *, debt_minor: int = 0) -> None:
    """Records what the supplier is to hear of."""
    work.record(
        FreightMoved(
            order_id=charge.order_id,
            order_number=charge.order_number,
            seller_id=charge.seller_id,
            waybill=charge.waybill,
            kind=kind,
            amount_minor=amount_minor,
            debt_minor=debt_minor,
        )
    )


@use_case("system", writes=True)
async def freight_due(work: Work, ask: FreightDue) -> Done:
    """No release came for too long (the order ended otherwise, or is held up): the supplier pays; late or twice changes nothing."""
    waybill_id = int(ask.about_id)
    order_id = await charges.order_of(work, waybill_id)
    charge = await charges.lock(work, order_id, waybill_id) if order_id else None
    if (
        charge is not None
        and charge.state is ChargeState.due
        and await work.timer_is_due(FREIGHT_TIMER, about=waybill_id)
    ):
        await take(work, charge)
    return Done()


async def owed_by(work: Work, seller_id: int) -> int:
    """What a supplier still has to pay of freight that was weighed: its order's release will, or the supplier."""
    return await charges.due_of(work, seller_id)


@use_case("funds.view", writes=False)
async def my_carriage(work: Work, ask: ListFreight) -> Page[FreightView]:
    """Show the freight of the organisation's own waybills: what was weighed, what it costs, whether it is paid."""
    found = await charges.of_seller(work, before_in(ask.cursor), ask.size + 1)
    shown = found[: ask.size]
    next_cursor = write_cursor(shown[-1].waybill_id) if len(found) > ask.size else None
    return Page([_view(charge) for charge in shown], next_cursor)


def _view(charge: Charge) -> FreightView:
    return FreightView(
        order_id=str(charge.order_id),
        order_number=charge.order_number,
        waybill=charge.waybill,
        state=charge.state,
        weight_g=charge.weight_g,
        amount_minor=charge.supplier_minor,
        picked_up_at=charge.picked_up_at,
        taken_at=charge.taken_at,
    )


async def _locked(work: Work, order_id: int, waybill_id: int) -> Charge:
    charge = await charges.lock(work, order_id, waybill_id)
    assert charge is not None, f"no freight is expected of waybill {waybill_id}"
    return charge
