"""今日: what must be done before which hour, then the day's figures."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Response, get

from huozhan import catalogue, ordering
from huozhan.doors.desk.frame import Req, actor_of, show
from huozhan.doors.hall import Hall
from huozhan.doors.pages import forms

SHOWN = 8
DAYS_SHOWN = 7
URGENT_SECONDS = 6 * 3_600


@get("/desk", include_in_schema=False)
async def today(request: Req) -> Response[Any]:
    """What to do first."""
    actor_of(request).must("offer.view")
    waiting = [*await _sales(request, "wait_send"), *await _sales(request, "part_sent")]
    to_ship = sorted((card for card in waiting if card.until), key=lambda card: card.until)
    refunds = [card for card in [*waiting, *await _sales(request, "wait_receive")] if card.has_refund_open]
    low = await forms.ask(request, catalogue.my_offers, low_stock=True, states=["on_sale"], size=SHOWN)
    hinted = await forms.ask(request, catalogue.my_offers, hinted=True, states=["on_sale"], size=SHOWN)
    counts = await forms.ask(request, ordering.order_counts, selling=True)
    now = _now(request)
    return await show(
        request,
        "today",
        "look.desk.today",
        "today",
        to_ship=to_ship[:SHOWN],
        urgent=sum(1 for card in to_ship if (card.until - now).total_seconds() < URGENT_SECONDS),
        refunds=refunds[:SHOWN],
        low=low.items,
        more_low=bool(low.next_cursor),
        hinted=hinted.items,
        counts=counts,
        days=(await forms.ask(request, ordering.sales_by_day, days=_days(request))).days,
        promises=await forms.ask(request, ordering.my_promises)
        if actor_of(request).may("order.view")
        else None,
        offers=await forms.ask(request, catalogue.offer_counts),
    )


async def _sales(request: Req, state: str) -> list[Any]:
    return list((await forms.ask(request, ordering.my_sales, state=state, size=100)).orders)


def _now(request: Req) -> datetime:
    hall: Hall = request.app.state.hall
    return hall.clock.now()


def _days(request: Req) -> list[str]:
    """When the last days began where the market is, the oldest first."""
    hall: Hall = request.app.state.hall
    local = _now(request).astimezone(ZoneInfo(hall.terms.timezone))
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return [(midnight - timedelta(days=ago)).isoformat() for ago in reversed(range(DAYS_SHOWN))]


ROUTES = [today]
