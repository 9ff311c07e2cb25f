"""Facts of a page as search engines read them: JSON-LD in the words of schema.org."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec

from huozhan.catalogue import OfferPage
from huozhan.kernel.money import PRICE_SCALE

_CONTEXT = "https://schema.org"


def written(facts: Sequence[Mapping[str, Any]]) -> str:
    """The facts as the text of a data block; nothing in it can end the block."""
    text = msgspec.json.encode([{"@context": _CONTEXT, **fact} for fact in facts]).decode()
    return text.replace("<", "\\u003c")


def site(name: str, url: str) -> dict[str, Any]:
    """The market itself."""
    return {"@type": "WebSite", "name": name, "url": f"{url}/"}


def trail(steps: Sequence[tuple[str, str]], url: str) -> dict[str, Any]:
    """Where a page stands: names and paths from the front page on."""
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": at, "name": name, "item": url + path}
            for at, (name, path) in enumerate(steps, start=1)
        ],
    }


def product(
    shown: OfferPage, *, lang: str, currency: str, pictures: Sequence[str], url: str
) -> dict[str, Any]:
    """An offer: what it is, what it costs from the first step to the last, and whether it is there."""
    fact: dict[str, Any] = {
        "@type": "Product",
        "name": shown.title.say(lang),
        "sku": shown.offer_code,
        "url": f"{url}/offers/{shown.offer_id}",
    }
    if pictures:
        fact["image"] = [url + one for one in pictures]
    fact["offers"] = {
        "@type": "AggregateOffer",
        "priceCurrency": currency,
        "lowPrice": _price(shown.price_low_e4),
        "highPrice": _price(shown.price_high_e4),
        "offerCount": max(len(shown.skus), 1),
        "availability": f"{_CONTEXT}/{'InStock' if shown.free > 0 else 'OutOfStock'}",
        "eligibleQuantity": {"@type": "QuantitativeValue", "minValue": shown.moq},
    }
    if shown.points_e2 is not None:
        fact["aggregateRating"] = {
            "@type": "AggregateRating",
            "ratingValue": f"{shown.points_e2 // 100}.{shown.points_e2 % 100:02d}",
            "reviewCount": shown.reviews,
            "bestRating": 5,
            "worstRating": 1,
        }
    if shown.seller:
        fact["offers"]["seller"] = {"@type": "Organization", "name": shown.seller.name.say(lang)}
    return fact


def _price(price_e4: int) -> str:
    """A unit price in the currency's major unit, as it is written in a number."""
    return f"{Decimal(price_e4) / PRICE_SCALE:f}"
