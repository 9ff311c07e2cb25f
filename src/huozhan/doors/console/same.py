"""同款: what suppliers object to, and single groups with what told them; taken apart or put together with a reason."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from huozhan import operations, search
from huozhan.doors.console.frame import Req, actor_of, decided, show, show_queue
from huozhan.doors.pages import forms
from huozhan.doors.pages.forms import KEY_FIELD, Form
from huozhan.kernel.refusals import NotFound, Refusal

_HOME = "/console/same"


@get(_HOME, include_in_schema=False)
async def reports(request: Req) -> Response[Any]:
    """What waits to be decided, and a way to any group: by its offer's number or address, or by words."""
    actor_of(request).must("market.view")
    wanted = request.query_params.get("offer", "").strip()
    if not wanted:
        return await _page(request)
    offer_id = wanted.rsplit("/", 1)[-1]
    if offer_id.isdigit():
        try:
            await forms.ask(request, search.same_group, offer_id=offer_id)
        except Refusal:
            return await _page(request, NotFound(offer_id=offer_id[:40]))
        return forms.see(f"{_HOME}/{offer_id}")
    try:
        found = await forms.ask(request, search.find_same, q=wanted)
    except Refusal as refusal:
        return await _page(request, refusal)
    return await show(request, "same_found", "same.console", "same", found=found, wanted=wanted)


async def _page(request: Req, refused: Refusal | None = None, form: Form | None = None) -> Response[Any]:
    return await show_queue(
        request, "same", "same.console", search.same_reports, "reports", refused=refused, form=form
    )


@post(_HOME, include_in_schema=False)
async def decide(request: Req) -> Response[Any]:
    """Accepts an objection or refuses it."""
    form = await forms.read_form(request)
    try:
        await forms.ask(
            request, operations.decide_same_report, key=form.get(KEY_FIELD), report_id=form.get("report_id"),
            accept=decided(form, "accept", "refuse"), reason=form.get("reason"),
        )  # fmt: skip
    except Refusal as refusal:
        return await _page(request, refusal, form)
    return forms.see(_HOME)


@get(f"{_HOME}/{{offer_id:str}}", include_in_schema=False)
async def group(request: Req, offer_id: FromPath[str]) -> Response[Any]:
    """The group that an offer is in."""
    return await _group(request, offer_id)


async def _group(
    request: Req, offer_id: str, refused: Refusal | None = None, form: Form | None = None
) -> Response[Any]:
    found = await forms.ask(request, search.same_group, offer_id=offer_id)
    return await show(
        request, "same_group", "same.console.group", "same", refused=refused,
        typed=form.values if form else None, group=found, offer_id=offer_id,
    )  # fmt: skip


@post(f"{_HOME}/{{offer_id:str}}/apart", include_in_schema=False)
async def apart(request: Req, offer_id: FromPath[str]) -> Response[Any]:
    """Takes the chosen offers out of the group for ever."""
    actor_of(request).must("market.operate")
    form = await forms.read_form(request)
    try:
        await forms.ask(
            request, operations.keep_apart, key=form.get(KEY_FIELD), offer_id=offer_id, apart=form.lists.get("apart", []),
            reason=form.get("reason"),
        )  # fmt: skip
    except Refusal as refusal:
        return await _group(request, offer_id, refusal, form)
    return forms.see(f"{_HOME}/{offer_id}")


@post(f"{_HOME}/{{offer_id:str}}/join", include_in_schema=False)
async def join(request: Req, offer_id: FromPath[str]) -> Response[Any]:
    """Puts another offer together with this one."""
    form = await forms.read_form(request)
    try:
        await forms.ask(
            request, operations.join_same, key=form.get(KEY_FIELD), offer_id=offer_id,
            other_id=form.get("other_id").strip().rsplit("/", 1)[-1], reason=form.get("reason"),
        )  # fmt: skip
    except Refusal as refusal:
        return await _group(request, offer_id, refusal, form)
    return forms.see(f"{_HOME}/{offer_id}")


ROUTES = [reports, decide, group, apart, join]
