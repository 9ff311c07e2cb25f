"""What a browser keeps for a reader who has no account to keep it in, and how it comes along when they sign in."""

import re
from collections.abc import Sequence
from typing import Any

import msgspec
from litestar import Request

from huozhan import interest
from huozhan.doors.entrance import SESSION_COOKIE, set_cookie, who_knocks
from huozhan.doors.hall import Hall
from huozhan.doors.pages import forms
from huozhan.kernel.actor import Actor

KEPT_COOKIE = "hz_kept"
SEEN_COOKIE = "hz_seen"
KEPT_MAX = 30
SEEN_MAX = 20
"""A browser keeps 4 KB of one cookie and sends them with every request."""
KEPT_SECONDS = 180 * 86_400
_ID = re.compile(r"[0-9]{1,18}|[1-8][0-9]{18}")

Req = Request[Any, Any, Any]


class Memory(msgspec.Struct):
    """Ids of offers and shops that a browser keeps, the latest first, and of offers that it saw."""

    offers: list[str]
    shops: list[str]
    seen: list[str]


def has_account(request: Req) -> bool:
    """Tells whether the reader's organisation keeps favourites."""
    return actor_of(request).may("cart.use")


def may_keep(request: Req) -> bool:
    """Tells whether the reader can keep anything: buyers do, and whoever has not come so far yet."""
    return has_account(request) or not actor_of(request).org_id


def actor_of(request: Req) -> Actor:
    """Who looks at the page."""
    return request.scope["state"]["actor"]  # type: ignore[no-any-return]


def memory_of(request: Req) -> Memory:
    """What this browser keeps; what is none of our ids is left out."""
    cookies = request.scope["state"]["cookies"]
    kept = cookies.get(KEPT_COOKIE, "").split(".")
    return Memory(
        offers=ids_among([one[1:] for one in kept if one[:1] == "o"])[:KEPT_MAX],
        shops=ids_among([one[1:] for one in kept if one[:1] == "s"])[:KEPT_MAX],
        seen=ids_among(cookies.get(SEEN_COOKIE, "").split("."))[:SEEN_MAX],
    )


def ids_among(texts: Sequence[str]) -> list[str]:
    """Those of some texts that are ids, each once."""
    return [one for one in dict.fromkeys(texts) if _ID.fullmatch(one)]


def remember(request: Req, memory: Memory) -> None:
    """Has the browser keep this, as far as it is ids; what is empty is taken away."""
    offers, shops, seen = map(ids_among, (memory.offers, memory.shops, memory.seen))
    kept = [f"o{one}" for one in offers[:KEPT_MAX]] + [f"s{one}" for one in shops[:KEPT_MAX]]
    _write(request, KEPT_COOKIE, kept)
    _write(request, SEEN_COOKIE, seen[:SEEN_MAX])


def _write(request: Req, name: str, values: Sequence[str]) -> None:
    hall: Hall = request.app.state.hall
    state = request.scope["state"]
    text = ".".join(values)
    if text == state["cookies"].get(name, ""):
        return
    state["cookies"][name] = text
    # The page's script looks whether there is anything to mark; nothing of it is a secret.
    set_cookie(
        state,
        name,
        text,
        max_age=KEPT_SECONDS if text else 0,
        secure=hall.settings.secure_cookies,
        http_only=False,
    )


def note_seen(request: Req, offer_id: str) -> None:
    """Notes that the reader looked at an offer: for the account in passing, else in the browser."""
    hall: Hall = request.app.state.hall
    actor = actor_of(request)
    if actor.person_id:
        hall.glances.note(actor.person_id, int(offer_id), hall.clock.now())
        return
    memory = memory_of(request)
    memory.seen = [offer_id, *(one for one in memory.seen if one != offer_id)]
    remember(request, memory)


async def bring_along(request: Req, token: str = "") -> None:
    """Makes what the browser kept the account's; with a token, of whoever has just come in by it."""
    hall: Hall = request.app.state.hall
    state, memory = request.scope["state"], memory_of(request)
    if not (memory.offers or memory.shops or memory.seen):
        return
    actor = actor_of(request)
    if token:
        known = {**state, "cookies": {**state["cookies"], SESSION_COOKIE: token}}
        actor = await who_knocks(hall, known) or actor
    if not actor.person_id:
        return
    ask = interest.asks.TakeAlong(
        offers=tuple(memory.offers), shops=tuple(memory.shops), seen=tuple(memory.seen)
    )
    taken = await hall.run(interest.take_along, ask, actor)
    kept = Memory([], [], []) if taken.kept else Memory(memory.offers, memory.shops, [])
    remember(request, kept)


async def kept_ids(request: Req, offers: Sequence[str], shops: Sequence[str] = ()) -> set[str]:
    """Those of these offers and shops that are kept."""
    if has_account(request):
        found = await forms.ask(request, interest.favourites_among, offers=list(offers), shops=list(shops))
        return {*found.offers, *found.shops}
    memory = memory_of(request)
    return {*offers, *shops} & {*memory.offers, *memory.shops}
