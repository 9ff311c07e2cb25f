"""评价处理: reports about reviews, texts that were there before, and appeals, the oldest first; each is decided with a reason."""

from typing import Any

from litestar import Response, get, post

from huozhan import operations, reviews
from huozhan.doors.console.frame import Req, show_queue
from huozhan.doors.pages import forms
from huozhan.doors.pages.forms import KEY_FIELD, Form
from huozhan.kernel.refusals import Refusal

_HOME = "/console/reviews"


@get(_HOME, include_in_schema=False)
async def doubts(request: Req) -> Response[Any]:
    """What waits to be decided."""
    return await _page(request)


async def _page(request: Req, refused: Refusal | None = None, form: Form | None = None) -> Response[Any]:
    return await show_queue(
        request,
        "reviews",
        "look.console.reviews",
        reviews.review_doubts,
        "doubts",
        refused=refused,
        form=form,
    )


@post(_HOME, include_in_schema=False)
async def judge(request: Req) -> Response[Any]:
    """Upholds or dismisses one."""
    form = await forms.read_form(request)
    try:
        await forms.ask(
            request, operations.judge_review, key=form.get(KEY_FIELD), **forms.fields_of(form, ("doubt_id", "outcome", "reason"))
        )  # fmt: skip
    except Refusal as refusal:
        return await _page(request, refusal, form)
    return forms.see(_HOME)


ROUTES = [doubts, judge]
