"""评价: what buyers say of an offer, as a part of its page and as a page of its own; what I may review, and the form for it."""

from collections.abc import Mapping
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from huozhan import catalogue, reviews
from huozhan.doors.hall import Hall
from huozhan.doors.pages import evidence, forms, showing
from huozhan.doors.pages.forms import KEY_FIELD, Form
from huozhan.kernel.actor import Actor
from huozhan.kernel.crypto import new_token
from huozhan.kernel.refusals import Forbidden, NotFound, Refusal, Unauthenticated
from huozhan.kernel.work import UseCase

SHOWN = 10
FOR_AN_HOUR = "public, max-age=3600"
CAUSES = ("unrelated", "outside", "fraud", "abuse", "spam")
POINTS = tuple(str(points) for points in (5, 4, 3, 2, 1))

Req = Request[Any, Any, Any]


@get("/offers/{offer_id:str}/reviews", include_in_schema=False)
async def of_offer(request: Req, offer_id: FromPath[str]) -> Response[Any]:
    """What buyers say of an offer: the part of its page, or a page of its own."""
    offer = await forms.ask(request, catalogue.offer_page, offer_id=offer_id)
    query = _query(request.query_params)
    cursor = request.query_params.get("cursor") or None
    found = await forms.ask(
        request, reviews.offer_reviews, offer_id=offer_id, **query, cursor=cursor, size=SHOWN
    )
    base = f"/offers/{offer_id}/reviews"
    context: dict[str, Any] = {
        "offer": offer,
        "found": found,
        "filters": [
            {"key": key, "href": showing.address(base, **one), "current": one == query, "n": n}
            for key, one, n in _filters(found.summary)
        ],
        "next": showing.address(base, **query, cursor=found.next_cursor) if found.next_cursor else "",
        "first": showing.address(base, **query) if cursor else "",
    }
    if request.headers.get("hx-request"):
        return showing.fragment(request, "web/reviews_part.html", **context)
    return showing.show(request, "web/offer_reviews.html", "review.title", **context)


def _query(params: Mapping[str, str]) -> dict[str, str]:
    """Which reviews an address asks for; what is not known asks for all."""
    found = {}
    if params.get("pictured") == "1":
        found["pictured"] = "1"
    if params.get("followed") == "1":
        found["followed"] = "1"
    if params.get("points") in POINTS:
        found["points"] = params["points"]
    return found


def _filters(summary: reviews.views.ReviewSummary) -> list[tuple[str, dict[str, str], int]]:
    """The ways to narrow them, each with how many there are."""
    return [
        ("all", {}, summary.reviews),
        ("pictured", {"pictured": "1"}, summary.pictured),
        ("followed", {"followed": "1"}, summary.followed),
        *((f"points.{n}", {"points": n}, summary.by_points[int(n) - 1]) for n in POINTS),
    ]


@get("/reviews", include_in_schema=False)
async def mine(request: Req) -> Response[Any]:
    """What I may review, and what I have."""
    params = request.query_params
    written, cursor = params.get("written") == "1", params.get("cursor") or None
    more = {"written": "1"} if written else {}
    listed = await forms.ask(request, reviews.my_reviews, written=written, cursor=cursor)
    return showing.show(
        request,
        "web/reviews.html",
        "review.mine",
        page={"section": "orders"},
        listed=listed,
        written=written,
        next=showing.address("/reviews", **more, cursor=listed.next_cursor) if listed.next_cursor else "",
        first=showing.address("/reviews", **more) if cursor else "",
    )


@get("/orders/{order_id:str}/reviews", include_in_schema=False)
async def of_order(request: Req, order_id: FromPath[str]) -> Response[Any]:
    """The lines of one order, or one of them: the form to review it, or what I said."""
    return await _order_page(request, order_id, request.query_params.get("line", ""))


async def _order_page(
    request: Req, order_id: str, line_no: str, refused: Refusal | None = None, typed: Form | None = None
) -> Response[Any]:
    lines = (await forms.ask(request, reviews.reviews_of_order, order_id=order_id)).lines
    context: dict[str, Any] = {"page": {"section": "orders"}, "order_id": order_id}
    if not line_no and len(lines) != 1:
        return showing.show(request, "web/order_reviews.html", "review.go", **context, lines=lines)
    line = next((one for one in lines if not line_no or str(one.line_no) == line_no), None)
    if line is None:
        raise NotFound(order_id=order_id)
    return showing.show(
        request,
        "web/review.html",
        "review.write",
        **context,
        refused=refused,
        typed=typed.values if typed else {},
        line=line,
        form_key=new_token(),
        points=POINTS,
    )


