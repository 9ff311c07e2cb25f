"""Switching: a supplier takes waybills of the market, at the carriers' prices it is shown, fetched at one of its addresses."""

from huozhan import carriage, parties
from huozhan.kernel.refusals import Refusal
from huozhan.kernel.shapes import Nothing
from huozhan.kernel.work import Work, use_case
from huozhan.logistics.asks import SwitchLogistics
from huozhan.logistics.store import switches
from huozhan.logistics.views import LogisticsView


class NoCarrier(Refusal):
    """The market has no contract with a carrier at present."""

    code = "logistics.no_carrier"


@use_case("sale.ship", writes=False)
async def my_logistics(work: Work, _ask: Nothing) -> LogisticsView:
    """Show whether the shop takes waybills of the market, and what the carriers cost."""
    row = await switches.of_org(work, work.actor.org_id)
    shown = parties.masked(work, sealed_sender(row), work.actor.org_id) if row else None
    return LogisticsView(
        is_on=bool(row and row["is_on"]),
        switched_at=row["switched_at"] if row else None,
        place=place_of(row) if row else "",
        sender=f"{shown.receiver} {shown.phone}" if shown else "",
        carriers=await carriage.offered_carriers(work),
    )


@use_case("shop.edit", writes=True)
async def switch_logistics(work: Work, ask: SwitchLogistics) -> LogisticsView:
    """Take waybills of the market, their freight paid out of what the order brings, or take no more of them."""
    if ask.is_on:
        if not await carriage.offered_carriers(work):
            raise NoCarrier
        place = await parties.delivery_address(work, int(ask.address_id))
        await switches.switch_on(work, place, parties.reseal(work, place, owner=work.actor.org_id))
    else:
        await switches.switch_off(work)
    return await my_logistics(work, Nothing())


def sealed_sender(row: switches.Row) -> parties.SealedReceiver:
    """Who hands parcels over, sealed as it lies."""
    return parties.SealedReceiver(receiver=row["receiver"], phone=row["phone"], street=row["street"])


def place_of(row: switches.Row) -> str:
    """Where parcels are fetched, but for the street."""
    return " ".join(part for part in (row["province"], row["city"], row["county"]) if part)
