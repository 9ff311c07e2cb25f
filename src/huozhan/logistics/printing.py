"""Printing: the label of a waybill, with sender and receiver in plain; that they were read is written down."""

from huozhan import ordering, parties
from huozhan.kernel.paging import Page, before_in, write_cursor
from huozhan.kernel.refusals import NotFound
from huozhan.kernel.work import Work, use_case
from huozhan.logistics.asking import waybill_view
from huozhan.logistics.asks import ListWaybills, WaybillRef
from huozhan.logistics.goods import goods_of
from huozhan.logistics.store import switches
from huozhan.logistics.store import waybills as store
from huozhan.logistics.switching import place_of, sealed_sender
from huozhan.logistics.views import LabelView, WaybillView
from huozhan.logistics.waybill import LIVE, WaybillState

REVEAL_REASON = "waybill label"


@use_case("sale.ship", writes=True)
async def waybill_label(work: Work, ask: WaybillRef) -> LabelView:
    """Show a waybill's label to print it; reading sender and receiver in plain is written down."""
    (pack,) = await ordering.orders_to_pack(work, [int(ask.order_id)]) or (None,)
    one = await store.read(work, int(ask.order_id), int(ask.waybill_id))
    if pack is None or one is None or "print" not in waybill_view(one).can:
        raise NotFound(waybill_id=ask.waybill_id)
    switch = await switches.of_org(work, one.seller_id)
    assert switch is not None, "a waybill is asked for by who has switched on"
    receiver = (await ordering.receivers_of(work, [one.order_id], REVEAL_REASON))[one.order_id]
    sender = await parties.open_receiver(work, sealed_sender(switch), one.seller_id, REVEAL_REASON)
    return LabelView(
        waybill=waybill_view(one),
        receiver=receiver.receiver,
        receiver_phone=receiver.phone,
        receiver_place=f"{pack.province} {pack.city} {pack.county} {receiver.street}",
        sender=sender.receiver,
        sender_phone=sender.phone,
        sender_place=f"{place_of(switch)} {sender.street}",
        goods=goods_of(pack.goods, one.lines),
        pieces=sum(quantity for _, quantity in one.lines),
    )


@use_case("sale.ship", writes=False)
async def my_waybills(work: Work, ask: ListWaybills) -> Page[WaybillView]:
    """List the shop's own waybills, the newest first."""
    states = list(WaybillState) if ask.state == "all" else sorted(LIVE)
    found = await store.of_seller(work, states, before_in(ask.cursor), ask.size + 1)
    shown = found[: ask.size]
    next_cursor = write_cursor(shown[-1].waybill_id) if len(found) > ask.size else None
    return Page([waybill_view(one) for one in shown], next_cursor)
