"""Restricting: a shop that may neither publish nor receive orders for now, and why."""

from collections.abc import Collection

from huozhan.catalogue.facts import ShopChanged
from huozhan.catalogue.store import offers as store
from huozhan.kernel.refusals import Refusal
from huozhan.kernel.work import Work

CLOSED = "closed"
DEPOSIT = "deposit"


class ShopRestricted(Refusal):
    """The shop's deposit is below the floor: nothing may be put on sale until it is paid in."""

    code = "catalogue.shop_restricted"


class ShopIsClosed(Refusal):
    """The shop was closed by its owner; it must be opened first."""

    code = "catalogue.shop_closed"


async def restrict_shops(work: Work, seller_ids: Collection[int], why: str) -> None:
    """Restricts shops, or frees them where `why` is empty; a closed shop stays closed until its owner opens it."""
    for seller_id in await store.restrict(work, sorted(seller_ids), why):
        work.record(ShopChanged(seller_id=seller_id))


async def open_shop(work: Work, seller_id: int) -> None:
    """Opens a shop that its owner had closed."""
    await store.lift_closing(work, seller_id)
    work.record(ShopChanged(seller_id=seller_id))


async def lock_closed(work: Work, seller_id: int) -> bool:
    """Tells whether a shop is closed by its owner, and keeps it so until the transaction ends."""
    return await store.lock_restriction(work, seller_id) == CLOSED


async def restrictions_of(work: Work, seller_ids: Collection[int]) -> dict[int, str]:
    """Which of these shops may not sell, and why."""
    return await store.restrictions(work, sorted(seller_ids))


async def must_be_open(work: Work) -> None:
    """Refuses whose own shop may not sell now."""
    why = (await restrictions_of(work, [work.actor.org_id])).get(work.actor.org_id)
    if why == CLOSED:
        raise ShopIsClosed
    if why:
        raise ShopRestricted
