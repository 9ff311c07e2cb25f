"""What every book must keep: own goods, steps that fall, dates that can be meant, a buyer who may buy."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime

from huozhan import catalogue, parties
from huozhan.catalogue import Step
from huozhan.kernel.refusals import NotFound, Refusal, Sort
from huozhan.kernel.work import Work
from huozhan.pricebook.asks import SkuPrice
from huozhan.pricebook.book import Row
from huozhan.pricebook.store import books, members

NEVER = datetime(2999, 12, 31, tzinfo=UTC)
"""Until when a book holds that has no end."""
SPAN_MOST = "pricebook.span_most"


class OwnPrices(Refusal):
    """A shop has no prices of its own for itself."""

    code = "pricebook.own"


class NotYourGoods(Refusal):
    """A shop prices its own goods only."""

    code = "pricebook.not_your_goods"
    sort = Sort.invalid


class StepsDoNotFall(Refusal):
    """More pieces of a SKU cost no more each, and no quantity is named twice."""

    code = "pricebook.steps_do_not_fall"
    sort = Sort.invalid


class BadSpan(Refusal):
    """Prices hold between two moments, end in the future, and within the longest time that rule `pricebook.span_most` allows."""

    code = "pricebook.bad_span"
    sort = Sort.invalid


async def must_be_buyer(work: Work, buyer_id: str) -> int:
    """Refuses a shop itself, and whoever cannot buy."""
    if int(buyer_id) == work.actor.org_id:
        raise OwnPrices
    face = (await parties.org_faces(work, {int(buyer_id)})).get(int(buyer_id))
    if face is None or not face.can_buy:
        raise NotFound(buyer_id=buyer_id)
    return int(buyer_id)


def must_fit(work: Work, starts_at: datetime, ends_at: datetime) -> tuple[datetime, datetime]:
    """Refuses a span that is over, ends before it begins, or is longer than may be agreed."""
    most = work.rule(SPAN_MOST)
    begins = max(starts_at, work.now)
    if not (begins < ends_at and ends_at - begins <= most.span):
        raise BadSpan(field="ends_at", days=most.value)
    return starts_at.astimezone(work.now.tzinfo), ends_at.astimezone(work.now.tzinfo)


async def rows_from(work: Work, prices: Sequence[SkuPrice], *, offer_id: int = 0) -> list[Row]:
    """Prices by SKU as rows, if all are of the shop's own goods (of one offer, where it is named) and fall by quantity."""
    faces = await catalogue.sku_faces(work, {int(one.sku_id) for one in prices})
    steps: dict[int, list[Step]] = defaultdict(list)
    for one in prices:
        face = faces.get(int(one.sku_id))
        if face is None or face.seller_id != work.actor.org_id or offer_id not in {0, face.offer_id}:
            raise NotYourGoods(field="rows")
        steps[face.sku_id].append(Step(one.from_quantity, one.price_e4))
    rows = []
    for sku_id, own in steps.items():
        own.sort(key=lambda step: step.from_quantity)
        if not catalogue.ladder_is_sound(own):
            raise StepsDoNotFall(field="rows", code=faces[sku_id].sku_code)
        rows += [
            Row(
                offer_id=faces[sku_id].offer_id,
                sku_id=sku_id,
                from_quantity=step.from_quantity,
                price_e4=step.price_e4,
            )
            for step in own
        ]
    return rows


async def note_pair(work: Work, seller_id: int, buyer_id: int) -> None:
    """Tells the catalogue until when quotes of this pair must ask for books; the shop is locked by the caller."""
    is_member = await members.level_of(work, seller_id, buyer_id)
    until = NEVER if is_member else await books.lasts_until(work, seller_id, buyer_id)
    await catalogue.note_booked(work, seller_id, buyer_id, until)
