"""A browser without a window: it keeps cookies, finds the token of a page's forms, and follows where it is sent."""

import html
import re
from typing import Any

import httpx

from huozhan.doors.entrance import SESSION_COOKIE
from huozhan.doors.hall import Hall
from huozhan.kernel.actor import Actor
from huozhan.parties.signing_in import open_session

_TOKEN = re.compile(r'name="csrf" value="([^"]+)"')
_TAGS = re.compile(r"<[^>]+>")


class Page:
    """What came back."""

    def __init__(self, answer: httpx.Response) -> None:
        self.answer = answer
        self.status = answer.status_code
        self.path = answer.url.raw_path.decode()
        self.source = answer.text.replace("&#x2f;", "/")

    @property
    def text(self) -> str:
        """What a person reads."""
        return " ".join(html.unescape(_TAGS.sub(" ", self.source)).split())

    def field(self, name: str) -> str:
        """The value of a hidden field."""
        found = re.search(rf'name="{re.escape(name)}" value="([^"]*)"', self.source)
        assert found, f"{name} is not on {self.path}"
        return html.unescape(found[1])

    def link(self, ending: str) -> str:
        """The first address on the page that holds these words."""
        found = next(
            (h for h in map(html.unescape, re.findall(r'href="([^"]+)"', self.source)) if ending in h), None
        )
        assert found, f"no link with {ending} on {self.path}"
        return found


class Browser:
    """One person at one browser."""

    def __init__(self, app: Any, lang: str = "zh") -> None:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        self.client = httpx.AsyncClient(
            transport=transport,
            base_url="http://market.test",
            headers={"accept-language": lang},
            follow_redirects=True,
        )
        self._token = ""

    async def get(self, path: str, lang: str = "", **query: Any) -> Page:
        """Opens a page."""
        headers = {"cookie": f"hz_lang={lang}; {self._cookies()}"} if lang else {}
        return self._seen(await self.client.get(path, params=query or None, headers=headers))

    async def post(self, path: str, token: str | None = None, **fields: Any) -> Page:
        """Sends a form with the token of the last page; names of fields may be given with brackets in a dict `more`."""
        more = fields.pop("more", {})
        data = {"csrf": self._token if token is None else token, **fields, **more}
        return self._seen(await self.client.post(path, data=data))

    def _cookies(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.client.cookies.items())

    def _seen(self, answer: httpx.Response) -> Page:
        found = _TOKEN.search(answer.text)
        if found:
            self._token = found[1]
        return Page(answer)


class Market:
    """The app of one hall, and browsers in front of it."""

    def __init__(self, hall: Hall, app: Any) -> None:
        self.hall = hall
        self.app = app

    def visitor(self, lang: str = "zh") -> Browser:
        """Somebody who is not signed in."""
        return Browser(self.app, lang)

    async def signed_in(self, actor: Actor, lang: str = "zh") -> Browser:
        """Somebody with a session, who has opened the first page."""
        browser = Browser(self.app, lang)
        async with self.hall.working(actor) as work:
            session = await open_session(work, actor.person_id, actor.name, "a laptop")
        browser.client.cookies.set(SESSION_COOKIE, session.token)
        await browser.get("/sign-in")
        return browser
