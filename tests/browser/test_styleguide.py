"""The style guide in a real browser: every layout and macro, both languages, both themes, phone and desk."""

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page
from tools.styleguide import render

WIDTHS = {"phone": 390, "desk": 1440}
SAMPLES = ("market", "desk", "console", "plain", "error", "print")
POLICY = "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'"
VIEWS = (("zh-paper", WIDTHS["phone"]), ("en-night", WIDTHS["desk"]))


class Quiet(SimpleHTTPRequestHandler):
    """Serves files under the product's content security policy, without a word."""

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass

    def log_error(self, *_args: object) -> None:
        pass


@pytest.fixture(scope="module")
def guide(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("guide")
    list(render(folder))
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": WIDTHS["desk"], "height": 900}, reduced_motion="reduce")
    yield context.new_page()
    context.close()


def cell(page: Page, row: int, column: int) -> str:
    return page.input_value(f'sku-grid input[data-r="{row}"][data-c="{column}"]')


def paste(page: Page, row: int, column: int, text: str) -> None:
    page.focus(f'sku-grid input[data-r="{row}"][data-c="{column}"]')
    page.evaluate(
        """text => {
            const board = new DataTransfer();
            board.setData("text/plain", text);
            const event = new ClipboardEvent("paste", {clipboardData: board, bubbles: true, cancelable: true});
            document.activeElement.dispatchEvent(event);
        }""",
        text,
    )


@pytest.mark.parametrize(("shown_as", "width"), VIEWS)
@pytest.mark.parametrize("sample", SAMPLES)
def test_has_no_serious_fault_and_fits_the_screen(
    guide: str, page: Page, sample: str, shown_as: str, width: int
) -> None:
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
    page.set_viewport_size({"width": width, "height": 900})

    page.goto(f"{guide}/{sample}-{shown_as}.html")
    found = Axe().run(page).response["violations"]

    assert [each["id"] for each in found if each["impact"] in ("serious", "critical")] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert faults == []


def test_a_pasted_block_fills_the_grid_from_the_focused_cell(guide: str, page: Page) -> None:
    page.goto(f"{guide}/market-zh-paper.html")

    paste(page, 2, 1, "1\t2\r\n1,000\tx\r\n")

    assert [cell(page, 2, 1), cell(page, 2, 2), cell(page, 3, 1), cell(page, 3, 2)] == ["1", "2", "1000", ""]


def test_the_running_total_names_the_next_price(guide: str, page: Page) -> None:
    page.goto(f"{guide}/market-zh-paper.html")

    page.fill('sku-grid input[data-r="0"][data-c="0"]', "400")
    page.fill('sku-grid input[data-r="0"][data-c="0"]', "200")

    assert page.inner_text("[data-total-pieces]") == "293"
    assert page.inner_text("[data-total-amount]") == "¥1,699.40"
    assert page.inner_text("[data-hint]") == "再加 207 件到 ¥5.20"
    assert page.inner_text(".ladder td.lit") == "¥5.80"


def test_more_than_the_stock_is_marked_while_typing(guide: str, page: Page) -> None:
    page.goto(f"{guide}/market-en-paper.html")

    page.fill('sku-grid input[data-r="0"][data-c="0"]', "321")

    assert page.get_attribute('sku-grid input[data-r="0"][data-c="0"]', "aria-invalid") == "true"
    assert page.inner_text("[data-hint]") == "Over stock, at most 320"


def test_arrow_keys_walk_over_a_sold_out_variant(guide: str, page: Page) -> None:
    page.goto(f"{guide}/market-zh-paper.html")

    page.focus('sku-grid input[data-r="0"][data-c="2"]')
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")

    assert page.evaluate("document.activeElement.name") == "qty[23]"


def test_the_theme_is_kept_in_a_cookie(guide: str, page: Page) -> None:
    page.goto(f"{guide}/market-zh-paper.html")

    page.click("[data-theme-toggle]")

    assert page.get_attribute("html", "data-theme") == "night"
    assert "theme=night" in page.evaluate("document.cookie")


def test_a_confirmation_opens_and_closes_by_keyboard(guide: str, page: Page) -> None:
    page.goto(f"{guide}/desk-zh-paper.html")

    page.focus("[data-opens=close-order]")
    page.keyboard.press("Enter")
    assert page.evaluate("document.getElementById('close-order').open")
    page.keyboard.press("Escape")

    assert not page.evaluate("document.getElementById('close-order').open")


def test_dialogs_filters_and_quantities_work_without_javascript(guide: str, browser: Browser) -> None:
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": WIDTHS["phone"], "height": 900}
    )
    page = context.new_page()

    page.goto(f"{guide}/desk-zh-paper.html")
    page.click("a[href='#close-order']")
    assert page.is_visible("#close-order textarea")

    page.goto(f"{guide}/market-zh-paper.html")
    page.click(".facets summary")
    assert page.is_visible(".facets form")
    page.goto(f"{guide}/market-zh-paper.html")
    page.fill("[name='qty[0]']", "7")
    with page.expect_request("**/cart") as sent:
        page.click("form:has(sku-grid) .btn-primary")
    assert "qty%5B0%5D=7" in (sent.value.post_data or "")
    context.close()


def test_filters_apply_at_once_but_radio_buttons_by_keyboard_when_asked(guide: str, page: Page) -> None:
    page.goto(f"{guide}/market-zh-paper.html")
    page.evaluate(
        "document.addEventListener('submit', (event) => { event.preventDefault(); window.sent = (window.sent || 0) + 1; })"
    )
    first = page.locator(".facets input[type=checkbox]:not(:checked)").first.element_handle()
    assert first is not None

    first.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Space")
    assert first.is_checked()
    assert page.evaluate("window.sent") == 1
    page.locator(".facets input[type=radio]").first.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("window.sent") == 1
    page.keyboard.press("Enter")
    assert page.evaluate("window.sent") == 2
    page.locator(".facets label.check:has(input[type=checkbox])").first.click()
    assert page.evaluate("window.sent") == 3


def test_a_live_fragment_renews_itself(guide: str, page: Page) -> None:
    events = "retry: 60000\n\nevent: change\ndata: 8\n\nevent: change\ndata: 7\n\n"
    page.route("**/events", lambda route: route.fulfill(content_type="text/event-stream", body=events))
    page.route(
        "**/head", lambda route: route.fulfill(content_type="text/html", body="<p id=fresh>待买家收货</p>")
    )
    page.goto(f"{guide}/market-zh-paper.html")

    page.evaluate(
        """() => {
            const old = '<div data-live="7" data-live-src="/head">待卖家发货</div>';
            document.querySelector("main").insertAdjacentHTML("beforeend", old);
            document.body.dataset.events = "/events";
            return import("/static/live.js");
        }"""
    )

    page.wait_for_selector("#fresh")
    assert page.locator("[data-live]").count() == 0


def test_suggestions_are_walked_by_arrow_keys_and_shut_by_escape(guide: str, page: Page) -> None:
    options = '<a role="option" href="#a">纸杯</a><a role="option" href="#b">纸巾</a>'
    # Before anything is typed nothing is said, so that what is there is what was typed for.
    page.route(
        "**/search/suggest?*",
        lambda route: route.fulfill(
            content_type="text/html", body="" if route.request.url.endswith("q=") else options
        ),
    )
    page.goto(f"{guide}/market-zh-paper.html")

    page.type("#q", "纸")
    page.wait_for_selector("#suggestions [role=option]")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")

    assert page.inner_text("#suggestions [aria-selected=true]") == "纸巾"
    page.keyboard.press("Escape")
    assert page.is_hidden("#suggestions")
