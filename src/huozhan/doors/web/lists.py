"""榜单: the lists of the day, in all of the market, by category and by belt; each place says why it is there."""

from collections.abc import Sequence
from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from huozhan import insight
from huozhan.doors.hall import Hall
from huozhan.doors.pages import forms, showing, structured
from huozhan.doors.web import mine
from huozhan.insight import ListKind
from huozhan.kernel.refusals import NotFound

CHOICES_MAX = 200
HOT_ON_HOME = 6

Req = Request[Any, Any, Any]


def list_address(kind: str, category: str = "", belt: str = "") -> str:
    """The page of a list."""
    return showing.address(f"/lists/{kind}", category=category, belt="" if category else belt)


@get("/lists", include_in_schema=False)
async def lists() -> Response[Any]:
    """The first of them."""
    return forms.see(list_address(ListKind.hot))


@get("/lists/{kind:str}", include_in_schema=False)
async def daily_list(request: Req, kind: FromPath[str]) -> Response[Any]:
    """One list."""
    if kind not in set(ListKind):
        raise NotFound
    category = request.query_params.get("category", "")
    belt = "" if category else request.query_params.get("belt", "")
    shown = await forms.ask(request, insight.daily_list, kind=kind, category=category, belt=belt)
    choices = (await forms.ask(request, insight.filled_lists, kind=kind)).lists
    hall: Hall = request.app.state.hall
    lang = request.scope["state"]["lang"]
    name = shown.name.say(lang)
    title = hall.words.say(f"list.{kind}", lang)
    heading = f"{name} · {title}" if name else title
    trail = [("look.nav.home", "/"), (f"list.{kind}", list_address(kind))]
    steps = [(hall.words.say(key, lang), path) for key, path in trail]
    steps += [(name, list_address(kind, category, belt))] if name else []
    return showing.show(
        request,
        "web/list.html",
        heading,
        page={
            "section": "lists",
            "canonical": list_address(kind, category, belt),
            "structured": structured.written([structured.trail(steps, hall.settings.url)]),
        },
        shown=shown,
        heading=heading,
        rule=_rule(hall, shown, lang),
        trail=[{"label": label, "href": path} for label, path in steps],
        kinds=[
            {
                "label": hall.words.say(f"list.{one}", lang),
                "href": list_address(one, category, belt),
                "current": one == kind,
            }
            for one in ListKind
        ],
        categories=[one for one in choices if one.category][:CHOICES_MAX],
        belts=[one for one in choices if one.belt][:CHOICES_MAX],
        mine=await mine.card_prices(request, [one.found.card for one in shown.places]),
    )


def _rule(hall: Hall, shown: insight.views.DailyList, lang: str) -> str:
    """How the list is made, with the numbers it was made under; before the first day there are none."""
    if shown.on_day is None:
        return hall.words.say("list.not_yet", lang)
    spans = {code.removeprefix("insight."): days for code, days in shown.spans.items()}
    return hall.words.say(f"list.rule_{shown.kind}", lang, **spans)


async def of_market(request: Req) -> tuple[list[dict[str, Any]], insight.views.DailyList]:
    """Links to the lists of all of the market, and the first places of the hot one."""
    hot = await forms.ask(request, insight.daily_list, kind=ListKind.hot, size=HOT_ON_HOME)
    links = [{"kind": one.value, "href": list_address(one)} for one in ListKind] if hot.places else []
    return links, hot


async def of_category(request: Req, category: str) -> list[dict[str, Any]]:
    """Links to the lists of a category that have goods on them."""
    return _links((await forms.ask(request, insight.filled_lists, category=category)).lists)


async def of_belt(request: Req, belt: str) -> list[dict[str, Any]]:
    """Links to the lists of a belt that have goods on them."""
    return _links((await forms.ask(request, insight.filled_lists, belt=belt)).lists)


def _links(found: Sequence[insight.views.FilledList]) -> list[dict[str, Any]]:
    there = {one.kind: one for one in found}
    return [
        {"kind": kind.value, "href": list_address(kind, there[kind].category, there[kind].belt)}
        for kind in ListKind
        if kind in there
    ]


ROUTES = [lists, daily_list]
