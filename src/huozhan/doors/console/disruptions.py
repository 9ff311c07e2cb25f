"""疫情/灾害豁免: notices that one operator drafts and another approves, with how many orders they hit; then their end."""

from typing import Any

from litestar import Request, Response, get, post

from huozhan import disruption, fulfilment, operations
from huozhan.doors.console.frame import actor_of, show
from huozhan.doors.pages import forms, showing
from huozhan.doors.pages.forms import KEY_FIELD, Form
from huozhan.doors.pages.moments import read_moment, write_moment
from huozhan.doors.pages.regions import read_regions, write_regions
from huozhan.kernel.refusals import NotFound, Refusal
from huozhan.kernel.work import UseCase

Req = Request[Any, Any, Any]
KINDS = ("epidemic", "weather", "traffic", "event", "holiday")
DIRECTIONS = ("origin", "destination", "both")
_HOME = "/console/disruptions"
DEEDS: dict[str, UseCase[Any, Any]] = {
    "approve": operations.approve_disruption,
    "publish": operations.publish_disruption,
    "drop": operations.drop_disruption,
    "propose": operations.propose_disruption_end,
    "move_end": operations.judge_disruption_end,
    "keep_end": operations.judge_disruption_end,
}
"""What the buttons of a notice's page do."""


@get(_HOME, include_in_schema=False)
async def disruptions(request: Req) -> Response[Any]:
    """All notices, the newest first."""
    found = await forms.ask(
        request, disruption.suspensions, cursor=request.query_params.get("cursor") or None
    )
    return await show(
        request,
        "disruptions",
        "look.console.disruptions",
        "disruptions",
        notices=[_shown(request, one) for one in found.items],
        next_href=showing.address(_HOME, cursor=found.next_cursor) if found.next_cursor else "",
    )


def _shown(request: Req, one: disruption.views.SuspensionView) -> dict[str, Any]:
    lang = request.scope["state"]["lang"]
    return {"notice": one, "regions": write_regions(one.regions, lang)}


@get(f"{_HOME}/new", include_in_schema=False)
async def new(request: Req) -> Response[Any]:
    """An empty draft."""
    actor_of(request).must("market.operate")
    return await _form(request, None)


async def _form(
    request: Req,
    one: disruption.views.SuspensionView | None,
    refused: Refusal | None = None,
    form: Form | None = None,
) -> Response[Any]:
    lang = request.scope["state"]["lang"]
    shown = {"direction": "origin", "kind": "weather"} if one is None else _as_typed(request, one)
    found = await forms.ask(request, fulfilment.carriers)
    return await show(
        request,
        "disruption_edit",
        "console.disruption.new" if one is None else "console.disruption.edit",
        "disruptions",
        refused=refused,
        typed=form.values if form else shown,
        notice=one,
        kinds=KINDS,
        directions=DIRECTIONS,
        carriers=[{"code": c.carrier_code, "name": c.name.say(lang)} for c in found.carriers],
        chosen=form.lists.get("carriers", []) if form else (one.carriers if one else []),
    )


def _as_typed(request: Req, one: disruption.views.SuspensionView) -> dict[str, str]:
    lang = request.scope["state"]["lang"]
    return {
        "kind": one.kind,
        "title_zh": one.title.zh,
        "title_en": one.title.en,
        "regions": write_regions(one.regions, lang),
        "direction": one.direction,
        "categories": " ".join(one.categories),
        "from_at": write_moment(request, one.from_at),
        "until_at": write_moment(request, one.until_at),
        "evidence_url": one.evidence_url,
    }


@post(_HOME, include_in_schema=False)
async def draft(request: Req) -> Response[Any]:
    """Keeps a draft, new or changed."""
    form = await forms.read_form(request)
    suspension_id = form.get("suspension_id")
    try:
        drafted = await forms.ask(
            request, operations.draft_disruption, key=form.get(KEY_FIELD), suspension_id=suspension_id,
            **forms.fields_of(form, ("kind", "title_zh", "title_en", "direction", "evidence_url")),
            regions=read_regions(form.get("regions"), "regions"), carriers=form.lists.get("carriers", []),
            categories=form.get("categories").split(),
            from_at=read_moment(request, form.get("from_at"), "from_at"),
            until_at=read_moment(request, form.get("until_at"), "until_at"),
        )  # fmt: skip
    except NotFound:
        raise
    except Refusal as refusal:
        one = await _one(request, suspension_id) if suspension_id else None
        return await _form(request, one, refusal, form)
    return forms.see(f"{_HOME}/{drafted.suspension_id}")


@get(f"{_HOME}/{{suspension_id:str}}/edit", include_in_schema=False)
async def edit(request: Req, suspension_id: str) -> Response[Any]:
    """A draft to be changed."""
    actor_of(request).must("market.operate")
    return await _form(request, await _one(request, suspension_id))


async def _one(request: Req, suspension_id: str) -> disruption.views.SuspensionView:
    return await forms.ask(request, disruption.suspension, suspension_id=suspension_id)


@get(f"{_HOME}/{{suspension_id:str}}", include_in_schema=False)
async def notice(request: Req, suspension_id: str) -> Response[Any]:
    """One notice, with the orders it hits."""
    return await _page(request, suspension_id)


async def _page(
    request: Req, suspension_id: str, refused: Refusal | None = None, form: Form | None = None
) -> Response[Any]:
    one = await _one(request, suspension_id)
    hits = await forms.ask(request, operations.preview_disruption, suspension_id=suspension_id)
    return await show(
        request,
        "disruption",
        one.title.say(request.scope["state"]["lang"]),
        "disruptions",
        refused=refused,
        typed=form.values if form else {"until_at": write_moment(request, one.until_at)},
        hits=hits,
        **_shown(request, one),
    )


@post(f"{_HOME}/{{suspension_id:str}}", include_in_schema=False)
async def judge(request: Req, suspension_id: str) -> Response[Any]:
    """Approves, publishes, drops, or moves the end."""
    form = await forms.read_form(request)
    deed = form.get("deed")
    try:
        if deed not in DEEDS:
            raise NotFound
        more: dict[str, Any] = {}
        if deed == "propose":
            more["until_at"] = read_moment(request, form.get("until_at"), "until_at")
        elif deed in ("move_end", "keep_end"):
            more = {"until_at": form.get("proposed_until_at"), "agree": deed == "move_end"}
        await forms.ask(
            request, DEEDS[deed], key=form.get(KEY_FIELD), suspension_id=suspension_id, reason=form.get("reason"), **more
        )  # fmt: skip
    except NotFound:
        raise
    except Refusal as refusal:
        return await _page(request, suspension_id, refusal, form)
    return forms.see(f"{_HOME}/{suspension_id}")


ROUTES = [disruptions, new, draft, edit, notice, judge]
