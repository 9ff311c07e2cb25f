"""What every page of the console has around it: its place in the side navigation, and what waits."""

from collections.abc import Mapping
from typing import Any

from litestar import Request, Response

from huozhan import aftersales, operations, ordering, parties, payments
from huozhan.doors.pages import forms, showing
from huozhan.kernel.actor import Actor
from huozhan.kernel.crypto import new_token
from huozhan.kernel.refusals import Refusal

Req = Request[Any, Any, Any]
_DEEDS = ("market.review", "market.offers", "market.ledger", "market.operate", "market.rules")


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
    """A page of the console; after a refusal the form it was about, as it was typed."""
    forms.must_be_for_a_form(refused)
    may = actor_of(request).may
    return showing.show(
        request,
        f"console/{template}.html",
        title,
        page={"section": section, "counts": await _counts(request)},
        refused=refused,
        typed=typed,
        form_key=new_token(),
        may={name: may(name) for name in _DEEDS},
        **context,
    )


async def _counts(request: Req) -> dict[str, int]:
    chores = await forms.ask(request, operations.chores)
    counts = {"timers_late": len(chores.late_timers), "jobs_failed": len(chores.failed_jobs)}
    if actor_of(request).may("market.view"):
        counts["cases"] = len((await forms.ask(request, aftersales.cases_to_rule, size=100)).items)
    if actor_of(request).may("market.review"):
        waiting = await forms.ask(request, parties.supplier_applications, state="waiting", limit=100)
        counts["suppliers"] = len(waiting.items)
    filings = await forms.ask(request, ordering.exemption_filings, size=100)
    counts["filings"] = len(filings.items)
    if actor_of(request).may("market.ledger"):
        receipts = await forms.ask(request, payments.parked_receipts, size=100)
        parked = await forms.ask(request, payments.bank_receipts, open=True, size=100)
        counts["bank"] = sum(1 for receipt in parked.items if receipt.state == "parked")
        differences = await forms.ask(request, payments.differences, size=100)
        counts["differences"] = len(differences.items)
        counts["receipts"] = sum(1 for receipt in receipts.items if receipt.state == "parked")
    return counts
