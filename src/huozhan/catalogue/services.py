"""What a shop promises its buyers beyond the law; an order keeps what was promised when it was placed."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from huozhan.kernel.shapes import View
from huozhan.kernel.work import Work


class Service(StrEnum):
    """A promise that a shop makes for all of its goods, or does not."""

    no_reason = "no_reason"
    """Received goods may be sent back without a reason, the buyer paying their way."""
    fast_refund = "fast_refund"
    """Money asked back before shipment is answered within hours."""
    freight_insurance = "freight_insurance"
    """The supplier pays the premium of an insurer that pays the freight of goods sent back, within hours of their receipt."""


_RULES = {
    Service.no_reason: "aftersale_window.no_reason",
    Service.fast_refund: "refund_answer.fast",
    Service.freight_insurance: "insurance.pays_within",
}


class ServiceView(View, frozen=True, kw_only=True):
    """A promise of the shop, and the days or hours it is about; the words are under `service.<code>`."""

    code: Service
    n: int


def service_views(work: Work, services: Iterable[str], moment: datetime) -> list[ServiceView]:
    """The promises as the rules of a moment have them."""
    return [
        ServiceView(code=code, n=work.rules.at(_RULES[code], moment).value)
        for code in Service
        if code in set(services)
    ]
