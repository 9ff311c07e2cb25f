"""Whatever is thrown at the API is answered with a code and words in the caller's language, and changes nothing."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import httpx
import msgspec
import pytest

from huozhan.doors import entrance
from huozhan.doors.api.pace import BURST_SECONDS, Bucket
from huozhan.doors.api.table import OPERATIONS
from huozhan.kernel.refusals import TooMany
from tests.doors.api.calling import BY_ID, CSRF, NOBODY, Api, Caller, problem
from tests.doors.api.recipes import RECIPES, fill
from tests.doors.api.scene import Scene

NOTE = "/api/v1/orders/{order}/note"
WRITES = [operation.id for operation in OPERATIONS if operation.body_allowed]
PROTECTED = (
    "id", "org_id", "person_id", "buyer_id", "seller_id", "state", "status", "role", "permissions", "is_genuine",
    "paid_minor", "amount_minor", "commission_minor", "verified", "can_sell", "created_at", "placed_at", "version",
)  # fmt: skip
JSON = {"content-type": "application/json"}


async def post(api: Api, scene: Scene, content: bytes, headers: dict[str, str] = JSON) -> httpx.Response:
    """小李 posts these bytes as a note on an order."""
    path = NOTE.format(order=scene.things["paid_order"])
    return await api.client.post(path, content=content, headers={**scene.caller("li").headers, **headers})


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b'{"text": "' + b"x" * 1_100_000 + b'"}', 413, "too_large"),
        (b"[" * 100_000 + b"]" * 100_000, 400, "invalid"),
        (b'{"text":' * 5_000 + b"1" + b"}" * 5_000, 400, "invalid"),
        (b'{"text": "\xff\xfe"}', 400, "invalid"),
        (b'{"text": "a\\u0000b"}', 400, "invalid"),
        (b'{"text": "a\x00b"}', 400, "invalid"),
        (b'{"text": "\\ud800"}', 400, "invalid"),
        (b'{"text": ' + b"9" * 5_000 + b"}", 400, "invalid"),
        (b'{"text": 1e400}', 400, "invalid"),
        (b'{"text": NaN}', 400, "invalid"),
        (b'{"text": "a", "text": "b"}', 400, "invalid"),
        (b'{"text": "a", "order_id": "1"}', 400, "invalid"),
        (b'{"text": "a", "colour": "red"}', 400, "invalid"),
        (b'{"text": "' + b"x" * 501 + b'"}', 400, "invalid"),
        (b'["text"]', 400, "invalid"),
        (b'"text"', 400, "invalid"),
        (b"null", 400, "invalid"),
        (b"{", 400, "invalid"),
        (b"", 400, "invalid"),
    ],
    ids=lambda value: str(value)[:24] if isinstance(value, bytes) else "",
)
async def test_a_bad_body_is_refused(api: Api, scene: Scene, content: bytes, status: int, code: str) -> None:
    assert problem(await post(api, scene, content), status)["code"] == code


@pytest.mark.parametrize(
    "media_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
async def test_only_json_is_read(api: Api, scene: Scene, media_type: str) -> None:
    answer = await post(api, scene, b'{"text": "a"}', {"content-type": media_type})

    assert problem(answer, 415)["code"] == "wrong_media"


async def test_json_may_name_its_charset(api: Api, scene: Scene) -> None:
    assert (
        await post(api, scene, b'{"text": "a"}', {"content-type": "Application/JSON; charset=utf-8"})
    ).is_success


@pytest.mark.parametrize(
    "order_id",
    [
        "0",
        "-1",
        "9223372036854775807",
        "9223372036854775808",
        "9" * 19,
        "9" * 40,
        "1e3",
        "٣",
        "x",
        "%00",
        "1%0A",
    ],
)
async def test_an_odd_id_is_not_found_or_refused(api: Api, scene: Scene, order_id: str) -> None:
    answer = await api.client.get(f"/api/v1/orders/{order_id}", headers=scene.caller("li").headers)

    assert answer.status_code in (400, 404)
    problem(answer, answer.status_code)


@pytest.mark.parametrize(
    "query",
    [
        "size=0", "size=101", "size=-1", f"size={'9' * 30}", "size=x", "size=1.5", "size=", "size=2&size=3", "colour=red",
        "cursor=%00", "cursor=aGVsbG8", "cursor=WzFd", "cursor=" + "a" * 201, "state=wait_pay%0A", "state=%FF", "search=%00",
        "from_on=2026-02-30", "from_on=0000-01-01", "until_on=99999-01-01", "%FF=%FE",
    ],
)  # fmt: skip
async def test_a_bad_query_is_refused(api: Api, scene: Scene, query: str) -> None:
    answer = await api.client.get(f"/api/v1/orders?{query}", headers=scene.caller("li").headers)

    problem(answer, 400)


@pytest.mark.parametrize("operation_id", WRITES)
async def test_fields_that_are_not_asked_for_are_refused(api: Api, scene: Scene, operation_id: str) -> None:
    operation, recipe = BY_ID[operation_id], RECIPES[operation_id]
    caller = NOBODY if recipe.owner == "nobody" else scene.caller(recipe.owner)
    fields = fill(await recipe.fields_for(scene), scene.things)
    known = {field.name for field in msgspec.structs.fields(operation.ask)}
    for name in (field for field in PROTECTED if field not in known):
        answer = await api.ask(operation_id, caller, **fields, **{name: "1"})
        assert name in problem(answer, 400)["detail"]
    for name, inner in fields.items():
        if isinstance(inner, list) and inner and isinstance(inner[0], dict):
            changed = {**fields, name: [{**inner[0], "price_minor": 1}, *inner[1:]]}
            assert "price_minor" in problem(await api.ask(operation_id, caller, **changed), 400)["detail"]


@pytest.mark.parametrize(
    ("accept", "words"),
    [
        ("en", "Not found, or not yours to see"),
        ("zh-CN,zh;q=0.9", "没有找到"),
        ("fr;q=1, en-GB;q=0.4", "Not found, or not yours to see"),
        ("*" * 5_000, "没有找到"),
        (",;=,q=;;\x7f", "没有找到"),
        ("en" * 4_000, "Not found, or not yours to see"),
    ],
    ids=["en", "zh", "fr", "stars", "marks", "long"],
)
async def test_a_refusal_is_said_in_the_callers_language(api: Api, accept: str, words: str) -> None:
    answer = await api.client.get("/api/v1/offers/1", headers={"accept-language": accept})

    assert words in problem(answer, 404)["detail"]


@pytest.mark.parametrize(
    "cookie",
    ["hz_session=", "hz_session=%00", "hz_session=\x80\xff", ";;;=", "hz_session=a; hz_session=b", "=" * 4_000, "hz_lang=fr",
     'hz_session="\\000"', "hz_csrf=x; hz_session=" + "y" * 4_000],
)  # fmt: skip
async def test_bad_cookies_are_nobodys(api: Api, cookie: str) -> None:
    problem(await api.client.get("/api/v1/me", headers={"cookie": cookie.encode("latin-1")}), 401)


@pytest.mark.parametrize(
    "bearer", ["Bearer", "Bearer ", "bearer x", "Bearer \xff", "Basic eDp5", "Bearer " + "x" * 5_000]
)
async def test_bad_tokens_are_nobodys(api: Api, bearer: str) -> None:
    problem(await api.client.get("/api/v1/me", headers={"authorization": bearer.encode("latin-1")}), 401)


async def test_a_session_alone_changes_nothing(api: Api, scene: Scene) -> None:
    session = f"hz_session={scene.sessions['li']}"
    fields = {"name": "小李", "lang": "zh"}
    for headers in (
        {"cookie": session},
        {"cookie": f"{session}; hz_csrf={CSRF}"},
        {"cookie": f"{session}; hz_csrf=", "x-csrf-token": ""},
    ):
        answer = await api.client.send(api.request(BY_ID["edit_profile"], fields, headers))
        assert problem(answer, 403)["code"] == "csrf"


async def test_a_visitor_with_a_language_cookie_may_sign_in(api: Api) -> None:
    request = api.request(
        BY_ID["sign_in"], {"sign_in_name": "nobody@example.cn", "password": "x"}, {"cookie": "hz_lang=en"}
    )

    assert problem(await api.client.send(request), 401)["code"] == "parties.wrong_credentials"


async def test_another_method_is_refused_with_those_there_are(api: Api) -> None:
    answer = await api.client.request("PATCH", "/api/v1/cart")

    assert problem(answer, 405)["code"] == "method_not_allowed"
    assert {"GET", "POST", "PUT"} <= set(answer.headers["allow"].split(", "))


async def test_what_can_be_read_can_be_asked_for_its_head(api: Api) -> None:
    assert (await api.client.head("/api/v1/carriers")).status_code == 200


async def test_a_path_that_is_nowhere_is_a_problem(api: Api) -> None:
    assert problem(await api.client.get("/api/v1/nowhere"), 404)["code"] == "not_found"
    assert problem(await api.client.get("/api/v9/orders"), 404)["code"] == "not_found"


@pytest.mark.parametrize(("lang", "words"), [("zh", "编号"), ("en", "number")])
@pytest.mark.parametrize(
    ("path", "kind"), [("/api/v1/carriers", "application/problem+json"), ("/carts/none", "text/html")]
)
async def test_a_fault_of_ours_is_a_numbered_apology(
    api: Api, monkeypatch: pytest.MonkeyPatch, path: str, kind: str, lang: str, words: str
) -> None:
    async def break_(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError("secret inner words")

    monkeypatch.setattr(api.hall, "run", break_)
    path = path if kind != "text/html" else "/categories/aa"

    answer = await api.client.get(
        path, headers={"accept-language": lang, "x-request-id": "number-of-the-call"}
    )

    assert answer.status_code == 500
    assert answer.headers["content-type"].startswith(kind)
    assert "number-of-the-call" in answer.text
    assert words in answer.text
    assert "secret inner words" not in answer.text
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("trouble", [ConnectionRefusedError, asyncpg.DiskFullError])
async def test_a_database_that_is_away_or_full_is_busy(
    api: Api, monkeypatch: pytest.MonkeyPatch, trouble: type[Exception]
) -> None:
    def away(*_: Any, **__: Any) -> None:
        raise trouble

    monkeypatch.setattr(api.hall.pool, "acquire", away)
    for caller in (NOBODY, Caller(session="x" * 43)):
        answer = await api.ask("carriers", caller)
        assert problem(answer, 503)["code"] == "busy"
        assert answer.headers["retry-after"] == "1"


async def test_the_description_is_sent_once(api: Api) -> None:
    first = await api.client.get("/api/v1/openapi.json")
    again = await api.client.get("/api/v1/openapi.json", headers={"if-none-match": first.headers["etag"]})

    assert first.json()["openapi"] == "3.1.0"
    assert (again.status_code, again.content) == (304, b"")


def test_a_bucket_empties_and_fills_again() -> None:
    watch = [0.0]
    bucket = Bucket("api.member", 60, lambda: watch[0])
    for _ in range(BURST_SECONDS):
        bucket.take("li")
    with pytest.raises(TooMany) as refused:
        bucket.take("li")
    bucket.take("chenguang")
    watch[0] += refused.value.facts["retry_after_seconds"]
    bucket.take("li")


async def test_who_calls_too_fast_is_told_when_to_come_again(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huozhan.doors.api.pace.Bucket.take", _never)

    answer = await api.ask("carriers")

    assert problem(answer, 429)["code"] == "too_many"
    assert answer.headers["retry-after"] == "7"


def _never(self: Bucket, principal: str) -> None:
    raise TooMany(limit=self.name, retry_after_seconds=7)


async def test_who_hangs_up_is_no_fault_of_ours(api: Api, scene: Scene) -> None:
    path = NOTE.format(order=scene.things["paid_order"])
    headers = {
        "cookie": scene.caller("li").headers["cookie"],
        "x-csrf-token": CSRF,
        **JSON,
        "content-length": "99",
    }
    messages = iter(
        [{"type": "http.request", "body": b'{"te', "more_body": True}, {"type": "http.disconnect"}]
    )
    sent: list[Any] = []

    async def receive() -> Any:
        return next(messages)

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http", "http_version": "1.1", "method": "POST", "path": path, "raw_path": path.encode(),
        "query_string": b"", "scheme": "http", "server": ("market.test", 80), "client": ("10.0.0.9", 1), "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }  # fmt: skip
    await api.client._transport.app(scope, receive, send)  # type: ignore[attr-defined]

    assert [one["status"] for one in sent if one["type"] == "http.response.start"] == [499]


async def test_a_body_that_stops_coming_is_not_waited_for(
    api: Api, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entrance, "SILENCE_SECONDS", 0.05)

    async def dripping() -> AsyncIterator[bytes]:
        yield b'{"te'
        await asyncio.sleep(60)

    path = NOTE.format(order=scene.things["paid_order"])
    headers = {**scene.caller("li").headers, **JSON}
    answer = await asyncio.wait_for(api.client.post(path, content=dripping(), headers=headers), 10)

    assert problem(answer, 408)["code"] == "too_slow"


@pytest.mark.parametrize("part", [b"\xff\xfe", b"text", b"\xed\xa0\x80"])
async def test_a_form_in_no_known_writing_is_refused(api: Api, part: bytes) -> None:
    for kind in (b"text/plain", b"text/plain; charset=klingon"):
        body = (
            b'--b\r\nContent-Disposition: form-data; name="a"\r\nContent-Type: %b\r\n\r\n%b\r\n--b--\r\n'
            % (kind, part)
        )
        headers = {"content-type": "multipart/form-data; boundary=b"}
        answer = await api.client.post("/sign-in", content=body, headers=headers)
        assert answer.status_code in (400, 403), (kind, part)


async def test_nothing_that_is_somebodys_is_kept_on_the_way(api: Api, scene: Scene) -> None:
    li, order = scene.caller("li").headers, scene.things["paid_order"]
    for path in (
        "/api/v1/me",
        "/api/v1/orders/1",
        f"/orders/{order}",
        f"/orders/{order}/head",
        "/account/data.json",
        "/desk",
    ):
        answer = await api.client.get(path, headers=li)
        assert answer.headers.get_list("cache-control") == ["no-store"], (path, answer.status_code)
    assert "max-age" in (await api.client.get("/static/app.css")).headers["cache-control"]
