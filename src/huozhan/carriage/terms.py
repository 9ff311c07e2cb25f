"""Terms: what holds with a carrier from a moment on, and what a parcel costs under them (B2.4). Pure."""

from datetime import datetime

import msgspec

from huozhan.kernel.refusals import Refusal

EVERYWHERE = ""
"""The region of a price for every place that no other price names."""


class NotCarriedThere(Refusal):
    """The carrier has no price for this region."""

    code = "carriage.not_carried_there"


class Price(msgspec.Struct, frozen=True, kw_only=True):
    """What a parcel costs to a region, named by the beginning of its division code: first weight, then each further one begun."""

    region_code: str
    first_g: int
    first_minor: int
    next_g: int
    next_minor: int

    def fee(self, weight_g: int) -> int:
        """What so many grams cost, in minor units."""
        further = max(0, weight_g - self.first_g)
        return self.first_minor + -(-further // self.next_g) * self.next_minor


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """One version of what was agreed with a carrier."""

    carrier_id: int
    carrier_code: str
    version: int
    is_on: bool
    effective_from: datetime
    prices: tuple[Price, ...]

    def price(self, region_code: str) -> Price:
        """The price of a region; the most specific one wins. Refuses `NotCarriedThere`."""
        fitting = [price for price in self.prices if region_code.startswith(price.region_code)]
        if not fitting:
            raise NotCarriedThere(region=region_code)
        return max(fitting, key=lambda price: len(price.region_code))
