"""What every page of the workbench has around it: its place in the side navigation, and the figures beside it."""

from collections.abc import Mapping
from typing import Any

from litestar import Request, Response

from huozhan import aftersales, messaging, ordering
from huozhan.doors.pages import forms, showing
from huozhan.kernel.actor import Actor
from huozhan.kernel.crypto import new_token
from huozhan.kernel.refusals import Refusal

Req = Request[Any, Any, Any]
TO_SHIP = ("wait_send", "part_sent")


def actor_of(request: Req) -> Actor:
    """The one who looks."""
    actor: Actor = request.scope["state"]["actor"]
    return actor


async def show(
    request: Req,
    template: str,
    title: str,
    section: str,
    *,
    refused: Refusal | None = None,
    typed: Mapping[str, Any] | None = None,
    **context: Any,
) -> Response[Any]:
    """A page of the workbench; after a refusal the form it was about, as it was typed."""
    forms.must_be_for_a_form(refused)
    may = actor_of(request).may
    counts = {}
    if may("order.view"):
        states = (await forms.ask(request, ordering.order_counts, selling=True)).states
        counts["to_ship"] = sum(states[state] for state in TO_SHIP)
        counts["messages"] = (await forms.ask(request, messaging.unread_conversations, selling=True)).unread
        counts["cases"] = (await forms.ask(request, aftersales.cases_waiting, selling=True)).count
    return showing.show(
        request,
        f"desk/{template}.html",
        title,
        page={"section": section, "counts": counts},
        refused=refused,
        typed=typed,
        form_key=new_token(),
        may={
            name: may(name)
            for name in (
                "offer.edit",
                "stock.edit",
                "sale.amend",
                "sale.ship",
                "shop.edit",
                "funds.withdraw",
                "offer.view",
                "funds.view",
                "credit.grant",
                "invoice.issue",
            )
        },
        **context,
    )
