"""A browser without a screen: keeps cookies, follows redirects, sends the forms' token."""

import re
from typing import Any

import httpx

from huozhan.doors.entrance import CSRF_COOKIE, LANG_COOKIE, SESSION_COOKIE
from huozhan.doors.hall import Hall
from huozhan.kernel.actor import Actor
from huozhan.parties.signing_in import open_session
from tests.doors.standing import app_of

TOKEN = "the-page-s-own-token"
_UNSAID = re.compile(r"\b(desk|console|look|order|offer|hint|rule|unit)\.[a-z_]+\.[a-z_.]+\b")


class Browser:
    """One person's browser; `lang` is what their pages are in."""

    def __init__(self, hall: Hall) -> None:
        self.hall = hall
        self.app = app_of(hall)
        self.cookies: dict[str, str] = {LANG_COOKIE: "zh", CSRF_COOKIE: TOKEN}

    async def sign_in(self, actor: Actor) -> "Browser":
        """Becomes somebody, without a password."""
        async with self.hall.working(actor) as work:
            opened = await open_session(work, actor.person_id, actor.name, "")
        self.cookies[SESSION_COOKIE] = opened.token
        return self

    def speaking(self, lang: str) -> "Browser":
        """The same browser in another language."""
        self.cookies[LANG_COOKIE] = lang
        return self

    async def get(self, path: str) -> httpx.Response:
        """A page as it is answered."""
        async with self._client() as client:
            return await client.get(path)

    async def post(self, path: str, fields: dict[str, Any] | None = None, **more: Any) -> httpx.Response:
        """A form as the page would send it; `csrf=""` leaves the token out."""
        data = {"csrf": TOKEN, **(fields or {})}
        async with self._client() as client:
            return await client.post(path, data=data, **more)

    async def see(self, path: str) -> str:
        """The text of a page that must be there, in words and not in their keys."""
        answer = await self.get(path)
        assert answer.status_code == 200, (path, answer.status_code, answer.headers.get("location"))
        assert not (
            found := _UNSAID.search(re.sub(r"<code>.*?</code>|<small.*?</small>", "", answer.text))
        ), found
        return answer.text

    def _client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app, raise_app_exceptions=False),
            base_url="http://market.example",
            cookies=self.cookies,
        )
