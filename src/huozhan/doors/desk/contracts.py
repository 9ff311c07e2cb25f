"""合同: the contracts of what we sell."""

from typing import Any

from litestar import Response

from huozhan.doors.desk.frame import Req, show
from huozhan.doors.pages import contracts as pages


async def _show(request: Req, template: str, title: str, **context: Any) -> Response[Any]:
    return await show(request, template, title, "contracts", **context)


ROUTES = pages.routes(pages.Place("/desk", "seller", _show))
