"""旺旺 as a buyer meets it: all conversations, one of them, and the entrance from an offer, an order, a case or a shop."""

from typing import Any

from litestar import Request, Response

from huozhan.doors.pages import showing, talks
from huozhan.kernel.crypto import new_token

Req = Request[Any, Any, Any]


async def _show(request: Req, template: str, title: str, **context: Any) -> Response[Any]:
    return showing.show(
        request, f"web/{template}.html", title, page={"section": "me"}, form_key=new_token(), **context
    )


SIDE = talks.Desk("/messages", selling=False, permission="order.place", show=_show)
ROUTES = talks.routes(SIDE)
