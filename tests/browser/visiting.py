"""Somebody at a browser: a language, a width, and every complaint the browser makes."""

import os
import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Error, Page

from tests.world import PASSWORD

WIDTHS = {"phone": 390, "desk": 1440}
PATIENCE_MS = 30_000


def open_browser(browser: Browser, url: str, *, lang: str, screen: str, **more: Any) -> BrowserContext:
    """A fresh browser at the market; its own language is the other one, so that only a choice can explain the page's."""
    context = browser.new_context(
        base_url=url,
        viewport={"width": WIDTHS[screen], "height": 900},
        locale="en-GB" if lang == "zh" else "zh-CN",
        reduced_motion="reduce",
        **more,
    )
    context.set_default_timeout(PATIENCE_MS)
    return context


def open_page(context: BrowserContext, faults: list[str]) -> Page:
    """A page whose complaints are written down: broken scripts, and what the content security policy forbade."""
    page = context.new_page()
    page.on("pageerror", lambda fault: faults.append(f"{page.url}: {fault}"))
    page.on(
        "console", lambda line: faults.append(f"{page.url}: {line.text}") if line.type == "error" else None
    )
    return page


def sign_in(page: Page, lang: str, sign_in_name: str = "") -> None:
    """Chooses the language by its button, and comes in where a name is given."""
    page.goto("/sign-in")
    page.click(f".preferences button[name=lang][value={lang}]")
    page.wait_for_selector(f"html[lang^={lang}]")
    if sign_in_name:
        page.fill("#sign_in_name", sign_in_name)
        page.fill("#password", PASSWORD)
        page.click(".plain-sheet form .btn-primary")
        page.wait_for_selector(".menu, .bench-head")


def keep_picture(page: Page, *names: str) -> None:
    """Keeps a picture of the whole page where HUOZHAN_TEST_PICTURES names a folder, for whoever wants to look."""
    if folder := os.environ.get("HUOZHAN_TEST_PICTURES"):
        name = re.sub(r"\W+", "-", "-".join(names).replace("*", "x")).strip("-")
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def shows(page: Page, where: str, *texts: str) -> bool:
    """Whether one of the texts is there once the page is loaded anew."""
    try:
        page.reload()
    except Error as error:
        # A form just led to another page: Chromium loads none anew that is being left. What stands there then is new.
        if "Not attached to an active page" not in error.message:
            raise
        page.wait_for_load_state()
    shown = page.inner_text(where)
    return any(text in shown for text in texts)
