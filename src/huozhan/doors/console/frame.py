"""What every page of the console has around it: its place in the side navigation, and what waits."""

from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import Request, Response

from huozhan import operations
from huozhan.doors.pages import forms, showing
from huozhan.doors.pages.forms import Form
from huozhan.kernel.actor import Actor
from huozhan.kernel.crypto import new_token
from huozhan.kernel.refusals import Refusal
from huozhan.kernel.work import UseCase

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


async def show_queue(
    request: Req,
    section: str,
    title: str,
    waiting: UseCase[Any, Any],
    named: str,
    *,
    refused: Refusal | None = None,
    form: Form | None = None,
) -> Response[Any]:
    """A page of what waits to be decided, which its template knows by a name; after a refusal the decision as it was typed."""
    actor_of(request).must("market.view")
    found = await forms.ask(request, waiting, cursor=request.query_params.get("cursor") or None)
    return await show(
        request,
        section,
        title,
        section,
        refused=refused,
        typed=form.values if form else None,
        next_href=showing.address(request.url.path, cursor=found.next_cursor) if found.next_cursor else "",
        **{named: found.items},
    )


def decided(form: Form, yes: str, no: str) -> bool | None:
    """What the button says that was pressed; None, which no use case takes, where it was neither of the two."""
    return {yes: True, no: False}.get(form.get("decision"))


async def _counts(request: Req) -> dict[str, int]:
    waiting = await forms.ask(request, operations.waiting)
    counts: dict[str, int] = msgspec.structs.asdict(waiting)
    counts["differences"] += counts.pop("files")
    return counts
