"""The API's routes: the table of operations, and the document that is made of it."""

from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.handlers import BaseRouteHandler

from huozhan.doors.api.handling import handler_for
from huozhan.doors.api.openapi import document
from huozhan.doors.api.table import OPERATIONS
from huozhan.doors.hall import Hall


@get("/api/v1/openapi.json", include_in_schema=False)
async def openapi(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The API's own description."""
    hall: Hall = request.app.state.hall
    return Response(msgspec.json.encode(document(OPERATIONS, hall.terms.name_en)), media_type="application/json")


ROUTES: list[BaseRouteHandler] = [openapi, *(handler_for(operation) for operation in OPERATIONS)]
