"""搜索排名: where one's offer stands for some words, and what would lift it."""

from typing import Any

from litestar import Response, get

from huozhan import catalogue, search
from huozhan.doors.desk.frame import Req, actor_of, show
from huozhan.doors.pages import forms
from huozhan.kernel.refusals import NotFound

WORDS_MAX = 100


@get("/desk/offers/{offer_id:str}/rank", include_in_schema=False)
async def rank(request: Req, offer_id: str) -> Response[Any]:
    """One offer for the words that are asked about."""
    actor_of(request).must("offer.view")
    words = request.query_params.get("q", "").strip()[:WORDS_MAX]
    offer = await forms.ask(request, catalogue.offer_page, offer_id=offer_id)
    if offer.seller_id != str(actor_of(request).org_id):
        raise NotFound
    explained = await forms.ask(request, search.explain_rank, offer_id=offer_id, q=words) if words else None
    return await show(
        request, "rank", "ranking.title", "offers", offer=offer, words=words, rank=explained
    )  # fmt: skip


ROUTES = [rank]
