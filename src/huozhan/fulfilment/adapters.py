"""The carriers' hub over signed HTTP (docs/stand-ins.md)."""

from typing import Any

import msgspec

from huozhan.fulfilment.views import Subscription
from huozhan.kernel.signed_http import SignedHttp

CARRIER_HOOK = "/hooks/carrier"
"""Where the hub tells scans; it knows the market's own address."""


class HttpCarrier:
    """The hub at the other end of a signed connection."""

    def __init__(self, party: SignedHttp) -> None:
        self._party = party

    async def subscribe(self, errand: Subscription) -> None:
        """Asks to be told of every scan of one parcel."""
        body: dict[str, Any] = msgspec.to_builtins(errand)
        await self._party.post("subscriptions", body | {"notify_url": CARRIER_HOOK})
