"""The API as programs call it: over HTTP in front of the whole app, by session, by token or by nobody."""

import secrets
from typing import Any

import httpx
import msgspec

from huozhan.doors.api.operations import Operation
from huozhan.doors.api.table import OPERATIONS
from huozhan.doors.hall import Hall
from tests.doors.standing import app_of

BY_ID = {operation.id: operation for operation in OPERATIONS}
CSRF = "a-token-of-the-page"


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """Who calls: the token of a session, or of an app, or neither."""

    session: str = ""
    app: str = ""
    lang: str = "en"

    @property
    def headers(self) -> dict[str, str]:
        """What this caller sends with every call."""
        headers = {"accept-language": self.lang}
        if self.app:
            headers["authorization"] = f"Bearer {self.app}"
        if self.session:
            headers |= {"cookie": f"hz_session={self.session}; hz_csrf={CSRF}", "x-csrf-token": CSRF}
        return headers


NOBODY = Caller()


class Api:
    """The app of one hall, and a client in front of it."""

    def __init__(self, hall: Hall) -> None:
        self.hall = hall
        transport = httpx.ASGITransport(app=app_of(hall), raise_app_exceptions=False)
        self.client = httpx.AsyncClient(transport=transport, base_url="http://market.test")

    async def ask(
        self, operation_id: str, caller: Caller = NOBODY, *, key: str | None = None, **fields: Any
    ) -> httpx.Response:
        """Calls an operation by its name; fields go where the table says they belong."""
        operation = BY_ID[operation_id]
        headers = dict(caller.headers)
        if operation.needs_key or key is not None:
            headers["idempotency-key"] = key or secrets.token_hex(8)
        return await self.client.send(self.request(operation, fields, headers))

    def request(self, operation: Operation, fields: dict[str, Any], headers: dict[str, str]) -> httpx.Request:
        """The request of one call."""
        path = "/api/v1" + operation.path.format(**{name: fields[name] for name in operation.path_fields})
        rest = {name: value for name, value in fields.items() if name not in operation.path_fields}
        if operation.body_allowed:
            headers = {**headers, "content-type": "application/json"}
            content = msgspec.json.encode(rest)
            return self.client.build_request(operation.method, path, headers=headers, content=content)
        params = {
            name: str(value).lower() if isinstance(value, bool) else value for name, value in rest.items()
        }
        return self.client.build_request(operation.method, path, headers=headers, params=params or None)

    async def get(self, operation_id: str, caller: Caller = NOBODY, **fields: Any) -> Any:
        """Calls an operation that must succeed, and tells what it answered."""
        answer = await self.ask(operation_id, caller, **fields)
        assert answer.is_success, f"{operation_id}: {answer.status_code} {answer.text}"
        return answer.json()


def problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    """The problem document that a call must be answered with."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    document: dict[str, Any] = answer.json()
    assert document["status"] == status
    assert document["code"]
    assert document["detail"]
    assert "Traceback" not in answer.text
    return document
