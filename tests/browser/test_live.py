"""Live parts of a page against a slow market: whatever happens while an answer is on its way is shown in the end."""

from collections.abc import Iterator
from importlib.resources import files

import pytest
from playwright.sync_api import Browser, Page, Route, expect

SCRIPT = (files("huozhan") / "static" / "live.js").read_text()
PAGE = """<!doctype html><body data-events="/events"><main>%s</main><script type="module" src="/live.js"></script>"""
PART = '<p data-live="7" data-live-src="/part">{}</p>'
SOURCE = "window.EventSource = class extends EventTarget { constructor() { super(); window.source = this; } close() {} };"


class Parts:
    """What the market would answer for the part: its state when it was asked, held back until it is let go."""

    def __init__(self, page: Page) -> None:
        self.state = "old"
        self._page = page
        self._asked: list[tuple[Route, str]] = []
        page.route("**/part", lambda route: self._asked.append((route, self.state)))

    def happens(self, state: str) -> None:
        self.state = state
        self._page.evaluate("source.dispatchEvent(new MessageEvent('change', { data: '7' }))")

    def wait_until_asked(self) -> None:
        for _ in range(500):
            if self._asked:
                return
            self._page.wait_for_timeout(20)
        raise AssertionError("nobody asks for the part")

    @property
    def asked(self) -> int:
        """How many answers are waited for."""
        return len(self._asked)

    def answer(self) -> None:
        route, state = self._asked.pop(0)
        route.fulfill(body=PART.format(state), content_type="text/html")

    def break_off(self) -> None:
        self._asked.pop(0)[0].abort()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    page = context.new_page()
    page.add_init_script(SOURCE)
    page.route("**/live.js", lambda route: route.fulfill(body=SCRIPT, content_type="text/javascript"))
    page.route(
        "**/page", lambda route: route.fulfill(body=PAGE % PART.format("old"), content_type="text/html")
    )
    page.goto("http://market.example/page")
    page.wait_for_function("window.source !== undefined")
    yield page
    context.close()


def test_what_happens_just_before_an_older_answer_comes_is_asked_for_after_it(page: Page) -> None:
    parts = Parts(page)
    parts.happens("signed")
    parts.wait_until_asked()
    parts.happens("done")
    parts.answer()
    expect(page.locator("main")).to_have_text("signed")
    parts.wait_until_asked()
    parts.answer()
    expect(page.locator("main")).to_have_text("done")


def test_a_part_is_asked_for_once_at_a_time_so_that_no_older_answer_comes_last(page: Page) -> None:
    parts = Parts(page)
    parts.happens("signed")
    parts.wait_until_asked()
    parts.happens("done")
    page.wait_for_timeout(300)
    assert parts.asked == 1
    parts.answer()
    parts.wait_until_asked()
    parts.answer()
    expect(page.locator("main")).to_have_text("done")


def test_a_part_that_could_not_be_fetched_is_asked_for_at_the_next_change(page: Page) -> None:
    parts = Parts(page)
    parts.happens("signed")
    parts.wait_until_asked()
    parts.break_off()
    parts.happens("done")
    parts.wait_until_asked()
    parts.answer()
    expect(page.locator("main")).to_have_text("done")
