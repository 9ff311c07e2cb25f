"""Publishing offers."""

from huozhan.catalogue.goods import QuoteType, Step
from huozhan.catalogue.offer import Axis, Name, OfferState, PublishOffer, SkuAsk
from huozhan.catalogue.publishing import publish_offer
from huozhan.doors.hall import Hall
from huozhan.kernel.actor import Actor


def shirts(**changes: object) -> PublishOffer:
    """Shirts in two colours at one ladder."""
    import msgspec

    return msgspec.structs.replace(
        PublishOffer(
            offer_code="TEE-1",
            category_id="aa-1-13-8",
            title=Name("纯棉T恤", "Cotton tee"),
            quote_type=QuoteType.offer_ladder,
            ladder=(Step(2, 150_000), Step(20, 140_000)),
            options=(Axis(name=Name("颜色", "Colour"), values=(Name("红", "Red"), Name("蓝", "Blue"))),),
            skus=(
                SkuAsk(sku_code="TEE-1-R", choice=(0,), stock=100),
                SkuAsk(sku_code="TEE-1-B", choice=(1,), stock=50),
            ),
            moq=2,
        ),
        **changes,
    )


async def test_a_published_offer_stands_and_the_same_again_changes_nothing(hall: Hall, mei: Actor) -> None:
    first = await hall.run(publish_offer, shirts(), mei)
    again = await hall.run(publish_offer, shirts(), mei)

    assert (first.state, first.version, first.changed) == (OfferState.on_sale, 1, True)
    assert (again.offer_id, again.version, again.changed) == (first.offer_id, 1, False)
