"""A glance: somebody opened the page of an offer."""

from datetime import datetime

import msgspec


class Glance(msgspec.Struct, frozen=True):
    """That a person opened an offer's page."""

    person_id: int
    offer_id: int
    at: datetime
