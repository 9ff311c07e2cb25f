"""What goods cost the one who looks: asked once for all offers of a page, and only where a shop has prices for this buyer."""

from collections.abc import Sequence
from typing import Any

from litestar import Request

from huozhan import pricebook
from huozhan.catalogue import OfferCard, OfferPage
from huozhan.doors.pages import forms

Req = Request[Any, Any, Any]


async def card_prices(request: Req, cards: Sequence[OfferCard]) -> dict[str, pricebook.views.CardPrice]:
    """By offer the lowest price that its shop has for the one who looks."""
    booked = [card for card in cards if card.is_booked][: pricebook.asks.OFFERS_MAX]
    if not booked:
        return {}
    asked = [{"offer_id": card.offer_id, "seller_id": card.seller_id} for card in booked]
    shown = await forms.ask(request, pricebook.offer_prices, offers=asked)
    found = {card.offer_id: pricebook.card_price(shown, card.offer_id, card.price_low_e4) for card in booked}
    return {offer_id: price for offer_id, price in found.items() if price}


async def offer_prices(request: Req, shown: OfferPage) -> pricebook.views.OfferPricesView | None:
    """What the shop of an offer has for the one who looks; None where it has nothing."""
    if not shown.is_booked:
        return None
    asked = {"offer_id": shown.offer_id, "seller_id": shown.seller_id}
    found: pricebook.views.OfferPricesView = await forms.ask(request, pricebook.offer_prices, offers=[asked])
    return found if found.skus or found.offers else None


def steps_of(
    mine: pricebook.views.OfferPricesView | None, offer_id: str, sku_id: str
) -> Sequence[pricebook.views.StepView]:
    """What books say of one SKU: of those whose quantity is reached the first one decides."""
    if mine is None:
        return ()
    named = next((sku.steps for sku in mine.skus if sku.sku_id == sku_id), None)
    if named is not None:
        return named
    return (mine.offers[offer_id],) if offer_id in mine.offers else ()


def for_cell(steps: Sequence[pricebook.views.StepView], list_e4: int) -> dict[str, Any]:
    """A cell's own prices: for the running total, and the first one as it is shown."""
    if not steps:
        return {"books": "", "mine": None}
    first = min(steps, key=lambda step: step.from_quantity)
    return {
        "books": [
            {"min": step.from_quantity, "price_e4": step.price_e4, "off_bp": step.off_bp} for step in steps
        ],
        "mine": {"price_e4": pricebook.step_e4(first, list_e4), "min": first.from_quantity},
    }
