"""Packing: the goods and receivers of orders to ship, in plain, for paper that goes with the goods."""

from huozhan import ordering
from huozhan.fulfilment.asks import Labels
from huozhan.fulfilment.tracking import line_view
from huozhan.fulfilment.views import LabelsView, LabelView
from huozhan.kernel.work import Work, use_case

REVEAL_REASON = "shipping label"


@use_case("sale.ship", writes=True)
async def labels(work: Work, ask: Labels) -> LabelsView:
    """List what to pick and where it goes; that receivers were read in plain is written down."""
    packs = await ordering.orders_to_pack(work, [int(order_id) for order_id in ask.order_ids])
    receivers = await ordering.receivers_of(work, [pack.goods.order_id for pack in packs], REVEAL_REASON)
    return LabelsView(
        labels=[
            LabelView(
                order_id=str(pack.goods.order_id),
                number=pack.goods.number,
                paid_at=pack.goods.paid_at,
                ship_promise_at=pack.ship_promise_at,
                buyer=pack.buyer,
                buyer_note=pack.buyer_note,
                country=pack.country,
                province=pack.province,
                city=pack.city,
                county=pack.county,
                postcode=pack.postcode,
                receiver=receivers[pack.goods.order_id].receiver,
                phone=receivers[pack.goods.order_id].phone,
                street=receivers[pack.goods.order_id].street,
                lines=[line_view(line, line.to_ship) for line in pack.goods.lines if line.to_ship],
                weight_g=sum(line.weight_g * line.to_ship for line in pack.goods.lines),
            )
            for pack in packs
        ]
    )
