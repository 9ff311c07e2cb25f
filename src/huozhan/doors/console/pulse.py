"""运行概览: how the market does right now; each figure opens to its list."""

from typing import Any

from litestar import Response, get

from huozhan import operations
from huozhan.doors.console.frame import Req, show
from huozhan.doors.pages import forms


@get("/console", include_in_schema=False)
async def pulse(request: Req) -> Response[Any]:
    """Trade, money held, queues."""
    return await show(
        request, "pulse", "look.console.pulse", "pulse", pulse=await forms.ask(request, operations.pulse)
    )


ROUTES = [pulse]
