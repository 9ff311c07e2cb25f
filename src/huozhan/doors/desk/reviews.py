"""评价管理: what buyers say of our goods, and our one reply to each."""

from typing import Any

from litestar import Response, get, post

from huozhan import reviews
from huozhan.doors.desk.frame import Req, show
from huozhan.doors.pages import forms, showing
from huozhan.doors.pages.forms import KEY_FIELD, Form
from huozhan.kernel.refusals import Refusal

_HOME = "/desk/reviews"
TABS = ("", "unanswered", "bad")


@get(_HOME, include_in_schema=False)
async def shop_reviews(request: Req) -> Response[Any]:
    """The newest first; all, those that wait for a reply, or those of few points."""
    return await _page(request, request.query_params.get("tab", ""))


async def _page(
    request: Req, tab: str, refused: Refusal | None = None, form: Form | None = None
) -> Response[Any]:
    tab = tab if tab in TABS else ""
    cursor = request.query_params.get("cursor") or None
    asked = {tab: "1"} if tab else {}
    found = await forms.ask(request, reviews.shop_reviews, **asked, cursor=cursor)
    more = {"tab": tab} if tab else {}
    return await show(
        request,
        "reviews",
        "desk.reviews",
        "reviews",
        refused=refused,
        typed=form.values if form else None,
        tab=tab,
        tabs=TABS,
        listed=found.items,
        next_href=showing.address(_HOME, **more, cursor=found.next_cursor) if found.next_cursor else "",
        first_href=showing.address(_HOME, **more) if cursor else "",
    )


@post(_HOME, include_in_schema=False)
async def reply(request: Req) -> Response[Any]:
    """Replies to one."""
    form = await forms.read_form(request)
    tab = form.get("tab")
    try:
        await forms.ask(
            request, reviews.reply_to_review, key=form.get(KEY_FIELD), review_id=form.get("review_id"), text=form.get("text")
        )  # fmt: skip
    except Refusal as refusal:
        return await _page(request, tab, refusal, form)
    return forms.see(showing.address(_HOME, tab=tab))


ROUTES = [shop_reviews, reply]
