"""Samples: so many pieces of an offer for one buyer within a span, whoever orders at the same moment (B2.3)."""

from collections import Counter
from collections.abc import Mapping, Sequence

from huozhan.catalogue import Demand, Trouble, TroubleKind, Way, WayKind
from huozhan.kernel.refusals import Refusal
from huozhan.kernel.rules import Rule
from huozhan.kernel.work import Work
from huozhan.ordering.order import Order
from huozhan.ordering.store import samples
from huozhan.ordering.store.samples import Wanted


class SampleLimit(Refusal):
    """The buyer has had as many samples of an offer as the market allows for now."""

    code = "ordering.sample_limit"


def _limit(work: Work) -> tuple[int, Rule]:
    return work.rule("catalogue.sample_per_buyer").value, work.rule("catalogue.sample_span")


async def sample_troubles(work: Work, demands: Sequence[Demand]) -> tuple[Trouble, ...]:
    """Which offers' samples are more than the buyer may still order, counted with those of earlier orders."""
    wanted: Counter[int] = Counter()
    for demand in demands:
        if demand.sample:
            wanted[demand.goods.offer_id] += demand.quantity
    if not wanted:
        return ()
    pieces_max, rule = _limit(work)
    taken = await samples.taken(work, list(wanted), rule.span)
    return tuple(
        Trouble(
            code=TroubleKind.sample_limit,
            offer_id=offer_id,
            facts={
                "quantity": pieces,
                "limit": pieces_max,
                "left": max(0, pieces_max - taken.get(offer_id, 0)),
                "days": rule.span.days,
            },
            ways=(Way(kind=WayKind.remove, offer_id=offer_id),),
        )
        for offer_id, pieces in wanted.items()
        if pieces + taken.get(offer_id, 0) > pieces_max
    )


async def claim_samples(work: Work, orders: Sequence[Order]) -> None:
    """Counts the samples of new orders against the limit; the key of their rows holds where two come at once."""
    missing = {
        (offer_id, order.order_id): pieces
        for order in orders
        for offer_id, pieces in _samples(order, None).items()
    }
    pieces_max, rule = _limit(work)
    while missing:
        wanted = [Wanted(*key, pieces) for key, pieces in missing.items()]
        got = Counter(await samples.claim(work, orders[0].buyer_id, wanted, pieces_max, rule.span))
        if not got:
            raise SampleLimit(offer_id=str(wanted[0].offer_id), limit=pieces_max)
        missing = {key: left for key, pieces in missing.items() if (left := pieces - got[key[0]])}


async def give_samples_back(work: Work, order: Order, lines: Mapping[int, int] | None = None) -> None:
    """Samples that the buyer does not get count no more: all of an order, or so many pieces of some lines."""
    pieces = _samples(order, lines)
    if pieces:
        await samples.give_back(work, order, pieces)


def _samples(order: Order, lines: Mapping[int, int] | None) -> Mapping[int, int]:
    """Pieces by offer; an offer's samples are always in one order, because it has one freight template."""
    pieces: Counter[int] = Counter()
    for line in order.lines:
        if line.is_sample:
            pieces[line.offer_id] += line.quantity if lines is None else lines.get(line.line_no, 0)
    return +pieces
