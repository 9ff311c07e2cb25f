"""The API's routes: the table of operations, and the document that is made of it."""

import hashlib
from functools import cache
from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.handlers import BaseRouteHandler

from huozhan.doors.api.handling import JSON, handler_for
from huozhan.doors.api.openapi import document
from huozhan.doors.api.table import OPERATIONS
from huozhan.doors.hall import Hall


@cache
def _written(market_name: str) -> tuple[bytes, str]:
    """The document and its tag; made once for each process, when it is first asked for."""
    content = msgspec.json.encode(document(OPERATIONS, market_name))
    return content, f'"{hashlib.sha256(content).hexdigest()[:20]}"'


@get("/api/v1/openapi.json", include_in_schema=False)
async def openapi(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The API's own description; who has it already is told so."""
    hall: Hall = request.app.state.hall
    content, tag = _written(hall.terms.name_en)
    headers = {"etag": tag, "cache-control": "no-cache"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, headers=headers, media_type=JSON)
    return Response(content, headers=headers, media_type=JSON)


ROUTES: list[BaseRouteHandler] = [openapi, *(handler_for(operation) for operation in OPERATIONS)]
