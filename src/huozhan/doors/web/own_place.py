"""Where a reader's goods go: the place they chose, else the city of their organisation's default address."""

from typing import Any

from litestar import Request

from huozhan import parties
from huozhan.doors.entrance import set_cookie
from huozhan.doors.hall import Hall
from huozhan.doors.pages import forms
from huozhan.doors.pages.places import city_of, place_name
from huozhan.kernel.actor import Actor

PLACE_COOKIE = "hz_place"
PLACE_FIRST = "310000"
_KEPT_SECONDS = 31_536_000

Req = Request[Any, Any, Any]


async def own_place(request: Req) -> str:
    """The city of the organisation's default address: close enough for freight, and no street of anybody; '' where there is none."""
    actor: Actor = request.scope["state"]["actor"]
    if not actor.may("org.view"):
        return ""
    found = [one for one in await forms.ask(request, parties.addresses) if one.division_code]
    return city_of(found[0].division_code) if found else ""


async def place_for(request: Req) -> str:
    """The province or city that goods go to: the one just chosen, else the last one chosen, else the reader's own."""
    return chosen_place(request) or await own_place(request) or PLACE_FIRST


def place_of(request: Req) -> str:
    """The same without asking for the reader's own place."""
    return chosen_place(request) or PLACE_FIRST


def chosen_place(request: Req) -> str:
    """What the address says, kept for later; else what was kept; '' where nothing was chosen yet."""
    hall: Hall = request.app.state.hall
    state = request.scope["state"]
    to, kept = request.query_params.get("to", ""), state["cookies"].get(PLACE_COOKIE, "")
    if not place_name(to):
        return kept if place_name(kept) else ""
    if to != kept:
        set_cookie(state, PLACE_COOKIE, to, max_age=_KEPT_SECONDS, secure=hall.settings.secure_cookies)
    return to
