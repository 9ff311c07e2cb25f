"""The access matrix of the forms: every form that can be posted × everybody who must not.

Each is first posted by whoever may, and then undone, so that the refusals that follow are about rights and nothing else.
"""

import re
import secrets
from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import pytest

from huozhan.doors import console, desk, web
from tests.doors.api.calling import CSRF, NOBODY, Api, Caller
from tests.doors.api.form_recipes import FORMS
from tests.doors.api.scene import PUBLIC_THINGS, Scene
from tests.doors.api.test_access import absent, leaks

POSTED = sorted(
    path
    for door in (web, desk, console)
    for handler in door.ROUTES
    if "POST" in handler.http_methods  # type: ignore[attr-defined]
    for path in handler.paths
)
ELSEWHERE = {
    "/first-operator/{token:str}": "tests/supervisor opens a market that has no operator",
    "/search/photo": "a file; tests/doors/web posts one",
    "/desk/import": "a file; tests/doors/desk posts one",
    "/desk/invoices/{invoice_id:str}/enter": "a file; tests/doors/desk posts one",
    "/console/bank": "a file; tests/doors/console posts one",
}
ANYBODYS = (
    "/preferences",
    "/sign-in",
    "/sign-up/code",
    "/sign-up",
    "/reset",
    "/reset/{token:str}",
    "/sign-out",
    "/favourites",
    "/favourites/remove",
    "/history/forget",
)
"""Forms of visitors."""
ONES_OWN = (
    "/account",
    "/prove",
    "/organisation/new",
    "/organisation/switch",
    "/invitations",
    "/notices/read",
)
"""Forms about the one who posts, whatever their role."""
LED_ON = ("/sign-in", "/addresses?next=")
"""Where somebody is sent who must sign in, or have an address, before anything can be theirs."""
TELL_OF_NOTHING = ("/desk/shipping", "/desk/shipping/paper")
"""A list of which nothing is the stranger's: each row comes back as not found, or is left out."""
VIEWERS_MAY = ("/organisation/leave", "/console/books", "/account")


def _said(value: str, things: Mapping[str, str]) -> str:
    return re.sub(r"[@=](\w+)", lambda name: things.get(name[1], name[0]), value)


def _post(path: str, fields: Mapping[str, Any], things: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """Where the form goes, and what it says."""
    said = {_said(name, things): _said(str(value), things) for name, value in fields.items()}
    address = re.sub(r"\{(\w+):str\}", lambda hole: said.pop(hole[1]), path)
    return address, said | {"form_key": secrets.token_hex(8)}


async def _send(
    api: Api, caller: Caller, address: str, said: Mapping[str, str], csrf: str = CSRF
) -> httpx.Response:
    headers = {**caller.headers, "accept-encoding": "identity"}
    headers.pop("x-csrf-token", None)
    headers.setdefault("cookie", f"hz_csrf={CSRF}")
    return await api.client.post(address, data={**said, "csrf": csrf}, headers=headers)


def _told(answer: httpx.Response, things: Mapping[str, str]) -> tuple[int, str, str]:
    text = re.sub(r"[0-9a-f]{16,}|name=\"(csrf|form_key)\" value=\"[^\"]*\"", "", answer.text)
    location = answer.headers.get("location", "")
    for value in sorted(set(things.values()), key=len, reverse=True):
        text, location = text.replace(value, "…"), location.replace(value, "…")
    return answer.status_code, location, text


def test_every_form_has_a_row() -> None:
    assert set(POSTED) == FORMS.keys() | ELSEWHERE.keys()


def _strangers(scene: Scene, owner: str) -> Iterator[tuple[str, Caller]]:
    yield "anonymous", NOBODY
    for name in ("foreign_buyer", "foreign_seller", "newcomer"):
        if name != owner:
            yield name, scene.caller(name)
    if owner in ("li", "chenguang", "operator"):
        yield "ex_member", scene.caller(f"{owner}_gone")
        yield "viewer", scene.caller(f"{owner}_viewer")


@pytest.mark.parametrize("path", sorted(FORMS))
async def test_only_who_may_posts_it(api: Api, scene: Scene, path: str) -> None:
    recipe = FORMS[path]
    fields = await recipe.fields_for(scene)
    owner = NOBODY if recipe.owner == "nobody" else scene.caller(recipe.owner)
    missing = absent(scene.things) | {name: scene.things[name] for name in PUBLIC_THINGS}
    is_private = any(
        set(re.findall(r"@(\w+)", str(value))) & scene.things.keys() for value in fields.values()
    )
    async with api.hall.pool.acquire() as db:

        async def tried(caller: Caller, things: Mapping[str, str], csrf: str = CSRF) -> httpx.Response:
            undo = db.transaction()
            await undo.start()
            answer = await _send(api, caller, *_post(path, fields, things), csrf=csrf)
            await undo.rollback()
            return answer

        for csrf in ("", "x" * len(CSRF), "一"):
            forged = await tried(owner, scene.things, csrf)
            assert forged.status_code == 403, f"without the page's token: {forged.status_code}"
        for name, stranger in _strangers(scene, recipe.owner):
            answer = await tried(stranger, scene.things)
            where = f"{path} by {name}: {answer.status_code} {answer.headers.get('location', '')}"
            assert answer.status_code < 500, where
            if name == "viewer":
                its_own = path.startswith((*ONES_OWN, *VIEWERS_MAY)) or path in ANYBODYS
                assert its_own or answer.status_code == 403, where
                continue
            assert leaks(answer, scene, str(_post(path, fields, scene.things))) == [], where
            if path in ANYBODYS:
                continue
            if name == "anonymous":
                assert answer.status_code == 401 or answer.headers.get("location", "").startswith(
                    "/sign-in"
                ), where
            elif path.startswith(("/desk", "/console")) and name in ("ex_member", "newcomer"):
                assert answer.status_code == 403, where
            if is_private:
                nothing = await tried(stranger, missing)
                assert _told(answer, scene.things) == _told(nothing, missing), where
                led_on = answer.headers.get("location", "").startswith(LED_ON)
                assert answer.status_code >= 400 or led_on or path in TELL_OF_NOTHING, where
        answer = await tried(owner, scene.things)
        assert answer.status_code in (200, 303), (
            f"the recipe does not work: {answer.status_code} {answer.text[-900:]}"
        )
