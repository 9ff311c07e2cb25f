"""旺旺 at the desk: who waits for an answer, one conversation, and the entrance from an order or a case."""

from typing import Any

from litestar import Response

from huozhan.doors.desk.frame import Req, show
from huozhan.doors.pages import talks


async def _show(request: Req, template: str, title: str, **context: Any) -> Response[Any]:
    return await show(request, template, title, "messages", **context)


SIDE = talks.Desk("/desk/messages", selling=True, permission="sale.amend", show=_show)
ROUTES = talks.routes(SIDE)
