"""Returns without a reason, where the shop promises them: no question before the goods are back (B1.3, B1.6)."""

from huozhan import catalogue, ordering, parties
from huozhan.aftersales import going, released
from huozhan.aftersales.case import MARKET, NO_REASON, Case, Kind, Liability
from huozhan.aftersales.store.cases import By
from huozhan.kernel.refusals import Refusal, Sort
from huozhan.kernel.work import Work


class NotPromised(Refusal):
    """The shop did not promise returns without a reason for this order, or their time is over."""

    code = "aftersales.not_promised"


class ReturnPromised(Refusal):
    """A return that the shop promised is not refused before the goods are seen."""

    code = "aftersales.return_promised"


class DamageUnproven(Refusal):
    """Goods that came back under the promise are only rejected with pictures of what is wrong with them."""

    code = "aftersales.damage_unproven"
    sort = Sort.invalid


def is_promised(work: Work, order: ordering.OrderInCase) -> bool:
    """Tells whether goods of an order may be sent back without a reason now."""
    until = released.open_until(work, order, Liability.wish, NO_REASON)
    return catalogue.Service.no_reason in order.services and (until is None or until > work.now)


def must_be_promised(work: Work, order: ordering.OrderInCase, reason: str, kind: Kind) -> None:
    """Refuses a return without a reason that was not promised; what is kept is not a return."""
    if reason == NO_REASON and (kind is not Kind.return_refund or not is_promised(work, order)):
        raise NotPromised(number=order.number)


async def agree_at_once(work: Work, order: ordering.OrderInCase, case: Case) -> Case:
    """The promise is the seller's yes: the buyer learns at once where to send the goods, unless the seller must say it."""
    if case.reason != NO_REASON:
        return case
    address = await parties.default_address(work, case.seller_id)
    if address is None:
        return case
    return await going.agree_to_return(work, order, case, By(MARKET, 0), address)


def must_not_be_refused(case: Case, *, goods_seen: bool, pictures: tuple[str, ...]) -> None:
    """Refuses a no to a promised return: before the goods are seen, or without pictures of what is wrong with them."""
    if case.reason == NO_REASON and not goods_seen:
        raise ReturnPromised(number=case.number)
    if case.reason == NO_REASON and not pictures:
        raise DamageUnproven(number=case.number)
