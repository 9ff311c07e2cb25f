"""The access matrix: every operation × everybody who must not reach another's things.

Each call is first made by whoever may, so that the refusals that follow are about rights and nothing else.
"""

import re
from typing import Any

import httpx
import pytest

from huozhan.doors.api.table import OPERATIONS
from tests.doors.api.calling import BY_ID, NOBODY, Api, Caller
from tests.doors.api.recipes import RECIPES, Recipe, fill, names_private
from tests.doors.api.scene import PUBLIC_THINGS, Scene

EVERYBODY = ("public", "self")
OWNERS_WITH_STAFF = ("li", "chenguang", "operator")
VIEWED = ("org.view", "order.view", "offer.view", "funds.view", "market.view")
OWN_MARK = ("read_notices",)
"""Writes that any member may do, because they change nothing but the member's own mark."""
OPEN_TO_BEARER_OF_LINK = ("accept_invitation",)


def absent(things: dict[str, str]) -> dict[str, str]:
    """The same things, none of which exists: as long, and made of other digits."""
    return {name: "1" + "0" * (len(value) - 2) + "7" for name, value in things.items()}


def told(answer: httpx.Response, *things: dict[str, str]) -> tuple[int, str]:
    """What an answer tells, apart from the ids that the caller said and the number of the call."""
    text = re.sub(r'"request_id":"[^"]*"', "", answer.text)
    for value in sorted({value for some in things for value in some.values()}, key=len, reverse=True):
        text = text.replace(value, "…")
    return answer.status_code, text


def leaks(answer: httpx.Response, scene: Scene, said: str) -> list[str]:
    """The private things that an answer tells, but for those that the caller said."""
    return [name for name, secret in scene.secrets.items() if secret in answer.text and secret not in said]


def test_every_operation_has_a_row() -> None:
    assert {operation.id for operation in OPERATIONS} == set(RECIPES)


@pytest.mark.parametrize("operation_id", [operation.id for operation in OPERATIONS])
async def test_only_who_may_reaches(api: Api, scene: Scene, operation_id: str) -> None:
    operation, recipe = BY_ID[operation_id], RECIPES[operation_id]
    fields = await recipe.fields_for(scene)
    owner = NOBODY if recipe.owner == "nobody" else scene.caller(recipe.owner)
    async with api.hall.pool.acquire() as db:
        for name, stranger in _strangers(scene, recipe, operation.use_case.permission).items():
            undo = db.transaction()
            await undo.start()
            foreign = await api.ask(operation_id, stranger, **fill(fields, scene.things))
            missing = await api.ask(
                operation_id, stranger, **fill(fields, absent(scene.things) | _public(scene))
            )
            await undo.rollback()
            _judge(scene, operation_id, name, fields, foreign, missing)
        answer = await api.ask(operation_id, owner, **fill(fields, scene.things))
        assert answer.status_code == operation.status, (
            f"the recipe does not work: {answer.status_code} {answer.text}"
        )


def _public(scene: Scene) -> dict[str, str]:
    return {name: scene.things[name] for name in PUBLIC_THINGS}


def _strangers(scene: Scene, recipe: Recipe, permission: str) -> dict[str, Caller]:
    strangers = {
        "anonymous": NOBODY,
        "foreign_buyer": scene.caller("foreign_buyer"),
        "foreign_seller": scene.caller("foreign_seller"),
        "unknown_session": Caller(session="x" * 43),
        "unknown_token": Caller(app="hz_" + "x" * 43),
    }
    if recipe.owner in OWNERS_WITH_STAFF:
        strangers["viewer"] = scene.caller(f"{recipe.owner}_viewer")
        strangers["ex_member"] = scene.caller(f"{recipe.owner}_gone")
    if recipe.owner in scene.apps and permission not in ("org.view", "public"):
        strangers["app_without_scope"] = scene.app_of(recipe.owner)
    return strangers


def _judge(
    scene: Scene,
    operation_id: str,
    name: str,
    fields: dict[str, Any],
    foreign: httpx.Response,
    missing: httpx.Response,
) -> None:
    operation = BY_ID[operation_id]
    permission, writes = operation.use_case.permission, operation.use_case.writes
    where = f"{operation_id} by {name}: {foreign.status_code} {foreign.text[:300]}"
    assert foreign.status_code < 500, where
    if name == "viewer":
        sees = permission in EVERYBODY or (permission in VIEWED and not writes) or operation_id in OWN_MARK
        assert sees or foreign.status_code == 403, where
        return
    assert leaks(foreign, scene, str(fill(fields, scene.things))) == [], where
    if permission == "public":
        return
    if name in ("anonymous", "unknown_session", "unknown_token"):
        assert foreign.status_code == 401, where
    elif name == "app_without_scope" or (name == "ex_member" and permission != "self"):
        assert foreign.status_code == 403, where
        assert (foreign.json()["code"] == "scope_missing") == (name == "app_without_scope"), where
    if names_private(fields):
        assert told(foreign, scene.things) == told(missing, absent(scene.things), _public(scene)), (
            f"{where}\ntells that the thing exists; for one that does not: {missing.status_code} {missing.text[:300]}"
        )
        assert not foreign.is_success or operation_id == "ship_many", where
