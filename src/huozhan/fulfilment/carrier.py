"""Carriers this market knows, and how their waybills look; and the port to them."""

import functools
import re
from importlib import resources
from typing import Protocol

import msgspec

from huozhan.fulfilment.views import CarriersView, CarrierView, Subscription
from huozhan.kernel.refusals import Refusal
from huozhan.kernel.shapes import Bilingual, Nothing
from huozhan.kernel.work import Work, use_case


class UnknownCarrier(Refusal):
    """No carrier goes by this code or name."""

    code = "fulfilment.unknown_carrier"


class OddWaybill(Refusal):
    """This carrier's waybills do not look like that."""

    code = "fulfilment.odd_waybill"


class Carrier(msgspec.Struct, frozen=True):
    """One carrier."""

    carrier_code: str
    name_zh: str
    name_en: str
    waybill_pattern: str


class CarrierPort(Protocol):
    """A carriers' hub that follows parcels and tells their scans."""

    async def subscribe(self, errand: Subscription) -> None:
        """Asks to be told of every scan of one parcel; asked again with the same content it changes nothing."""
        ...


@functools.cache
def carriers_by_code() -> dict[str, Carrier]:
    """All carriers by their code, from the reference list."""
    text = (resources.files("huozhan") / "reference" / "carriers.jsonl").read_bytes()
    found = [msgspec.json.decode(line, type=Carrier) for line in text.splitlines() if line.strip()]
    return {carrier.carrier_code: carrier for carrier in found}


@functools.cache
def _by_any_name() -> dict[str, str]:
    return {
        name.casefold(): carrier.carrier_code
        for carrier in carriers_by_code().values()
        for name in (carrier.carrier_code, carrier.name_zh, carrier.name_en)
    }


def find_carrier(name: str) -> Carrier:
    """The carrier that goes by a code or a name in either language, or the first whose name begins so.

    The reference list names a house's parcels before its freight; a wrong guess is refused by the waybill's look.
    """
    said, known = name.strip().casefold(), _by_any_name()
    begun = (code for full, code in known.items() if len(said) > 1 and full.startswith(said))
    code = known.get(said) or next(begun, None)
    if code is None:
        raise UnknownCarrier(carrier=name)
    return carriers_by_code()[code]


def check_waybill(carrier: Carrier, waybill: str) -> str:
    """The waybill as it is written, spaces and dashes aside; refuses one that this carrier cannot have given out."""
    plain = re.sub(r"[\s-]", "", waybill).upper()
    if not re.fullmatch(carrier.waybill_pattern, plain, re.ASCII):
        raise OddWaybill(carrier=carrier.name_zh, carrier_en=carrier.name_en, waybill=waybill)
    return plain


def carrier_name(carrier_code: str) -> Bilingual:
    """How people call a carrier; nothing where there is none."""
    found = carriers_by_code().get(carrier_code)
    return Bilingual(zh=found.name_zh, en=found.name_en) if found else Bilingual()


def checked_waybill(carrier: str, waybill: str) -> tuple[str, str]:
    """A carrier's code and a waybill as it is written; refuses a carrier nobody knows and a waybill it cannot have given out."""
    found = find_carrier(carrier)
    return found.carrier_code, check_waybill(found, waybill)


@use_case("public", writes=False)
async def carriers(work: Work, ask: Nothing) -> CarriersView:  # noqa: ARG001 -- every use case has this form
    """List the carriers this market knows."""
    return CarriersView(
        carriers=[
            CarrierView(
                carrier_code=carrier.carrier_code,
                name=Bilingual(zh=carrier.name_zh, en=carrier.name_en),
                waybill_pattern=carrier.waybill_pattern,
            )
            for carrier in carriers_by_code().values()
        ]
    )
