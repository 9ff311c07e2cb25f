"""服务分申诉: what suppliers say against orders that count for a figure, the oldest first; each is decided with a reason."""

from typing import Any

from litestar import Response, get, post

from huozhan import operations, scenes
from huozhan.doors.console.frame import Req, decided, show_queue
from huozhan.doors.pages import forms
from huozhan.doors.pages.forms import KEY_FIELD, Form
from huozhan.kernel.refusals import Refusal

_HOME = "/console/service-appeals"


@get(_HOME, include_in_schema=False)
async def appeals(request: Req) -> Response[Any]:
    """What waits to be decided."""
    return await _page(request)


async def _page(request: Req, refused: Refusal | None = None, form: Form | None = None) -> Response[Any]:
    return await show_queue(
        request,
        "service_appeals",
        "look.console.service_appeals",
        scenes.service_appeals,
        "appeals",
        refused=refused,
        form=form,
    )


@post(_HOME, include_in_schema=False)
async def decide(request: Req) -> Response[Any]:
    """Takes one out of its figure, or says why not."""
    form = await forms.read_form(request)
    try:
        await forms.ask(
            request, operations.decide_service_appeal, key=form.get(KEY_FIELD), order_id=form.get("order_id"),
            appeal_id=form.get("appeal_id"), accept=decided(form, "accept", "refuse"), reason=form.get("reason"),
        )  # fmt: skip
    except Refusal as refusal:
        return await _page(request, refusal, form)
    return forms.see(_HOME)


ROUTES = [appeals, decide]
