"""The insurer, reached over signed HTTP."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from huozhan.insurance.ports import InsurerDone
from huozhan.kernel.signed_http import SignedHttp


class HttpInsurer:
    """The insurer of return freight."""

    def __init__(self, http: SignedHttp) -> None:
        self._http = http

    async def insure(
        self, ref: str, *, policy_ref: str, subject: str, premium_minor: int, sum_minor: int, currency: str
    ) -> InsurerDone:
        """Takes an order on, or refuses."""
        body = {
            "ref": ref,
            "policy_ref": policy_ref,
            "subject": subject,
            "amount_minor": premium_minor,
            "sum_minor": sum_minor,
            "currency": currency,
        }
        return await self._http.post("policies", body, InsurerDone)

    async def do(
        self, ref: str, *, kind: str, policy_ref: str, amount_minor: int, currency: str
    ) -> InsurerDone:
        """Hears that a premium is owed to it, or that a policy ends and its premium is owed back."""
        body = {"ref": ref, "policy_ref": policy_ref, "amount_minor": amount_minor, "currency": currency}
        return await self._http.post(kind, body, InsurerDone)

    async def claim(
        self, ref: str, *, policy_ref: str, carrier_code: str, waybill: str, weight_g: int, most_minor: int,
        currency: str,
    ) -> InsurerDone:  # fmt: skip
        """Pays the freight of goods that were sent back, up to the most that is left of the sum, or refuses."""
        body = {
            "ref": ref,
            "policy_ref": policy_ref,
            "carrier_code": carrier_code,
            "waybill": waybill,
            "weight_g": weight_g,
            "most_minor": most_minor,
            "currency": currency,
        }
        return await self._http.post("claims", body, InsurerDone)

    async def settlement(self, on: date) -> list[Mapping[str, Any]]:
        """The insurer's file of what passes between its bank and ours on a day."""
        return await self._http.lines("files/settlement", on=on.isoformat())

    async def movements(self, on: date) -> list[Mapping[str, Any]]:
        """The insurer's file of premiums and claims of a day."""
        return await self._http.lines("files/deeds", on=on.isoformat())