@post(
    "/orders/{order_id:str}/reviews",
    include_in_schema=False,
    request_max_body_size=evidence.UPLOAD_BYTES_MAX,
)
async def write(request: Req, order_id: FromPath[str]) -> Response[Any]:
    """Says how the goods of a line are."""
    typed = await forms.read_form(request)
    line_no = typed.get("line_no")
    try:
        await forms.ask(
            request, reviews.write_review, key=typed.get(KEY_FIELD), order_id=order_id, line_no=line_no,
            points=typed.get("points"), text=typed.get("text"), is_anonymous=typed.get("is_anonymous") == "1",
            pictures=await evidence.hang(request, typed, "order.place"),
        )  # fmt: skip
    except (NotFound, Forbidden, Unauthenticated):
        raise
    except Refusal as refusal:
        return await _order_page(request, order_id, line_no, refusal, typed)
    return forms.see(showing.address(f"/orders/{order_id}/reviews", line=line_no))


async def _later(
    request: Req, order_id: str, use_case: UseCase[Any, Any], *names: str, pictured: bool = False
) -> Response[Any]:
    """Does one thing to what was said of a line, and shows it again."""
    typed = await forms.read_form(request)
    line_no = typed.get("line_no")
    try:
        shown = {"pictures": await evidence.hang(request, typed, "order.place")} if pictured else {}
        await forms.ask(
            request,
            use_case,
            key=typed.get(KEY_FIELD),
            **forms.fields_of(typed, ("review_id", *names)),
            **shown,
        )
    except (NotFound, Forbidden, Unauthenticated):
        raise
    except Refusal as refusal:
        return await _order_page(request, order_id, line_no, refusal, typed)
    return forms.see(showing.address(f"/orders/{order_id}/reviews", line=line_no))


@post(
    "/orders/{order_id:str}/reviews/follow-up",
    include_in_schema=False,
    request_max_body_size=evidence.UPLOAD_BYTES_MAX,
)
async def follow_up(request: Req, order_id: FromPath[str]) -> Response[Any]:
    """Adds what time has told."""
    return await _later(request, order_id, reviews.follow_up, "text", pictured=True)


@post("/orders/{order_id:str}/reviews/appeal", include_in_schema=False)
async def appeal(request: Req, order_id: FromPath[str]) -> Response[Any]:
    """Asks for a review that was hidden to be shown again."""
    return await _later(request, order_id, reviews.appeal_hiding, "reason")


@get("/reviews/{review_id:str}/report", include_in_schema=False)
async def report_form(request: Req, review_id: FromPath[str]) -> Response[Any]:
    """What is the matter with a review."""
    return await _report_page(request, review_id)


async def _report_page(
    request: Req, review_id: str, refused: Refusal | None = None, typed: Form | None = None
) -> Response[Any]:
    actor: Actor = request.scope["state"]["actor"]
    actor.must("order.view")
    return showing.show(
        request,
        "web/review_report.html",
        "review.report",
        refused=refused,
        typed=typed.values if typed else {},
        one=await forms.ask(request, reviews.one_review, review_id=review_id),
        causes=CAUSES,
        form_key=new_token(),
        is_sent=request.query_params.get("sent") == "1",
    )


@post("/reviews/{review_id:str}/report", include_in_schema=False)
async def report(request: Req, review_id: FromPath[str]) -> Response[Any]:
    """Reports a review to the market."""
    typed = await forms.read_form(request)
    try:
        fields = forms.fields_of(typed, ("cause", "note"))
        await forms.ask(
            request, reviews.report_review, key=typed.get(KEY_FIELD), review_id=review_id, **fields
        )
    except (NotFound, Forbidden, Unauthenticated):
        raise
    except Refusal as refusal:
        return await _report_page(request, review_id, refusal, typed)
    return forms.see(f"/reviews/{review_id}/report?sent=1")


@get("/reviews/{review_id:str}/picture", include_in_schema=False)
async def picture(request: Req, review_id: FromPath[str]) -> Response[bytes]:
    """One picture of a review, for as long as it is shown."""
    params = request.query_params
    picture_id, size = params.get("picture", ""), evidence.SIZES.get(params.get("size", "160"), 160)
    await forms.ask(request, reviews.review_picture, review_id=review_id, picture_id=picture_id)
    hall: Hall = request.app.state.hall
    file = hall.settings.evidence / catalogue.picture_name(picture_id, size)
    if not file.is_file():
        raise NotFound
    return Response(file.read_bytes(), media_type="image/webp", headers={"cache-control": FOR_AN_HOUR})


ROUTES = [of_offer, mine, of_order, write, follow_up, appeal, report_form, report, picture]
