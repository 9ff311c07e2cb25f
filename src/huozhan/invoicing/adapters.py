"""The tax party, reached over signed HTTP."""

from typing import Any
from urllib.parse import quote

import msgspec

from huozhan.invoicing.ports import TaxAnswer, TaxRecord
from huozhan.invoicing.views import TaxErrand
from huozhan.kernel.signed_http import PartyRefused, SignedHttp

TAX_HOOK = "/hooks/tax"


class HttpTaxParty:
    """The tax party behind the stand-in's wire."""

    def __init__(self, http: SignedHttp) -> None:
        self._http = http

    async def ask(self, errand: TaxErrand) -> TaxAnswer:
        """Asks for what the errand says, under its own reference."""
        body: dict[str, Any] = {"ref": errand.ref, "notify_url": TAX_HOOK}
        if errand.what == "issue":
            assert errand.seller
            assert errand.buyer
            body |= {
                "kind": errand.kind,
                "currency": errand.currency,
                "seller": {"name": errand.seller.name, "taxpayer_id": errand.seller.taxpayer_id},
                "buyer": msgspec.to_builtins(errand.buyer),
                "lines": msgspec.to_builtins(errand.lines),
                "amount_minor": errand.amount_minor,
                "tax_minor": errand.tax_minor,
                "note": errand.note,
            }
            return await self._http.post("invoices", body, TaxAnswer)
        body["number"] = errand.number
        body["note"] = errand.note
        if errand.what == "void":
            return await self._http.post("voids", body, TaxAnswer)
        assert errand.what == "red"
        body |= {
            "lines": msgspec.to_builtins(errand.lines),
            "amount_minor": errand.amount_minor,
            "tax_minor": errand.tax_minor,
        }
        return await self._http.post("reds", body, TaxAnswer)

    async def query(self, ref: str) -> TaxAnswer | None:
        """Tells how a request stands."""
        try:
            return await self._http.get(f"requests/{quote(ref, safe=':')}", TaxAnswer)
        except PartyRefused as refused:
            if refused.status == 404:
                return None
            raise

    async def look_up(self, number: str) -> TaxRecord | None:
        """Tells what stands under a number."""
        try:
            return await self._http.get(f"invoices/{quote(number, safe='')}", TaxRecord)
        except PartyRefused as refused:
            if refused.status == 404:
                return None
            raise

    async def download(self, number: str, format_: str) -> bytes:
        """A file of an invoice or red letter."""
        return await self._http.file(f"files/{quote(number, safe='')}", format=format_)
