"""The reader's own place: the city of their organisation's default address."""

from typing import Any

from litestar import Request

from huozhan import parties
from huozhan.doors.pages import forms
from huozhan.doors.pages.places import city_of
from huozhan.kernel.actor import Actor


async def own_place(request: Request[Any, Any, Any]) -> str:
    """The city of the organisation's default address: close enough for freight, and no street of anybody; '' where there is none."""
    actor: Actor = request.scope["state"]["actor"]
    if not actor.may("org.view"):
        return ""
    found = [one for one in await forms.ask(request, parties.addresses) if one.division_code]
    return city_of(found[0].division_code) if found else ""
