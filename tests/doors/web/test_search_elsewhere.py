"""Pages and API while the search's engine, which is elsewhere, does not answer."""

from collections.abc import Iterator

import pytest

from huozhan import search
from tests.doors.web.browsing import Browser, Market
from tests.search.opensearch_server import Server
from tests.search.opensearch_server.goods import a_line


@pytest.fixture
def silent(market: Market) -> Iterator[None]:
    """The search asks a cluster that is not there."""
    server, here = Server(), market.hall.index
    server.is_silent = True
    market.hall.index = search.open_index(market.hall.settings.index, a_line(server))
    yield
    market.hall.index.close()
    market.hall.index = here


@pytest.mark.usefixtures("silent")
async def test_search_says_that_it_is_unavailable_at_present(visitor: Browser) -> None:
    page = await visitor.get("/search", q="陶瓷杯")
    assert page.status == 503
    assert page.answer.headers["retry-after"]
    assert "搜索服务暂时不可用" in page.text
    assert "Traceback" not in page.source
    english = await visitor.get("/search", q="mug", lang="en")
    assert "Search is unavailable at present" in english.text
    answer = await visitor.client.get("/api/v1/search", params={"q": "mug"})
    assert (answer.status_code, answer.json()["code"]) == (503, "search.unavailable")


@pytest.mark.usefixtures("silent")
async def test_other_pages_are_shown_without_what_search_would_add(visitor: Browser) -> None:
    for path in ("/", "/belts", "/sitemap.xml", "/search/suggest?q=mug"):
        assert (await visitor.get(path)).status == 200, path
