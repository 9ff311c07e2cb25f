"""What the OpenAPI document says is what the API does: made-up calls of every operation, valid ones and broken ones.

`HUOZHAN_API_EXAMPLES` says how many calls of each kind every operation gets.
"""

import asyncio
import functools
import os
from collections.abc import Callable
from typing import Any

import httpx
import hypothesis
import msgspec
import pytest
import requests
import schemathesis
from hypothesis import strategies
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from huozhan.doors.api.openapi import document
from huozhan.doors.api.table import OPERATIONS
from tests.conftest import TERMS
from tests.doors.api.calling import BY_ID, NOBODY, Api
from tests.doors.api.recipes import RECIPES, fill
from tests.doors.api.scene import Scene

EXAMPLES = int(os.environ.get("HUOZHAN_API_EXAMPLES", "5"))
SEED = 20_260_301
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
_REQUEST_FIELDS = {"method", "url", "headers", "params", "data", "json", "cookies"}
ALL = [operation.id for operation in OPERATIONS]


@functools.cache
def described(operation_id: str) -> Any:
    """One operation, as a reader of the document sees it."""
    operation = BY_ID[operation_id]
    return _schema()[f"/api/v1{operation.path}"][operation.method]


@functools.cache
def _schema() -> Any:
    raw = msgspec.json.encode(document(OPERATIONS, TERMS.name_en))
    return schemathesis.openapi.from_dict(msgspec.json.decode(raw))


@pytest.mark.parametrize("operation_id", ALL)
async def test_success_is_answered_as_described(api: Api, scene: Scene, operation_id: str) -> None:
    recipe = RECIPES[operation_id]
    caller = NOBODY if recipe.owner == "nobody" else scene.caller(recipe.owner)
    fields = fill(await recipe.fields_for(scene), scene.things)

    answer = await api.ask(operation_id, caller, **fields)

    assert answer.is_success
    described(operation_id).validate_response(answer)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize("operation_id", ALL)
async def test_made_up_calls_are_answered_as_described(
    api: Api, scene: Scene, operation_id: str, mode: GenerationMode
) -> None:
    operation, recipe = described(operation_id), RECIPES[operation_id]
    headers = {} if recipe.owner == "nobody" else scene.caller(recipe.owner).headers
    real = {name: fill(recipe.fields.get(name, ""), scene.things) for name in BY_ID[operation_id].path_fields}
    must = [*CHECKS, *([checks.negative_data_rejection] if mode is GenerationMode.NEGATIVE else [])]
    call = _in_thread(api, headers)

    @hypothesis.seed(SEED)
    @hypothesis.settings(
        max_examples=EXAMPLES, database=None, deadline=None, suppress_health_check=list(hypothesis.HealthCheck),
        phases=[hypothesis.Phase.generate], derandomize=False,
    )  # fmt: skip
    @hypothesis.given(case=operation.as_strategy(generation_mode=mode), is_real=strategies.booleans())
    def try_it(case: Case, is_real: bool) -> None:
        if is_real and mode is GenerationMode.POSITIVE:
            case.path_parameters.update({name: value for name, value in real.items() if value})
        case.validate_response(call(case), checks=must)

    if mode is GenerationMode.NEGATIVE and not _can_be_wrong(operation):
        return
    await asyncio.to_thread(try_it)


def _can_be_wrong(operation: Any) -> bool:
    """Tells whether there is anything in the call that could be broken."""
    return bool(operation.body or operation.query or operation.path_parameters or operation.headers)


def _in_thread(api: Api, headers: dict[str, str]) -> Callable[[Case], httpx.Response]:
    """How the generator's thread calls the app, whose loop is this one; what a call does is undone."""
    loop = asyncio.get_running_loop()

    async def send(prepared: requests.PreparedRequest) -> httpx.Response:
        body = prepared.body.encode() if isinstance(prepared.body, str) else prepared.body
        sent = [(name.encode(), _bytes(value)) for name, value in prepared.headers.items()]
        request = httpx.Request(str(prepared.method), str(prepared.url), headers=sent, content=body or b"")
        async with api.hall.pool.acquire() as db:
            undo = db.transaction()
            await undo.start()
            answer = await api.client.send(request)
            await undo.rollback()
        return answer

    def call(case: Case) -> httpx.Response:
        given = {name: value for name, value in headers.items() if name != "accept-language"}
        fields = case.as_transport_kwargs(base_url="http://market.test", headers=given)
        fields = {name: value for name, value in fields.items() if name in _REQUEST_FIELDS}
        prepared = requests.Request(**fields).prepare()
        return asyncio.run_coroutine_threadsafe(send(prepared), loop).result(timeout=60)

    return call


def _bytes(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode()
