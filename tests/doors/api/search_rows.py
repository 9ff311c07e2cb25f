"""Rows of `recipes` about saved searches, and the one that the scene has."""

from collections.abc import Mapping
from typing import Any

from huozhan import search
from huozhan.search import FindOffers, SaveSearch
from tests.ordering.trading import Trade

SEARCH_ROWS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "saved_searches": ("li", {}),
    "save_search": ("li", {"name": "杯子", "search": {"q": "杯", "has": ["sample"]}, "watch": True}),
    "saved_search": ("li", {"search_id": "@saved_search"}),
    "edit_search": ("li", {"search_id": "@saved_search", "name": "好杯子", "watch": False}),
    "drop_search": ("li", {"search_id": "@saved_search"}),
}


async def keep_search(trade: Trade, things: dict[str, str]) -> None:
    """小李 watches a search."""
    ask = SaveSearch(name="陶瓷杯", search=FindOffers(q="陶瓷杯"), watch=True)
    things["saved_search"] = (await trade.hall.run(search.save_search, ask, trade.li)).search_id
